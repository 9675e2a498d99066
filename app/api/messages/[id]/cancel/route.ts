import { guarded, pathId } from '@/lib/guarded'
import { Problem } from '@/lib/problem'
import { cancelMessage } from '@/lib/store/client-messages'
import { messageAt, type Path } from '../../answer'

export const POST = guarded<Path>('write', async ({ params, session }) => {
  const { id } = await messageAt(pathId(params))
  if (!(await cancelMessage(id, session))) throw new Problem('conflict', 'It is at its end already')
  return messageAt(id)
})
