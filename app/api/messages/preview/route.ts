import { previewOrder } from '@/lib/client-message-orders'
import { guarded, readJson } from '@/lib/guarded'
import { PreviewInput } from '@/lib/wire/rest-messages'
import { previewAnswer } from '../answer'

export const POST = guarded('write', async ({ request }) => {
  const { incident_id, template, media } = await readJson(request, PreviewInput)
  return previewAnswer(await previewOrder(incident_id, template, media))
})
