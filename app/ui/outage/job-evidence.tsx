import { z } from 'zod'
import { type EkgBeat, ekgPath } from '@/lib/domain/ekg'
import { periodWords } from '@/lib/domain/period-buttons'
import { EkgPaths } from '../job/beat-strip'
import { beatWords } from '../job/beat-words'
import { Clock } from '../time'
import { spanWords } from '../time-words'
import styles from './evidence.module.css'

const At = z.iso.datetime({ offset: true })
const Last = z.object({ at: At, signal: z.enum(['success', 'start', 'fail', 'log']) }).nullable()
const Silence = z.object({
  kind: z.enum(['missed', 'ran_too_long']),
  due: z.array(At).optional(),
  misses: z.number().optional(),
  permissible_misses: z.number().optional(),
  started_at: At.nullish(),
  run: z.string().nullish(),
  grace_seconds: z.number(),
  last_beat: Last,
  last_success_at: At.nullable(),
})
const Said = z.object({
  beat: z.object({
    at: At,
    signal: z.enum(['success', 'start', 'fail', 'log']),
    exit_status: z.number().nullish(),
    run: z.string().nullish(),
    message: z.string().nullish(),
    body: z.string().nullish(),
    address: z.string().nullish(),
  }),
})
const Either = z.union([Said, Silence])
type JobEvidenceKept = z.infer<typeof Either>

/** What was kept when a job went down by silence or by a beat, or beat again; null when it is no such thing. */
export const readJobEvidence = (evidence: unknown): JobEvidenceKept | null => Either.safeParse(evidence).data ?? null

/** What stood at the beginning of a job's outage, in a few words. */
export function jobBegan(evidence: unknown): string {
  const kept = readJobEvidence(evidence)
  if (!kept) return 'the first beat that was missed'
  if ('beat' in kept) return 'the beat that said it failed'
  return kept.kind === 'missed' ? 'the first beat that was missed' : 'a run that outlasted its grace'
}

/** Why a job is down, in one line: what it said, how many beats it owes by now, or that its run did not end. */
export function jobWhy(evidence: unknown, missesNow: number): string {
  const kept = readJobEvidence(evidence)
  if (!kept) return 'job'
  if ('beat' in kept) {
    const { message, exit_status: exit } = kept.beat
    return [exit ? `failed with exit ${exit}` : 'failed', message].filter(Boolean).join(': ')
  }
  if (kept.kind === 'ran_too_long') return 'started, and did not end in time'
  const misses = Math.max(missesNow, kept.misses ?? kept.due?.length ?? 1)
  return misses === 1 ? 'an expected beat did not come' : `${misses} expected beats did not come`
}

/** Why a job was called down, or up again: the beats that were due and did not come, the run that did not end, or what it said. */
export function JobEvidence({ title, evidence }: { title: string; evidence: JobEvidenceKept }) {
  return (
    <section className={styles.evidence}>
      <h2>{title}</h2>
      {'beat' in evidence ? (
        <SaidBeat beat={evidence.beat} />
      ) : evidence.kind === 'missed' ? (
        <Missed silence={evidence} />
      ) : (
        <Overrun silence={evidence} />
      )}
    </section>
  )
}

function SaidBeat({ beat }: { beat: z.infer<typeof Said>['beat'] }) {
  return (
    <>
      <dl className="facts">
        <dt>Beat</dt>
        <dd>
          {beatWords({ signal: beat.signal, timing: null, exitStatus: beat.exit_status ?? null }).replace(
            'On time',
            'Success',
          )}
          , <Clock at={beat.at} ms />
        </dd>
        {beat.message && (
          <>
            <dt>Said</dt>
            <dd>{beat.message}</dd>
          </>
        )}
        {beat.run && (
          <>
            <dt>Run</dt>
            <dd className="address">{beat.run}</dd>
          </>
        )}
        {beat.address && (
          <>
            <dt>From</dt>
            <dd className="address">{beat.address}</dd>
          </>
        )}
      </dl>
      {beat.body && <pre className={styles.raw}>{beat.body}</pre>}
    </>
  )
}

const [width, height] = [720, 56]

function Missed({ silence }: { silence: z.infer<typeof Silence> }) {
  const due = (silence.due ?? []).map((at) => Date.parse(at))
  const last = silence.last_success_at === null ? null : Date.parse(silence.last_success_at)
  const end = (due.at(-1) ?? 0) + silence.grace_seconds * 1000
  const from = last ?? due[0] ?? end
  const pad = (end - from) * 0.04
  const beats: EkgBeat[] = [
    ...(last === null ? [] : [{ at: last, signal: 'success' as const, timing: 'on_time' as const }]),
    ...due.map((at) => ({ at, signal: 'missed' as const, timing: null })),
  ]
  const allowed = silence.permissible_misses ?? 0
  return (
    <>
      <p className="muted">
        {due.length === 1
          ? 'One expected beat did not come'
          : `${silence.misses ?? due.length} expected beats in a row did not come`}
        {allowed > 0 && `, ${allowed} may be missed`}; {due.length === 1 ? 'it' : 'each'} had{' '}
        {silence.grace_seconds === 0 ? 'no grace' : `${periodWords(silence.grace_seconds)} of grace`}.
      </p>
      <svg
        viewBox={`0 0 ${width} ${height}`}
        className={styles.line}
        role="img"
        aria-label="The line of its beats, with the gap"
      >
        <EkgPaths
          shape={ekgPath(beats, { width, height, from: from - pad, to: end + pad })}
          base={Math.round(height * 0.66)}
          width={width}
        />
      </svg>
      <table className={`table ${styles.pings}`}>
        <thead>
          <tr>
            <th>Expected</th>
            <th>Waited until</th>
            <th>Came</th>
          </tr>
        </thead>
        <tbody>
          {last !== null && (
            <tr>
              <td className="muted">before</td>
              <td />
              <td>
                a success, <Clock at={last} ms />
              </td>
            </tr>
          )}
          {due.map((at) => (
            <tr key={at} data-missed="">
              <td>
                <Clock at={at} />
              </td>
              <td>
                <Clock at={at + silence.grace_seconds * 1000} />
              </td>
              <td>nothing</td>
            </tr>
          ))}
        </tbody>
      </table>
      <LastHeard silence={silence} />
    </>
  )
}

/** When it was heard of last, where that was no success. */
function LastHeard({ silence: { last_beat: beat } }: { silence: z.infer<typeof Silence> }) {
  if (!beat || beat.signal === 'success') return null
  return (
    <p className="muted">
      Heard of last <Clock at={beat.at} />: {beatWords({ signal: beat.signal, timing: null }).toLowerCase()}.
    </p>
  )
}

function Overrun({ silence }: { silence: z.infer<typeof Silence> }) {
  const started = silence.started_at ?? null
  return (
    <dl className="facts">
      <dt>Started</dt>
      <dd>{started ? <Clock at={started} ms /> : 'unknown'}</dd>
      <dt>May take</dt>
      <dd>{spanWords(silence.grace_seconds * 1000)}</dd>
      <dt>Finished</dt>
      <dd>not in that time</dd>
      {silence.run && (
        <>
          <dt>Run</dt>
          <dd className="address">{silence.run}</dd>
        </>
      )}
    </dl>
  )
}
