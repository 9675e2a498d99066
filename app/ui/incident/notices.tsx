import type { Message } from '@/lib/store/incident-messages'
import { Clock } from '../time'
import styles from './incident-page.module.css'
import { eventWords } from './incident-words'

/** What was sent where, each attempt with its answer. */
export function Notices({ messages }: { messages: Message[] }) {
  if (messages.length === 0) return null
  return (
    <section className="section">
      <h2>Notices</h2>
      <ul className={styles.notices}>
        {messages.map((notice) => (
          <li key={notice.key}>
            <p>
              <strong>{notice.place ?? notice.channel}</strong>
              <span className="muted">
                {' · '}
                {eventWords[notice.event].toLowerCase()}
                {notice.place !== null && `, for ${notice.channel}`}
              </span>
            </p>
            <p className={styles.way}>
              <Fate notice={notice} />
            </p>
            {notice.attempts.length > 0 && (
              <details>
                <summary className="muted">
                  {notice.attempts.length} {notice.attempts.length === 1 ? 'attempt' : 'attempts'}
                </summary>
                <ul>
                  {notice.attempts.map((attempt) => (
                    <li key={attempt.at} className="muted">
                      <Clock at={attempt.at} />: {attempt.status ?? 'no answer'}
                      {attempt.answer && `, ${attempt.answer}`}
                    </li>
                  ))}
                </ul>
              </details>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}

function Fate({ notice }: { notice: Message }) {
  if (notice.failedAt) {
    return (
      <span className="problem">
        Failed for good <Clock at={notice.failedAt} />
      </span>
    )
  }
  if (!notice.deliveredAt) return <span className="muted">On its way</span>
  return (
    <>
      <span>
        Accepted <Clock at={notice.deliveredAt} />
      </span>
      {notice.shownAt && (
        <span>
          shown <Clock at={notice.shownAt} />
        </span>
      )}
      {notice.openedAt && (
        <span>
          opened <Clock at={notice.openedAt} />
        </span>
      )}
    </>
  )
}
