import { intersection, type Spells, spellsOf, union, within, without } from './spells'

/**
 * One target as a way to whom it serves. Times are epoch ms. `planned` and `unknown` may overlap each other and the dark
 * ones: what was planned is neither unknown nor dark, and what nobody saw is not dark.
 */
export type Way = { since: number; dark: Spells; planned: Spells; unknown: Spells }

/** What a time was, told apart: none of them overlaps another, and what is left of [since, until) was up. */
export type Told = { since: number; until: number; dark: Spells; planned: Spells; unknown: Spells }

/** How long a period was which (ms); `lasted` is the part of it in which there was something to be up. */
export type Lengths = { lasted: number; dark: number; planned: number; unknown: number }

/**
 * Of a target (one way) or of a client (each of its devices) from `from` up to `until`: up while any way was seen to be up
 * outside planned time; else planned while one was; else unknown while one was; else dark. Source: rules, "Uptime".
 */
export function tellApart(ways: readonly Way[], from: number, until: number): Told {
  const first = ways.reduce((least, way) => Math.min(least, way.since), until)
  const since = Math.max(from, first)
  const [only] = ways
  if (!only) return { since, until, dark: [], planned: [], unknown: [] }
  const like = ways.every((way) => way.planned === only.planned && way.unknown === only.unknown)
  const planned = like ? within(only.planned, since, until) : plannedOf(ways)
  const unknown = like ? within(only.unknown, since, until) : union(...ways.map((way) => living(way, way.unknown)))
  const lost = like ? allDark(ways, since, until) : noneUp(ways, since, until)
  const isPlanned = like ? planned : intersection(lost, planned)
  const isUnknown = without(like ? unknown : intersection(lost, unknown), isPlanned)
  return { since, until, dark: without(without(lost, isPlanned), isUnknown), planned: isPlanned, unknown: isUnknown }
}

const plannedOf = (ways: readonly Way[]) => union(...ways.map((way) => living(way, way.planned)))
const living = (way: Way, spells: Spells) => within(spells, way.since, Number.POSITIVE_INFINITY)

/** While all of the ways that there were by then were dark. */
function allDark(ways: readonly Way[], since: number, until: number): Spells {
  return allOf(ways, since, until, (way) => way.dark)
}

/** While none of the ways was up, for whatever reason. */
function noneUp(ways: readonly Way[], since: number, until: number): Spells {
  return allOf(ways, since, until, (way) => union(way.dark, way.planned, way.unknown))
}

function allOf(ways: readonly Way[], since: number, until: number, notUp: (way: Way) => Spells): Spells {
  let all: Spells = [since, until]
  for (const way of ways) {
    if (all.length === 0) return all
    const lived = within(notUp(way), way.since, until)
    all = intersection(all, way.since > since ? union(spellsOf([since, way.since]), lived) : lived)
  }
  return all
}

/** What is told apart, by period: `bounds` are where the periods begin, and where the last one ends. */
export function byPeriod(told: Told, bounds: readonly number[]): Lengths[] {
  const { since, until } = told
  const lasted = spread(since < until ? [since, until] : [], bounds)
  const [dark, planned, unknown] = [told.dark, told.planned, told.unknown].map((spells) => spread(spells, bounds))
  return Array.from(lasted, (ms, i) => ({
    lasted: ms,
    dark: dark?.[i] ?? 0,
    planned: planned?.[i] ?? 0,
    unknown: unknown?.[i] ?? 0,
  }))
}

/** How much of the spells lies in each period, ms. */
export function spread(spells: Spells, bounds: ArrayLike<number>, into = new Float64Array(bounds.length - 1)) {
  for (let i = 0, p = 0; i < spells.length; i += 2) {
    const start = spells[i] ?? 0
    const end = spells[i + 1] ?? 0
    if (end <= (bounds[p] ?? 0)) continue
    p = periodOf(bounds, start, p)
    for (let q = p; q < into.length && (bounds[q] ?? 0) < end; q++) {
      const part = Math.min(end, bounds[q + 1] ?? 0) - Math.max(start, bounds[q] ?? 0)
      if (part > 0) into[q] = (into[q] ?? 0) + part
    }
  }
  return into
}

/** The last period that begins at `instant` or before, from `least` on. */
function periodOf(bounds: ArrayLike<number>, instant: number, least: number): number {
  let low = least
  let high = bounds.length - 2
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((bounds[middle] ?? 0) <= instant) low = middle
    else high = middle - 1
  }
  return low
}

/** The share of the time that counts in which it was up, 0 to 1; null where no time counts. Source: rules, "Uptime". */
export function uptimeOf({ lasted, dark, planned, unknown }: Lengths): number | null {
  const counted = lasted - planned - unknown
  return counted > 0 ? 1 - dark / counted : null
}

/** All periods as one. */
export function sumOf(periods: readonly Lengths[]): Lengths {
  const sum = { lasted: 0, dark: 0, planned: 0, unknown: 0 }
  for (const { lasted, dark, planned, unknown } of periods) {
    sum.lasted += lasted
    sum.dark += dark
    sum.planned += planned
    sum.unknown += unknown
  }
  return sum
}

/**
 * The dark spells and the planned ones of a target whose outages are flat [began, ended, ...] in order, `marked` telling
 * which were marked as planned. Such a one that no planned time touches any more (its blackout was changed or removed since)
 * was planned as a whole.
 */
export function darkAndPlanned(
  outages: Spells,
  marked: ArrayLike<number>,
  planned: Spells,
): { dark: Spells; planned: Spells } {
  const whole: number[] = []
  let isTidy = true
  for (let i = 0; i < outages.length; i += 2) {
    const began = outages[i] ?? 0
    const ended = outages[i + 1] ?? 0
    isTidy &&= began < ended && (i === 0 || (outages[i - 1] ?? 0) < began)
    if (marked[i / 2] === 1 && within(planned, began, ended).length === 0) whole.push(began, ended)
  }
  return {
    dark: isTidy ? outages : spellsOf(outages),
    planned: whole.length === 0 ? planned : union(planned, spellsOf(whole)),
  }
}

export type PastOutage = { beganAt: number; endedAt: number | null; planned: boolean }

/** A way of a target and its outages (epoch ms; one that is open lasts until `now`), in any order. */
export function wayOf(
  target: { since: number; planned: Spells; unknown: Spells },
  outages: readonly PastOutage[],
  now: number,
): Way {
  const sorted = [...outages].sort((a, b) => a.beganAt - b.beganAt)
  const flat = sorted.flatMap(({ beganAt, endedAt }) => [beganAt, endedAt ?? now])
  const marked = sorted.map(({ planned }) => (planned ? 1 : 0))
  return { since: target.since, unknown: target.unknown, ...darkAndPlanned(flat, marked, target.planned) }
}
