import type { Spells } from '@/lib/domain/spells'
import { intersection } from '@/lib/domain/spells'
import { byPeriod, type Lengths, sumOf, type Told, tellApart, uptimeOf } from '@/lib/domain/uptime'
import { dayIn, dayText, type PeriodKind, periodBounds } from '@/lib/domain/uptime-periods'
import { readWatched, type Scope } from './uptime-watched'
import { waysOf } from './uptime-ways'

/** Which days, weeks or months: those of `zone` (IANA) with time from `from` up to `to`. */
export type UptimeRange = { by: PeriodKind; from: Date; to: Date; zone: string }

/** A stretch within a period (epoch ms): dark, planned or seen by nobody. */
export type UptimeSpell = { what: 'dark' | 'planned' | 'unknown'; from: number; to: number }

/** A day, week or month (epoch ms; lengths in ms). `uptime` is 0 to 1, null where no time counts. */
export type UptimePeriod = Lengths & {
  from: number
  to: number
  day: string // its first day: 2026-11-21
  uptime: number | null
  spells: UptimeSpell[] // the longest ones
  more: number // dark spells left out of them
  of?: { counted: number; touched: number } // a mean over so many, of whom so many were dark; lengths are sums over them
}
export type Uptime = { zone: string; by: PeriodKind; periods: UptimePeriod[]; sum: Lengths; uptime: number | null }

/** A client's uptime: up while any of its devices was. A client without devices has periods in which nothing lasted. */
export async function clientUptime(clientId: number, range: UptimeRange, now = Date.now()): Promise<Uptime> {
  return uptimeOfAll({ clientId }, range, now)
}

/** The uptime of one device or job. */
export async function targetUptime(targetId: number, range: UptimeRange, now = Date.now()): Promise<Uptime> {
  return uptimeOfAll({ ids: [targetId] }, range, now)
}

/** Of several targets as ways to one and the same: up while any of them was. */
async function uptimeOfAll(scope: Scope, { by, from, to, zone }: UptimeRange, now: number): Promise<Uptime> {
  const bounds = periodBounds(by, from.getTime(), to.getTime(), zone)
  const start = bounds[0] ?? now
  const until = Math.min(now, bounds.at(-1) ?? now)
  const told = tellApart(waysOf(await readWatched(scope, start, until), start, until), start, until)
  const lengths = byPeriod(told, bounds)
  const periods = lengths.map((one, i) => {
    const [begin, end] = [bounds[i] ?? 0, bounds[i + 1] ?? 0]
    return {
      ...one,
      from: begin,
      to: end,
      day: dayText(dayIn(zone, begin)),
      uptime: uptimeOf(one),
      ...longest(told, begin, end),
    }
  })
  const sum = sumOf(lengths)
  return { zone, by, periods, sum, uptime: uptimeOf(sum) }
}

const mostSpells = 6

/** The longest spells of a period, in order; dark ones first to be kept. */
function longest(told: Told, from: number, to: number): { spells: UptimeSpell[]; more: number } {
  const of = (what: UptimeSpell['what'], spells: Spells) => {
    const parts = intersection(spells, [from, to])
    const found: UptimeSpell[] = []
    for (let i = 0; i < parts.length; i += 2) found.push({ what, from: parts[i] ?? 0, to: parts[i + 1] ?? 0 })
    return found.sort((a, b) => b.to - b.from - (a.to - a.from))
  }
  const dark = of('dark', told.dark)
  const others = [...of('planned', told.planned), ...of('unknown', told.unknown)]
  const kept = [...dark.slice(0, mostSpells), ...others.slice(0, Math.max(0, mostSpells - dark.length))]
  return { spells: kept.sort((a, b) => a.from - b.from), more: Math.max(0, dark.length - mostSpells) }
}
