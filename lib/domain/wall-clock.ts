/** Zones and their clock changes, read from Intl once per zone and kept, so that a schedule never asks Intl per minute. */

export const dayMs = 86_400_000
const sampleMs = 5 * dayMs
/** How far the known part of a zone reaches beyond what was asked for: most schedules are next due within it. */
const marginMs = 500 * dayMs
const keptZones = 1_000

/** A change of the clock: the instant (epoch ms), and the minutes east of UTC before and after. */
export type ClockChange = { at: number; beforeMinutes: number; afterMinutes: number }

/**
 * One stretch of a zone between two clock changes: instants from `start` up to `end` (epoch ms, the ends of the known
 * part count as changes that change nothing) have wall time = instant + `offset` (ms). `offsetBefore` is the offset
 * of the stretch before it.
 */
export type Stretch = { start: number; end: number; offset: number; offsetBefore: number }

/** What is known of one zone: stretches in order, without holes, from the first's start to the last's end. */
type Zone = { stretches: Stretch[]; last: number }

const zones = new Map<string, Zone>()
/** Names that Intl took: asking it costs half a millisecond. */
const knownNames = new Set<string>()

/** Whether the name is an IANA time zone that this machine knows (offsets such as +02:00 are not zones). */
export function isZone(zone: string): boolean {
  if (zone.length > 64 || !/^[A-Za-z]/.test(zone)) return false
  if (zones.has(zone) || knownNames.has(zone)) return true
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: zone })
    if (knownNames.size < keptZones) knownNames.add(zone)
    return true
  } catch {
    return false
  }
}

/** The changes of a zone's clock after `fromMs` up to and with `toMs` (epoch ms), in order. */
export function clockChanges(zone: string, fromMs: number, toMs: number): ClockChange[] {
  const changes: ClockChange[] = []
  let stretch = stretchAt(zone, fromMs)
  while (stretch.end <= toMs) {
    const next = stretchAt(zone, stretch.end)
    if (next.offset !== stretch.offset) {
      changes.push({ at: next.start, beforeMinutes: stretch.offset / 60_000, afterMinutes: next.offset / 60_000 })
    }
    stretch = next
  }
  return changes
}

/** The stretch of a zone that holds an instant (epoch ms). */
export function stretchAt(zoneName: string, instant: number): Stretch {
  const zone = knownZone(zoneName, instant)
  const recent = zone.stretches[zone.last]
  if (recent && recent.start <= instant && instant < recent.end) return recent
  let low = 0
  let high = zone.stretches.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((zone.stretches[middle]?.start ?? 0) <= instant) low = middle
    else high = middle - 1
  }
  zone.last = low
  const found = zone.stretches[low]
  if (!found) throw new RangeError(`no stretch of ${zoneName} holds ${instant}`)
  return found
}

/** The zone, with the instant inside its known part. */
function knownZone(name: string, instant: number): Zone {
  let zone = zones.get(name)
  if (!zone) {
    zone = { stretches: stretchesOf(name, instant - marginMs, instant + marginMs), last: 0 }
    if (zones.size >= keptZones) zones.clear()
    zones.set(name, zone)
    return zone
  }
  const first = zone.stretches[0]?.start ?? instant
  const end = zone.stretches.at(-1)?.end ?? instant
  if (instant < first) {
    zone.stretches = joined(stretchesOf(name, instant - marginMs, first), zone.stretches)
    zone.last = 0
  } else if (instant >= end) {
    zone.stretches = joined(zone.stretches, stretchesOf(name, end, instant + marginMs))
  }
  return zone
}

/** Two neighbouring lists as one; where the clock does not change at the seam, its two stretches become one. */
function joined(earlier: readonly Stretch[], later: readonly Stretch[]): Stretch[] {
  const left = earlier.at(-1)
  const right = later[0]
  if (!left || !right || left.offset !== right.offset) return [...earlier, ...later]
  return [...earlier.slice(0, -1), { ...left, end: right.end }, ...later.slice(1)]
}

/** The stretches of a zone between two instants, found by sampling and halving: no zone changes twice in five days. */
function stretchesOf(zone: string, from: number, to: number): Stretch[] {
  const start = Math.floor(from / 60_000) * 60_000
  const end = Math.ceil(to / 60_000) * 60_000
  const offsetAt = offsetReader(zone)
  const stretches: Stretch[] = []
  let open: Stretch = { start, end, offset: offsetAt(start), offsetBefore: offsetAt(start - 1) }
  for (let at = start; at < end; at += sampleMs) {
    const next = Math.min(at + sampleMs, end)
    if (offsetAt(next) === open.offset) continue
    let before = at
    let after = next
    while (after - before > 1_000) {
      const middle = before + Math.floor((after - before) / 2_000) * 1_000
      if (offsetAt(middle) === open.offset) before = middle
      else after = middle
    }
    stretches.push({ ...open, end: after })
    open = { start: after, end, offset: offsetAt(after), offsetBefore: open.offset }
  }
  // A change exactly at the end belongs to the part that is read next.
  if (open.start < end) stretches.push(open)
  return stretches
}

/** Reads a zone's offset (ms east of UTC) at an instant. The formatter is big, so it lives as long as one reading. */
function offsetReader(zone: string): (instant: number) => number {
  if (zone === 'UTC' || zone === 'Etc/UTC') return () => 0
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  return (instant) => {
    const [month = 0, day = 0, year = 0, hour = 0, minute = 0, second = 0] = (
      format.format(instant).match(/\d+/g) ?? []
    ).map(Number)
    return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(instant / 1_000) * 1_000
  }
}

/** A date of the Gregorian calendar: month 1 to 12, day 1 to 31. */
export type CivilDate = { year: number; month: number; day: number }

/** The date of a day number (days since 1970-01-01). */
export function dateOfDay(dayNumber: number): CivilDate {
  // Years from March, so that the leap day comes last: then months are 153 days in five (Hinnant's algorithm).
  const shifted = dayNumber + 719_468
  const era = Math.floor(shifted / 146_097)
  const dayOfEra = shifted - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1_460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153)
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  return { year, month, day: dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1 }
}

/** The day number (days since 1970-01-01) of a date. */
export function dayOfDate(year: number, month: number, day: number): number {
  const fromMarch = month <= 2 ? year - 1 : year
  const era = Math.floor(fromMarch / 400)
  const yearOfEra = fromMarch - era * 400
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1
  return era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
}

/** How many days a month (1 to 12) has. */
export function daysInMonth(year: number, month: number): number {
  if (month !== 2) return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
}

/** The weekday (0 Sunday to 6 Saturday) of a day number. */
export function weekdayOfDay(dayNumber: number): number {
  return (((dayNumber + 4) % 7) + 7) % 7
}
