import Link from 'next/link'
import type { ListedOutage } from '@/lib/store/outage-lists'
import { StateMark } from '../state-mark'
import { targetHref } from '../target-href'
import { Clock, Lasted } from '../time'
import styles from './outage-table.module.css'

/** Outages, one a line, each leading to its evidence. `of`: what the page is about already, so not repeated. */
export function OutageTable({ outages, of }: { outages: ListedOutage[]; of?: 'device' | 'incident' }) {
  return (
    <table className={`table ${styles.outages}`}>
      <thead>
        <tr>
          <th>State</th>
          {of !== 'device' && <th>Name</th>}
          <th className={of === undefined ? styles.wide : undefined}>Began</th>
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
              <td className={styles.device} title={[outage.target.name, outage.siteName].filter(Boolean).join(', ')}>
                <Link href={targetHref(outage.target)} prefetch={false} className="row-link">
                  {outage.target.name}
                </Link>
                {of !== 'incident' && outage.siteName && (
                  <span className={`muted ${styles.site}`}>{outage.siteName}</span>
                )}
                {of === undefined && (
                  <span className={`muted ${styles.phoneBegan}`}>
                    <Clock at={outage.beganAt} />
                  </span>
                )}
              </td>
            )}
            <td className={of === undefined ? styles.wide : undefined}>
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
