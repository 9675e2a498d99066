import Link from 'next/link'
import type { Incident } from '@/lib/store/incidents'
import { clientsWords } from '../client/client-words'
import { StateShape } from '../state-mark'
import { Clock, Lasted } from '../time'
import styles from './incident-list.module.css'
import { incidentHeadline, incidentStatus } from './incident-words'

/** Incidents, the newest first: what, where, how long, who is on it. */
export function IncidentList({ incidents }: { incidents: Incident[] }) {
  return (
    <ol className={styles.list}>
      {incidents.map((incident) => (
        <li key={incident.id} className={styles.item} data-open={incident.resolvedAt === null || undefined}>
          <span className={styles.mark}>
            <StateShape status={incidentStatus(incident)} />
          </span>
          <div className={styles.text}>
            <Link href={`/incidents/${incident.id}`} prefetch={false} className={styles.link}>
              {incidentHeadline(incident)}
            </Link>
            <p className={`dotted ${styles.under}`}>
              <span className="num">#{incident.id}</span>
              {incident.siteName && <span>{incident.siteName}</span>}
              <span>
                <Clock at={incident.openedAt} />
              </span>
              {incident.affectedTargets > 1 && <span>{incident.affectedTargets} devices</span>}
              {incident.affectedClients > 0 && <span>{clientsWords(incident.affectedClients)}</span>}
            </p>
          </div>
          <span className={styles.who}>
            {incident.acknowledgedBy ??
              incident.resolvedBy ??
              incident.assignee?.name ??
              (incident.resolvedAt ? '' : <span className={styles.nobody}>Nobody on it yet</span>)}
          </span>
          <span className={styles.span}>
            <Lasted from={incident.openedAt} to={incident.resolvedAt} />
          </span>
        </li>
      ))}
    </ol>
  )
}
