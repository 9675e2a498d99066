import type { Hours, HoursRange } from '@/lib/domain/hours'
import { type HoursPreset, hoursPresets, minuteWords } from '@/lib/domain/hours-words'
import type { Place } from '@/lib/domain/sun'
import { isZone } from '@/lib/domain/wall-clock'

/** A range as it stands in the form, and on the wire. Times as 07:30; one may be empty while it is typed. */
export type RangeDraft = { weekdays: number[]; start: string; end: string } | { weekdays: number[]; sun: SunRange }
type SunRange = 'daylight' | 'dark'
export type HoursDraft = { timezone: string; ranges: RangeDraft[]; place: Place | null }

/** Ranges as a form holds them; the end of a day is the 00:00 of the next. */
export const rangeDrafts = (ranges: readonly HoursRange[]): RangeDraft[] =>
  ranges.map((range) =>
    'sun' in range
      ? { weekdays: [...range.weekdays], sun: range.sun }
      : {
          weekdays: [...range.weekdays],
          start: minuteWords(range.startMinute),
          end: minuteWords(range.endMinute % 1440),
        },
  )

export const draftOf = ({ zone, ranges, place }: Hours): HoursDraft => ({
  timezone: zone,
  ranges: rangeDrafts(ranges),
  place,
})

/** What a draft means, or what it lacks yet. */
export function hoursOf({ timezone, ranges, place }: HoursDraft): Hours | { lacks: string } {
  if (!isZone(timezone)) return { lacks: 'The time zone is not known: Europe/Berlin is one.' }
  for (const range of ranges) {
    if (range.weekdays.length === 0) return { lacks: 'A range needs at least one day.' }
    if ('start' in range && (minuteOf(range.start) === null || minuteOf(range.end) === null))
      return { lacks: 'A range needs its times.' }
  }
  const meant = ranges.map((range) =>
    'sun' in range
      ? range
      : { weekdays: range.weekdays, startMinute: minuteOf(range.start) ?? 0, endMinute: minuteOf(range.end) ?? 0 },
  )
  return { zone: timezone, ranges: meant, place }
}

function minuteOf(text: string): number | null {
  const [, hour = '', minute = ''] = /^(\d{1,2}):(\d{2})/.exec(text) ?? []
  const found = Number(hour) * 60 + Number(minute)
  return hour !== '' && found < 1440 ? found : null
}

export const presetNames = Object.keys(hoursPresets) as HoursPreset[]

/** The preset that the ranges are, or null. */
export function presetOf(ranges: readonly RangeDraft[]): HoursPreset | null {
  const same = JSON.stringify(ranges)
  return presetNames.find((name) => JSON.stringify(rangeDrafts(hoursPresets[name].ranges)) === same) ?? null
}
