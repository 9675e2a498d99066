import type { Sql, TransactionSql } from 'postgres'
import { z } from 'zod'
import type { Act } from '@/lib/domain/replay'

type On = Sql | TransactionSql
/** What was filed within this of the first of it grew the incident once: keepers file in batches. */
const growthMs = 10_000

/** What happened to incidents after they were opened, in order: how they grew, and what people did. */
export async function listPastActs(on: On, ids: readonly number[]): Promise<Map<number, Act[]>> {
  const [growth, deeds] = await Promise.all([listGrowth(on, ids), listDeeds(on, ids)])
  const acts = growth
  for (const [id, list] of deeds) acts.set(id, [...(acts.get(id) ?? []), ...list])
  for (const list of acts.values()) list.sort((a, b) => a.at - b.at)
  return acts
}

type Filed = { id: number; at: Date; targetId: number; clientId: number | null; isLate: boolean }

/** How incidents grew by outages that were recorded after they had been opened. */
async function listGrowth(on: On, ids: readonly number[]): Promise<Map<number, Act[]>> {
  const rows = await on<Filed[]>`
    with late as (
      select distinct i.id, i.created_at from incidents i join outages o on o.incident_id = i.id
      where i.id = any(${[...ids]}::int[]) and o.recorded_at > i.created_at
    )
    select l.id, o.recorded_at as at, o.target_id as "targetId", d.client_id as "clientId", o.recorded_at > l.created_at as "isLate"
    from late l join outages o on o.incident_id = l.id left join devices d on d.id = o.target_id
    order by l.id, o.recorded_at`
  const grown = new Map<number, Act[]>()
  let size = 0
  let targets = new Set<number>()
  let clients = new Set<number>()
  let acts: (Act & { kind: 'grew' })[] = []
  let current: number | null = null
  for (const { id, at, targetId, clientId, isLate } of rows) {
    if (id !== current) {
      ;[current, size, targets, clients, acts] = [id, 0, new Set(), new Set(), []]
      grown.set(id, acts)
    }
    size++
    targets.add(targetId)
    if (clientId !== null) clients.add(clientId)
    if (!isLate) continue
    const now = { kind: 'grew' as const, size, affectedClients: clients.size, affectedTargets: targets.size }
    const last = acts.at(-1)
    if (last && at.getTime() - last.at < growthMs) Object.assign(last, now)
    else acts.push({ at: at.getTime(), ...now })
  }
  return grown
}

// Channels by their names, as the story tells them.
const Detail = z
  .object({ until: z.string().nullable(), channels: z.union([z.literal('everyone'), z.array(z.string())]) })
  .partial()
type Deed = { id: number; at: Date; by: string; act: string; detail: unknown }

/** What people did; of incidents from before that was kept, who acknowledged them. */
async function listDeeds(on: On, ids: readonly number[]): Promise<Map<number, Act[]>> {
  const rows = await on<Deed[]>`
    select a.incident_id as id, a.at, a.by, a.act, a.detail from incident_acts a
    where a.incident_id = any(${[...ids]}::int[])
      and a.act in ('acknowledged', 'unacknowledged', 'snoozed', 'muted', 'unmuted')
    union all
    select i.id, i.acknowledged_at, coalesce(i.acknowledged_by, 'Someone'), 'acknowledged', null from incidents i
    where i.id = any(${[...ids]}::int[]) and i.acknowledged_at is not null and not exists (
      select 1 from incident_acts a where a.incident_id = i.id and a.act = 'acknowledged')
    order by 2`
  const channels = await on<{ id: number; name: string }[]>`
    select c.id, coalesce(u.name, c.name) as name from channels c left join users u on u.id = c.user_id`
  const deeds = new Map<number, Act[]>()
  for (const row of rows) {
    const act = actOf(row, channels)
    if (act) deeds.set(row.id, [...(deeds.get(row.id) ?? []), act])
  }
  return deeds
}

function actOf({ at: when, by, act, detail }: Deed, channels: readonly { id: number; name: string }[]): Act | null {
  const at = when.getTime()
  const { until, channels: muted } = Detail.safeParse(detail).data ?? {}
  if (act === 'acknowledged') return { at, kind: 'acknowledged', by }
  if (act === 'unacknowledged') return { at, kind: 'unacknowledged' }
  if (act === 'unmuted') return { at, kind: 'muted', for: [] }
  if (act === 'muted') {
    const for_ = Array.isArray(muted) ? channels.filter(({ name }) => muted.includes(name)).map(({ id }) => id) : null
    return { at, kind: 'muted', for: for_ ?? 'everyone' }
  }
  const end = until === null ? at : Date.parse(until ?? '')
  return Number.isNaN(end) ? null : { at, kind: 'snoozed', until: end }
}
