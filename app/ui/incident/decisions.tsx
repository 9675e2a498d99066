import type { IncidentDecision } from '@/lib/store/incidents'
import { Clock } from '../time'
import styles from './incident-page.module.css'
import { eventWords, outcomeWords } from './incident-words'

/** Why was I told, or not: every decision with its sentence, its rule and what it was made from. */
export function Decisions({ decisions }: { decisions: IncidentDecision[] }) {
  return (
    <section className="section" id="why">
      <h2>Why was I told?</h2>
      {decisions.length === 0 && <p className="muted">No decision was made yet.</p>}
      <ul className={styles.decisions}>
        {decisions.map((decision) => (
          <li key={decision.id} data-outcome={decision.outcome}>
            <p>
              <strong>{outcomeWords[decision.outcome]}</strong>
              {decision.channel && `: ${decision.channel}`}
              <span className="muted">
                {' · '}
                {eventWords[decision.event].toLowerCase()} <Clock at={decision.at} />
              </span>
            </p>
            <p>{decision.why}</p>
            {decision.until && (
              <p className="muted">
                Until <Clock at={decision.until} />
              </p>
            )}
            <details>
              <summary className="muted">Rule and inputs</summary>
              <p className="muted">{decision.rule}</p>
              <pre>{JSON.stringify(decision.inputs, null, 2)}</pre>
            </details>
          </li>
        ))}
      </ul>
    </section>
  )
}
