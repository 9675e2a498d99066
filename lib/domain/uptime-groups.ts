import type { Spells } from './spells'
import { spread, tellApart, type Way } from './uptime'
import type { MeanPeriod, Measured } from './uptime-of-many'

/** Planned and unknown time that several share, cut to the range: worked out by period once. */
export type Group = {
  planned: Spells
  unknown: Spells
  starts: Int32Array // how many have their first whole period there
  counts: Float64Array // what counts of each period, ms
  lasted: Float64Array
  plannedIn: Float64Array
  unknownIn: Float64Array
  plannedFrom: Float64Array // in that period and all that follow
  unknownFrom: Float64Array
}

/** The groups of those that share one and the same lists. */
export function sharedGroups(all: readonly Measured[], edges: Float64Array, until: number) {
  const sizes = new Map<Spells, Map<Spells, number>>()
  for (const { ways } of all) {
    const [way] = ways
    if (!way) continue
    const ofPlanned = sizes.get(way.planned) ?? new Map<Spells, number>()
    sizes.set(way.planned, ofPlanned.set(way.unknown, (ofPlanned.get(way.unknown) ?? 0) + 1))
  }
  const groups = new Map<Spells, Map<Spells, Group>>()
  const made: Group[] = []
  return {
    /** Null for those that are alone. */
    of([way]: readonly Way[]): Group | null {
      if (!way || (sizes.get(way.planned)?.get(way.unknown) ?? 0) < 2) return null
      const ofPlanned = groups.get(way.planned) ?? new Map<Spells, Group>()
      const group = ofPlanned.get(way.unknown) ?? groupOf(way, edges, until)
      if (!ofPlanned.has(way.unknown)) made.push(group)
      groups.set(way.planned, ofPlanned.set(way.unknown, group))
      return group
    },
    addTo(periods: readonly MeanPeriod[]): void {
      for (const { starts, counts, lasted, plannedIn, unknownIn } of made) {
        let count = 0
        periods.forEach((period, p) => {
          count += starts[p] ?? 0
          if (count === 0 || (lasted[p] ?? 0) === 0) return
          period.lasted += count * (lasted[p] ?? 0)
          period.planned += count * (plannedIn[p] ?? 0)
          period.unknown += count * (unknownIn[p] ?? 0)
          if ((counts[p] ?? 0) === 0) return
          period.counted += count
          period.uptime = (period.uptime ?? 0) + count
        })
      }
    },
  }
}

function groupOf(way: Way, edges: Float64Array, until: number): Group {
  const from = edges[0] ?? until
  const told = tellApart([{ ...way, since: from, dark: [] }], from, until)
  const [lasted, plannedIn, unknownIn] = [from < until ? [from, until] : [], told.planned, told.unknown].map((spells) =>
    spread(spells, edges),
  ) as [Float64Array, Float64Array, Float64Array]
  return {
    planned: told.planned,
    unknown: told.unknown,
    starts: new Int32Array(edges.length),
    counts: lasted.map((ms, p) => ms - (plannedIn[p] ?? 0) - (unknownIn[p] ?? 0)),
    ...{ lasted, plannedIn, unknownIn },
    plannedFrom: sumsFrom(plannedIn),
    unknownFrom: sumsFrom(unknownIn),
  }
}

function sumsFrom(values: Float64Array): Float64Array {
  const sums = new Float64Array(values.length + 1)
  for (let i = values.length - 1; i >= 0; i--) sums[i] = (sums[i + 1] ?? 0) + (values[i] ?? 0)
  return sums
}
