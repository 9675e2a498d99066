import type { Spells } from './spells'
import { spread, type Told, tellApart, type Way } from './uptime'

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
  all: Iterable<Measured>,
  bounds: readonly number[],
  until: number,
  { worst: most = 10 } = {},
): UptimeOfMany {
  const edges = Float64Array.from(bounds)
  const from = edges[0] ?? until
  const size = Math.max(0, edges.length - 1)
  const [lasted, dark, planned, unknown] = [0, 0, 0, 0].map(() => new Float64Array(size)) as Quartet
  const periods = Array.from({ length: size }, fresh)
  const whole = fresh()
  const classes = classEdges.map((edge, i) => ({ from: edge, to: classEdges[i - 1] ?? 1, count: 0 }))
  const sites: UptimeOfMany['sites'] = new Map()
  const worst: Standing[] = []
  const shared = sharedSpread(edges, from, until)
  let uncounted = 0

  for (const { id, ways, siteIds } of all) {
    const told = tellApart(ways, from, until)
    lasted.fill(0)
    dark.fill(0)
    spread(told.since < told.until ? [told.since, told.until] : [], edges, lasted)
    spread(told.dark, edges, dark)
    const still = told.planned.length === 0 ? null : shared(told, told.planned, planned)
    const unseen = told.unknown.length === 0 ? null : shared(told, told.unknown, unknown)
    const own = addPeriods(periods, lasted, dark, still, unseen)
    const ratio = addTo(whole, own)
    if (ratio === null) {
      uncounted++
      continue
    }
    const group = classes.find((one) => ratio >= one.from)
    if (group) group.count++
    if (own.dark > 0) keepWorst(worst, { id, uptime: ratio, dark: own.dark, outages: told.dark.length / 2 }, most)
    for (const site of siteIds.length === 0 ? [null] : siteIds) addSite(sites, site, ratio, own.dark)
  }
  for (const period of [...periods, whole])
    if (period.counted > 0) period.uptime = (period.uptime ?? 0) / period.counted
  for (const site of sites.values()) if (site.uptime !== null) site.uptime /= site.counted
  return { periods, whole, classes, uncounted, worst, sites }
}

type Quartet = [
  Float64Array<ArrayBuffer>,
  Float64Array<ArrayBuffer>,
  Float64Array<ArrayBuffer>,
  Float64Array<ArrayBuffer>,
]
type Own = { lasted: number; dark: number; planned: number; unknown: number }

/** Spells that thousands have in common are spread over the periods once, where they are whole. */
function sharedSpread(edges: Float64Array, from: number, until: number) {
  const known = new Map<Spells, Float64Array>()
  return (told: Told, spells: Spells, into: Float64Array<ArrayBuffer>): Float64Array => {
    if (told.since > from || told.until < until) {
      into.fill(0)
      return spread(spells, edges, into)
    }
    const found = known.get(spells) ?? spread(spells, edges)
    if (known.size < 1000) known.set(spells, found)
    return found
  }
}

/** Adds one's periods to those of all. Returns its own sums. Written flat: a year of days of ten thousand goes through it. */
function addPeriods(
  periods: readonly MeanPeriod[],
  lasted: Float64Array,
  dark: Float64Array,
  planned: Float64Array | null,
  unknown: Float64Array | null,
): Own {
  const own = { lasted: 0, dark: 0, planned: 0, unknown: 0 }
  for (let p = 0; p < periods.length; p++) {
    const period = periods[p]
    const all = lasted[p] ?? 0
    if (period === undefined || all === 0) continue
    const one = { lasted: all, dark: dark[p] ?? 0, planned: planned?.[p] ?? 0, unknown: unknown?.[p] ?? 0 }
    addTo(period, one)
    own.lasted += one.lasted
    own.dark += one.dark
    own.planned += one.planned
    own.unknown += one.unknown
  }
  return own
}

/** `uptime` holds the sum of the uptimes until all are there. Returns that of this one, null when no time counts. */
function addTo(period: MeanPeriod, one: Own): number | null {
  period.lasted += one.lasted
  period.dark += one.dark
  period.planned += one.planned
  period.unknown += one.unknown
  const counts = one.lasted - one.planned - one.unknown
  if (counts <= 0) return null
  const uptime = one.dark === 0 ? 1 : 1 - one.dark / counts
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
