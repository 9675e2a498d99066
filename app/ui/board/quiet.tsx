import Link from 'next/link'
import { Since } from '../time'
import styles from './board.module.css'
import { PulseLine } from './pulse-line'

/** Nothing is dark, for how long, and the line beating with what is measured. Never said when nobody can tell. */
export function Quiet({
  since,
  sample,
  jobs,
  telling,
}: {
  since: Date | null
  sample: number[]
  jobs: number[]
  telling: boolean
}) {
  return (
    <section className={styles.quiet} data-telling={telling}>
      <PulseLine ids={sample} jobs={jobs} />
      {telling ? (
        <>
          <h2>Nothing is dark.</h2>
          {since && (
            <p className="muted">
              For <Since at={since} /> now.
            </p>
          )}
        </>
      ) : (
        <>
          <h2>Nobody can tell.</h2>
          <p className="muted">
            No outage is open, but no probe is measuring: either none is connected, or all are blind.{' '}
            <Link href="/settings/probes">See the probes</Link>
          </p>
        </>
      )}
    </section>
  )
}
