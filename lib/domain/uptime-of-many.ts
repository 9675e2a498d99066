import { lengthWithin, type Spells } from './spells'
import { type Lengths, periodOf, spread, type Told, tellAlike, tellApart, uptimeOf, type Way } from './uptime'
import { type Group, sharedGroups } from './uptime-groups'

/** Whose uptime it is (a client with its devices, or one target), and the sites it is counted at. */
export type Measured = { id: number; ways: readonly Way[]; siteIds: readonly number[] }

/** A period of all: the mean of their uptimes, of those that had time that counts; lengths are sums over all, ms. */
export type MeanPeriod = {
  uptime: number | null
  counted: number // so many had time that counts
  touched: number // so many of them were dark in it
  lasted: number
  dark: number
  planned: number
  unknown: number
}
/** One of them over the whole range. */
export type Standing = { id: number; uptime: number; dark: number; outages: number }
export type Class = { from: number; to: number; count: number } // uptime from (with) .. up to (without), the first exactly 1

export type UptimeOfMany = {
  periods: MeanPeriod[]
  whole: MeanPeriod
  classes: Class[]
  uncounted: number // without any time that counts
  worst: Standing[] // the worst first, without those that were never dark
  sites: Map<number | null, { uptime: number | null; counted: number; dark: number }>
}

/** 100 %, 99.99 % and more, 99.9, 99.5, 99, 95, less. */
const classEdges = [1, 0.9999, 0.999, 0.995, 0.99, 0.95, 0]

const fresh = (): MeanPeriod => ({ uptime: null, counted: 0, touched: 0, lasted: 0, dark: 0, planned: 0, unknown: 0 })

/**
 * The uptime of all of them by period (`bounds` as of `periodBounds`) up to `until`, how it is distributed, the worst and
 * each site. The mean is over them, not over their time. Source: rules, "Uptime".
 */
export function uptimeOfMany(
  all: readonly Measured[],
  bounds: readonly number[],
  until: number,
  { worst: most = 10 } = {},
): UptimeOfMany {
  const edges = Float64Array.from(bounds)
  const from = edges[0] ?? until
  const periods = Array.from({ length: Math.max(0, edges.length - 1) }, fresh)
  const whole = fresh()
  const classes = classEdges.map((edge, i) => ({ from: edge, to: classEdges[i - 1] ?? 1, count: 0 }))
  const sites: UptimeOfMany['sites'] = new Map()
  const worst: Standing[] = []
  const groups = sharedGroups(all, edges, until)
  const lists = [0, 0, 0, 0].map(() => new Float64Array(periods.length))
  let uncounted = 0

  for (const { id, ways, siteIds } of all) {
    const group = groups.of(ways)
    const alike = group && tellAlike(ways, from, until)
    const told = alike ?? tellApart(ways, from, until)
    const own = alike && group ? addShared(periods, edges, alike, group) : addApart(periods, edges, told, lists)
    const ratio = addTo(whole, own)
    if (ratio === null) {
      uncounted++
      continue
    }
    const its = classes.find((one) => ratio >= one.from)
    if (its) its.count++
    if (own.dark > 0) keepWorst(worst, { id, uptime: ratio, dark: own.dark, outages: told.dark.length / 2 }, most)
    for (const site of siteIds.length === 0 ? [null] : siteIds) addSite(sites, site, ratio, own.dark)
  }
  groups.addTo(periods)
  for (const period of [...periods, whole])
    if (period.counted > 0) period.uptime = (period.uptime ?? 0) / period.counted
  for (const site of sites.values()) if (site.uptime !== null) site.uptime /= site.counted
  return { periods, whole, classes, uncounted, worst, sites }
}

/** What they say one by one: of those whose planned and unknown time nobody shares. */
function addApart(
  periods: readonly MeanPeriod[],
  edges: Float64Array,
  told: Told,
  lists: readonly Float64Array<ArrayBuffer>[],
): Lengths {
  const own = nothing()
  const [lasted, dark, planned, unknown] = lists
  const spells = [told.since < told.until ? [told.since, told.until] : [], told.dark, told.planned, told.unknown]
  lists.forEach((list, i) => {
    spread(spells[i] ?? [], edges, list.fill(0))
  })
  const one = nothing()
  for (let p = 0; p < periods.length; p++) {
    const period = periods[p]
    one.lasted = lasted?.[p] ?? 0
    if (period === undefined || one.lasted === 0) continue
    own.lasted += one.lasted
    one.dark = dark?.[p] ?? 0
    one.planned = planned?.[p] ?? 0
    one.unknown = unknown?.[p] ?? 0
    own.dark += one.dark
    own.planned += one.planned
    own.unknown += one.unknown
    addTo(period, one)
  }
  return own
}

/** One of a group: the period it came in, and those in which it was dark; the others are added for all of the group at once. */
function addShared(periods: readonly MeanPeriod[], edges: Float64Array, told: Told, group: Group): Lengths {
  const own = nothing()
  const { since, until, dark } = told
  if (since >= until) return own
  const first = periodOf(edges, since)
  const end = Math.min(until, edges[first + 1] ?? until)
  const isPart = since > (edges[first] ?? since)
  const whole = isPart ? first + 1 : first
  const period = periods[first]
  if (isPart && period) {
    own.lasted = end - since
    own.planned = lengthWithin(group.planned, since, end)
    own.unknown = lengthWithin(group.unknown, since, end)
    own.dark = lengthWithin(dark, since, end)
    addTo(period, own)
  }
  group.starts[whole] = (group.starts[whole] ?? 0) + 1
  own.lasted = until - since
  own.planned += group.plannedFrom[whole] ?? 0
  own.unknown += group.unknownFrom[whole] ?? 0
  own.dark += addDark(periods, edges, dark, whole, group.counts)
  return own
}

/** Takes from whole periods what one was dark in them. Returns how long that was. */
function addDark(
  periods: readonly MeanPeriod[],
  edges: Float64Array,
  dark: Spells,
  whole: number,
  counts: Float64Array,
): number {
  const start = edges[whole] ?? Number.POSITIVE_INFINITY
  let sum = 0
  let p = whole
  let here = 0
  const settle = () => {
    const period = periods[p]
    if (here > 0 && period) {
      period.dark += here
      period.touched++
      period.uptime = (period.uptime ?? 0) - here / (counts[p] ?? here)
      sum += here
    }
    here = 0
  }
  for (let i = 0; i < dark.length; i += 2) {
    let at = Math.max(start, dark[i] ?? 0)
    const stop = dark[i + 1] ?? 0
    while (at < stop) {
      if (at >= (edges[p + 1] ?? 0)) {
        settle()
        p = periodOf(edges, at)
      }
      const next = Math.min(stop, edges[p + 1] ?? stop)
      here += next - at
      at = next
    }
  }
  settle()
  return sum
}

const nothing = (): Lengths => ({ lasted: 0, dark: 0, planned: 0, unknown: 0 })

/** `uptime` holds the sum of the uptimes until all are there. Returns that of this one, null when no time counts. */
function addTo(period: MeanPeriod, one: Lengths): number | null {
  period.lasted += one.lasted
  period.dark += one.dark
  period.planned += one.planned
  period.unknown += one.unknown
  const uptime = uptimeOf(one)
  if (uptime === null) return null
  period.uptime = (period.uptime ?? 0) + uptime
  period.counted++
  if (one.dark > 0) period.touched++
  return uptime
}

function addSite(sites: UptimeOfMany['sites'], id: number | null, uptime: number, dark: number): void {
  const site = sites.get(id)
  if (!site) {
    sites.set(id, { uptime, counted: 1, dark })
    return
  }
  site.uptime = (site.uptime ?? 0) + uptime
  site.counted++
  site.dark += dark
}

function keepWorst(worst: Standing[], one: Standing, most: number): void {
  const last = worst.at(-1)
  if (worst.length >= most && last && byWorse(last, one) <= 0) return
  worst.push(one)
  worst.sort(byWorse)
  if (worst.length > most) worst.pop()
}

const byWorse = (a: Standing, b: Standing) => a.uptime - b.uptime || b.dark - a.dark || a.id - b.id
