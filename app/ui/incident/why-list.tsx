import type { Verdict } from '@/lib/domain/why'
import type { ChannelWhy, DecisionRow } from '@/lib/store/why'
import { Clock } from '../time'
import { eventWords, outcomeWords } from './incident-words'
import styles from './why-list.module.css'

const verdictWords: Record<Verdict, string> = {
  told: 'Told',
  on_its_way: 'On its way',
  failed: 'Not reached',
  waits: 'Waits',
  held: 'Held back',
  not_told: 'Not told',
}

/** Why each channel was told or not, in one sentence, and below it every decision with what it was made from. */
export function WhyList({ whys }: { whys: ChannelWhy[] }) {
  return (
    <ul className={styles.list}>
      {whys.map((why) => (
        <li key={why.channel.id} className={styles.item} id={`channel-${why.channel.id}`}>
          <h3>
            {why.channel.name}
            {why.channel.mine && <span className="muted"> (you)</span>}
          </h3>
          <WhyAnswer why={why} />
          {why.decisions.length > 0 && <History decisions={why.decisions} />}
        </li>
      ))}
    </ul>
  )
}

/** The answer for one channel: a word, since when, and the sentence. */
export function WhyAnswer({ why: { answer } }: { why: ChannelWhy }) {
  return (
    <>
      <p className={styles.verdict}>
        <strong data-verdict={answer.verdict}>{verdictWords[answer.verdict]}</strong>
        {answer.at !== null && (
          <span className="muted">
            <Clock at={answer.at} />
          </span>
        )}
        {answer.until !== null && (
          <span className="muted">
            until <Clock at={answer.until} seconds={false} />
          </span>
        )}
      </p>
      <p>{answer.why}</p>
    </>
  )
}

function History({ decisions }: { decisions: DecisionRow[] }) {
  return (
    <details className={styles.history}>
      <summary className="muted">
        {decisions.length === 1
          ? 'The decision, and what it was made from'
          : `${decisions.length === 2 ? 'Both' : `All ${decisions.length}`} decisions, and what they were made from`}
      </summary>
      <DecisionList decisions={decisions} />
    </details>
  )
}

/** Decisions, oldest first: what happened, what was decided, by which rule. */
export function DecisionList({ decisions }: { decisions: DecisionRow[] }) {
  return (
    <ol className={styles.decisions}>
      {decisions.map((decision) => (
        <li key={decision.id}>
          <p>
            <Clock at={decision.at} />
            {': '}
            {eventWords[decision.event].toLowerCase()}, <strong>{outcomeWords[decision.outcome].toLowerCase()}</strong>
            {decision.until !== null && (
              <>
                {' until '}
                <Clock at={decision.until} seconds={false} />
              </>
            )}
          </p>
          <p>{decision.why}</p>
          <details>
            <summary className="muted">Rule {decision.rule} and its inputs</summary>
            <dl className={styles.inputs}>
              {inputRows(decision.inputs).map(([name, value]) => (
                <div key={name}>
                  <dt>{name.replaceAll('_', ' ')}</dt>
                  <dd>{value}</dd>
                </div>
              ))}
            </dl>
          </details>
        </li>
      ))}
    </ol>
  )
}

function inputRows(inputs: DecisionRow['inputs']): [string, string][] {
  if (typeof inputs !== 'object' || inputs === null || Array.isArray(inputs)) return []
  return Object.entries(inputs).flatMap(([name, value]) => {
    if (value === null || value === undefined || (Array.isArray(value) && value.length === 0)) return []
    return [[name, typeof value === 'object' ? JSON.stringify(value) : String(value)] as [string, string]]
  })
}
