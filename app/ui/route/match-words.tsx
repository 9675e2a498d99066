import Link from 'next/link'
import type { MatchPreview } from '@/lib/past-preview'
import { Clock } from '../time'
import styles from './route-form.module.css'
import { counted } from './route-words'

const mostNamed = 5

/** How many incidents of the last 30 days a condition would have been for, with the newest of them. */
export function MatchWords({ match }: { match: MatchPreview | null }) {
  return (
    <div className={styles.match} aria-live="polite">
      {match && (
        <>
          <p>
            {match.incidents === 0 ? (
              'There was no incident in the last 30 days.'
            ) : (
              <>
                In the last 30 days this was <strong className="num">{counted(match.matching, 'incident')}</strong> of{' '}
                <span className="num">{new Intl.NumberFormat('en').format(match.incidents)}</span>
                {match.matching > 0 && ', most recently:'}
                {match.matching === 0 && '.'}
              </>
            )}
          </p>
          {match.newest.length > 0 && (
            <ul className={styles.newest}>
              {match.newest.slice(0, mostNamed).map(({ id, name, site, beganAt }) => (
                <li key={id} className="dotted">
                  <Link href={`/incidents/${id}`} className="link">
                    {name}
                  </Link>
                  {site && <span className="muted">{site}</span>}
                  <span className="muted">
                    <Clock at={beganAt} seconds={false} />
                  </span>
                </li>
              ))}
            </ul>
          )}
        </>
      )}
    </div>
  )
}
