import { sql } from './database'
import type { IncidentDecision } from './incidents'

/** One message of an incident: to one phone of an operator, or to another channel. failedAt: for good. */
export type Message = {
  key: string
  channel: string
  place: string | null // the phone; null where the channel is one place
  event: IncidentDecision['event']
  createdAt: Date
  attempts: { at: string; status: number | null; answer: string }[]
  deliveredAt: Date | null
  failedAt: Date | null
  shownAt: Date | null
  openedAt: Date | null
}

/** What was sent of an incident where, the newest first, at most 1,000. */
export async function listMessages(incidentId: number): Promise<Message[]> {
  return sql<Message[]>`
    select m.key, coalesce(u.name, c.name) as channel, m.place, m.event, m.created_at as "createdAt", m.attempts,
      m.delivered_at as "deliveredAt", m.failed_at as "failedAt", m.shown_at as "shownAt", m.opened_at as "openedAt"
    from notices n
      join channels c on c.id = n.channel_id
      left join users u on u.id = c.user_id
      join lateral (
        select 'push ' || d.id as key, p.name as place, d.event, d.created_at, d.attempts, d.delivered_at, d.failed_at,
          d.shown_at, d.opened_at
        from deliveries d join push_devices p on p.id = d.push_device_id where d.notice_id = n.id
        union all
        select 'channel ' || d.id, null, d.event, d.created_at, d.attempts, d.delivered_at, d.failed_at, null, null
        from channel_deliveries d where d.notice_id = n.id
      ) m on true
    where n.incident_id = ${incidentId}
    order by m.created_at desc, m.key desc limit 1000`
}
