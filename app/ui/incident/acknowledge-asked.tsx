import type { Incident } from '@/lib/store/incidents'
import { StateShape } from '../state-mark'
import { Clock, Lasted } from '../time'
import styles from './acknowledge.module.css'
import { incidentHeadline, incidentStatus } from './incident-words'

/** What a link is about: enough to know whether one is going to look after it. */
export function Asked({ incident }: { incident: Incident }) {
  return (
    <div className={styles.asked}>
      <h1>
        <StateShape status={incidentStatus(incident)} size={20} />
        <span>{incidentHeadline(incident)}</span>
      </h1>
      <p className="dotted muted">
        {incident.siteName && <span>{incident.siteName}</span>}
        <span>
          since <Clock at={incident.openedAt} seconds={false} />,{' '}
          <Lasted from={incident.openedAt} to={incident.resolvedAt} />
        </span>
        {incident.affectedTargets > 1 && <span>{incident.affectedTargets} dark</span>}
        {incident.affectedClients > 0 && (
          <span>{incident.affectedClients === 1 ? '1 client' : `${incident.affectedClients} clients`}</span>
        )}
      </p>
    </div>
  )
}
