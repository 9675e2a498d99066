import { type ClientFilter, clientFilters } from '@/lib/domain/client-state'

/** What the address of the list says: which clients, in which order, from where on. */
export type ClientSearch = {
  search?: string | undefined
  state?: ClientFilter | undefined
  site?: number | undefined
  incident?: number | undefined // whom it concerns
  archived?: boolean | undefined // those that have left; undefined: those that have not
  sort?: 'name' | 'status' | 'since' | undefined
  cursor?: string | undefined
}

const sorts = ['name', 'status', 'since'] as const

/** Reads it leniently: what is no filter of ours is left out, as the address may come from anywhere. */
export function readClientSearch(params: Record<string, string | string[] | undefined>): ClientSearch {
  const text = (name: string) => {
    const value = params[name]
    // PostgreSQL takes no NUL; nobody is called so.
    return typeof value === 'string' && value !== '' ? value.replaceAll('\u0000', '').slice(0, 500) : undefined
  }
  const id = (name: string) => {
    const number = Number(text(name))
    return Number.isInteger(number) && number > 0 && number < 2 ** 31 ? number : undefined
  }
  return {
    search: text('q'),
    state: clientFilters.find((state) => state === text('state')),
    site: id('site'),
    incident: id('incident'),
    archived: text('archived') === '1' ? true : undefined,
    sort: sorts.find((sort) => sort === text('sort')),
    cursor: text('cursor'),
  }
}

export function clientHref({ search, state, site, incident, archived, sort, cursor }: ClientSearch): string {
  const query = new URLSearchParams()
  const said = {
    q: search,
    state,
    site: site?.toString(),
    incident: incident?.toString(),
    archived: archived ? '1' : undefined,
    sort,
    cursor,
  }
  for (const [name, value] of Object.entries(said)) if (value) query.set(name, value)
  return query.size > 0 ? `/clients?${query}` : '/clients'
}
