import type { Hours } from '@/lib/domain/hours'
import { anyTime, everyDay } from '@/lib/domain/hours'
import type { NoticeEvent } from '@/lib/domain/message'
import { anyIncident, type Route } from '@/lib/domain/route'
import type { TellingChannel, TellingIncident, TellingInput, ToldBefore } from '@/lib/domain/telling'

export const at = (text: string) => Date.parse(text)
/** Saturday, 02:10 in Berlin. */
export const night = at('2026-11-21T01:10:00Z')
export const waking: Hours = {
  zone: 'Europe/Berlin',
  ranges: [{ weekdays: everyDay, startMinute: 420, endMinute: 1_320 }],
  place: null,
}

export const anIncident = (change: Partial<TellingIncident> = {}): TellingIncident => ({
  id: 1,
  kind: 'down',
  name: 'AP Ridge-3',
  role: 'ap',
  site: 'Ridge',
  tags: [],
  client: null,
  size: 1,
  affectedClients: 3,
  affectedTargets: 1,
  priority: 'normal',
  openedAt: night,
  resolvedAt: null,
  overBefore: false,
  acknowledgedAt: null,
  acknowledgedBy: null,
  snoozedUntil: null,
  mutedFor: [],
  ...change,
})

export const aChannel = (change: Partial<TellingChannel> = {}): TellingChannel => ({
  id: 1,
  name: 'Robin',
  hours: { ...anyTime, zone: 'Europe/Berlin' },
  criticalBreaksThrough: true,
  coolOffMinutes: 30,
  escalateTo: null,
  escalateAfterMinutes: null,
  health: { state: 'ok' },
  history: [],
  traffic: { toldInLastMinute: 0, digestAt: null },
  dueNow: 0,
  ...change,
})

export const aRoute = (change: Partial<Route['condition']> = {}, ...channelIds: number[]): Route => ({
  id: 1,
  name: 'Core',
  condition: { ...anyIncident, ...change },
  channelIds: channelIds.length === 0 ? [1, 2, 3] : channelIds,
})

export const asked = (change: Partial<TellingInput> = {}): TellingInput => ({
  incident: anIncident(),
  event: 'opened',
  channels: [aChannel()],
  asked: null,
  routes: [],
  blackout: null,
  suppressedUnder: null,
  escalation: null,
  now: night,
  ...change,
})

/** A decision of before, `minutes` before the night's case. */
export const earlier = (
  event: NoticeEvent,
  outcome: ToldBefore['outcome'],
  minutes: number,
  until: number | null = null,
) =>
  ({
    event,
    outcome,
    at: night - minutes * 60_000,
    until,
    rule: outcome === 'delayed' ? 'hours' : 'told',
  }) satisfies ToldBefore
