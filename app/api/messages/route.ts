import { pageOf, startAfter } from '@/app/api/pages'
import { orderMessage } from '@/lib/client-message-orders'
import { created, guarded, readJson, readQuery } from '@/lib/guarded'
import { Problem } from '@/lib/problem'
import { listMessages } from '@/lib/store/client-message-history'
import { MessageInput, MessageQuery } from '@/lib/wire/rest-messages'
import { messageAnswer, messageAt } from './answer'

export const GET = guarded('read', async ({ request }) => {
  const { incident, live, limit, cursor } = readQuery(request, MessageQuery)
  const before = startAfter(cursor, 'number')
  const rows = await listMessages({ incidentId: incident, live, before, limit: limit + 1 })
  return pageOf(rows, limit, ({ id }) => id, messageAnswer)
})

export const POST = guarded('write', async ({ request, session }) => {
  const said = await readJson(request, MessageInput)
  if ((said.send === 'wait') !== (said.wait_minutes !== undefined))
    throw new Problem('invalid-input', 'wait_minutes: expected with send: wait, and with it alone')
  const send =
    said.wait_minutes !== undefined ? { waitMinutes: said.wait_minutes } : said.send === 'now' ? 'now' : 'draft'
  const { incident_id: incidentId, template, media, only_if_dark: onlyIfDark, follow_up: followUp } = said
  const id = await orderMessage({ incidentId, template, media, send, onlyIfDark, followUp }, session)
  return created(`/api/messages/${id}`, await messageAt(id))
})
