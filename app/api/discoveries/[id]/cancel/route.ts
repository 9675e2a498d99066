import { guarded, pathId } from '@/lib/guarded'
import { cancelDiscovery } from '@/lib/store/discoveries'
import { discoveryAnswer, discoveryAt, type Path } from '../../answer'

/** One that has ended stays as it ended. */
export const POST = guarded<Path>('write', async ({ params }) => {
  const { id } = await discoveryAt(pathId(params))
  await cancelDiscovery(id)
  return discoveryAnswer(await discoveryAt(id))
})
