import { dayMs, stretchAt, weekdayOfDay } from './wall-clock'
import { instantOfWall } from './wall-instant'

export { readBlackout } from './read-blackout'

export const blackoutKinds = ['range', 'weekly', 'periods', 'open'] as const
export type BlackoutKind = (typeof blackoutKinds)[number]

/** When nobody is told, and of what. Instants are epoch ms; `endedAt`: ended by hand, or used up. */
export type BlackoutRule = {
  kind: BlackoutKind
  reason: string
  coversAll: boolean
  targetIds: number[]
  siteIds: number[]
  tags: string[]
  fromAt: number // nothing before it; of a weekly one its day in the zone is the first
  untilAt: number | null // of a range: its end; of a weekly one: its day in the zone is the last on which it begins
  weekdays: number[] | null // of a weekly one: 1 Monday .. 7 Sunday, the days on which it begins
  startMinute: number | null // after midnight, wall clock
  endMinute: number | null // at or before the start: of the next day
  zone: string // IANA
  periodsLeft: number | null // of `periods`: expected beats of the job that still pass
  planned: boolean // left out of uptime
  endedAt: number | null
}
export type Blackout = BlackoutRule & { id: number }

/** One time of a blackout, from `startAt` up to `endAt` (epoch ms; null: no end known). */
export type Occurrence = { startAt: number; endAt: number | null }

type Coverable = { id: number; siteId: number | null; tags: readonly string[] }

/** Whether a blackout concerns a target at all, whatever the time. */
export function covers(blackout: BlackoutRule, target: Coverable): boolean {
  return (
    blackout.coversAll ||
    blackout.targetIds.includes(target.id) ||
    (target.siteId !== null && blackout.siteIds.includes(target.siteId)) ||
    target.tags.some((tag) => blackout.tags.includes(tag))
  )
}

/**
 * What a blackout becomes when `rule` is said of it. One that was ended stays so as long as its times are the same: to put
 * its reason right does not make it hold again.
 */
export function restated(rule: BlackoutRule, standing: BlackoutRule): BlackoutRule {
  const same = timesOf(rule) === timesOf(standing)
  return { ...rule, endedAt: same ? standing.endedAt : null }
}

const timesOf = ({ kind, fromAt, untilAt, weekdays, startMinute, endMinute, zone, periodsLeft }: BlackoutRule) =>
  JSON.stringify([kind, fromAt, untilAt, weekdays, startMinute, endMinute, zone, periodsLeft])

/** Whether nobody is told at `t` (epoch ms). Computed from the definition alone. Source: rules, "Blackouts". */
export function activeAt(blackout: BlackoutRule, t: number): boolean {
  return occurrenceAt(blackout, t) !== null
}

/** When the blackout that is active at `t` ends (epoch ms), times that touch taken together; null: not foreseeable, or not active. */
export function endOf(blackout: BlackoutRule, t: number): number | null {
  let current = occurrenceAt(blackout, t)
  if (current === null || blackout.kind !== 'weekly') return current?.endAt ?? null
  // Only whole days can touch; after eight of them there is every day.
  for (let i = 0; i < 8; i++) {
    const next: Occurrence | null = current.endAt === null ? null : occurrenceAt(blackout, current.endAt)
    if (next === null) return current.endAt
    current = next
  }
  if (blackout.untilAt === null) return blackout.endedAt
  return clipped(blackout, onDay(blackout, dayIn(blackout.zone, blackout.untilAt)))?.endAt ?? null
}

/** The next `n` times of a blackout that end after `from`, the running one first. */
export function nextOccurrences(blackout: BlackoutRule, from: number, n: number): Occurrence[] {
  if (blackout.kind !== 'weekly') {
    const only = clipped(blackout, { startAt: blackout.fromAt, endAt: blackout.untilAt })
    return only && n > 0 && (only.endAt === null || only.endAt > from) ? [only] : []
  }
  const found: Occurrence[] = []
  const firstDay = dayIn(blackout.zone, Math.max(from, blackout.fromAt)) - 2
  for (let day = firstDay; found.length < n && day < firstDay + (n + 4) * 7; day++) {
    const one = clipped(blackout, onDay(blackout, day))
    if (one?.endAt && one.endAt > from) found.push(one)
  }
  return found
}

/**
 * Until when none is told of what these blackouts cover: they take over from one another. Null when none is active at `t`;
 * `until` null when no end is foreseeable. `by` is the one that holds longest.
 */
export function coveredUntil<B extends BlackoutRule>(
  blackouts: readonly B[],
  t: number,
): { by: B; until: number | null } | null {
  let covered: { by: B; until: number } | null = null
  // Each takes over where the last one ended; those who do so for ever are said to have no end.
  for (let i = 0; i < 100; i++) {
    const at: number = covered?.until ?? t
    const active: B[] = blackouts.filter((blackout) => activeAt(blackout, at))
    if (active.length === 0) return covered
    for (const by of active) {
      const until = endOf(by, at)
      if (until === null) return { by, until }
      if (covered === null || until > covered.until) covered = { by, until }
    }
  }
  return covered && { by: covered.by, until: null }
}

function occurrenceAt(blackout: BlackoutRule, t: number): Occurrence | null {
  const { kind, fromAt, untilAt, endedAt, zone } = blackout
  // Most are not active, and a replay asks of thousands: what cannot be active is not worked out.
  if (t < fromAt || (endedAt !== null && endedAt <= t)) return null
  if (kind !== 'weekly')
    return untilAt !== null && untilAt <= t ? null : clipped(blackout, { startAt: fromAt, endAt: untilAt })
  const today = dayIn(zone, t)
  for (let day = today - 2; day <= today + 1; day++) {
    const one = clipped(blackout, onDay(blackout, day))
    if (one?.endAt && one.endAt > t) return one.startAt <= t ? one : null
  }
  return null
}

/** What of an occurrence lies after the blackout was made and before it was ended; null: nothing. */
function clipped(blackout: BlackoutRule, one: Occurrence | null): Occurrence | null {
  if (one === null) return null
  const startAt = Math.max(one.startAt, blackout.fromAt)
  const endAt = blackout.endedAt === null ? one.endAt : Math.min(one.endAt ?? blackout.endedAt, blackout.endedAt)
  return endAt === null || startAt < endAt ? { startAt, endAt } : null
}

/** The day number (days since 1970-01-01) of an instant in a zone. */
function dayIn(zone: string, t: number): number {
  return Math.floor((t + stretchAt(zone, t).offset) / dayMs)
}

/**
 * What of a weekly blackout begins on a day. A start that the clock skips is where it skips, as is an end; of times that
 * come twice, a start is the earlier and an end the later: work that was planned is covered.
 */
function onDay(blackout: BlackoutRule, day: number): Occurrence | null {
  const { zone, weekdays, startMinute, endMinute, untilAt } = blackout
  if (weekdays === null || startMinute === null || endMinute === null) return null
  if (!weekdays.includes(weekdayOfDay(day) || 7) || day < dayIn(zone, blackout.fromAt)) return null
  if (untilAt !== null && day > dayIn(zone, untilAt)) return null
  const endDay = endMinute <= startMinute ? day + 1 : day
  return {
    startAt: instantOfWall(zone, day * dayMs + startMinute * 60_000, 'earlier'),
    endAt: instantOfWall(zone, endDay * dayMs + endMinute * 60_000, 'later'),
  }
}
