import Link from 'next/link'
import { priorities } from '@/lib/domain/priority-words'
import type { PriorityPreview } from '@/lib/past-preview'
import form from '../job/job-form.module.css'
import { Clock } from '../time'
import styles from './priority-preview.module.css'
import { counted, priorityWords } from './route-words'

const number = new Intl.NumberFormat('en')

/** What the incidents of the last 30 days would have been, beside what they were, and which differ. */
export function PriorityPreviewWords({ preview, isOld }: { preview: PriorityPreview | null; isOld: boolean }) {
  return (
    <section className={`${form.block} ${styles.preview}`} aria-labelledby="last-days" data-old={isOld || undefined}>
      <h2 id="last-days">In the last 30 days this would have been</h2>
      <div aria-live="polite" className="stack">
        {!preview && <p className="hint">{isOld ? 'Once the expression can be read.' : 'Looking…'}</p>}
        {preview && preview.incidents === 0 && <p>There was no incident.</p>}
        {preview && preview.incidents > 0 && <Found preview={preview} />}
        {isOld && preview && <p className="hint">By the expression as it last could be read.</p>}
      </div>
    </section>
  )
}

function Found({ preview: { incidents, was, would, changed, faults } }: { preview: PriorityPreview }) {
  return (
    <>
      <dl className={styles.counts}>
        {priorities.map((priority) => (
          <div key={priority}>
            <dt>{priorityWords[priority]}</dt>
            <dd className="num">{number.format(would[priority])}</dd>
            <dd className={styles.was}>
              {would[priority] === was[priority] ? 'as it was' : `was ${number.format(was[priority])}`}
            </dd>
            <dd className={styles.bar}>
              <svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
                <rect width={Math.max((would[priority] / incidents) * 100, would[priority] > 0 ? 0.5 : 0)} height="4" />
              </svg>
            </dd>
          </div>
        ))}
      </dl>
      {faults.count > 0 && (
        <p className="note" data-tone="amber">
          For {counted(faults.count, 'incident')} it could not be worked out, which then count as normal: {faults.first}
          .
        </p>
      )}
      {changed.count > 0 && (
        <>
          <p>
            {counted(changed.count, 'incident')} of {number.format(incidents)} would have been otherwise
            {changed.count > changed.newest.length ? '; the newest:' : ':'}
          </p>
          <ul className={styles.changed}>
            {changed.newest.map(({ id, name, site, beganAt, from, to }) => (
              <li key={id}>
                <p className="dotted">
                  <Link href={`/incidents/${id}`} className="link">
                    {name}
                  </Link>
                  {site && <span className="muted">{site}</span>}
                  <span className="muted">
                    <Clock at={beganAt} seconds={false} />
                  </span>
                </p>
                <span>
                  <span className="muted">{from}</span> <span aria-hidden="true">→</span>
                  <span className="visually-hidden">then</span> <span className="strong">{to}</span>
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
      {changed.count === 0 && <p>Each of them as it was.</p>}
    </>
  )
}
