import { flappingSince } from './flapping'

/** An outage that is its own root, with all recent spells of its target that were not explained by another. */
export type OwnOutage = {
  outageId: number
  targetId: number
  beganAt: Date
  endedAt: Date | null
  history: readonly { beganAt: Date; endedAt: Date | null }[]
  /** The target's open incidents, by kind. */
  open: { down: number | null; flapping: number | null }
}

/** An incident to be made; `resolvedAt` when it is over already. Its first outage is its root. */
export type PlannedIncident = {
  kind: 'down' | 'flapping'
  targetId: number
  openedAt: Date
  resolvedAt: Date | null
  outageIds: number[]
}
export type Plan = {
  incidents: PlannedIncident[]
  /** Outages that go to an incident that stands: nobody is told again, `why` says the reason. */
  joins: { outageId: number; incidentId: number; why: 'flapping' | 'same_incident' }[]
}

/**
 * Gives each outage that nothing above explains its incident: the target's open flapping one, a new flapping one from the
 * fifth outage of an hour on, the one still open because children are dark, else a new one of its own.
 * Source: rules, "Flapping".
 */
export function planIncidents(outages: readonly OwnOutage[]): Plan {
  const plan: Plan = { incidents: [], joins: [] }
  const flappingNow = new Map<number, PlannedIncident>()
  for (const outage of [...outages].sort((a, b) => a.beganAt.getTime() - b.beganAt.getTime())) {
    const begun = flappingNow.get(outage.targetId)
    if (begun) begun.outageIds.push(outage.outageId)
    else if (outage.open.flapping !== null)
      plan.joins.push({ outageId: outage.outageId, incidentId: outage.open.flapping, why: 'flapping' })
    else if (isFlapping(outage)) {
      const incident = newIncident('flapping', outage, null)
      flappingNow.set(outage.targetId, incident)
      plan.incidents.push(incident)
    } else if (outage.open.down !== null)
      plan.joins.push({ outageId: outage.outageId, incidentId: outage.open.down, why: 'same_incident' })
    else plan.incidents.push(newIncident('down', outage, outage.endedAt))
  }
  return plan
}

const newIncident = (kind: 'down' | 'flapping', outage: OwnOutage, resolvedAt: Date | null): PlannedIncident => ({
  kind,
  targetId: outage.targetId,
  openedAt: outage.beganAt,
  resolvedAt,
  outageIds: [outage.outageId],
})

const isFlapping = (outage: OwnOutage) => flappingSince(outage.history.map(inMs), outage.beganAt.getTime()) !== null
const inMs = (spell: { beganAt: Date; endedAt: Date | null }) => ({
  beganAt: spell.beganAt.getTime(),
  endedAt: spell.endedAt?.getTime() ?? null,
})

const steadyMs = 15 * 60_000

/**
 * How a flapping incident stands: over since `at` when the target was up for 15 min, `dark` when it has been down as long
 * (its outage is then told as one of its own), null while it flaps.
 */
export function flappingEnd(
  history: readonly { beganAt: Date; endedAt: Date | null }[],
  now: Date,
): { end: 'steady' | 'dark'; at: Date } | null {
  const open = history.find((spell) => spell.endedAt === null)
  if (open) {
    const at = new Date(open.beganAt.getTime() + steadyMs)
    return at <= now ? { end: 'dark', at } : null
  }
  const last = Math.max(...history.map((spell) => spell.endedAt?.getTime() ?? 0))
  if (history.length === 0) return { end: 'steady', at: now }
  return last + steadyMs <= now.getTime() ? { end: 'steady', at: new Date(last + steadyMs) } : null
}
