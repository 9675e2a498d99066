import type { Metadata } from 'next'
import Link from 'next/link'
import { Icon } from '@/app/ui/icons'
import { JobFilters } from '@/app/ui/job/job-filters'
import { readJobSearch } from '@/app/ui/job/job-search'
import { JobTable } from '@/app/ui/job/job-table'
import { listedJobs } from '@/app/ui/job/listed-jobs'
import { NoJobs } from '@/app/ui/job/no-jobs'
import { ZonePicker } from '@/app/ui/zone-picker'
import { allows } from '@/lib/rights'
import { requireUser } from '@/lib/session'
import { readPulse } from '@/lib/store/board'
import { knownJobTags } from '@/lib/store/job-pages'

export const metadata: Metadata = { title: 'Jobs' }

export default async function JobsPage({ searchParams }: { searchParams: Promise<Record<string, string | string[]>> }) {
  const [session, params] = await Promise.all([requireUser(), searchParams])
  const search = readJobSearch(params)
  const [{ jobs, next }, { jobCounts: counts, jobs: total }, tags] = await Promise.all([
    listedJobs(search),
    readPulse(),
    knownJobTags(),
  ])
  const mayWrite = allows(session.role, 'write')
  return (
    <div className="page">
      <header className="page-head">
        <hgroup className="row">
          <h1>Jobs</h1>
          <p className="muted num">{new Intl.NumberFormat('en').format(total)}</p>
        </hgroup>
        {total > 0 && <ZonePicker />}
        {mayWrite && (
          <>
            <Link href="/jobs/import" className="button desk-only">
              <Icon name="upload" size={16} />
              Import or export
            </Link>
            <Link href="/jobs/new" className="button" data-kind="primary">
              <Icon name="plus" size={16} />
              Add a job
            </Link>
          </>
        )}
      </header>
      {total > 0 && <JobFilters search={search} counts={counts} tags={tags} />}
      {jobs.length > 0 ? (
        <JobTable jobs={jobs} next={next} search={search} mayWrite={mayWrite} tags={tags.map(({ tag }) => tag)} />
      ) : total === 0 ? (
        <NoJobs mayWrite={mayWrite} />
      ) : (
        <div className="empty">
          <h2>Nothing matches.</h2>
          <p>
            <Link href="/jobs" className="link">
              Show every job
            </Link>
          </p>
        </div>
      )}
    </div>
  )
}
