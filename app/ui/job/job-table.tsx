import Link from 'next/link'
import type { JobSort } from '@/lib/store/jobs'
import { JobBulk, SelectAllJobs } from './job-bulk'
import { JobRow, type ListedJob } from './job-row'
import { type JobSearch, jobHref } from './job-search'
import styles from './job-table.module.css'
import { MoreJobs } from './more-jobs'

/** The registry: 36 px a row on a desk, 52 px under a thumb; the next hundred come as the end is reached. */
export function JobTable({
  jobs,
  next,
  search,
  mayWrite,
  tags,
}: {
  jobs: ListedJob[]
  next: string | null
  search: JobSearch
  mayWrite: boolean
  tags: string[]
}) {
  const table = (
    <table className={`table ${styles.jobs}`}>
      <thead>
        <tr>
          {mayWrite && (
            <th className={styles.tick}>
              <SelectAllJobs />
            </th>
          )}
          <SortHead search={search} sort="status" name="State" className={styles.state} />
          <SortHead search={search} sort="name" name="Name" />
          <th className={styles.beats}>
            <span className={styles.beatsWord}>Last beats</span>
          </th>
          <th className={styles.wide}>Schedule</th>
          <SortHead search={search} sort="last_beat" name="Last beat" align="right" className={styles.wide} />
          <th data-align="right" className={styles.wide}>
            Next due
          </th>
        </tr>
      </thead>
      <tbody>
        {jobs.map((job) => (
          <JobRow key={job.id} job={job} mayWrite={mayWrite} />
        ))}
        {next && <MoreJobs key={jobHref(search)} search={search} cursor={next} columns={mayWrite ? 7 : 6} />}
      </tbody>
    </table>
  )
  if (!mayWrite) return table
  return (
    <JobBulk search={search} tags={tags} some={next !== null}>
      {table}
    </JobBulk>
  )
}

function SortHead({
  search,
  sort,
  name,
  align,
  className,
}: {
  search: JobSearch
  sort: 'name' | 'status' | 'last_beat'
  name: string
  align?: 'right'
  className?: string | undefined
}) {
  const sorted = (search.sort ?? 'name').replace('-', '') === sort
  const turned = search.sort?.startsWith('-') ?? false
  // A column that is sorted by already is turned round.
  const target: JobSort = sorted && !turned ? `-${sort}` : sort
  const descends = (sort === 'last_beat') !== turned
  return (
    <th
      data-align={align}
      aria-sort={sorted ? (descends ? 'descending' : 'ascending') : undefined}
      className={className}
    >
      <Link
        href={jobHref({ ...search, cursor: undefined, sort: target })}
        className={styles.sort}
        data-sorted={sorted || undefined}
      >
        {name}
      </Link>
    </th>
  )
}
