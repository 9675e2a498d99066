import type { JobSort, JobStatus } from '@/lib/store/jobs'

/** The states a job can be shown with, worst first. */
export const jobStates: readonly JobStatus[] = ['down', 'unreachable', 'late', 'new', 'up', 'paused']
const sorts = ['name', 'status', 'since', 'last_beat', 'created'] as const

/** What the address of the list says: which jobs, in which order, from where on. */
export type JobSearch = {
  search?: string | undefined
  status?: JobStatus | undefined
  tag?: string | undefined
  sort?: JobSort | undefined
  cursor?: string | undefined
}

/** Reads it leniently: what is no filter of ours is left out, as the address may come from anywhere. */
export function readJobSearch(params: Record<string, string | string[] | undefined>): JobSearch {
  const text = (name: string) => {
    const value = params[name]
    // PostgreSQL takes no NUL; nothing is called so.
    return typeof value === 'string' && value !== '' ? value.replaceAll('\u0000', '').slice(0, 500) : undefined
  }
  const sort = text('sort')
  return {
    search: text('q'),
    status: jobStates.find((status) => status === text('status')),
    tag: text('tag'),
    sort: sorts.flatMap((one): JobSort[] => [one, `-${one}`]).find((one) => one === sort),
    cursor: text('cursor'),
  }
}

export function jobHref({ search, status, tag, sort, cursor }: JobSearch): string {
  const query = new URLSearchParams()
  const said = { q: search, status, tag, sort, cursor }
  for (const [name, value] of Object.entries(said)) if (value) query.set(name, value)
  return query.size > 0 ? `/jobs?${query}` : '/jobs'
}
