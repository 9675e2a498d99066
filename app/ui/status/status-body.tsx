import { overallWords, type Whose } from '@/lib/domain/status-words'
import type { StatusView } from '@/lib/store/status-view'
import { StateShape } from '../state-mark'
import { Clock } from '../time'
import { DayBars } from './day-bars'
import { IncidentItem } from './incident-item'
import { PlaceMark, shapeOf } from './place-state'
import styles from './status.module.css'

const shownAtOnce = 10

/** What is wrong now, how each place is and was, and what was wrong before. */
export function StatusBody({ view, whose, days }: { view: StatusView; whose: Whose; days: number }) {
  const { state, open, past, places, at } = view
  return (
    <>
      <section className={styles.overall} data-state={state} aria-live="polite">
        <StateShape status={shapeOf[state]} size={22} />
        <h2>{overallWords(state, whose)}</h2>
        <p className={styles.asOf}>
          As of <Clock at={at} seconds={false} />
        </p>
      </section>
      {open.length > 0 && (
        <section aria-label="Now">
          <ul className={styles.incidents}>
            {open.map((incident) => (
              <IncidentItem key={incident.ref} incident={incident} whose={whose} />
            ))}
          </ul>
        </section>
      )}
      {places.length > 0 && (
        <section className="section">
          <h2>{whose === 'client' ? `The last ${days} days` : 'Places'}</h2>
          <ul className={styles.places}>
            {places.map(({ name, state: how, uptime }) => (
              <li key={name}>
                <div className={styles.placeHead}>
                  <h3>{name}</h3>
                  <PlaceMark state={how} />
                </div>
                <DayBars uptime={uptime} name={name} />
              </li>
            ))}
          </ul>
        </section>
      )}
      <section className="section">
        <h2>Before</h2>
        {past.length === 0 ? (
          <p className="muted">
            {open.length > 0 ? 'Nothing else' : 'Nothing'} was interrupted in the last {days} days.
          </p>
        ) : (
          <>
            <ul className={styles.history}>
              {past.slice(0, shownAtOnce).map((incident) => (
                <IncidentItem key={incident.ref} incident={incident} whose={whose} />
              ))}
            </ul>
            {past.length > shownAtOnce && (
              <details className={styles.days}>
                <summary>{past.length - shownAtOnce} earlier</summary>
                <ul className={styles.history}>
                  {past.slice(shownAtOnce).map((incident) => (
                    <IncidentItem key={incident.ref} incident={incident} whose={whose} />
                  ))}
                </ul>
              </details>
            )}
          </>
        )}
      </section>
    </>
  )
}
