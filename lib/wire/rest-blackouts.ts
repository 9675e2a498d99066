import { z } from 'zod'
import { blackoutKinds } from '@/lib/domain/blackout'
import { flag, Id, Instant, idOf, listQuery } from './rest'

/** Blackouts on the wire. What a definition means, and its bounds: lib/domain/blackout.ts, readBlackout. */
const readOnly = {
  id: z.unknown().optional(),
  active: z.unknown().optional(),
  active_until: z.unknown().optional(),
  next: z.unknown().optional(),
  ended_at: z.unknown().optional(),
  created_at: z.unknown().optional(),
  created_by: z.unknown().optional(),
}
const fields = {
  kind: z.enum(blackoutKinds).describe('a range; weekly; the next periods of one job; open: until it is ended'),
  reason: z.string().max(200),
  covers_all: z.boolean(),
  targets: z.array(idOf('a device or a job')).max(20_000).describe('ids of devices and jobs'),
  sites: z.array(idOf('a site')).max(20_000).describe('ids'),
  tags: z.array(z.string()).max(32),
  from_at: z.string().max(40).nullable().describe('an instant, or wall time in the timezone; now unless said'),
  until_at: z.string().max(40).nullable().describe('of a range its end, of a weekly one its last day'),
  weekdays: z.array(z.int()).max(7).nullable().describe('of a weekly one: 1 Monday to 7 Sunday, when it begins'),
  start: z.string().max(10).nullable().describe('of a weekly one: wall time such as 22:30'),
  end: z.string().max(10).nullable().describe('not after the start: of the next day'),
  timezone: z.string().max(64).describe('IANA; UTC unless said'),
  periods_left: z.int().nullable().describe('expected heartbeats of the job that still pass'),
  planned: z.boolean().describe('left out of uptime; true unless said'),
}

/** POST and PUT: what is left out is at its default. */
export const BlackoutInput = z
  .strictObject({ ...readOnly, ...fields })
  .partial()
  .required({ kind: true })
/** PATCH: what is left out stays. */
export const BlackoutPatch = z.strictObject({ ...readOnly, ...fields }).partial()
export type BlackoutPatch = z.output<typeof BlackoutPatch>

const Occurrence = z.object({ start_at: Instant, end_at: Instant.nullable() })
export const BlackoutAnswer = z.object({
  id: Id,
  kind: z.enum(blackoutKinds),
  reason: z.string(),
  covers_all: z.boolean(),
  targets: z
    .array(z.object({ id: Id, kind: z.enum(['device', 'job']).nullable(), name: z.string().nullable() }))
    .describe('in a list the first 100 with their names; null: it is gone, or further down'),
  sites: z.array(z.object({ id: Id, name: z.string().nullable() })),
  tags: z.array(z.string()),
  from_at: Instant,
  until_at: Instant.nullable(),
  weekdays: z.array(z.int()).nullable(),
  start: z.string().nullable(),
  end: z.string().nullable(),
  timezone: z.string(),
  periods_left: z.int().nullable(),
  planned: z.boolean(),
  active: z.boolean(),
  active_until: Instant.nullable().describe('null: no end is foreseeable, or it is not active'),
  next: z.array(Occurrence).describe('the next five times, the running one first'),
  ended_at: Instant.nullable(),
  created_at: Instant,
  created_by: z.string().nullable(),
})
export type BlackoutAnswer = z.infer<typeof BlackoutAnswer>
export const BlackoutQuery = listQuery({
  live: flag.describe('those that are not over'),
  target: z.coerce
    .number()
    .int()
    .min(1)
    .max(2_147_483_647)
    .optional()
    .describe('that concern this device or job, by its site and tags too'),
})
