import { z } from 'zod'
import { Id, Instant, line } from './rest'

/** Sources on the wire. The JSON of a kind, and its bounds: lib/sources/config.ts. Durations are seconds. */
export const sourceKindNames = ['uisp', 'sonar', 'csv'] as const
export const sourceBounds = {
  sync: [300, 604_800],
  poll: [30, 3600],
  misses: [1, 20],
  revive: [1, 20],
  fault: [1, 50],
} as const

const count = ([min, max]: readonly [number, number]) => z.int().min(min).max(max)
const Isolate = z
  .strictObject({ misses: count(sourceBounds.misses), polls: count(sourceBounds.misses) })
  .refine(({ misses, polls }) => misses <= polls, {
    message: 'expected at most as many misses as polls',
    path: ['misses'],
  })

const readOnly = Object.fromEntries(
  [
    'id',
    'leads_to',
    'readable',
    'counts',
    'last_sync_at',
    'last_poll_at',
    'next_sync_at',
    'fault',
    'failing_since',
    'reading_run_id',
    'planned_run_id',
    'planned_changes',
    'vanished',
    'created_at',
  ].map((name) => [name, z.unknown().optional()]),
)
const fields = {
  kind: z.enum(sourceKindNames),
  name: line(80),
  config: z.record(z.string(), z.unknown()).describe('the JSON of the kind; "********" keeps a secret'),
  enabled: z.boolean().describe('true unless said'),
  applies: z.enum(['by_itself', 'after_review']).describe('after_review unless said: changes wait for somebody'),
  pings: z
    .enum(['none', 'infrastructure', 'all'])
    .describe(
      'which of its devices are pinged too; none unless said (all of a csv); infrastructure: all roles but cpe and other',
    ),
  sync_interval: count(sourceBounds.sync).describe('s; 3600 unless said: how often it is asked what there is'),
  poll_interval: z
    .union([z.literal(0), count(sourceBounds.poll)], { error: 'expected 0 (not polled), or 30 to 3600 seconds' })
    .describe('s; 60 unless said, at least 30: how often it is asked what is dark; 0: never'),
  isolate: Isolate.describe('misses dark answers of the last polls answered; 2 of 3 unless said'),
  revive_polls: count(sourceBounds.revive).describe('answers in a row; 2 unless said'),
  fault_polls: count(sourceBounds.fault).describe('polls in a row that fail, before it is an incident; 2 unless said'),
}

/** POST and PUT: what is left out is at its default. */
export const SourceInput = z
  .strictObject({ ...readOnly, ...fields })
  .partial()
  .required({ kind: true, name: true, config: true })
export type SourceInput = z.output<typeof SourceInput>
/** PATCH: what is left out stays. */
export const SourcePatch = z.strictObject({ ...readOnly, ...fields }).partial()
export type SourcePatch = z.output<typeof SourcePatch>

export const SourceAnswer = z.object({
  id: Id,
  kind: z.enum(sourceKindNames),
  name: z.string(),
  leads_to: z.string().describe('without secrets'),
  config: z.record(z.string(), z.unknown()).nullable().describe('secrets as "********"'),
  readable: z.boolean().describe('false: kept with another SECRET_KEY, say its config anew'),
  enabled: z.boolean(),
  applies: z.enum(['by_itself', 'after_review']),
  pings: z.enum(['none', 'infrastructure', 'all']),
  sync_interval: z.int(),
  poll_interval: z.int(),
  isolate: z.object({ misses: z.int(), polls: z.int() }),
  revive_polls: z.int(),
  fault_polls: z.int(),
  counts: z.record(z.string(), z.number()).describe('of the last reading and poll'),
  vanished: z.int().describe('what it listed and lists no more'),
  last_sync_at: Instant.nullable().describe('the last reading that went well'),
  last_poll_at: Instant.nullable().describe('when the last good poll was answered'),
  next_sync_at: Instant,
  fault: z.string().nullable().describe('of the last try, in words'),
  failing_since: Instant.nullable(),
  reading_run_id: z.int().nullable().describe('the reading that goes on'),
  planned_run_id: z.int().nullable().describe('the reading whose changes wait for somebody'),
  planned_changes: z.int(),
  created_at: Instant,
})
export type SourceAnswer = z.infer<typeof SourceAnswer>

/** A connection to be tried: of a source that is kept with `id`, whose secrets "********" stands for. */
export const SourceTestInput = z.strictObject({
  id: Id.optional(),
  kind: z.enum(sourceKindNames),
  config: z.record(z.string(), z.unknown()),
})
export type SourceTestInput = z.output<typeof SourceTestInput>
export const SourceTestAnswer = z.object({
  ok: z.boolean(),
  words: z.string(),
  version: z.string().nullable(),
  fault: z.string().nullable().describe('unreachable, certificate, redirect, ...'),
  fingerprint: z.string().nullable().describe('SHA-256 of a certificate that no authority vouches for, to be pinned'),
})
export type SourceTestAnswer = z.infer<typeof SourceTestAnswer>

const recordKind = z.enum(['site', 'device', 'client', 'service'])
const Change = z.object({
  kind: recordKind,
  does: z.enum(['adds', 'changes', 'matches', 'vanishes', 'returns']),
  name: z.string(),
  words: z.string(),
  id: z.int().nullable().describe('of what stands here already'),
})
export const SourceRunAnswer = z.object({
  id: z.int(),
  state: z.enum(['reading', 'planned', 'applied', 'dismissed', 'failed']),
  began_at: Instant,
  ended_at: Instant.nullable(),
  progress: z.string().nullable(),
  words: z.string().nullable().describe('why it failed, or was not shown'),
  by: z.string().nullable().describe('null: by schedule'),
  applied_at: Instant.nullable(),
  applied_by: z.string().nullable(),
  counts: z.record(z.string(), z.int()).nullable(),
  changes: z.array(Change).describe('at most 2,000; counts.more are left out'),
  kept: z
    .array(z.object({ kind: recordKind, name: z.string(), words: z.string(), id: z.int().nullable() }))
    .describe('where it says otherwise, and what was edited here stays'),
  notes: z.array(z.string()),
  rejected: z.array(z.object({ what: z.string(), reason: z.string() })).describe('entries that could not be read'),
})
export type SourceRunAnswer = z.infer<typeof SourceRunAnswer>
