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
  const alike = tellAlike(ways, from, until)
  if (alike) {
    const { since } = alike
    const [planned, unknown] = [alike.planned, alike.unknown].map((spells) => within(spells, since, until))
    return { ...alike, planned: planned ?? [], unknown: unknown ?? [] }
  }
  const since = firstOf(ways, from, until)
  const lost = noneUp(ways, since, until)
  const planned = intersection(lost, union(...ways.map((way) => living(way, way.planned))))
  const unknown = without(intersection(lost, union(...ways.map((way) => living(way, way.unknown)))), planned)
  return { since, until, dark: without(without(lost, planned), unknown), planned, unknown }
}

/**
 * The same where all ways have the same planned and unknown time, as most have: these are then as they are, shared by
 * thousands and not cut to [since, until). Null where they differ.
 */
export function tellAlike(ways: readonly Way[], from: number, until: number): Told | null {
  const [only] = ways
  if (!only) return { since: until, until, dark: [], planned: [], unknown: [] }
  for (const way of ways) if (way.planned !== only.planned || way.unknown !== only.unknown) return null
  const since = firstOf(ways, from, until)
  const { unknown, either } = apart(only.planned, only.unknown)
  return { since, until, dark: without(allDark(ways, since, until), either), planned: only.planned, unknown }
}

const firstOf = (ways: readonly Way[], from: number, until: number) =>
  Math.max(
    from,
    ways.reduce((first, way) => Math.min(first, way.since), until),
  )

type Apart = { unknown: Spells; either: Spells }
const known = new WeakMap<Spells, WeakMap<Spells, Apart>>()

/** Unknown time that was not planned, and both together. What thousands have in common is worked out once. */
function apart(planned: Spells, unknown: Spells): Apart {
  const ofPlanned = known.get(planned) ?? new WeakMap<Spells, Apart>()
  const found = ofPlanned.get(unknown) ?? { unknown: without(unknown, planned), either: union(planned, unknown) }
  known.set(planned, ofPlanned.set(unknown, found))
  return found
}

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
  let all: Spells | null = null
  for (const way of ways) {
    const lived = within(notUp(way), way.since, until)
    const lost = way.since > since ? union([since, way.since], lived) : within(lived, since, until)
    all = all === null ? lost : intersection(all, lost)
  }
  return all === null ? [] : within(all, since, until)
}

/** What is told apart, by period: `bounds` are where the periods begin, and where the last one ends. */
export function byPeriod(told: Told, bounds: ArrayLike<number>): Lengths[] {
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
export function periodOf(bounds: ArrayLike<number>, instant: number, least = 0): number {
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
