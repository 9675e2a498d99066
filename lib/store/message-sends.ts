import type { TransactionSql } from 'postgres'
import { pace } from '@/lib/domain/message-pace'
import type { MessageMedium } from '@/lib/domain/message-recipient'
import type { MessagePart, MessageTemplate } from '@/lib/domain/message-words'
import { sentAgain } from './client-messages'
import { sql, transaction } from './database'
import { leftOutNow } from './message-left-out'
import type { MessageIncident } from './message-scope'
import type { MessageSettings } from './message-settings'
import { readSetting, writeSetting } from './settings'

/** One client's part in hand, with what its words are made of. */
export type Recipient = {
  id: number
  messageId: number
  part: MessagePart
  medium: MessageMedium
  address: string
  language: string
  identity: string
  attempts: number
  firstAttemptAt: Date | null
  clientId: number | null
  clientName: string
  company: string | null
  person: string | null
  number: string | null
  zone: string | null
  words: MessageTemplate
  incident: MessageIncident | null
}
export type Composed = { subject: string; body: string } | { fault: string }
export type ClaimedRecipient = Recipient & { subject: string; body: string; leaseUntil: Date }

/** One that is due, with what may stand in its way. */
export type DueRecipient = Omit<Recipient, 'incident'> & {
  incidentId: number | null
  onlyIfDark: boolean
  gone: boolean // its client left, or was removed
  consents: boolean
  takesTexts: boolean // its contact's phone
  wanted: boolean // somebody had it sent again
}
type Claim = {
  now: Date
  limit: number
  leaseMs: number
  settings: MessageSettings
  compose: (recipient: Recipient) => Composed
}

/**
 * Claims what is due, as many as the rates and `limit` allow, each with its words written down before it is sent. Who opted
 * out meanwhile, or need not be told any more, is left out here. Any number of keepers may do so at once.
 */
export async function claimRecipients(claim: Claim): Promise<ClaimedRecipient[]> {
  const { now, limit } = claim
  if (limit <= 0) return []
  const due = await sql<{ medium: MessageMedium; count: number }[]>`
    select w.medium, d.count from (values ('sms'), ('email')) w(medium) cross join lateral (
      select count(*)::int as count from (
        select 1 from message_recipients r join client_messages m on m.id = r.message_id and m.state = 'sending'
        where r.state = 'waiting' and r.due_at <= ${now} and r.medium = w.medium limit 1000) due) d
    where d.count > 0 order by w.medium desc`
  if (due.length === 0) return []
  return transaction(async (tx) => {
    const places = await takePlaces(tx, due, claim)
    const claimed: ClaimedRecipient[] = []
    for (const { medium, count } of places) claimed.push(...(await claimOf(tx, medium, count, claim)))
    return claimed
  })
}

const paceName = 'message_pace'

/** How many of each medium may begin now, over all keepers: the one row is held until the commit. */
async function takePlaces(
  tx: TransactionSql,
  due: readonly { medium: MessageMedium; count: number }[],
  { now, limit, settings }: Claim,
) {
  await tx`select pg_advisory_xact_lock(4810022)`
  const kept = ((await readSetting(paceName, tx)) ?? {}) as Partial<Record<MessageMedium, number>>
  let room = limit
  const next: Partial<Record<MessageMedium, number>> = { ...kept }
  const places = due.map(({ medium, count }) => {
    const perSecond = medium === 'sms' ? settings.smsPerSecond : settings.emailsPerSecond
    const allowed = pace(kept[medium] ?? 0, { perSecond, wanted: Math.min(count, room), now: now.getTime() })
    room -= allowed.count
    next[medium] = allowed.nextAt
    return { medium, count: allowed.count }
  })
  await writeSetting(paceName, next, tx)
  return places
}

async function claimOf(tx: TransactionSql, medium: MessageMedium, count: number, claim: Claim) {
  if (count === 0) return []
  const { now, leaseMs, compose } = claim
  const rows = await listDue(tx, medium, count, now)
  const leftOut = await leftOutNow(tx, rows)
  const claimed: ClaimedRecipient[] = []
  for (const {
    incidentId: _,
    onlyIfDark: __,
    gone: ___,
    consents: ____,
    takesTexts: _____,
    wanted: ______,
    ...row
  } of rows) {
    const { incident, why } = leftOut.get(row.id) ?? { incident: null, why: null }
    if (why === 'not yet') {
      await tx`delete from message_recipients where id = ${row.id}` // readied anew when it is over
      continue
    }
    if (why !== null) {
      await tx`update message_recipients set state = 'skipped', why = ${why} where id = ${row.id}`
      continue
    }
    const made = compose({ ...row, incident })
    if ('fault' in made) {
      await tx`update message_recipients set state = 'failed', why = ${made.fault.slice(0, 300)} where id = ${row.id}`
      continue
    }
    const leaseUntil = new Date(now.getTime() + leaseMs)
    await tx`
      update message_recipients set state = 'sending', lease_until = ${leaseUntil}, subject = ${made.subject || null},
        body = ${made.body}
      where id = ${row.id}`
    claimed.push({ ...row, incident, ...made, leaseUntil })
  }
  return claimed
}

async function listDue(tx: TransactionSql, medium: MessageMedium, count: number, now: Date): Promise<DueRecipient[]> {
  return tx<DueRecipient[]>`
    select r.id::float8 as id, r.message_id as "messageId", r.part, r.medium, r.address, r.language, r.identity,
      jsonb_array_length(r.attempts) as attempts, (r.attempts -> 0 ->> 'at')::timestamptz as "firstAttemptAt",
      r.client_id as "clientId", r.client_name as "clientName", c.company, c.person, c.number,
      coalesce(c.time_zone, (select s.time_zone from devices d join targets t on t.id = d.id join sites s on s.id = t.site_id
        where d.client_id = c.id and s.time_zone is not null order by d.id limit 1)) as zone,
      m.words, r.incident_id as "incidentId", m.only_if_dark as "onlyIfDark", c.id is null or c.archived_at is not null as gone,
      case r.medium when 'sms' then c.sms_allowed else c.email_allowed end as consents, k.sms_ok is not false as "takesTexts",
      exists (select 1 from jsonb_array_elements(r.attempts) a where starts_with(a ->> 'answer', ${sentAgain})) as wanted
    from message_recipients r join client_messages m on m.id = r.message_id and m.state = 'sending'
      left join clients c on c.id = r.client_id left join client_contacts k on k.id = r.contact_id
    where r.state = 'waiting' and r.due_at <= ${now} and r.medium = ${medium}
    order by r.due_at, r.id limit ${count} for update of r skip locked`
}

/**
 * Frees what a keeper that was killed had in hand. A mail is sent again under the same Message-ID; of a text nobody can say
 * whether it went out, and it is never sent again by itself. Returns how many.
 */
export async function lapse(now: Date): Promise<number> {
  const cutOff = (answer: string) => sql.json([{ at: now.toISOString(), status: null, answer }])
  const [mails, texts] = await Promise.all([
    sql`
      update message_recipients set state = 'waiting', lease_until = null, due_at = ${now},
        attempts = attempts || ${cutOff('cut off while it was sent')}
      where state = 'sending' and medium = 'email' and lease_until < ${now}`,
    sql`
      update message_recipients set state = 'doubtful', lease_until = null,
        why = 'cut off while it was sent: it may have gone out',
        attempts = attempts || ${cutOff('cut off while it was sent')}
      where state = 'sending' and medium = 'sms' and lease_until < ${now}`,
  ])
  return mails.count + texts.count
}

export type Settled = { status: number | null; answer: string; at: Date }
const tried = ({ status, answer, at }: Settled) => sql.json([{ at: at.toISOString(), status, answer }])

/** It was accepted. A callback may have been faster, and what was doubtful is so no more. */
export async function settleSent(
  { id }: Pick<Recipient, 'id'>,
  said: Settled & { providerId: string | null; cost: number | null },
): Promise<void> {
  await sql`
    update message_recipients set state = case when state in ('sending', 'doubtful', 'waiting') then 'sent' else state end,
      why = case when state in ('sending', 'doubtful', 'waiting') then null else why end, lease_until = null,
      provider_id = coalesce(${said.providerId}, provider_id), sent_at = coalesce(sent_at, ${said.at}),
      attempts = attempts || ${tried(said)},
      cost = case when ${said.cost}::numeric is null then cost else coalesce(cost, 0) + ${said.cost}::numeric end
    where id = ${id}`
}

/** It was not, or nobody knows. retryAt: when it is tried again; null: never by itself. */
export async function settleFailed(
  { id }: Pick<Recipient, 'id'>,
  said: Settled & { retryAt: Date | null; state: 'waiting' | 'failed' | 'doubtful'; why: string | null },
): Promise<void> {
  await sql`
    update message_recipients set state = ${said.state}, why = ${said.why}, lease_until = null,
      due_at = coalesce(${said.retryAt}, due_at), attempts = attempts || ${tried(said)}
    where id = ${id} and state = 'sending'`
}

/** What a provider says of a part later on, found by its id there, or by ours where no answer came. False: it is none of ours. */
export async function applyOutcome(
  { identity, providerId }: { identity: string | null; providerId: string },
  outcome: 'accepted' | 'delivered' | 'failed',
  why: string | null,
  now: Date,
): Promise<{ id: number; messageId: number } | null> {
  const [row] = await sql<{ id: number; messageId: number }[]>`
    update message_recipients set provider_id = ${providerId}, lease_until = null, sent_at = coalesce(sent_at, ${now}),
      state = case when state = 'delivered' then state when ${outcome} = 'delivered' then 'delivered'
        when ${outcome} = 'failed' then 'failed' when state = 'failed' then state else 'sent' end,
      why = case when ${outcome} = 'failed' and state <> 'delivered' then ${why} when state = 'failed' and ${outcome} = 'accepted'
        then why else null end,
      delivered_at = case when ${outcome} = 'delivered' then coalesce(delivered_at, ${now}) else delivered_at end
    where id = (select id from message_recipients
      where provider_id = ${providerId} or (${identity}::text is not null and identity = ${identity} and provider_id is null)
      order by provider_id is null limit 1) and state <> 'skipped' and medium = 'sms'
    returning id::float8 as id, message_id as "messageId"`
  return row ?? null
}
