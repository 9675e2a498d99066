import { guarded, pathId, readQuery } from '@/lib/guarded'
import { listFound } from '@/lib/store/found-devices'
import { FoundQuery } from '@/lib/wire/rest-discoveries'
import { pageOf, startAfter } from '../../../pages'
import { discoveryAt, foundAnswer, type Path } from '../../answer'

export const GET = guarded<Path>('read', async ({ request, params }) => {
  const { limit, cursor, show } = readQuery(request, FoundQuery)
  const { id } = await discoveryAt(pathId(params))
  const after = Math.min(startAfter(cursor, 'number') ?? 0, 2_147_483_647)
  return pageOf(await listFound(id, { show, limit: limit + 1, after }), limit, (row) => row.id, foundAnswer)
})
