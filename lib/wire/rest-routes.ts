import { z } from 'zod'
import { priorities } from '@/lib/domain/priority-words'
import { incidentKinds } from '@/lib/domain/route'
import { roles } from '@/lib/domain/status'
import { Id, Instant, idOf, listQuery } from './rest'
import { ChannelPatch } from './rest-channels'

/** Routes, priority and what-if on the wire. */
const line = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .regex(/^\P{Cc}*$/u, 'expected text without control characters')
const names = (what: string) =>
  z.array(line(200)).max(200).default([]).describe(`${what}, any of them; empty: any at all`)
const Condition = z.strictObject({
  kinds: z.array(z.enum(incidentKinds)).max(8).default([]),
  roles: z.array(z.enum(roles)).max(8).default([]).describe('of the root'),
  priorities: z.array(z.enum(priorities)).max(3).default([]),
  sites: names('names of sites'),
  tags: names('tags of the root'),
  clients: names('clients served by the root'),
  size_from: z.int().min(0).max(1_000_000).default(0).describe('outages in the incident, at least'),
})
export type ConditionInput = z.output<typeof Condition>

const fields = {
  name: line(120),
  condition: Condition.describe('every part that says something has to hold'),
  channels: z.array(idOf('a channel')).max(200).describe('ids of those who are told'),
}
const readOnly = { id: z.unknown().optional() }

/** POST and PUT: without a condition it is for every incident. */
export const RouteInput = z.strictObject({ ...readOnly, ...fields, condition: fields.condition.prefault({}) })
/** PATCH: what is left out stays. */
export const RoutePatch = z.strictObject({ ...readOnly, ...fields }).partial()
export const RouteAnswer = z.object({
  id: Id,
  name: z.string(),
  condition: Condition,
  channels: z.array(z.object({ id: Id, name: z.string().nullable() })).describe('null: it is gone'),
})
export type RouteAnswer = z.infer<typeof RouteAnswer>
export const RouteQuery = listQuery({})

// ---- priority ----
const Expression = z.string().max(2_000).describe('CEL that gives "critical", "normal" or "low"')
export const PriorityInput = z.strictObject({ expression: Expression, default: z.unknown().optional() })
export const PriorityAnswer = z.object({
  expression: z.string(),
  default: z.string().describe('of whoever saved none'),
})

const Days = z.coerce.number().int().min(1).max(30).default(30)
export const PreviewQuery = z.strictObject({
  expression: Expression.optional().describe('the saved one unless said'),
  days: Days,
})
const Counts = z.object({ critical: z.int(), normal: z.int(), low: z.int() })
const Root = { id: Id, name: z.string(), site: z.string().nullable(), began_at: Instant }
const Priority = z.enum(priorities)
export const PreviewAnswer = z.object({
  fault: z
    .object({ message: z.string(), start: z.int(), end: z.int(), line: z.int(), column: z.int() })
    .nullable()
    .describe('a mistake in the expression, with its place; the rest is then null'),
  incidents: z.int().nullable(),
  was: Counts.nullable(),
  would: Counts.nullable(),
  changed: z
    .object({ count: z.int(), newest: z.array(z.object({ ...Root, from: Priority, to: Priority })) })
    .nullable(),
  not_worked_out: z.int().nullable().describe('incidents that count as normal, as the expression failed for them'),
})
export type PreviewAnswer = z.infer<typeof PreviewAnswer>

// ---- what if ----
const told = {
  hours: true,
  critical_breaks_through: true,
  cool_off: true,
  escalate_to: true,
  escalate_after: true,
} as const
const ReplayedChannel = z.strictObject({ id: Id, ...ChannelPatch.pick(told).shape })
export const ReplayInput = z.strictObject({
  days: z.int().min(1).max(30).default(30),
  priority: Expression.optional().describe('the saved one unless said'),
  routes: z.array(RouteInput).max(200).optional().describe('all of them; the saved ones unless said'),
  channels: z.array(ReplayedChannel).max(200).optional().describe('those that would be otherwise, with what would be'),
})

const Total = z.object({
  notices: z.int(),
  never_told: z.int().describe('incidents that nobody was told of'),
  median_unknown_seconds: z.number().nullable().describe('from the first miss until someone was told'),
  longest_unknown_seconds: z.number().nullable(),
})
const Notice = {
  incident: z.object({ ...Root, kind: z.enum(incidentKinds) }),
  channel: z.object({ id: Id, name: z.string() }),
  event: z.enum(['opened', 'grew', 'escalated', 'reminded', 'resolved']),
  why: z.string(),
}
const Sending = { at: Instant, digest: z.boolean() }
const Once = z.object({ count: z.int(), notices: z.array(z.object({ ...Notice, ...Sending })) })
const Known = z.object({ unknown_seconds: z.number(), told: z.boolean() })
export const ReplayAnswer = z.object({
  since: Instant,
  until: Instant,
  incidents: z.int(),
  before: Total.describe('by the rules as they are'),
  after: Total.describe('by the rules as they would be'),
  come: Once.describe('the newest 200, as of each list'),
  go: Once,
  move: z.object({
    count: z.int(),
    notices: z.array(z.object({ ...Notice, from: z.object(Sending), to: z.object(Sending) })),
  }),
  same: z.int(),
  outages: z.object({
    later: z.int().describe('known later, or to nobody any more'),
    sooner: z.int(),
    changed: z.array(z.object({ incident: Notice.incident, before: Known, after: Known })),
  }),
  took_ms: z.number(),
})
export type ReplayAnswer = z.infer<typeof ReplayAnswer>
