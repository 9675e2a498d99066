import Link from 'next/link'
import type { StrayRecord } from '@/lib/store/source-run-lists'
import { ActionForm, FormMessage, SubmitButton } from '../form/action-form'
import settings from '../settings/settings.module.css'
import { Ago } from '../time'
import { bringBack } from './actions'
import styles from './source.module.css'
import { hrefOf } from './source-words'

/** What a source lists no more, and what it lists but was removed here. */
export function Strays({ source, strays, mayWrite }: { source: number; strays: StrayRecord[]; mayWrite: boolean }) {
  const vanished = strays.filter((stray) => stray.vanishedAt !== null)
  const removed = strays.filter((stray) => stray.vanishedAt === null)
  return (
    <>
      {vanished.length > 0 && (
        <section className={settings.block}>
          <h2>No longer listed</h2>
          <p className="muted">It is marked and stays, with its history, until somebody removes it here.</p>
          <ul className={styles.lines}>
            {vanished.map((stray) => (
              <li key={`${stray.kind}${stray.key}`} className={styles.line}>
                <Named stray={stray} />
                <span className="muted">
                  {stray.kind}, last listed before {stray.vanishedAt && <Ago at={stray.vanishedAt} />}
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
      {removed.length > 0 && (
        <section className={settings.block}>
          <h2>Left out, as it was removed here</h2>
          <ul className={styles.lines}>
            {removed.map((stray) => (
              <li key={`${stray.kind}${stray.key}`} className={styles.line}>
                <Named stray={stray} />
                <span className="muted">{stray.kind}</span>
              </li>
            ))}
          </ul>
          {mayWrite && (
            <ActionForm action={bringBack} className="row">
              <input type="hidden" name="id" value={source} />
              <SubmitButton kind="plain">Bring them back</SubmitButton>
              <FormMessage />
            </ActionForm>
          )}
        </section>
      )}
    </>
  )
}

function Named({ stray: { kind, id, name } }: { stray: StrayRecord }) {
  const href = hrefOf(kind, id)
  if (href === null) return <span>{name}</span>
  return (
    <Link href={href} className="link">
      {name}
    </Link>
  )
}
