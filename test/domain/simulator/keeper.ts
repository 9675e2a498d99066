import { rootGraceMs } from '@/lib/domain/correlation'
import { flappingEnd, planIncidents } from '@/lib/domain/filing'
import { hasBack } from '@/lib/domain/members-lost'
import { mergesOf, movesUnder } from '@/lib/domain/moves'
import { type PlacedSpell, type Placement, placeOutages } from '@/lib/domain/placing'
import { membersOf, type Network } from './network'
import type { Told } from './probe'

export type Outage = PlacedSpell & { state: 'down' | 'unreachable' }
export type Incident = {
  id: number
  kind: 'down' | 'flapping' | 'members_lost'
  targetId: number
  createdAt: number
  resolvedAt: number | null
  mergedInto: number | null
}
/** What people heard. over: that it was, after all was over already. merged: where it went, and that it is still dark. */
export type Heard = { at: number; incidentId: number; what: 'opened' | 'over' | 'resolved' | 'merged'; dark: number[] }
export type House = { outages: Outage[]; incidents: Incident[]; heard: Heard[] }

const youngMs = 60_000

/** A keeper in memory: what lib/store does with the answers of lib/domain, without a database. `away`: it is not running. */
export function simulateKeeper(
  network: Network,
  told: readonly Told[],
  { until, away }: { until: number; away: { from: number; to: number } | null },
): House {
  const house: House = { outages: [], incidents: [], heard: [] }
  const keeper = createKeeper(network, house)
  let next = 0
  for (let now = 0; now <= until; now += 500) {
    let isNews = false
    for (let one = told[next]; one && one.at <= now; one = told[++next]) {
      keeper.store(one)
      isNews = true
    }
    const isAway = away && now >= away.from && now < away.to
    const isBusy = house.outages.some((outage) => outage.incidentId === null || outage.endedAt === null)
    const isOpen = house.incidents.some((incident) => incident.resolvedAt === null)
    if (!isAway && (isNews || isBusy || isOpen)) keeper.step(now)
  }
  return house
}

function createKeeper(network: Network, house: House) {
  const { outages, incidents, heard } = house
  const answered = new Map<number, Date>()
  const upstreams = new Map(
    network.devices.filter(({ upstreams: up }) => up.length > 0).map((device) => [device.id, device.upstreams]),
  )
  const watched = new Set(network.devices.map(({ id }) => id))
  const members = membersOf(network)
  const openOf = (kind: Incident['kind'], targetId: number) =>
    incidents.find((one) => one.kind === kind && one.targetId === targetId && one.resolvedAt === null) ?? null

  function store(one: Told): void {
    if (one.what === 'answered') {
      answered.set(one.targetId, new Date(Math.max(one.sentAt, answered.get(one.targetId)?.getTime() ?? 0)))
      return
    }
    const open = outages.find((outage) => outage.targetId === one.targetId && outage.endedAt === null)
    if (one.what === 'revived') {
      if (open) open.endedAt = new Date(one.endedAt)
      return
    }
    if (open) throw new Error(`Target ${one.targetId} has an open outage already`)
    outages.push({
      outageId: outages.length + 1,
      targetId: one.targetId,
      kind: 'device',
      beganAt: new Date(one.beganAt),
      darkFrom: new Date(one.darkFrom),
      isolatedAt: new Date(one.isolatedAt),
      recordedAt: new Date(one.at),
      endedAt: null,
      incidentId: null,
      state: 'down',
    })
  }

  function step(now: number): void {
    const fresh = outages.filter((outage) => outage.incidentId === null)
    const left = leftBehind(now)
    const young = fresh.length > 0 ? youngOnes(now) : []
    place({ fresh, left, young }, now)
    resolve(now)
  }

  function leftBehind(now: number): Outage[] {
    const since = new Date(now - rootGraceMs)
    return outages.filter((outage) => {
      if (outage.endedAt !== null || outage.state !== 'unreachable') return false
      const incident = incidents.find((one) => one.id === outage.incidentId)
      if (!incident || incident.resolvedAt !== null) return false
      const mates = outages.filter((one) => one.incidentId === incident.id)
      const isDark = (one: Outage) => one.endedAt === null || one.endedAt > since
      const members = mates.filter((one) => upstreams.get(one.targetId)?.includes(incident.targetId))
      if (incident.kind === 'members_lost') return hasBack(members.filter(isDark).length, members.length)
      return !mates.some((one) => one.targetId === incident.targetId && isDark(one))
    })
  }

  const youngOnes = (now: number) =>
    outages.filter((outage) => {
      const incident = incidents.find((one) => one.id === outage.incidentId)
      if (!incident || incident.resolvedAt !== null || incident.createdAt <= now - youngMs) return false
      if (outage.endedAt !== null || incident.kind === 'flapping') return false
      return incident.kind === 'members_lost' || incident.targetId === outage.targetId
    })

  function place(toPlace: { fresh: Outage[]; left: Outage[]; young: Outage[] }, now: number): void {
    const isSettled = (outage: Outage) =>
      incidents.some((one) => one.id === outage.incidentId && one.resolvedAt !== null)
    const settled = new Set(outages.filter(isSettled).map((outage) => outage.outageId))
    const open = incidents.filter((one) => one.kind === 'members_lost' && one.resolvedAt === null)
    const lost = new Map(open.map((one) => [one.targetId, one.id]))
    const known = {
      spells: outages,
      upstreams,
      settled,
      answered,
      watched,
      members,
      lost,
      crowd: false,
      catchingUp: false,
    }
    const placements = placeOutages(toPlace, known, new Date(now))
    const bySpell = new Map(
      [...toPlace.young, ...toPlace.left, ...toPlace.fresh].map((outage) => [outage.outageId, outage]),
    )
    const incidentOf = new Map([...fileOwn(placements, bySpell, now), ...fileMembers(placements, bySpell, now)])
    const moving = new Set(placements.map(({ outageId }) => outageId))
    for (const { outageId, incidentId } of outages)
      if (incidentId !== null && !incidentOf.has(outageId) && !moving.has(outageId))
        incidentOf.set(outageId, incidentId)
    const isYoung = new Set(toPlace.young.map((outage) => outage.outageId))
    for (const { outageId, incidentId, spell } of movesUnder(placements, bySpell, incidentOf))
      if (!isYoung.has(outageId)) Object.assign(spell, { incidentId, state: 'unreachable' })
    for (const [from, into] of mergesOf(placements, isYoung, bySpell, incidentOf)) merge(from, into, now)
  }

  function fileOwn(placements: readonly Placement[], bySpell: Map<number, Outage>, now: number): Map<number, number> {
    const own = placements.filter(({ as }) => as === 'down').flatMap((one) => bySpell.get(one.outageId) ?? [])
    const history = (id: number) => outages.filter((one) => one.targetId === id && one.state === 'down')
    const plan = planIncidents(
      own.map((outage) => ({
        ...outage,
        history: history(outage.targetId),
        open: {
          down: openOf('down', outage.targetId)?.id ?? null,
          flapping: openOf('flapping', outage.targetId)?.id ?? null,
        },
      })),
    )
    const incidentOf = new Map<number, number>()
    const file = (outageId: number, incidentId: number) => {
      incidentOf.set(outageId, incidentId)
      Object.assign(bySpell.get(outageId) ?? {}, { incidentId, state: 'down' })
    }
    for (const { kind, targetId, resolvedAt, outageIds } of plan.incidents) {
      const id = open(kind, targetId, resolvedAt, now)
      for (const outageId of outageIds) file(outageId, id)
    }
    for (const { outageId, incidentId } of plan.joins) file(outageId, incidentId)
    return incidentOf
  }

  function open(kind: Incident['kind'], targetId: number, resolvedAt: Date | null, now: number): number {
    if (openOf(kind, targetId)) throw new Error(`A second open ${kind} incident of ${targetId}`)
    const id = incidents.length + 1
    incidents.push({
      id,
      kind,
      targetId,
      createdAt: now,
      resolvedAt: resolvedAt?.getTime() ?? null,
      mergedInto: null,
    })
    heard.push({ at: now, incidentId: id, what: resolvedAt ? 'over' : 'opened', dark: [] })
    return id
  }

  function fileMembers(placements: readonly Placement[], bySpell: Map<number, Outage>, now: number) {
    const incidentOf = new Map<number, number>()
    const groups = new Map<number, Outage[]>()
    for (const one of placements) {
      const outage = one.as === 'member' ? bySpell.get(one.outageId) : undefined
      if (one.as === 'member' && outage) groups.set(one.nodeId, [...(groups.get(one.nodeId) ?? []), outage])
    }
    for (const [nodeId, lost] of groups) {
      const ends = lost.flatMap((outage) => outage.endedAt ?? [])
      const over = ends.length === lost.length ? new Date(Math.max(...ends.map((end) => end.getTime()))) : null
      const id = openOf('members_lost', nodeId)?.id ?? open('members_lost', nodeId, over, now)
      for (const outage of lost) {
        incidentOf.set(outage.outageId, id)
        if (outage.incidentId === null || outage.state === 'unreachable')
          Object.assign(outage, { incidentId: id, state: 'unreachable' })
      }
    }
    return incidentOf
  }

  function merge(from: number, into: number, now: number): void {
    for (const outage of outages)
      if (outage.incidentId === from) Object.assign(outage, { incidentId: into, state: 'unreachable' })
    const incident = incidents.find((one) => one.id === from)
    if (incident) Object.assign(incident, { resolvedAt: now, mergedInto: into })
    heard.push({ at: now, incidentId: from, what: 'merged', dark: [] })
  }

  function resolve(now: number): void {
    for (const incident of incidents) {
      if (incident.resolvedAt !== null) continue
      const own = outages.filter((outage) => outage.incidentId === incident.id)
      const history = outages.filter((one) => one.targetId === incident.targetId && one.state === 'down')
      const isSteady = incident.kind !== 'flapping' || flappingEnd(history, new Date(now))?.end === 'steady'
      if (own.some((outage) => outage.endedAt === null) || !isSteady) continue
      incident.resolvedAt = now
      const dark = outages.filter((outage) => outage.endedAt === null).map((outage) => outage.targetId)
      heard.push({ at: now, incidentId: incident.id, what: 'resolved', dark })
    }
  }

  return { store, step }
}
