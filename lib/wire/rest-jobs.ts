import { z } from 'zod'
import { jobLimits, textFault } from '@/lib/domain/job-fields'
import { signals } from '@/lib/domain/job-state'
import { isZone } from '@/lib/domain/schedule'
import { slugPattern } from '@/lib/domain/slug'
import { flag, Id, Instant, listQuery } from './rest'

/** What the REST interface takes and gives of jobs, which it calls applications: design/interfaces.md. */
const kinds = ['period', 'cron', 'oncalendar'] as const
const shownStatuses = ['new', 'up', 'late', 'down', 'paused'] as const
const sorts = ['name', 'status', 'since', 'last_beat', 'created'] as const

const text = (max: number) =>
  z
    .string()
    .trim()
    .superRefine((value, context) => {
      const fault = textFault(value, max)
      if (fault) context.addIssue({ code: 'custom', message: fault })
    })
const TimeZone = z.string().max(64).refine(isZone, 'expected an IANA time zone such as Europe/Berlin')

// What an answer holds and no request decides: taken and left aside, so that what was read can be sent back.
const readOnly = Object.fromEntries(
  [
    ...['id', 'code', 'uuid', 'status', 'status_since', 'running', 'started_at', 'last_heartbeat_at', 'last_signal'],
    ...['last_success_at', 'last_duration_ms', 'due_at', 'misses', 'heartbeat_count', 'outage_id', 'incident_id'],
    ...['badge_url', 'heartbeat_url', 'created_at'],
  ].map((name) => [name, z.unknown().optional()]),
)
const fields = {
  name: text(jobLimits.name).describe('unique, any language'),
  slug: z.string().regex(slugPattern, 'expected a to z, 0 to 9, _ and -, at most 100').describe('else of the name'),
  expected_interval: z.int().nullable().describe('s, 1 to 31622400; or a schedule'),
  schedule: z
    .string()
    .max(jobLimits.expression)
    .nullable()
    .describe('cron or OnCalendar, one or several lines; or an expected_interval'),
  schedule_kind: z.enum(kinds).describe('else guessed'),
  timezone: TimeZone.describe('IANA; UTC unless said'),
  grace_period: z.int().min(0).max(jobLimits.graceSeconds).describe('s; 60 unless said'),
  permissible_misses: z.int().min(0).max(jobLimits.permissibleMisses).describe('beats that may be missed in a row'),
  tags: z.array(text(jobLimits.tag)).max(jobLimits.tags),
  channels: z
    .array(z.union([text(jobLimits.channel), Id]))
    .max(jobLimits.channels)
    .nullable()
    .describe('names or ids; null: everyone, as the routes say'),
  site: z
    .union([text(jobLimits.site), Id])
    .nullable()
    .describe('name or id'),
  runs_behind: z
    .union([text(jobLimits.device), Id])
    .nullable()
    .describe('name or id of a device'),
  sticky_pause: z.boolean().describe('a heartbeat does not end a pause'),
  paused: z.boolean(),
}

/** POST. `unique: ["name"]`: a standing application of that name is answered with 200 and stays as it is. */
export const ApplicationInput = z
  .strictObject({ ...readOnly, ...fields, unique: z.array(z.literal('name')).max(1) })
  .partial()
  .required({ name: true })
/** PUT and PATCH: what is left out stays, as in the service before this one. */
export const ApplicationPatch = z.strictObject({ ...readOnly, ...fields }).partial()
export type ApplicationPatch = z.output<typeof ApplicationPatch>

export const ApplicationAnswer = z.object({
  id: Id,
  code: z.string().describe('the id, short and readable'),
  uuid: z.uuid().nullable().describe('the address of its heartbeats; null for viewers'),
  name: z.string(),
  slug: z.string(),
  expected_interval: z.int().nullable().describe('s; null: it has a schedule'),
  grace_period: z.int().describe('s'),
  schedule: z.string().nullable().describe('cron or OnCalendar; null: it has an expected_interval'),
  schedule_kind: z.enum(kinds),
  timezone: z.string(),
  permissible_misses: z.int(),
  tags: z.array(z.string()),
  channels: z.array(Id).nullable().describe('null: everyone, as the routes say'),
  site: z.string().nullable(),
  runs_behind: z.string().nullable().describe('a device'),
  sticky_pause: z.boolean(),
  paused: z.boolean(),
  status: z.enum(shownStatuses),
  status_since: Instant,
  running: z.boolean(),
  started_at: Instant.nullable(),
  last_heartbeat_at: Instant.nullable(),
  last_signal: z.enum(signals).nullable(),
  last_success_at: Instant.nullable(),
  last_duration_ms: z.number().nullable(),
  due_at: Instant.nullable().describe('when the next heartbeat is expected, or the first missed one was'),
  misses: z.int().describe('expected heartbeats missed in a row'),
  heartbeat_count: z.int(),
  outage_id: Id.nullable(),
  incident_id: Id.nullable(),
  badge_url: z.string(),
  heartbeat_url: z.string().nullable().describe('null for viewers'),
  created_at: Instant,
})
export type ApplicationAnswer = z.infer<typeof ApplicationAnswer>

export const ApplicationQuery = listQuery({
  search: z.string().max(200).optional().describe('a part of the name, or a code'),
  status: z.enum(shownStatuses).optional(),
  tag: z.string().max(jobLimits.tag).optional(),
  sort: z
    .enum([...sorts, ...sorts.map((sort) => `-${sort}` as const)])
    .optional()
    .describe('a minus turns it round'),
})
export const PauseInput = z.strictObject({
  sticky: z.boolean().optional().describe('whether a heartbeat leaves it paused'),
})

export const HeartbeatQuery = listQuery({
  from: z.iso.datetime({ offset: true }).optional(),
  to: z.iso.datetime({ offset: true }).optional(),
})
export const HeartbeatAnswer = z.object({
  at: Instant.describe('arrival; of a missed one: when it was due'),
  signal: z.enum([...signals, 'missed']),
  timing: z.enum(['on_time', 'late']).nullable(),
  exit_status: z.int().nullable(),
  duration_ms: z.number().nullable(),
  run_id: z.string().nullable(),
  message: z.string().nullable(),
  body: z.string().nullable().describe('as UTF-8'),
  body_cut: z.boolean(),
  address: z.string().nullable(),
  user_agent: z.string().nullable(),
  method: z.string().nullable(),
})
export type HeartbeatAnswer = z.infer<typeof HeartbeatAnswer>

export const RegistryExportQuery = z.strictObject({ format: z.enum(['csv', 'json']).default('json') })
export const RegistryImportQuery = z.strictObject({ atomic: flag, dry_run: flag })
const Line = z.object({ line: z.int(), name: z.string().nullable(), reason: z.string() })
export const RegistryImportAnswer = z.object({
  format: z.enum(['beatline', 'healthchecks', 'uptime_kuma', 'heartbeat_sh']),
  created: z.int(),
  updated: z.int(),
  unchanged: z.int(),
  devices_created: z.int(),
  devices_updated: z.int(),
  rejected: z.array(Line).describe('lines that are not taken, each with its reason'),
  notes: z.array(Line).describe('lines that are taken, but not all that they say'),
  planned: z
    .array(z.object({ line: z.int(), name: z.string(), kind: z.enum(['job', 'device']), action: z.string() }))
    .describe('the first 1000 that are, or would be, written'),
  new_sites: z.array(z.string()),
  dry_run: z.boolean(),
})
export type RegistryImportAnswer = z.infer<typeof RegistryImportAnswer>
export const RegistryRecords = z.union([z.array(z.looseObject({})), z.looseObject({})])
