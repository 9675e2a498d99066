import type { Sql, TransactionSql } from 'postgres'
import type { ChannelKind } from '@/lib/domain/channel-kind'
import type { ChannelRecord } from '@/lib/domain/channel-state'
import { type EscalationLink, escalationFault } from '@/lib/domain/escalation'
import type { Hours } from '@/lib/domain/hours'
import { readCursor, writeCursor } from '@/lib/wire/cursor'
import { ensureOwnChannels } from './channel-choices'
import { sql } from './database'
import { type DeviceFault, orFault, refuse } from './device-writes'

/** What is set on a channel beside its kind and its JSON. */
export type ChannelSettings = {
  name: string
  hours: Hours
  criticalBreaksThrough: boolean
  coolOffMinutes: number | null // null: told once
  escalateTo: number | null
  escalateAfterMinutes: number | null // null: only when it cannot be reached
}
/** A channel as it is kept; `sealed` is its JSON, encrypted. */
export type StoredChannel = ChannelSettings &
  ChannelRecord & {
    id: number
    kind: ChannelKind
    operator: { id: number; email: string } | null // whose push devices
    phones: number // of web push: how many are told
    detail: string // where it leads, without secrets
    sealed: string | null
    createdAt: Date
  }
/** The JSON of a channel, ready to be kept, and where it leads. */
export type SealedConfig = { sealed: string; detail: string }

type Instants = 'lastDeliveredAt' | 'failingSince' | 'breakerUntil' | 'brokenSince'
type Row = Omit<StoredChannel, Instants> & { [name in Instants]: Date | null }

const columns = (on: Sql | TransactionSql = sql) => on`
  c.id, c.kind, coalesce(u.name, c.name) as name, c.hours, c.critical_breaks_through as "criticalBreaksThrough",
  c.cool_off_minutes as "coolOffMinutes", c.escalate_to as "escalateTo",
  c.escalate_after_minutes as "escalateAfterMinutes", c.last_delivered_at as "lastDeliveredAt",
  c.failing_since as "failingSince", c.failures, c.breaker_until as "breakerUntil", c.broken_since as "brokenSince",
  c.last_answer as "lastAnswer", c.detail, c.config as sealed, c.created_at as "createdAt",
  case when u.id is not null then jsonb_build_object('id', u.id, 'email', u.email) end as operator,
  (select count(*)::int from push_devices p where p.user_id = u.id and p.intent and p.endpoint is not null) as phones`
const from = (on: Sql | TransactionSql = sql) => on`channels c left join users u on u.id = c.user_id`

const ms = (at: Date | null) => at?.getTime() ?? null
const asChannel = (row: Row): StoredChannel => ({
  ...row,
  lastDeliveredAt: ms(row.lastDeliveredAt),
  failingSince: ms(row.failingSince),
  breakerUntil: ms(row.breakerUntil),
  brokenSince: ms(row.brokenSince),
})

type ChannelQuery = { kind?: ChannelKind | undefined; limit?: number | undefined; cursor?: string | undefined }

/** Channels in the order in which they were made, every operator's own among them. `next` is the following page's cursor. */
export async function listChannels(query: ChannelQuery = {}): Promise<{ items: StoredChannel[]; next: string | null }> {
  const limit = Math.min(1000, Math.max(1, query.limit ?? 1000))
  const [after] = query.cursor === undefined ? [0] : (readCursor(query.cursor, ['id'] as const) ?? [0])
  await ensureOwnChannels()
  const rows = await sql<Row[]>`
    select ${columns()} from ${from()}
    where c.id > ${after} ${query.kind === undefined ? sql`` : sql`and c.kind = ${query.kind}`}
    order by c.id limit ${limit + 1}`
  const last = rows.length > limit ? rows[limit - 1] : undefined
  return { items: rows.slice(0, limit).map(asChannel), next: last ? writeCursor([last.id]) : null }
}

/** One channel, or null. */
export async function findChannel(id: number): Promise<StoredChannel | null> {
  const [row] = await sql<Row[]>`select ${columns()} from ${from()} where c.id = ${id}`
  return row ? asChannel(row) : null
}

/** Keeps a new channel. A fault names its field: a taken name, a chain that loops. */
export async function createChannel(
  kind: ChannelKind,
  settings: ChannelSettings,
  config: SealedConfig,
): Promise<{ id: number } | DeviceFault> {
  return orFault(async (tx) => {
    await oneAtATime(tx)
    await refuseTaken(tx, settings.name, 0)
    await refuseUnknown(tx, settings.escalateTo)
    const [row] = await tx<{ id: number }[]>`
      insert into channels ${tx({ kind, ...written(tx, settings), config: config.sealed, detail: config.detail })}
      returning id`
    if (!row) throw new Error('Cannot keep the channel: nothing was returned')
    await refuseLoop(tx)
    return row
  })
}

/**
 * Changes a channel. A new JSON, and only that, has it tried anew: what its deliveries left behind is forgotten. Null
 * when there is no such channel.
 */
export async function updateChannel(
  id: number,
  settings: ChannelSettings,
  config: SealedConfig | null,
): Promise<{ id: number } | DeviceFault | null> {
  const done = await orFault(async (tx) => {
    await oneAtATime(tx)
    const [row] = await tx<{ isOwn: boolean }[]>`
      select user_id is not null as "isOwn" from channels where id = ${id} for update`
    if (!row) return { id: null }
    const { name, ...own } = written(tx, settings)
    if (!row.isOwn) await refuseTaken(tx, name, id)
    await refuseUnknown(tx, settings.escalateTo)
    await tx`update channels set ${tx(row.isOwn ? own : { name, ...own })} where id = ${id}`
    if (config)
      await tx`
      update channels set config = ${config.sealed}, detail = ${config.detail}, failures = 0, failing_since = null,
        breaker_until = null, broken_since = null, last_answer = null
      where id = ${id}`
    await refuseLoop(tx)
    await tx`select pg_notify('beatline_outbox', '')`
    return { id }
  })
  if ('fault' in done) return done
  return done.id === null ? null : { id: done.id }
}

/**
 * Removes a channel: what escalates to it escalates to where it did. A fault when a job or a route would tell nobody
 * then. Null when there is no such channel.
 */
export async function deleteChannel(id: number): Promise<{ id: number } | DeviceFault | null> {
  const done = await orFault(async (tx) => {
    await oneAtATime(tx)
    const [row] = await tx<{ isOwn: boolean; escalateTo: number | null }[]>`
      select user_id is not null as "isOwn", escalate_to as "escalateTo" from channels where id = ${id} for update`
    if (!row) return { id: null }
    if (row.isOwn) return refuse('an operator’s push devices go with the operator', true)
    await refuseNeeded(tx, id)
    await tx`update jobs set channel_ids = array_remove(channel_ids, ${id}) where ${id} = any(channel_ids)`
    await tx`update routes set channel_ids = array_remove(channel_ids, ${id}) where ${id} = any(channel_ids)`
    await tx`update channels set escalate_to = ${row.escalateTo} where escalate_to = ${id}`
    await tx`delete from channels where id = ${id}`
    return { id }
  })
  if ('fault' in done) return done
  return done.id === null ? null : { id: done.id }
}

/** What is removed from a list must not leave it empty: an empty one tells nobody. */
async function refuseNeeded(tx: TransactionSql, id: number): Promise<void> {
  const needing = await tx<{ what: string; name: string }[]>`
    select 'route' as what, name from routes where channel_ids = array[${id}::int]
    union all
    select 'job', t.name from jobs j join targets t on t.id = j.id where j.channel_ids = array[${id}::int]
    order by 1 desc, 2 limit 4`
  if (needing.length === 0) return
  const named = needing.slice(0, 3).map(({ what, name }) => `the ${what} ${JSON.stringify(name)}`)
  const more = needing.length > 3 ? ' and others' : ''
  refuse(`${named.join(', ')}${more} would tell nobody without it: change that first`, true)
}

const written = (tx: TransactionSql, settings: ChannelSettings) => ({
  name: settings.name,
  hours: tx.json(settings.hours),
  critical_breaks_through: settings.criticalBreaksThrough,
  cool_off_minutes: settings.coolOffMinutes,
  escalate_to: settings.escalateTo,
  escalate_after_minutes: settings.escalateAfterMinutes,
})

/** Two who save at once could each close one half of a loop. */
const oneAtATime = (tx: TransactionSql) => tx`select pg_advisory_xact_lock(4810007)`

/** Jobs and decisions call channels by name, and an operator's push devices by the operator's. */
async function refuseTaken(tx: TransactionSql, name: string, id: number): Promise<void> {
  const [other] = await tx`
    select 1 from channels where id <> ${id} and name = ${name}
    union all select 1 from users where ${name} in (name, email) limit 1`
  if (other) refuse(`name: another channel is called ${JSON.stringify(name)}`, true)
}

async function refuseUnknown(tx: TransactionSql, id: number | null): Promise<void> {
  if (id === null) return
  const [known] = await tx`select 1 from channels where id = ${id}`
  if (!known) refuse(`escalate_to: found ${id}, expected the id of a channel`)
}

async function refuseLoop(tx: TransactionSql): Promise<void> {
  const links = await tx<EscalationLink[]>`
    select c.id, coalesce(u.name, c.name) as name, c.escalate_to as "escalateTo",
      c.escalate_after_minutes as "escalateAfterMinutes"
    from ${from(tx)} order by c.id`
  const fault = escalationFault(links)
  if (fault) refuse(`escalate_to: ${fault}`)
}
