import Link from 'next/link'
import { listJobsBehind } from '@/lib/store/job-pages'
import { LiveState } from '../live'
import styles from './device-page.module.css'

const mostShown = 20

/** The jobs that run behind a device: what they miss while it is dark is part of its incident. */
export async function JobsBehind({ id }: { id: number }) {
  const { items, total } = await listJobsBehind(id, mostShown)
  if (total === 0) return null
  return (
    <section className="section">
      <h2>Jobs behind it</h2>
      <ul className={styles.neighbours}>
        {items.map((job) => (
          <li key={job.id}>
            <LiveState id={job.id} status={job.status} since={job.since.toISOString()} word={false} />
            <Link href={`/jobs/${job.id}`} prefetch={false} className="clip">
              {job.name}
            </Link>
          </li>
        ))}
      </ul>
      {total > items.length && <p className="muted">and {total - items.length} more</p>}
    </section>
  )
}
