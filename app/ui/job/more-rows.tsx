'use server'
import { allows } from '@/lib/rights'
import { requireUser } from '@/lib/session'
import { JobRow } from './job-row'
import { type JobSearch, readJobSearch } from './job-search'
import { listedJobs } from './listed-jobs'

/** The following rows of the registry, rendered as the first ones were. */
export async function moreJobs(search: JobSearch): Promise<{ rows: React.ReactNode; next: string | null }> {
  const session = await requireUser()
  const { search: q, ...rest } = search
  const { jobs, next } = await listedJobs(readJobSearch({ ...rest, q }))
  const mayWrite = allows(session.role, 'write')
  return { rows: jobs.map((job) => <JobRow key={job.id} job={job} mayWrite={mayWrite} />), next }
}
