import { sql } from './database'

/** One client's part of one message. state: waiting and sending are under way; doubtful: it may have gone out. */
export type ToldClient = {
  id: number
  messageId: number
  incidentId: number | null
  incidentName: string | null
  clientId: number | null
  clientName: string // as it was called then
  part: 'first' | 'follow_up'
  medium: 'sms' | 'email' | null
  address: string | null
  language: string
  subject: string | null
  body: string | null // as sent; null before that
  state: 'waiting' | 'sending' | 'sent' | 'delivered' | 'failed' | 'skipped' | 'doubtful'
  why: string | null
  at: Date // when it was made
  attempts: { at: string; status: number | null; answer: string }[]
  dueAt: Date
  sentAt: Date | null
  deliveredAt: Date | null
  cost: number | null
}

const columns = () => sql`
  r.id::float8 as id, r.message_id as "messageId", r.incident_id as "incidentId", i.root_name as "incidentName",
  r.client_id as "clientId", r.client_name as "clientName", r.part, r.medium, r.address, r.language, r.subject, r.body,
  r.state, r.why, m.created_at as at, r.attempts, r.due_at as "dueAt", r.sent_at as "sentAt",
  r.delivered_at as "deliveredAt", r.cost::float8 as cost`

/** What a client was told, or why it was not, the newest first; `before` is the id of the last one of the page before. */
export async function listMessagesOfClient(
  clientId: number,
  { before, limit = 50 }: { before?: number | undefined; limit?: number } = {},
): Promise<ToldClient[]> {
  return sql<ToldClient[]>`
    select ${columns()} from message_recipients r join client_messages m on m.id = r.message_id
      left join incidents i on i.id = r.incident_id
    where r.client_id = ${clientId} ${before === undefined ? sql`` : sql`and r.id < ${before}::bigint`}
    order by r.id desc limit ${limit}`
}

/** Everybody that a message concerns, those left out among them, by part and name; `after` is the last id of the page before. */
export async function listRecipients(
  messageId: number,
  { after = 0, limit = 1000 }: { after?: number; limit?: number } = {},
): Promise<ToldClient[]> {
  return sql<ToldClient[]>`
    select ${columns()} from message_recipients r join client_messages m on m.id = r.message_id
      left join incidents i on i.id = r.incident_id
    where r.message_id = ${messageId} and r.id > ${after}::bigint order by r.id limit ${limit}`
}
