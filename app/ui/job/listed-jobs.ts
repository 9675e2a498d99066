import { lastBeats } from '@/lib/store/beats'
import { listJobs } from '@/lib/store/jobs'
import type { ListedJob } from './job-row'
import type { JobSearch } from './job-search'
import { stripCode } from './strip-code'

const pageSize = 100
const beatsShown = 24

/** A page of the registry with the last beats of each job: two statements, however long it is. */
export async function listedJobs(search: JobSearch): Promise<{ jobs: ListedJob[]; next: string | null }> {
  const { items, next } = await listJobs({ ...search, limit: pageSize })
  const beats = await lastBeats(
    items.map((job) => job.id),
    beatsShown,
  )
  const jobs = items.map((job) => {
    const last = beats.get(job.id) ?? []
    return {
      ...job,
      strip: stripCode(last.map((beat) => ({ ...beat, at: beat.at.getTime() }))),
      newestAt: last.at(-1)?.at.toISOString() ?? null,
    }
  })
  return { jobs, next }
}
