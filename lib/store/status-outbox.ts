import type { StatusMedium } from '@/lib/domain/status-address'
import { sql } from './database'

/** A message in hand, leased until `leaseUntil`, with all that sending it needs. */
export type ClaimedStatusMail = {
  id: number
  subscriberId: number
  pageId: number | null
  clientId: number | null
  medium: StatusMedium
  address: string
  nonce: string
  event: 'confirm' | 'opened' | 'updated' | 'resolved'
  incidentId: number | null
  sequence: number
  message: Record<string, unknown>
  attempts: number
  leaseUntil: Date
}
type Attempt = { at: Date; status: number | null; answer: string }

/** A text in hand: Twilio knows no key by which a second one would be recognised, so one that was cut off is never sent again. */
const handedOver = 'Handed over'

/**
 * Claims up to `limit` messages that are due, of any number of keepers. A text that was being sent when its keeper ended
 * is given up as doubtful: it may have gone out.
 */
export async function claimStatusMails(
  now: Date,
  { limit, leaseMs }: { limit: number; leaseMs: number },
): Promise<ClaimedStatusMail[]> {
  await sql`
    update status_deliveries d set failed_at = ${now}, lease_until = null,
      attempts = d.attempts || ${sql.json([{ at: now.toISOString(), status: null, answer: 'Cut off while it was sent: it may have arrived' }])}
    from status_subscribers s
    where s.id = d.subscriber_id and s.medium = 'sms' and d.delivered_at is null and d.failed_at is null
      and d.lease_until < ${now} and d.attempts -> -1 ->> 'answer' = ${handedOver}`
  const leaseUntil = new Date(now.getTime() + leaseMs)
  return sql<ClaimedStatusMail[]>`
    with due as (
      select d.id from status_deliveries d join status_subscribers s on s.id = d.subscriber_id
      where d.delivered_at is null and d.failed_at is null and d.due_at <= ${now}
        and (d.lease_until is null or d.lease_until < ${now})
        and (d.event = 'confirm' or s.confirmed_at is not null)
        -- who said STOP is forgotten within a minute, and gets nothing in it
        and not exists (select 1 from opt_outs o where o.medium = s.medium and o.address = s.address
          and o.at > coalesce(s.confirmed_at, s.created_at))
        -- what comes later waits for what comes before
        and not exists (select 1 from status_deliveries e where e.subscriber_id = d.subscriber_id and e.id < d.id
          and e.delivered_at is null and e.failed_at is null)
      order by d.event <> 'confirm', d.due_at, d.id limit ${limit} for update of d skip locked)
    update status_deliveries d set lease_until = ${leaseUntil}
    from due, status_subscribers s where d.id = due.id and s.id = d.subscriber_id
    returning d.id::float8 as id, s.id as "subscriberId", s.page_id as "pageId", s.client_id as "clientId", s.medium,
      s.address, s.token_hash as nonce, d.event, d.incident_id as "incidentId", d.sequence, d.message,
      jsonb_array_length(d.attempts) as attempts, d.lease_until as "leaseUntil"`
}

const mine = ({ id, leaseUntil }: ClaimedStatusMail) =>
  sql`id = ${id} and lease_until = ${leaseUntil} and delivered_at is null and failed_at is null`
const written = ({ at, status, answer }: Attempt) => sql.json([{ at: at.toISOString(), status, answer }])

/** Says that a text is about to leave the house. False: it is not ours any more, or its subscriber has gone. */
export async function markHandedOver(mail: ClaimedStatusMail, now: Date): Promise<boolean> {
  const marked = await sql`
    update status_deliveries set attempts = attempts || ${written({ at: now, status: null, answer: handedOver })}
    where ${mine(mail)}`
  return marked.count === 1
}

export async function settleStatusMail(mail: ClaimedStatusMail, attempt: Attempt): Promise<void> {
  await sql`
    update status_deliveries set delivered_at = ${attempt.at}, lease_until = null, attempts = attempts || ${written(attempt)}
    where ${mine(mail)}`
}

/** retryAt null: it has failed for good. */
export async function failStatusMail(mail: ClaimedStatusMail, attempt: Attempt, retryAt: Date | null): Promise<void> {
  await sql`
    update status_deliveries set lease_until = null, attempts = attempts || ${written(attempt)},
      due_at = coalesce(${retryAt}, due_at), failed_at = ${retryAt === null ? attempt.at : null}
    where ${mine(mail)}`
}
