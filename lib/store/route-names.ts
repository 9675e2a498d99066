import { sql } from './database'
import { inNaturalOrder } from './natural-order'
import { listTags } from './neighbours'

const most = 500

/** Names that conditions and expressions can be about: sites, tags and clients in use. */
export async function listRouteNames(): Promise<{ sites: string[]; tags: string[]; clients: string[] }> {
  const [sites, tags, clients] = await Promise.all([
    sql<{ name: string }[]>`select name from sites order by ${inNaturalOrder(sql`name`)} limit ${most}`,
    listTags(most),
    sql<{ name: string }[]>`
      select client as name from devices where client is not null group by client order by count(*) desc, client
      limit ${most}`,
  ])
  return { sites: sites.map(({ name }) => name), tags, clients: clients.map(({ name }) => name) }
}
