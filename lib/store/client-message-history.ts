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

/** A message with how many it told so far. told: accepted or delivered, of its first part; back: of the follow-up. */
export type ListedMessage = {
  id: number
  incidentId: number | null
  incidentName: string | null
  incidentResolvedAt: Date | null
  template: string
  media: ('sms' | 'email')[]
  state: 'draft' | 'waiting' | 'sending' | 'done' | 'cancelled' | 'called_off'
  why: string | null
  sendAt: Date | null
  onlyIfDark: boolean
  followUp: boolean
  estimate: { clients: number; told: number; smsParts: number; cost: number; currency: string } | null
  createdBy: string
  createdAt: Date
  startedAt: Date | null
  endedAt: Date | null
  clients: number
  waiting: number
  told: number
  delivered: number
  failed: number
  doubtful: number
  left: number
  back: number
  cost: number
}

const listed = () => sql`
  m.id, m.incident_id as "incidentId", i.root_name as "incidentName", i.resolved_at as "incidentResolvedAt", m.template,
  m.media, m.state, m.why, m.send_at as "sendAt", m.only_if_dark as "onlyIfDark", m.follow_up as "followUp", m.estimate,
  m.created_by as "createdBy", m.created_at as "createdAt", m.started_at as "startedAt", m.ended_at as "endedAt", r.*`

const counted = () => sql`
  left join incidents i on i.id = m.incident_id cross join lateral (
    select count(*) filter (where part = 'first')::int as clients,
      count(*) filter (where state in ('waiting', 'sending'))::int as waiting,
      count(*) filter (where part = 'first' and state in ('sent', 'delivered'))::int as told,
      count(*) filter (where part = 'first' and state = 'delivered')::int as delivered,
      count(*) filter (where part = 'first' and state = 'failed')::int as failed,
      count(*) filter (where part = 'first' and state = 'doubtful')::int as doubtful,
      count(*) filter (where part = 'first' and state = 'skipped')::int as left,
      count(*) filter (where part = 'follow_up' and state in ('sent', 'delivered'))::int as back,
      coalesce(sum(cost), 0)::float8 as cost
    from message_recipients where message_id = m.id) r`

/** Messages to clients, the newest first; `before` is the id of the last one of the page before. `live`: neither at its end nor a draft. */
export async function listMessages({
  incidentId,
  live,
  before,
  limit = 50,
}: {
  incidentId?: number | undefined
  live?: boolean | undefined
  before?: number | undefined
  limit?: number
} = {}): Promise<ListedMessage[]> {
  return sql<ListedMessage[]>`
    select ${listed()} from client_messages m ${counted()}
    where true ${incidentId === undefined ? sql`` : sql`and m.incident_id = ${incidentId}`}
      ${live ? sql`and m.state in ('waiting', 'sending')` : sql``}
      ${before === undefined ? sql`` : sql`and m.id < ${before}`}
    order by m.id desc limit ${limit}`
}

/** One message; null: there is none. */
export async function findMessage(id: number): Promise<ListedMessage | null> {
  const [message] = await sql<ListedMessage[]>`
    select ${listed()} from client_messages m ${counted()} where m.id = ${id}`
  return message ?? null
}

/** A message that waits or goes out now. */
export type LiveMessage = { id: number; state: 'waiting' | 'sending'; sendAt: Date | null }

/** These by their incident, one of each: for pages that show many incidents. */
export async function liveByIncident(): Promise<Map<number, LiveMessage>> {
  const rows = await sql<(LiveMessage & { incidentId: number })[]>`
    select incident_id as "incidentId", id, state, send_at as "sendAt" from client_messages
    where state in ('waiting', 'sending') and incident_id is not null order by id limit 500`
  return new Map(rows.map(({ incidentId, ...rest }) => [incidentId, rest]))
}
