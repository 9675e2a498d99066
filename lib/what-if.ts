import { setImmediate as breathe } from 'node:timers/promises'
import type { IncidentKind, NoticeEvent } from '@/lib/domain/message'
import type { CompiledPriority } from '@/lib/domain/priority'
import type { PastIncident, PastNotice, ReplayChannel, ReplayRules } from '@/lib/domain/replay'
import { replayDifference, unknownTimes } from '@/lib/domain/replay-difference'
import { ReplayRun } from '@/lib/domain/replay-run'
import type { Route } from '@/lib/domain/route'
import { listBlackoutsAfter } from '@/lib/store/blackouts'
import { listPastIncidents, listReplayChannels } from '@/lib/store/past-incidents'
import { listRoutes, readPriority } from '@/lib/store/routes'

/** What is to be other than it is; what is left out stays. Of a channel what is given stands over what it has. */
export type RuleChange = {
  routes?: readonly Route[] | undefined // all of them
  priority?: CompiledPriority | undefined
  channels?: readonly (Partial<ReplayChannel> & { id: number })[] | undefined
}
type ShownIncident = { id: number; kind: IncidentKind; name: string; site: string | null; beganAt: number }
type ShownNotice = { incident: ShownIncident; channel: { id: number; name: string }; event: NoticeEvent; why: string }
type Once = ShownNotice & { at: number; digest: boolean }
type Moved = ShownNotice & { from: { at: number; digest: boolean }; to: { at: number; digest: boolean } }
/** How long an outage was dark before anyone knew, or all of it when nobody was told. Instants and spans in ms. */
type Known = { unknownMs: number; told: boolean }
type Total = { notices: number; neverTold: number; medianUnknownMs: number | null; longestUnknownMs: number | null }
export type WhatIf = {
  since: number
  until: number
  incidents: number
  before: Total
  after: Total
  come: { count: number; notices: Once[] }
  go: { count: number; notices: Once[] }
  move: { count: number; notices: Moved[] }
  same: number
  outages: { later: number; sooner: number; changed: { incident: ShownIncident; before: Known; after: Known }[] }
  tookMs: number
}

export const mostDays = 30
const mostShown = 200
const dayMs = 86_400_000
/** Steps of a replay between which others get their turn: about 10 ms. */
const slice = 500

let queue: Promise<unknown> = Promise.resolve()

/**
 * Which notices would have come, gone or moved in the last `days` if the rules had been these, and how long each outage
 * would have been unknown: both runs are replays, of the rules as they are and as they would be. One at a time, in slices.
 */
export async function whatIf(change: RuleChange, { days = mostDays, now = Date.now() } = {}): Promise<WhatIf> {
  const answer = queue.then(() => compared(change, now - days * dayMs, now))
  queue = answer.catch(() => {})
  return answer
}

async function compared(change: RuleChange, since: number, until: number): Promise<WhatIf> {
  const begun = performance.now()
  const [incidents, channels, routes, priority, blackouts] = await Promise.all([
    listPastIncidents(new Date(since), new Date(until)),
    listReplayChannels(),
    listRoutes(),
    readPriority(),
    listBlackoutsAfter(new Date(since)),
  ])
  const changed = new Map(change.channels?.map((channel) => [channel.id, channel]))
  const standing: ReplayRules = { channels, routes, priority, blackouts }
  const before = await replayed(incidents, standing, until)
  const after = await replayed(
    incidents,
    {
      channels: channels.map((channel) => ({ ...channel, ...changed.get(channel.id) })),
      routes: change.routes ?? routes,
      priority: change.priority ?? priority,
      blackouts,
    },
    until,
  )
  return { since, until, ...shown(incidents, channels, before, after, until), tookMs: performance.now() - begun }
}

async function replayed(incidents: readonly PastIncident[], rules: ReplayRules, end: number): Promise<PastNotice[]> {
  const run = new ReplayRun(rules, () => {})
  for (const [i, incident] of incidents.entries()) {
    if (i % slice === slice - 1) await breathe()
    run.add(incident)
  }
  while (!run.go(end, slice)) await breathe()
  return run.notices()
}

function shown(
  incidents: readonly PastIncident[],
  channels: readonly ReplayChannel[],
  before: readonly PastNotice[],
  after: readonly PastNotice[],
  end: number,
): Omit<WhatIf, 'since' | 'until' | 'tookMs'> {
  const byId = new Map(incidents.map((incident) => [incident.id, incident]))
  const nameOf = new Map(channels.map(({ id, name }) => [id, name]))
  const incidentOf = (id: number): ShownIncident => {
    const { kind = 'down', name = '', site = null, beganAt = 0 } = byId.get(id) ?? {}
    return { id, kind, name, site, beganAt }
  }
  const notice = ({ incidentId, channelId, event, why }: PastNotice): ShownNotice => ({
    incident: incidentOf(incidentId),
    channel: { id: channelId, name: nameOf.get(channelId) ?? '' },
    event,
    why,
  })
  const once = (one: PastNotice): Once => ({ ...notice(one), at: one.at, digest: one.digest })
  const newest = <T>(list: readonly T[]) => list.slice(-mostShown).reverse()
  const { come, go, move, same } = replayDifference(before, after)
  const was = unknownTimes(incidents, before, end)
  const would = unknownTimes(incidents, after, end)
  const pairs = was.flatMap((one, i) => {
    const other = would[i]
    return other ? [{ incidentId: one.incidentId, before: known(one), after: known(other) }] : []
  })
  const differing = pairs
    .filter((pair) => by(pair) !== 0 || pair.before.told !== pair.after.told)
    .sort((a, b) => Number(a.after.told) - Number(b.after.told) || Math.abs(by(b)) - Math.abs(by(a)))
  return {
    incidents: incidents.length,
    before: total(before, was),
    after: total(after, would),
    come: { count: come.length, notices: newest(come).map(once) },
    go: { count: go.length, notices: newest(go).map(once) },
    move: {
      count: move.length,
      notices: newest(move).map(({ from, to }) => ({
        ...notice(to),
        from: { at: from.at, digest: from.digest },
        to: { at: to.at, digest: to.digest },
      })),
    },
    same,
    outages: {
      later: differing.filter((pair) => by(pair) > 0 || (pair.before.told && !pair.after.told)).length,
      sooner: differing.filter((pair) => by(pair) < 0 || (!pair.before.told && pair.after.told)).length,
      changed: differing
        .slice(0, mostShown)
        .map(({ incidentId, ...pair }) => ({ incident: incidentOf(incidentId), ...pair })),
    },
  }
}

const known = ({ unknownMs, told }: Known): Known => ({ unknownMs, told })
const by = (pair: { before: Known; after: Known }) => pair.after.unknownMs - pair.before.unknownMs

function total(notices: readonly PastNotice[], unknown: readonly Known[]): Total {
  const spans = unknown.filter(({ told }) => told).map(({ unknownMs }) => unknownMs)
  spans.sort((a, b) => a - b)
  return {
    notices: notices.length,
    neverTold: unknown.length - spans.length,
    medianUnknownMs: spans[Math.floor(spans.length / 2)] ?? null,
    longestUnknownMs: spans.at(-1) ?? null,
  }
}
