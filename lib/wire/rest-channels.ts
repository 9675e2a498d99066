import { z } from 'zod'
import { channelKinds } from '@/lib/domain/channel-kind'
import { channelStates } from '@/lib/domain/channel-state'
import { everyDay, type Hours, type HoursRange } from '@/lib/domain/hours'
import { hoursFault, minuteWords } from '@/lib/domain/hours-words'
import { isZone } from '@/lib/domain/wall-clock'
import { Id, Instant, listQuery } from './rest'

/** Channels on the wire. The JSON of a kind, and its bounds: lib/delivery/<kind>.ts. Durations are seconds. */
const minutes = (min: number, max: number) =>
  z
    .int()
    .min(min * 60)
    .max(max * 60)
    .multipleOf(60, 'expected whole minutes, in seconds')
export const minuteBounds = { coolOff: [1, 10_080], escalateAfter: [1, 1440] } as const

const clock = z
  .string()
  .regex(/^([01]?\d|2[0-3]):[0-5]\d$|^24:00$/, 'expected a time of day such as 07:30')
  .transform((text) => Number(text.slice(0, -3)) * 60 + Number(text.slice(-2)))
const weekdays = z
  .array(z.int().min(1).max(7))
  .min(1, 'expected some of 1 (Monday) to 7 (Sunday)')
  .max(7)
  .transform((days) => [...new Set(days)].sort((a, b) => a - b))
  .default([...everyDay])
const ranges = z
  .array(
    z.union([
      z.strictObject({ weekdays, start: clock, end: clock }),
      z.strictObject({ weekdays, sun: z.enum(['daylight', 'dark']) }),
    ]),
  )
  .max(50)
const place = z.strictObject({ latitude: z.number().min(-90).max(90), longitude: z.number().min(-180).max(180) })
const HoursInput = z
  .strictObject({
    timezone: z.string().max(64).refine(isZone, 'expected an IANA zone such as Europe/Berlin'),
    ranges: ranges.describe('none: at any time; an end at or before its start is of the next day'),
    place: place.nullable().default(null).describe('where the sun is looked at; null: its day is from 06:00 to 18:00'),
  })
  .transform(
    ({ timezone, ranges: said, place: at }): Hours => ({ zone: timezone, ranges: said.map(rangeOf), place: at }),
  )
  .superRefine((hours, context) => {
    const fault = hoursFault(hours)
    if (fault) context.addIssue({ code: 'custom', message: fault })
  })

function rangeOf(said: z.output<typeof ranges>[number]): HoursRange {
  if ('sun' in said) return said
  return { weekdays: said.weekdays, startMinute: said.start % 1440, endMinute: said.end }
}

/** Hours as REST says them. */
export const hoursOnWire = ({ zone, ranges: known, place: at }: Hours) => ({
  timezone: zone,
  ranges: known.map((range) =>
    'sun' in range
      ? { weekdays: [...range.weekdays], sun: range.sun }
      : { weekdays: [...range.weekdays], start: minuteWords(range.startMinute), end: minuteWords(range.endMinute) },
  ),
  place: at,
})

const readOnly = {
  id: z.unknown().optional(),
  detail: z.unknown().optional(),
  operator: z.unknown().optional(),
  health: z.unknown().optional(),
  created_at: z.unknown().optional(),
}
const fields = {
  kind: z.enum(channelKinds),
  name: z
    .string()
    .trim()
    .min(1, 'expected a name')
    .max(80, 'expected at most 80 characters')
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'expected one line'),
  config: z
    .record(z.string(), z.unknown())
    .nullable()
    .describe('the JSON of the kind; "********" keeps a secret; null for web_push'),
  hours: HoursInput.describe('when it likes to be told; at any time unless said'),
  critical_breaks_through: z.boolean().describe('true unless said'),
  cool_off: minutes(...minuteBounds.coolOff)
    .nullable()
    .describe('seconds until it is told again while nobody acknowledged; null: told once'),
  escalate_to: Id.nullable().describe('the channel that is told next'),
  escalate_after: minutes(...minuteBounds.escalateAfter)
    .nullable()
    .describe('seconds without acknowledgement; null: only when it cannot be reached'),
}

/** POST and PUT: what is left out is at its default. */
export const ChannelInput = z
  .strictObject({ ...readOnly, ...fields })
  .partial()
  .required({ kind: true, name: true })
export type ChannelInput = z.output<typeof ChannelInput>
/** PATCH: what is left out stays. */
export const ChannelPatch = z.strictObject({ ...readOnly, ...fields }).partial()
export type ChannelPatch = z.output<typeof ChannelPatch>

export const ChannelAnswer = z.object({
  id: Id,
  kind: z.enum(channelKinds),
  name: z.string(),
  detail: z.string().describe('where it leads'),
  operator: z.string().nullable().describe('whose push devices'),
  config: z.record(z.string(), z.unknown()).nullable().describe('secrets as "********"'),
  hours: z.object({
    timezone: z.string(),
    ranges: z.array(
      z.union([
        z.object({ weekdays: z.array(z.int()), start: z.string(), end: z.string() }),
        z.object({ weekdays: z.array(z.int()), sun: z.enum(['daylight', 'dark']) }),
      ]),
    ),
    place: z.object({ latitude: z.number(), longitude: z.number() }).nullable(),
  }),
  critical_breaks_through: z.boolean(),
  cool_off: z.int().nullable(),
  escalate_to: Id.nullable(),
  escalate_after: z.int().nullable(),
  health: z.object({
    state: z.enum(channelStates),
    last_delivered_at: Instant.nullable(),
    failing_since: Instant.nullable(),
    failures: z.int().describe('in a row'),
    breaker_until: Instant.nullable().describe('not tried until then'),
    broken_since: Instant.nullable().describe('for good, until it is repaired'),
    last_answer: z.string().nullable(),
  }),
  created_at: Instant,
})
export type ChannelAnswer = z.infer<typeof ChannelAnswer>
export const ChannelQuery = listQuery({ kind: z.enum(channelKinds).optional() })
export const ChannelTest = z.object({
  ok: z.boolean(),
  status: z.int().nullable().describe('what HTTP or SMTP answered'),
  answer: z.string(),
})
