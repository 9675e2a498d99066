import { created, guarded, readJson, readQuery } from '@/lib/guarded'
import { createSite, findSite, listSites } from '@/lib/store/sites'
import { PageQuery, SiteInput } from '@/lib/wire/rest'
import { siteAnswer } from '../answers'
import { pageOf, startAfter } from '../pages'
import { impossible, nameTaken } from './input'

export const GET = guarded('read', async ({ request }) => {
  const { limit, cursor } = readQuery(request, PageQuery)
  const rows = await listSites({ limit: limit + 1, after: startAfter(cursor, 'string') ?? '' })
  return pageOf(rows, limit, (site) => site.name, siteAnswer)
})

export const POST = guarded('write', async ({ request }) => {
  const input = await readJson(request, SiteInput)
  const id = await createSite({
    name: input.name,
    latitude: input.latitude,
    longitude: input.longitude,
    timeZone: input.time_zone,
    snmpProfile: input.snmp_profile,
    pingInterval: input.ping_interval,
    pingTimeout: input.ping_timeout,
    isolateMisses: input.isolate.misses,
    isolateSeconds: input.isolate.seconds,
  })
  if (id === null) throw nameTaken(input.name)
  if (typeof id === 'object') throw impossible(id)
  const site = await findSite(id)
  return created(`/api/sites/${id}`, site && siteAnswer(site))
})
