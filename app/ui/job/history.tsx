import Link from 'next/link'
import { bodyPreview } from '@/lib/domain/body-preview'
import { type EkgKind, kindOf } from '@/lib/domain/ekg'
import { type HistoryBeat, listHistory } from '@/lib/store/job-pages'
import { Clock } from '../time'
import { beatWords } from './beat-words'
import styles from './history.module.css'
import { HistoryRow } from './history-row'
import { tookWords } from './took-words'

const [firstPage, olderPage] = [15, 50]

/** Every beat that came and every one that did not, the newest first, with what it said. */
export async function History({ jobId, before }: { jobId: number; before: Date | undefined }) {
  const { items, next } = await listHistory(jobId, { before, limit: before ? olderPage : firstPage })
  if (items.length === 0) return <p className="muted">{before ? 'Nothing older.' : 'No beat yet.'}</p>
  return (
    <>
      <table className={`table ${styles.history}`}>
        <thead>
          <tr>
            <th className={styles.when}>When</th>
            <th className={styles.what}>Beat</th>
            <th data-align="right" className={styles.took}>
              Took
            </th>
            <th>Said</th>
            <th className={styles.from}>From</th>
            <th className={styles.opener}>
              <span className="visually-hidden">All of it</span>
            </th>
          </tr>
        </thead>
        {items.map((beat) => (
          <HistoryRow key={`${beat.at.getTime()} ${beat.place}`} details={detailsOf(beat)}>
            <td className={styles.when}>
              <Clock at={beat.at} />
            </td>
            <td className={styles.what}>
              <KindMark kind={kindOf({ ...beat, at: 0 })} /> {beatWords(beat)}
            </td>
            <td data-align="right" className={styles.took}>
              {beat.durationMs !== null && tookWords(beat.durationMs)}
            </td>
            <td className={styles.said}>{saidOf(beat)}</td>
            <td className={`${styles.from} muted address`} title={[beat.method, beat.agent].filter(Boolean).join(' ')}>
              {beat.address}
            </td>
          </HistoryRow>
        ))}
      </table>
      <nav className="row" aria-label="Pages of the history">
        {before && (
          <Link href={`/jobs/${jobId}`} className="button" data-size="small">
            To the newest
          </Link>
        )}
        {next && (
          <Link href={`/jobs/${jobId}?before=${next.getTime()}#history`} className="button" data-size="small">
            Older
          </Link>
        )}
      </nav>
    </>
  )
}

const bodyText = (beat: HistoryBeat) => (beat.body && beat.body.length > 0 ? bodyPreview(beat.body) : null)

/** One line of what the beat said: its message, else how its body begins. */
function saidOf(beat: HistoryBeat): string {
  if (beat.message) return beat.message
  const body = bodyText(beat)
  if (!body) return ''
  return body.kind === 'hex' ? `${beat.bodyBytes} bytes` : (body.text.trim().split('\n', 1)[0] ?? '')
}

function detailsOf(beat: HistoryBeat): React.ReactNode {
  const body = bodyText(beat)
  const facts = [
    beat.run && `run ${beat.run}`,
    beat.method,
    beat.agent,
    beat.bodyBytes > 0 &&
      `${new Intl.NumberFormat('en').format(beat.bodyBytes)} bytes${beat.bodyCut ? ', cut at the limit' : ''}`,
  ].filter((fact) => typeof fact === 'string')
  const long = beat.message && beat.message.length > 60
  if (!body && !beat.run && !long) return null
  return (
    <div className={styles.details}>
      {long && <p>{beat.message}</p>}
      {body && <pre className={styles.body}>{body.text}</pre>}
      {body && body.kind === 'text' && beat.bodyBytes > (beat.body?.length ?? 0) && (
        <p className="muted">The first {beat.body?.length} bytes.</p>
      )}
      {facts.length > 0 && <p className="muted">{facts.join(' · ')}</p>}
    </div>
  )
}

const marks: Record<EkgKind, string> = {
  on_time: 'M0 9h4l1.500-7 2 9.500 1-2.500H14',
  late: 'M0 9h2.500Q7 0 11.500 9H14',
  missed: 'M0 9h3.500M10.500 9H14M7 6.500v5',
  failed: 'M0 6h4l3 6 3-6h4',
  note: 'M0 9h5.500l1.500-3 1.500 3H14',
}

/** The shape of a beat as the line has it. */
function KindMark({ kind }: { kind: EkgKind }) {
  return (
    <svg viewBox="0 0 14 14" width="14" height="14" className={styles.mark} data-kind={kind} aria-hidden="true">
      <path d={marks[kind]} />
    </svg>
  )
}
