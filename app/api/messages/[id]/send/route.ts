import { guarded, pathId, readOptionalJson } from '@/lib/guarded'
import { sendMessage } from '@/lib/store/client-messages'
import { MessageSend } from '@/lib/wire/rest-messages'
import { messageAt, type Path } from '../../answer'

export const POST = guarded<Path>('write', async ({ request, params, session }) => {
  const { wait_minutes } = await readOptionalJson(request, MessageSend)
  const { id } = await messageAt(pathId(params))
  await sendMessage(id, wait_minutes ?? 0, session)
  return messageAt(id)
})
