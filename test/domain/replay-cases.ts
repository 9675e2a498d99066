import type { Blackout } from '@/lib/domain/blackout'
import { everyDay, type HoursRange } from '@/lib/domain/hours'
import { compilePriority } from '@/lib/domain/priority'
import type { Act, PastIncident, ReplayChannel, ReplayRules } from '@/lib/domain/replay'
import { aChannel, anIncident, aRoute, at, waking } from './telling-cases'

export const start = at('2026-03-10T00:00:00Z')
export const minute = 60_000

export function aPast(id: number, openedMinute: number, change: Partial<PastIncident> = {}): PastIncident {
  const openedAt = start + openedMinute * minute
  return {
    ...anIncident(),
    id,
    openedAt,
    beganAt: openedAt - 5_000,
    resolvedAt: openedAt + 40 * minute,
    root: { id, siteId: null, tags: [] },
    acts: [],
    ...change,
  }
}

export function aReplayChannel(change: Partial<ReplayChannel> = {}): ReplayChannel {
  return { ...aChannel(), ...change }
}

export const someRules = (change: Partial<ReplayRules> = {}): ReplayRules => ({
  channels: [aReplayChannel()],
  routes: [],
  priority: null,
  blackouts: [],
  ...change,
})

export const aBlackout = (change: Partial<Blackout>): Blackout => ({
  id: 1,
  kind: 'range',
  reason: 'Firmware',
  coversAll: true,
  targetIds: [],
  siteIds: [],
  tags: [],
  fromAt: start,
  untilAt: null,
  weekdays: null,
  startMinute: null,
  endMinute: null,
  zone: 'UTC',
  periodsLeft: null,
  planned: true,
  endedAt: null,
  ...change,
})

/** Always the same numbers from 0 to 1 for a seed (mulberry32). */
export function numbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

const roles = ['router', 'switch', 'ap', 'backhaul', 'cpe', 'server'] as const

/** Incidents of 30 days over a clock change, a tenth of them in storms: most short, some acknowledged, some that grow. */
export function aMonth(count: number, seed = 1): PastIncident[] {
  const random = numbers(seed)
  const pick = <T>(list: readonly T[], other: T) => list[Math.floor(random() * list.length)] ?? other
  return Array.from({ length: count }, (_, id) => {
    const storm = random() < 0.1
    const openedAt =
      start + Math.floor((storm ? Math.floor(random() * 30) + 0.5 + random() / 1_000 : random() * 30) * 1_440 * minute)
    const lasted = Math.ceil(60_000 * 10 ** (random() * 2.5))
    const acts: Act[] = []
    if (random() < 0.2)
      acts.push({ at: openedAt + lasted / 4, kind: 'grew', size: 8, affectedClients: 20, affectedTargets: 8 })
    if (random() < 0.4) acts.push({ at: openedAt + lasted / 2, kind: 'acknowledged', by: 'Anna' })
    return aPast(id, 0, {
      openedAt,
      beganAt: openedAt - 10_000,
      resolvedAt: openedAt + lasted,
      role: pick(roles, 'ap'),
      site: pick(['Ridge', 'Hill', 'Lake'], null),
      affectedClients: Math.floor(random() * 15),
      acts,
    })
  })
}

const byDay: readonly HoursRange[] = [{ weekdays: [1, 2, 3, 4, 5], startMinute: 540, endMinute: 1_020 }]

/** Four channels, each with its own hours, that escalate to one another, three routes, a priority and a weekly blackout. */
export function aHouse(): ReplayRules {
  const priority = compilePriority(
    'affectedClients > 10 || role == "router" ? "critical" : role == "cpe" ? "low" : "normal"',
  )
  return {
    channels: [
      aReplayChannel({ id: 1, name: 'Robin', hours: waking, escalateTo: 2, escalateAfterMinutes: 15 }),
      aReplayChannel({
        id: 2,
        name: 'Kim',
        hours: { ...waking, ranges: byDay },
        escalateTo: 3,
        escalateAfterMinutes: 30,
      }),
      aReplayChannel({ id: 3, name: 'Ops', criticalBreaksThrough: false, coolOffMinutes: 60 }),
      aReplayChannel({
        id: 4,
        name: 'Field',
        hours: {
          zone: 'Europe/Berlin',
          place: { latitude: 52.5, longitude: 13.4 },
          ranges: [{ weekdays: everyDay, sun: 'daylight' }],
        },
      }),
    ],
    routes: [aRoute({}, 1), aRoute({ priorities: ['critical'] }, 3), aRoute({ sites: ['Ridge'] }, 2, 4)],
    priority: 'fault' in priority ? null : priority,
    blackouts: [aBlackout({ kind: 'weekly', weekdays: [7], startMinute: 120, endMinute: 240, zone: 'Europe/Berlin' })],
  }
}
