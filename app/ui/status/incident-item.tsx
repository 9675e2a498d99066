import type { PublicIncident } from '@/lib/domain/status-page'
import { incidentSentence, incidentTitle, lastedWords, type Whose } from '@/lib/domain/status-words'
import { StateShape } from '../state-mark'
import { Ago, Clock } from '../time'
import styles from './status.module.css'

const shapes = { interrupted: 'down', partly: 'suspect', unstable: 'degraded', planned: 'paused' } as const

/** One incident as its customers may know it, with what the operators said, the newest first. */
export function IncidentItem({ incident, whose }: { incident: PublicIncident; whose: Whose }) {
  const { ref, kind, beganAt, endedAt, updates } = incident
  return (
    <li className={styles.incident} data-open={endedAt === null || undefined} id={ref}>
      <h3 className={styles.state}>
        <StateShape status={endedAt === null ? shapes[kind] : 'up'} />
        <span>{endedAt === null ? incidentTitle(incident, whose) : pastTitle(incident, whose)}</span>
      </h3>
      {endedAt === null && <p>{incidentSentence(incident, whose)}</p>}
      <p className={styles.small}>
        {endedAt === null ? (
          <>
            Since <Clock at={beganAt} seconds={false} />, <Ago at={beganAt} />
          </>
        ) : (
          <>
            <Clock at={beganAt} seconds={false} /> to <Clock at={endedAt} seconds={false} />, for{' '}
            {lastedWords(endedAt - beganAt)}
          </>
        )}
      </p>
      {updates.length > 0 && (
        <ol className={styles.updates} reversed>
          {[...updates].reverse().map(({ id, at, text }) => (
            <li key={id}>
              <p>{text}</p>
              <p className={styles.small}>
                <Clock at={at} seconds={false} />
              </p>
            </li>
          ))}
        </ol>
      )}
    </li>
  )
}

const pastTitle = (incident: PublicIncident, whose: Whose) =>
  incidentTitle(incident, whose).replace('connection is ', 'connection was ')
