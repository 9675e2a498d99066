import type { TransactionSql } from 'postgres'
import type { Blackout } from '@/lib/domain/blackout'
import { type JobTrouble, troubleOf } from '@/lib/domain/job-words'
import type { NoticeEvent, NoticeFacts } from '@/lib/domain/message'
import type { Reach } from '@/lib/domain/reach-words'
import type { Route } from '@/lib/domain/route'
import type { TellingIncident, ToldBefore } from '@/lib/domain/telling'
import { blackoutsCovering } from './blackouts'
import { listRoutes } from './routes'
import { type KnownChannel, listTellingChannels } from './telling-channels'

/** What the policy asks of an incident, and what is told of it. */
export type KnownIncident = {
  now: Omit<TellingIncident, 'overBefore'>
  targetId: number | null
  chosen: number[] | null // the channels that its job chose; null: all
  job: JobTrouble | null
  reach: Reach | null // null: nothing is known to hang on it
  ownOutages: number // of its root
  firstNote: string | null // of a blind one
  blackouts: readonly Blackout[] // that concern its root
}

/** All that decisions on these incidents are made from, as it stands now. */
export type World = {
  channels: KnownChannel[]
  routes: Route[]
  incidents: Map<number, KnownIncident>
  histories: Map<string, ToldBefore[]> // by `keyOf`, oldest first
  goneTo: Map<string, number[]> // by `keyOf`: devices that have news of it, or will
}

/** An incident and a channel. */
export const keyOf = (incidentId: number, channelId: number) => `${incidentId} ${channelId}`

/** Rule of what is told to nobody as it is part of what they were told: says nothing of whether a channel will be told. */
export const partOfIt = 'part_of_it'

/** A kept rule as the policy knows it: a channel that a job did not choose is one to which no route leads. */
export const asTellingRule = (rule: string) => (rule === 'chosen' ? 'no_route' : rule) as ToldBefore['rule']

/** Reads the world of these incidents; blackouts are those that may have been active at `since` or later. */
export async function readWorld(
  tx: TransactionSql,
  incidentIds: readonly number[],
  now: Date,
  since = now,
): Promise<World> {
  const ids = [...new Set(incidentIds)]
  const channels = await listTellingChannels(tx, now)
  const routes = await listRoutes(tx)
  const incidents = await listKnownIncidents(tx, ids, since)
  const histories = await listHistories(tx, ids)
  const goneTo = await listGoneTo(tx, ids)
  // A phone that healed has it, whatever was decided when it was lost.
  for (const [key, { at }] of goneTo) {
    const told = histories.get(key) ?? []
    if (!told.some(({ event, outcome }) => event !== 'resolved' && (outcome === 'sent' || outcome === 'digest')))
      histories.set(key, [{ event: 'opened', outcome: 'sent', until: null, rule: 'told', at }, ...told])
  }
  return { channels, routes, incidents, histories, goneTo: new Map([...goneTo].map(([key, one]) => [key, one.ids])) }
}

type IncidentRow = Omit<
  KnownIncident['now'],
  'openedAt' | 'resolvedAt' | 'acknowledgedAt' | 'snoozedUntil' | 'mutedFor'
> & {
  openedAt: Date
  resolvedAt: Date | null
  acknowledgedAt: Date | null
  snoozedUntil: Date | null
  mutedForAll: boolean
  mutedFor: number[]
  targetId: number | null
  chosen: number[] | null
  evidence: unknown
  clients: number
  clientNames: string[]
  devices: number
  lost: Pick<Reach, 'lost' | 'of' | 'members'> | null
  ownOutages: number
  firstNote: string | null
}

async function listKnownIncidents(tx: TransactionSql, ids: readonly number[], since: Date) {
  const rows = await tx<IncidentRow[]>`
    select i.id, i.kind, i.root_name as name, coalesce(d.role, 'other') as role, i.site_name as site,
      coalesce(t.tags, '{}') as tags, d.client, o.size, greatest(o.clients, i.clients) as "affectedClients",
      greatest(o.targets, i.devices) as "affectedTargets", i.clients, i.client_names as "clientNames", i.devices,
      case when i.kind = 'members_lost' then ${lostOf(tx)} end as lost,
      i.priority, i.opened_at as "openedAt", i.resolved_at as "resolvedAt", i.acknowledged_at as "acknowledgedAt",
      i.acknowledged_by as "acknowledgedBy", i.snoozed_until as "snoozedUntil", i.muted_for_all as "mutedForAll",
      i.muted_for as "mutedFor", i.target_id as "targetId", j.channel_ids as chosen, o.own as "ownOutages",
      case when j.id is not null then (select x.opened_evidence from outages x
        where x.incident_id = i.id and x.target_id = i.target_id order by x.began_at desc limit 1) end as evidence,
      case when i.kind = 'blind' then (select n.what from incident_notes n
        where n.incident_id = i.id order by n.at, n.id limit 1) end as "firstNote"
    from incidents i left join targets t on t.id = i.target_id left join devices d on d.id = i.target_id
      left join jobs j on j.id = i.target_id cross join lateral (
        select count(*)::int as size, count(distinct x.target_id)::int as targets,
          count(distinct e.client_id)::int as clients, (count(*) filter (where x.target_id = i.target_id))::int as own
        from outages x left join devices e on e.id = x.target_id where x.incident_id = i.id
      ) o
    where i.id = any(${[...ids]}::int[])`
  const covering = await blackoutsCovering(tx, [...new Set(rows.map((row) => row.targetId))], since)
  return new Map(
    rows.map((one) => {
      const { mutedForAll, mutedFor, targetId, chosen, evidence, ownOutages, firstNote, ...rest } = one
      const { clients, clientNames: names, devices, lost, ...row } = rest
      const known: KnownIncident = {
        now: {
          ...row,
          openedAt: row.openedAt.getTime(),
          resolvedAt: row.resolvedAt?.getTime() ?? null,
          acknowledgedAt: row.acknowledgedAt?.getTime() ?? null,
          snoozedUntil: row.snoozedUntil?.getTime() ?? null,
          mutedFor: mutedForAll ? 'everyone' : mutedFor,
        },
        targetId,
        chosen,
        job: troubleOf(evidence),
        reach: clients > 0 || devices > 1 || lost ? { clients, names, devices, ...lost } : null,
        ownOutages,
        firstNote,
        blackouts: covering.get(targetId) ?? [],
      }
      return [row.id, known]
    }),
  )
}

/** Of a node that lost devices while it answers: how many are dark, of how many that hang on it, and the first by name. */
const lostOf = (tx: TransactionSql) => tx`(
  select jsonb_build_object('lost', count(*) filter (where x.ended_at is null),
    'of', (select count(*) from upstream_edges e join devices v on v.id = e.device_id
      where e.upstream_id = i.target_id and e.effective),
    'members', coalesce((array_agg(m.name order by m.name_key) filter (where x.ended_at is null))[1:3], '{}'))
  from outages x join targets m on m.id = x.target_id
    join upstream_edges e on e.device_id = m.id and e.upstream_id = i.target_id and e.effective
  where x.incident_id = i.id)`

/**
 * What each channel was told of each incident, or not. What failed for good on its way was not told, unless the outbox says
 * that it was "not sent", as another message says it.
 */
async function listHistories(tx: TransactionSql, ids: readonly number[]): Promise<Map<string, ToldBefore[]>> {
  const histories = new Map<string, ToldBefore[]>()
  const rows = await tx<
    (Omit<ToldBefore, 'at' | 'until' | 'rule'> & {
      incidentId: number
      channelId: number
      at: Date
      until: Date | null
      rule: string
    })[]
  >`
    select incident_id as "incidentId", channel_id as "channelId", event, outcome, until, rule, at from decisions
    where incident_id = any(${[...ids]}::int[]) and channel_id is not null and rule <> ${partOfIt} order by id`
  if (rows.length === 0) return histories
  const failed = await tx<{ incidentId: number; channelId: number }[]>`
    select n.incident_id as "incidentId", n.channel_id as "channelId"
    from notices n join channel_deliveries d on d.notice_id = n.id
    where n.incident_id = any(${[...ids]}::int[])
    group by 1, 2 having bool_and(d.failed_at is not null and d.delivered_at is null)
      and coalesce((array_agg(d.attempts -> -1 ->> 'answer' order by d.sequence desc))[1], '') not like 'not sent%'`
  const lost = new Set(failed.map((one) => keyOf(one.incidentId, one.channelId)))
  for (const { incidentId, channelId, at, until, rule, ...row } of rows) {
    const key = keyOf(incidentId, channelId)
    const told: ToldBefore = { ...row, at: at.getTime(), until: until?.getTime() ?? null, rule: asTellingRule(rule) }
    const known = lost.has(key) && told.outcome === 'sent' ? asUntold(told) : told
    const history = histories.get(key)
    if (history) history.push(known)
    else histories.set(key, [known])
  }
  return histories
}

const asUntold = (told: ToldBefore): ToldBefore => ({ ...told, outcome: 'skipped', rule: 'channel_broken' })

async function listGoneTo(tx: TransactionSql, ids: readonly number[]) {
  const goneTo = new Map<string, { at: number; ids: number[] }>()
  const rows = await tx<{ incidentId: number; channelId: number; deviceId: number; at: Date }[]>`
    select n.incident_id as "incidentId", n.channel_id as "channelId", d.push_device_id as "deviceId",
      min(d.created_at) as at
    from notices n join deliveries d on d.notice_id = n.id
    where n.incident_id = any(${[...ids]}::int[]) and d.event <> 'resolved'
      and (d.delivered_at is not null or d.shown_at is not null or d.failed_at is null)
    group by 1, 2, 3 order by 3`
  for (const { incidentId, channelId, deviceId, at } of rows) {
    const key = keyOf(incidentId, channelId)
    const known = goneTo.get(key) ?? { at: at.getTime(), ids: [] }
    known.ids.push(deviceId)
    goneTo.set(key, known)
  }
  return goneTo
}

/** Who is cut off, and what kind of thing the root is: part of whatever is told of an incident. */
export const reachOf = ({ now, reach }: KnownIncident): Pick<NoticeFacts, 'role' | 'reach'> => ({
  ...(now.role === 'other' ? {} : { role: now.role }),
  ...(reach ? { reach } : {}),
})

/** What is told of an incident that goes on; `tellFrom`: when its reader should have heard of it. */
export function factsOf(
  { ownOutages, firstNote, job, ...known }: KnownIncident,
  event: NoticeEvent,
  tellFrom: Date,
): NoticeFacts {
  const { now } = known
  return {
    kind: now.kind,
    event,
    name: now.name,
    site: now.site,
    began_at: new Date(now.openedAt).toISOString(),
    ended_at: now.resolvedAt === null ? null : new Date(now.resolvedAt).toISOString(),
    tell_from: tellFrom.toISOString(),
    ...(now.kind === 'flapping' ? { outages: ownOutages } : {}),
    ...(now.kind === 'blind' && firstNote ? { reason: firstNote } : {}),
    ...(job ? { job } : {}),
    ...reachOf({ ownOutages, firstNote, job, ...known }),
  }
}
