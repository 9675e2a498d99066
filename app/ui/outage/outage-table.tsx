import Link from 'next/link'
import { StateMark } from '../state-mark'
import { Clock, Lasted } from '../time'
import styles from './outage-table.module.css'

/** An outage as a row. */
export type OutageRow = {
  id: number
  targetId: number
  name: string
  siteName: string | null
  state: 'down' | 'unreachable'
  beganAt: Date
  endedAt: Date | null
  cause: string | null
  incidentId: number | null
}

/** Outages, one a line, each leading to its evidence. `of`: what the page is about already, so not repeated. */
export function OutageTable({ outages, of }: { outages: OutageRow[]; of?: 'device' | 'incident' }) {
  return (
    <table className={`table ${styles.outages}`}>
      <thead>
        <tr>
          <th>State</th>
          {of !== 'device' && <th>Device</th>}
          <th>Began</th>
          <th className={styles.wide}>Ended</th>
          <th data-align="right">Dark for</th>
          {of !== 'incident' && <th className={styles.wide}>Incident</th>}
          <th>
            <span className="visually-hidden">Evidence</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {outages.map((outage) => (
          <tr key={outage.id} data-open={outage.endedAt === null || undefined}>
            <td className={styles.state}>
              {outage.endedAt === null ? <StateMark status={outage.state} /> : <span className="muted">Over</span>}
            </td>
            {of !== 'device' && (
              <td className={styles.device} title={[outage.name, outage.siteName].filter(Boolean).join(', ')}>
                <Link href={`/devices/${outage.targetId}`} prefetch={false} className="row-link">
                  {outage.name}
                </Link>
                {outage.siteName && <span className={`muted ${styles.site}`}>{outage.siteName}</span>}
              </td>
            )}
            <td>
              <Clock at={outage.beganAt} />
            </td>
            <td className={styles.wide}>
              {outage.endedAt ? <Clock at={outage.endedAt} /> : <span className="muted">still dark</span>}
            </td>
            <td data-align="right" className={styles.span}>
              <Lasted from={outage.beganAt} to={outage.endedAt} />
            </td>
            {of !== 'incident' && (
              <td className={styles.wide}>
                {outage.incidentId && (
                  <Link href={`/incidents/${outage.incidentId}`} prefetch={false} className="link">
                    #{outage.incidentId}
                  </Link>
                )}
              </td>
            )}
            <td data-align="right">
              <Link
                href={`/outages/${outage.id}`}
                prefetch={false}
                className="link"
                aria-label={`Evidence of outage ${outage.id}`}
              >
                Evidence
              </Link>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
