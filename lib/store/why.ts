import type { JSONValue } from 'postgres'
import type { ChannelKind } from '@/lib/domain/channel-kind'
import type { Fate, WhyAnswer, WhyDecision } from '@/lib/domain/why'
import { whyAnswer } from '@/lib/domain/why'
import { sql } from './database'
import { findIncidentHead, type Incident } from './incidents'

export type DecisionRow = WhyDecision & { id: number; rule: string; inputs: JSONValue }

/** What became of one incident and one channel. `mine`: the channel of the operator who asks. */
export type ChannelWhy = {
  channel: { id: number; name: string; kind: ChannelKind; mine: boolean }
  answer: WhyAnswer
  decisions: DecisionRow[] // oldest first, at most 200: the newest
}

const mostIncidents = 50
const afterMs = 5 * 60_000
const beforeMs = 60 * 60_000

type ChannelRow = { id: number; name: string; kind: ChannelKind; userId: number | null; createdAt: Date }
type Pair = { incidentId: number; openedAt: Date; chosen: number[] | null; channel: ChannelRow }

const channelColumns = () => sql`
  c.id, coalesce(u.name, c.name) as name, c.kind, c.user_id as "userId", c.created_at as "createdAt"`

/** Why each channel that there is was told of an incident, or not; the asker's own first. */
export async function whyOfIncident(incidentId: number, userId: number | null): Promise<ChannelWhy[]> {
  const [about] = await sql<{ openedAt: Date; chosen: number[] | null }[]>`
    select i.opened_at as "openedAt", j.channel_ids as chosen
    from incidents i left join jobs j on j.id = i.target_id where i.id = ${incidentId}`
  if (!about) return []
  const channels = await sql<ChannelRow[]>`
    select ${channelColumns()} from channels c left join users u on u.id = c.user_id
    order by coalesce(c.user_id = ${userId}, false) desc, coalesce(u.name, c.name), c.id`
  const pairs = channels.map((channel) => ({ incidentId, ...about, channel }))
  const whys = await answers(pairs, userId, null)
  // What nothing was decided about comes last.
  const rank = ({ channel, decisions }: ChannelWhy) => (channel.mine ? 0 : decisions.length > 0 ? 1 : 2)
  return whys.sort((a, b) => rank(a) - rank(b))
}

/** One incident as it was when somebody asks about, and what one channel heard of it until then and later. */
export type MomentWhy = { incident: Incident; why: ChannelWhy; later: DecisionRow[] }

/**
 * Why a channel was told, or not, at an instant: of every incident that was open then, or in the hour before it, at most
 * 50 of them, the newest first. Null for a channel that does not exist.
 */
export async function whyAt(channelId: number, at: Date, userId: number | null): Promise<MomentWhy[] | null> {
  const [channel] = await sql<ChannelRow[]>`
    select ${channelColumns()} from channels c left join users u on u.id = c.user_id where c.id = ${channelId}`
  if (!channel) return null
  const around = await sql<{ incidentId: number; openedAt: Date; chosen: number[] | null }[]>`
    select i.id as "incidentId", i.opened_at as "openedAt", j.channel_ids as chosen
    from incidents i left join jobs j on j.id = i.target_id
    where i.opened_at <= ${new Date(at.getTime() + afterMs)}
      and (i.resolved_at is null or i.resolved_at >= ${new Date(at.getTime() - beforeMs)})
    order by i.opened_at desc, i.id desc limit ${mostIncidents}`
  const pairs = around.map((one) => ({ ...one, channel }))
  const whys = await answers(pairs, userId, new Date(at.getTime() + afterMs))
  const found = await Promise.all(pairs.map(({ incidentId }) => findIncidentHead(incidentId)))
  return found.flatMap((incident, i) => {
    const why = whys[i]
    return incident && why ? [{ incident, why: asOf(why, at.getTime()), later: laterThan(why, at.getTime()) }] : []
  })
}

// A message of the same minute is what somebody means who remembers the time.
const laterThan = ({ decisions }: ChannelWhy, at: number) => decisions.filter((one) => one.at > at + afterMs)
const asOf = (why: ChannelWhy, at: number): ChannelWhy => ({
  ...why,
  decisions: why.decisions.filter((one) => one.at <= at + afterMs),
})

/** The answers for these pairs, in their order; `until`: as they would have been then. */
async function answers(pairs: readonly Pair[], userId: number | null, until: Date | null): Promise<ChannelWhy[]> {
  const incidentIds = [...new Set(pairs.map((pair) => pair.incidentId))]
  const channelIds = [...new Set(pairs.map((pair) => pair.channel.id))]
  const [decisions, fates] = await Promise.all([
    listDecided(incidentIds, channelIds),
    listFates(incidentIds, channelIds),
  ])
  return pairs.map(({ incidentId, openedAt, chosen, channel }) => {
    const key = `${incidentId} ${channel.id}`
    const all = decisions.get(key) ?? []
    const decided = until === null ? all : all.filter((one) => one.at <= until.getTime())
    const answer = whyAnswer(decided, fates.get(key) ?? null, {
      channel: channel.name,
      addedAt: channel.createdAt.getTime(),
      openedAt: openedAt.getTime(),
      chosen: chosen !== null && !chosen.includes(channel.id),
    })
    const { id, name, kind } = channel
    const mine = userId !== null && channel.userId === userId
    return { channel: { id, name, kind, mine }, answer, decisions: all }
  })
}

async function listDecided(incidentIds: number[], channelIds: number[]): Promise<Map<string, DecisionRow[]>> {
  const rows = await sql<
    (Omit<DecisionRow, 'at' | 'until'> & { incidentId: number; channelId: number; at: Date; until: Date | null })[]
  >`
    select id, incident_id as "incidentId", channel_id as "channelId", at, event, outcome, until, rule, why, inputs from (
      select d.id::float8 as id, d.incident_id, d.channel_id, d.at, d.event, d.outcome, d.until, d.rule, d.why, d.inputs,
        row_number() over (partition by d.incident_id, d.channel_id order by d.id desc) as place
      from decisions d
      where d.incident_id = any(${incidentIds}::int[]) and d.channel_id = any(${channelIds}::int[])) newest
    where place <= 200 order by id`
  const found = new Map<string, DecisionRow[]>()
  for (const { incidentId, channelId, at, until, ...row } of rows) {
    const key = `${incidentId} ${channelId}`
    const decision = { ...row, at: at.getTime(), until: until?.getTime() ?? null }
    const known = found.get(key)
    if (known) known.push(decision)
    else found.set(key, [decision])
  }
  return found
}

/** The best that became of a notice: one phone of several that has it is enough to have been told. */
async function listFates(incidentIds: number[], channelIds: number[]): Promise<Map<string, Fate>> {
  const rows = await sql<(Omit<Fate, 'at'> & { incidentId: number; channelId: number; at: Date })[]>`
    with messages as (
      select notice_id, created_at, delivered_at, failed_at, attempts from deliveries
      union all select notice_id, created_at, delivered_at, failed_at, attempts from channel_deliveries
    )
    select distinct on (n.id) n.incident_id as "incidentId", n.channel_id as "channelId",
      case when m.delivered_at is not null then 'delivered' when m.failed_at is not null then 'failed' else 'trying' end as state,
      coalesce(m.delivered_at, m.failed_at, m.created_at) as at,
      case when m.delivered_at is null then m.attempts -> -1 ->> 'answer' end as answer
    from notices n join messages m on m.notice_id = n.id
    where n.incident_id = any(${incidentIds}::int[]) and n.channel_id = any(${channelIds}::int[])
    order by n.id, (m.delivered_at is not null) desc, (m.failed_at is null) desc, m.created_at desc`
  return new Map(
    rows.map(({ incidentId, channelId, at, ...fate }) => [`${incidentId} ${channelId}`, { ...fate, at: at.getTime() }]),
  )
}
