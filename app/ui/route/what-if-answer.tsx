import Link from 'next/link'
import type { WhatIf } from '@/lib/what-if'
import { eventWords } from '../incident/incident-words'
import { Clock } from '../time'
import { spanWords } from '../time-words'
import { counted } from './route-words'
import styles from './what-if.module.css'

const mostOutages = 8
const mostNotices = 50
const number = new Intl.NumberFormat('en')

/** What a replay found: the sum, the outages that would have been known later or sooner, and each notice. */
export function WhatIfAnswer({ answer }: { answer: WhatIf }) {
  const { incidents, come, go, move, same, outages } = answer
  if (incidents === 0) return <p>There was no incident in the last 30 days to replay.</p>
  const changes = [
    come.count > 0 ? `${number.format(come.count)} more` : '',
    go.count > 0 ? `${number.format(go.count)} fewer` : '',
    move.count > 0 ? `${number.format(move.count)} at another time` : '',
  ].filter(Boolean)
  return (
    <>
      <p className={styles.sum}>
        {changes.length === 0
          ? `Of ${counted(incidents, 'incident')}, every notice would have been the same.`
          : `Of ${counted(incidents, 'incident')}: ${changes.join(', ')}; ${counted(same, 'notice')} the same.`}
      </p>
      <Totals answer={answer} />
      {outages.changed.length > 0 && <Outages outages={outages} />}
      <NoticeList title="Would have come" count={come.count} notices={come.notices} />
      <NoticeList title="Would not have come" count={go.count} notices={go.notices} />
      <NoticeList
        title="At another time"
        count={move.count}
        notices={move.notices.map(({ from, to, ...notice }) => ({ ...notice, ...from, to }))}
      />
      <p className="hint num">
        Both sides are replays, as if every channel had worked. It took {spanMs(answer.tookMs)}.
      </p>
    </>
  )
}

function Totals({ answer: { before, after } }: { answer: WhatIf }) {
  const rows: [string, string, string, boolean?][] = [
    ['Notices', number.format(before.notices), number.format(after.notices)],
    [
      'Outages told to nobody',
      number.format(before.neverTold),
      number.format(after.neverTold),
      after.neverTold > before.neverTold,
    ],
    ['Of the others, half known within', orNone(before.medianUnknownMs), orNone(after.medianUnknownMs)],
    [
      'Of the others, longest unknown',
      orNone(before.longestUnknownMs),
      orNone(after.longestUnknownMs),
      (after.longestUnknownMs ?? 0) > (before.longestUnknownMs ?? 0),
    ],
  ]
  return (
    <table className={styles.totals}>
      <thead>
        <tr>
          <th>
            <span className="visually-hidden">Of the last 30 days</span>
          </th>
          <th scope="col">As it is</th>
          <th scope="col">As it would be</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([title, was, would, isWorse]) => (
          <tr key={title}>
            <th scope="row">{title}</th>
            <td className="num">{was}</td>
            <td className="num" data-worse={isWorse || undefined} data-same={was === would || undefined}>
              {would}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

const orNone = (ms: number | null) => (ms === null ? 'none told' : spanWords(ms))
const spanMs = (ms: number) => (ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`)

function Outages({ outages: { later, sooner, changed } }: { outages: WhatIf['outages'] }) {
  const words = [
    later > 0 ? `${number.format(later)} known later, or to nobody` : '',
    sooner > 0 ? `${number.format(sooner)} known sooner` : '',
  ].filter(Boolean)
  return (
    <details className={styles.part} open>
      <summary>
        <h3>Outages</h3>
        <span className="muted">{words.join(', ')}</span>
      </summary>
      <ul className={styles.rows}>
        {changed.slice(0, mostOutages).map(({ incident, before, after }) => (
          <li key={incident.id}>
            <IncidentName incident={incident} />
            <span className={styles.move}>
              <span>{knownWords(before)}</span>
              <span aria-hidden="true">→</span>
              <span className="visually-hidden">then</span>
              <span data-worse={after.unknownMs > before.unknownMs || (before.told && !after.told) || undefined}>
                {knownWords(after)}
              </span>
            </span>
          </li>
        ))}
      </ul>
      {later + sooner > mostOutages && (
        <p className="hint">Those that differ most; {number.format(later + sooner - mostOutages)} more.</p>
      )}
    </details>
  )
}

type Known = WhatIf['outages']['changed'][number]['before']
const knownWords = ({ told, unknownMs }: Known) =>
  told ? `known after ${spanWords(unknownMs)}` : `told to nobody in ${spanWords(unknownMs)}`

type Row = WhatIf['come']['notices'][number] & { to?: { at: number; digest: boolean } }

function NoticeList({ title, count, notices }: { title: string; count: number; notices: Row[] }) {
  if (count === 0) return null
  return (
    <details className={styles.part}>
      <summary>
        <h3>{title}</h3>
        <span className="muted num">{counted(count, 'notice')}</span>
      </summary>
      <ul className={styles.rows}>
        {notices.slice(0, mostNotices).map(({ incident, channel, event, at, digest, to, why }) => (
          <li key={`${incident.id} ${channel.id} ${event} ${at}`}>
            <IncidentName incident={incident} />
            <span className={styles.move}>
              <span>
                {eventWords[event]} to {channel.name}, <Sending at={at} digest={digest} />
              </span>
              {to && (
                <>
                  <span aria-hidden="true">→</span>
                  <span className="visually-hidden">then</span>
                  <Sending {...to} />
                </>
              )}
            </span>
            <p className="muted">{why}</p>
          </li>
        ))}
      </ul>
      {count > mostNotices && <p className="hint">The newest {mostNotices}.</p>}
    </details>
  )
}

function Sending({ at, digest }: { at: number; digest: boolean }) {
  return (
    <span>
      <Clock at={at} seconds={false} />
      {digest && ' in a digest'}
    </span>
  )
}

function IncidentName({ incident: { id, name, site, beganAt } }: { incident: Row['incident'] }) {
  return (
    <p className="dotted">
      <Link href={`/incidents/${id}`} className="link strong">
        {name}
      </Link>
      {site && <span className="muted">{site}</span>}
      <span className="muted">
        <Clock at={beganAt} seconds={false} />
      </span>
    </p>
  )
}
