import { guarded, noContent, notFound, pathId } from '@/lib/guarded'
import { Problem } from '@/lib/problem'
import { deleteDiscovery } from '@/lib/store/discoveries'
import { discoveryAnswer, discoveryAt, type Path } from '../answer'

export const GET = guarded<Path>('read', async ({ params }) => discoveryAnswer(await discoveryAt(pathId(params))))

export const DELETE = guarded<Path>('write', async ({ params }) => {
  const id = pathId(params)
  const gone = await deleteDiscovery(id)
  if (gone === null) throw notFound('No discovery', id)
  if ('fault' in gone) throw new Problem('conflict', gone.fault)
  return noContent()
})
