import { fixture, fixtureBase, type Json, shifted } from './fixtures'
import { type Asked, type Reply, type StandInServer, standInServer, type Tls } from './stand-in-server'

export * from './stand-in-server'

export const sonarToken = 'sonar-personal-access-token-1'

type Connection = { page_info: Json; entities: Json[] }
const connection = (file: string, name: string, shift: number): Connection =>
  shifted(fixture<{ data: Record<string, Connection> }>(file).data[name] ?? { page_info: {}, entities: [] }, shift)

export type SonarStandIn = StandInServer & {
  accounts: Json[] // may be changed
  networkSites: Json[]
}

/** A Sonar from the fixtures: one GraphQL address that pages accounts and network sites, by six as recorded. */
export async function sonarStandIn({
  tls,
  now = Date.now(),
  perPage = 6,
}: {
  tls?: Tls
  now?: number
  perPage?: number
} = {}): Promise<SonarStandIn> {
  const shift = now - fixtureBase
  const accounts = ['sonar-accounts', 'sonar-accounts-page2'].flatMap(
    (file) => connection(file, 'accounts', shift).entities,
  )
  const networkSites = connection('sonar-network-sites', 'network_sites', shift).entities

  const answer = ({ path, method, headers, body }: Asked): Reply => {
    if (path !== '/api/graphql')
      return { headers: { 'content-type': 'text/html' }, body: '<!DOCTYPE html><title>Sonar</title>' }
    if (headers.authorization !== `Bearer ${sonarToken}`) return { status: 401, body: { message: 'Unauthenticated.' } }
    const { query = '', variables } = JSON.parse(method === 'POST' ? body : '{}') as {
      query?: string
      variables?: { pages?: { page?: number; records_per_page?: number } }
    }
    if (/\bme\b/.test(query)) return { body: { data: { me: { name: 'Beatline', username: 'beatline' } } } }
    const name = query.includes('network_sites') ? 'network_sites' : query.includes('accounts') ? 'accounts' : null
    if (!name) return { body: { errors: [{ message: 'Cannot query that.', locations: [{ line: 1, column: 3 }] }] } }
    const all = name === 'accounts' ? accounts : networkSites
    const page = variables?.pages?.page ?? 1
    const size = Math.min(perPage, variables?.pages?.records_per_page ?? perPage)
    const pages = Math.max(1, Math.ceil(all.length / size))
    const page_info = { page, records_per_page: size, total_pages: pages, total_count: all.length }
    return { body: { data: { [name]: { page_info, entities: all.slice((page - 1) * size, page * size) } } } }
  }
  return { ...(await standInServer(answer, tls ? { tls } : {})), accounts, networkSites }
}
