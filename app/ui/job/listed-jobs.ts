import { lastBeats, type StoredBeat } from '@/lib/store/beats'
import { listJobs } from '@/lib/store/jobs'
import type { ListedJob } from './job-row'
import type { JobSearch } from './job-search'
import { stripCode } from './strip-code'

const pageSize = 100
const beatsShown = 24

/** The last beats of some jobs as the letters of a strip. */
export async function stripsOf(
  ids: readonly number[],
  count: number,
): Promise<Map<number, { code: string; until: string | null }>> {
  if (ids.length === 0) return new Map()
  const beats = await lastBeats(ids, count)
  return new Map([...beats].map(([id, last]) => [id, stripOf(last)]))
}

const stripOf = (last: readonly StoredBeat[]) => ({
  code: stripCode(last.map((beat) => ({ ...beat, at: beat.at.getTime() }))),
  until: last.at(-1)?.at.toISOString() ?? null,
})

/** A page of the registry with the last beats of each job: two statements, however long it is. */
export async function listedJobs(search: JobSearch): Promise<{ jobs: ListedJob[]; next: string | null }> {
  const { items, next } = await listJobs({ ...search, limit: pageSize })
  const strips = await stripsOf(
    items.map((job) => job.id),
    beatsShown,
  )
  const jobs = items.map((job) => {
    const strip = strips.get(job.id)
    return { ...job, strip: strip?.code ?? '', newestAt: strip?.until ?? null }
  })
  return { jobs, next }
}
