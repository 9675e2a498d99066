import { Fragment } from 'react'
import type { Field } from '@/lib/wire/schema-fields'
import styles from './api-docs.module.css'
import { Found } from './find-operation'
import type { ShownOperation } from './groups'
import { TryOperation } from './try-operation'

const rights = { read: 'Anyone signed in', write: 'Operators', admin: 'Admins' } as const

/** One operation: its line, and opened what it takes, what it answers, and a way to try it. */
export function OperationItem({ operation, allowed }: { operation: ShownOperation; allowed: boolean }) {
  const { id, verb, path, summary, right, parameters, body, answer } = operation
  const fields = [...parameters, ...(body?.fields ?? []), ...answer.flatMap((one) => one.fields)].map(
    ({ name }) => name,
  )
  const line = (
    <>
      <code className={styles.verb}>{verb}</code>
      <code className={styles.path}>{path}</code>
      <span className="muted">{summary}</span>
    </>
  )
  return (
    <Found id={id} text={[verb, path, summary, ...fields].join(' ').toLowerCase()} summary={line}>
      <div className={styles.inside}>
        <p className="muted">
          {rights[right]} may.{' '}
          <a className="link" href={`#${id}`} aria-label={`Link to ${verb} ${path}`}>
            Link to this
          </a>
        </p>
        {parameters.length > 0 && (
          <FieldTable
            caption="In the address"
            fields={parameters.map((parameter) => ({ ...parameter, depth: 0 }))}
            asked
          />
        )}
        {body && <FieldTable caption={`Body: ${body.types.join(' or ')}`} fields={body.fields} asked />}
        {answer.map(({ status, says, types, holds, fields: answered }) => (
          <FieldTable
            key={status}
            caption={`${status} ${says}${types.length > 0 ? `: ${types.join(' or ')}` : ''}${holds ? `, ${holds}` : ''}`}
            fields={answered}
          />
        ))}
        <TryOperation
          verb={verb}
          path={path}
          parameters={parameters}
          body={body && { types: body.types, example: body.example }}
          allowed={allowed}
        />
      </div>
    </Found>
  )
}

/** `asked`: of a request, where some fields are needed. */
function FieldTable({ caption, fields, asked = false }: { caption: string; fields: Field[]; asked?: boolean }) {
  if (fields.length === 0) return <p className="strong">{caption}</p>
  return (
    <div className="table-wrap">
      <table className={`table ${styles.fields}`}>
        <caption>{caption}</caption>
        <thead>
          <tr>
            <th scope="col">Field</th>
            <th scope="col">Holds</th>
            <th scope="col">Meaning</th>
          </tr>
        </thead>
        <tbody>
          {fields.map(({ name, depth, holds, required, says }, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the rows never change
            <tr key={i}>
              <td data-depth={depth}>
                <code>
                  {name.split('_').map((part, place) => (
                    // biome-ignore lint/suspicious/noArrayIndexKey: parts of one name
                    <Fragment key={place}>
                      {place > 0 && (
                        <>
                          _<wbr />
                        </>
                      )}
                      {part}
                    </Fragment>
                  ))}
                </code>
                {asked && required && <span className="muted"> needed</span>}
              </td>
              <td>{holds}</td>
              <td className="muted">{says}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
