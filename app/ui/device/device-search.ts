import { type Status, statuses } from '@/lib/domain/status'

/** What the address of the list says: which devices, in which order, from where on. */
export type DeviceSearch = {
  search?: string | undefined
  status?: Status | undefined
  site?: number | null | undefined // null: of none
  tag?: string | undefined
  sort?: 'name' | 'status' | 'since' | undefined
  cursor?: string | undefined
}

const sorts = ['name', 'status', 'since'] as const

/** Reads it leniently: what is no filter of ours is left out, as the address may come from anywhere. */
export function readDeviceSearch(params: Record<string, string | string[] | undefined>): DeviceSearch {
  const text = (name: string) => {
    const value = params[name]
    // PostgreSQL takes no NUL; nothing is called so.
    return typeof value === 'string' && value !== '' ? value.replaceAll('\u0000', '').slice(0, 500) : undefined
  }
  const site = Number(text('site'))
  return {
    search: text('q'),
    status: statuses.find((status) => status === text('status')),
    site: text('site') === 'none' ? null : Number.isInteger(site) && site > 0 && site < 2 ** 31 ? site : undefined,
    tag: text('tag'),
    sort: sorts.find((sort) => sort === text('sort')),
    cursor: text('cursor'),
  }
}

export function deviceHref({ search, status, site, tag, sort, cursor }: DeviceSearch): string {
  const query = new URLSearchParams()
  const said = { q: search, status, site: site === null ? 'none' : site?.toString(), tag, sort, cursor }
  for (const [name, value] of Object.entries(said)) if (value) query.set(name, value)
  return query.size > 0 ? `/devices?${query}` : '/devices'
}
