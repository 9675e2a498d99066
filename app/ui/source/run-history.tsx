import Link from 'next/link'
import type { SourceRun } from '@/lib/store/source-runs'
import { Ago } from '../time'
import styles from './source.module.css'
import { countOf, runTones, runWords } from './source-words'

/** The readings of a source, the newest first. */
export function RunHistory({ source, runs, shown }: { source: number; runs: SourceRun[]; shown: number | undefined }) {
  return (
    <div className="table-wrap">
      <table className={`table ${styles.readings}`}>
        <thead>
          <tr>
            <th>Read</th>
            <th>Outcome</th>
            <th>What</th>
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => (
            <tr key={run.id}>
              <td>
                {run.changes || run.rejected ? (
                  <Link
                    href={`/settings/sources/${source}?run=${run.id}`}
                    className="row-link"
                    aria-current={run.id === shown ? 'true' : undefined}
                  >
                    <Ago at={run.beganAt} />
                  </Link>
                ) : (
                  <Ago at={run.beganAt} />
                )}
              </td>
              <td className={styles.state} data-tone={run.changes?.counts.total === 0 ? 'still' : runTones[run.state]}>
                {run.changes?.counts.total === 0 && run.state === 'applied' ? 'No change' : runWords[run.state]}
              </td>
              <td>{whatWords(run)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function whatWords({ state, words, changes, by, appliedBy, rejected }: SourceRun): string {
  const total = changes?.counts.total ?? 0
  const parts = [
    total > 0 && countOf(total, 'change'),
    rejected && rejected.length > 0 && `${rejected.length} not read`,
    by && `asked for by ${by}`,
    appliedBy && `${state === 'dismissed' ? 'dismissed' : 'applied'} by ${appliedBy}`,
    words,
  ]
  return parts.filter(Boolean).join(', ')
}
