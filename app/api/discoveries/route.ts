import { created, guarded, readJson, readQuery } from '@/lib/guarded'
import { listDiscoveries } from '@/lib/store/discoveries'
import { PageQuery } from '@/lib/wire/rest'
import { DiscoveryInput } from '@/lib/wire/rest-discoveries'
import { pageOf, startAfter } from '../pages'
import { discoveryAnswer, discoveryAt } from './answer'
import { startDiscovery } from './input'

export const GET = guarded('read', async ({ request }) => {
  const { limit, cursor } = readQuery(request, PageQuery)
  const before = Math.min(startAfter(cursor, 'number') ?? 2_147_483_647, 2_147_483_647)
  const rows = await listDiscoveries({ limit: limit + 1, before })
  return pageOf(rows, limit, (discovery) => discovery.id, discoveryAnswer)
})

export const POST = guarded('write', async ({ request, session }) => {
  const id = await startDiscovery(await readJson(request, DiscoveryInput), session.name)
  return created(`/api/discoveries/${id}`, discoveryAnswer(await discoveryAt(id)))
})
