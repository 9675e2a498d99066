import { pageOf, startAfter } from '@/app/api/pages'
import { guarded, pathId, readQuery } from '@/lib/guarded'
import { listRecipients } from '@/lib/store/client-message-history'
import { RecipientQuery } from '@/lib/wire/rest-messages'
import { messageAt, type Path, recipientAnswer } from '../../answer'

export const GET = guarded<Path>('read', async ({ request, params }) => {
  const { limit, cursor } = readQuery(request, RecipientQuery)
  const { id } = await messageAt(pathId(params))
  const rows = await listRecipients(id, { after: startAfter(cursor, 'number') ?? 0, limit: limit + 1 })
  return pageOf(rows, limit, (row) => row.id, recipientAnswer)
})
