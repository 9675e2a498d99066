import Link from 'next/link'
import { listClientOutages } from '@/lib/store/client-outages'
import { StateMark } from '../state-mark'
import { Clock, Lasted } from '../time'
import styles from './client-page.module.css'
import { causeWords } from './client-words'

const mostShown = 20

/** When it was dark, for how long, and because of what. */
export async function ClientOutages({ id, devices }: { id: number; devices: number }) {
  const outages = await listClientOutages(id, mostShown + 1)
  if (outages.length === 0) return <p className="muted">None yet.</p>
  const several = devices > 1
  return (
    <>
      <table className={`table ${styles.outages}`}>
        <thead>
          <tr>
            <th>State</th>
            {several && <th className={styles.wide}>Device</th>}
            <th>Began</th>
            <th data-align="right">Dark for</th>
            <th>Because of</th>
            <th className={styles.wide}>
              <span className="visually-hidden">Evidence</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {outages.slice(0, mostShown).map((outage) => (
            <tr key={outage.id} data-open={outage.endedAt === null || undefined}>
              <td className={styles.outageState}>
                {outage.endedAt === null ? <StateMark status={outage.state} /> : <span className="muted">Over</span>}
              </td>
              {several && (
                <td className={styles.wide}>
                  <Link href={`/devices/${outage.device.id}`} prefetch={false} className="link">
                    {outage.device.name}
                  </Link>
                </td>
              )}
              <td>
                <Clock at={outage.beganAt} seconds={false} />
              </td>
              <td data-align="right" className={styles.span}>
                <Lasted from={outage.beganAt} to={outage.endedAt} />
              </td>
              <td className={styles.because}>
                <Because outage={outage} />
              </td>
              <td data-align="right" className={styles.wide}>
                <Link href={`/outages/${outage.id}`} prefetch={false} className="link">
                  Evidence
                </Link>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {outages.length > mostShown && (
        <p>
          <Link href={`/outages?client=${id}`} className="link">
            All its outages
          </Link>
        </p>
      )}
    </>
  )
}

function Because({ outage }: { outage: Awaited<ReturnType<typeof listClientOutages>>[number] }) {
  const cause = causeWords(outage.cause)
  const planned = outage.planned && <span className="muted">planned</span>
  if (outage.incidentId === null) return <>{planned || cause || <span className="muted">not told yet</span>}</>
  return (
    <span className="dotted">
      <span>
        <Link href={`/incidents/${outage.incidentId}`} prefetch={false} className="link">
          {outage.rootName ?? cause ?? `#${outage.incidentId}`}
        </Link>
      </span>
      {outage.rootName && cause && <span>{cause}</span>}
      {planned}
    </span>
  )
}
