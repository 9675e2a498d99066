import { z } from 'zod'
import { Clock } from '../time'
import styles from './evidence.module.css'

const At = z.iso.datetime({ offset: true })
const Said = z.object({
  id: z.number(),
  name: z.string(),
  answered_at: At.optional(),
  status: z.string().nullish(),
  says: z.enum(['dark', 'up']).optional(),
  rule: z.string().optional(),
  answers: z.array(z.object({ at: At, says: z.enum(['dark', 'up']) })).optional(),
  power_cut: z.boolean().optional(),
  remembered: z.boolean().optional(),
  entry: z.unknown(),
})
const Opened = z.object({ source: Said })
const Witnessed = z.object({ witnesses: z.record(z.string(), Said) })
export type SourceSaid = z.infer<typeof Said>

/** What a source said as it opened or closed an outage; null when no source did. */
export const readSourceEvidence = (evidence: unknown): SourceSaid | null =>
  Opened.safeParse(evidence).data?.source ?? null

/** What sources said of an outage that pings opened. */
export const readWitnesses = (evidence: unknown): SourceSaid[] =>
  Object.values(Witnessed.safeParse(evidence).data?.witnesses ?? {})

/** What stood at the beginning of an outage that a source told of, in a few words. */
export function sourceBegan(said: SourceSaid): string {
  return said.remembered ? `as ${said.name} remembers it` : `when ${said.name} first called it out`
}

/** The answers of a source that decided, and the last of them verbatim. */
export function SourceEvidence({ title, said }: { title: string; said: SourceSaid }) {
  return (
    <section className={styles.evidence}>
      <h2>{title}</h2>
      <p className="muted">
        {said.remembered
          ? `${said.name} remembered it from before it was watched here: nobody was told of it.`
          : `${said.rule ?? 'Its answer'}, by ${said.name}`}
        {said.status && <>, which called it {JSON.stringify(said.status)}</>}
        {said.power_cut && ': it said that its power was cut'}
      </p>
      {said.answers && <AnswerTable name={said.name} answers={said.answers} />}
      <Verbatim said={said} />
    </section>
  )
}

function AnswerTable({ name, answers }: { name: string; answers: NonNullable<SourceSaid['answers']> }) {
  return (
    <table className={`table ${styles.pings}`}>
      <thead>
        <tr>
          <th>{name} answered</th>
          <th>It said</th>
        </tr>
      </thead>
      <tbody>
        {answers.map(({ at, says }) => (
          <tr key={at} data-missed={says === 'dark' || undefined}>
            <td>
              <Clock at={Date.parse(at)} ms />
            </td>
            <td>{says}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** What sources said while pings decided. */
export function Witnesses({ said }: { said: SourceSaid[] }) {
  return said.map((one) => (
    <div key={one.id} className={styles.one}>
      <p>
        {one.name} {one.says === 'dark' ? 'said so too' : 'said otherwise'}: {JSON.stringify(one.status ?? one.says)}
        {one.answered_at && (
          <>
            , <Clock at={Date.parse(one.answered_at)} ms />
          </>
        )}
        . The pings decided.
      </p>
      <Verbatim said={one} />
    </div>
  ))
}

function Verbatim({ said }: { said: SourceSaid }) {
  if (said.entry === null || said.entry === undefined) return null
  return (
    <details>
      <summary>Its entry, verbatim</summary>
      <pre className={styles.raw}>{JSON.stringify(said.entry, null, 2)}</pre>
    </details>
  )
}
