import { guarded, pathId } from '@/lib/guarded'
import { Problem } from '@/lib/problem'
import { sendTest } from '@/lib/test-channel'
import { channelAt, type Path } from '../../answer'

/** Sends a test now and says what was really answered. */
export const POST = guarded<Path>('write', async ({ request, params }) => {
  const { id, kind } = await channelAt(pathId(params))
  if (kind === 'web_push') {
    throw new Problem('conflict', 'Push devices are tested one by one: POST /api/push/subscriptions/{id}/test')
  }
  return sendTest(id, request.signal)
})
