import { z } from 'zod'
import { clientLimits, readEmail, readLanguage, readLine, readNote, readPhone } from '@/lib/domain/client-fields'
import { clientFilters } from '@/lib/domain/client-state'
import { limits } from '@/lib/domain/device-fields'
import { statuses } from '@/lib/domain/status'
import { flag, Id, Instant, idOf, line, listQuery, TimeZone } from './rest'

/** What the REST interface takes and gives of clients. */
const read = <T>(reader: (text: string) => { value: T } | { fault: string }) =>
  z.string().transform((text, context) => {
    const answer = reader(text)
    if ('value' in answer) return answer.value
    context.addIssue({ code: 'custom', message: answer.fault })
    return z.NEVER
  })

const readOnly = Object.fromEntries(
  ['status', 'status_since', 'device_count', 'dark_devices', 'sites', 'services', 'sources', 'vanished_at'].map(
    (name) => [name, z.unknown().optional()],
  ),
)
// What an answer holds and no request decides: taken and left aside, so that what was read can be sent back.
const aside = {
  ...readOnly,
  id: z.unknown().optional(),
  created_at: z.unknown().optional(),
  updated_at: z.unknown().optional(),
}
const contactFields = {
  id: Id.optional().describe('of one that is known'),
  name: read((text) => readLine(text, clientLimits.name))
    .transform((name) => name ?? '')
    .default(''),
  email: read(readEmail).nullable().default(null),
  phone: read(readPhone).nullable().default(null),
  is_contact: z.boolean().default(true),
  is_billing: z.boolean().default(false),
  sms_ok: z.boolean().default(true),
}
const Contact = z.strictObject({
  ...contactFields,
  from_source: z.unknown().optional(),
  sms_stopped: z.unknown().optional(),
  email_stopped: z.unknown().optional(),
})
const fields = {
  name: line(clientLimits.name),
  kind: z.enum(['company', 'person']),
  company: line(clientLimits.name).nullable(),
  person: line(clientLimits.name).nullable(),
  number: line(clientLimits.number).nullable(),
  address: read((text) => readLine(text, clientLimits.address)).nullable(),
  note: read(readNote).nullable(),
  language: read(readLanguage).describe('BCP 47, of messages to it'),
  time_zone: TimeZone.nullable().describe('null: that of its site'),
  sms_allowed: z.boolean(),
  email_allowed: z.boolean(),
  archived: z.boolean().describe('it has left: no messages'),
  contacts: z.array(Contact).max(clientLimits.contacts),
  devices: z
    .array(z.union([line(limits.name), Id]))
    .max(clientLimits.devices)
    .describe('names or ids: these and no others'),
}

/** POST: what is left out is at its default. */
export const ClientInput = z.strictObject({
  ...aside,
  ...fields,
  kind: fields.kind.default('person'),
  company: fields.company.default(null),
  person: fields.person.default(null),
  number: fields.number.default(null),
  address: fields.address.default(null),
  note: fields.note.default(null),
  language: fields.language.default('en'),
  time_zone: fields.time_zone.default(null),
  sms_allowed: fields.sms_allowed.default(true),
  email_allowed: fields.email_allowed.default(true),
  archived: fields.archived.default(false),
  contacts: fields.contacts.default([]),
  devices: fields.devices.optional(), // left out: they stay
})
/** PATCH: what is left out stays. */
export const ClientPatch = z.strictObject({ ...aside, ...fields }).partial()
export const ClientMerge = z.strictObject({ from: idOf('a client').describe('is gone afterwards') })

export const ClientAnswer = z.object({
  id: Id,
  name: z.string().describe('as it is shown: Example Feed Co (Robin Placeholder)'),
  kind: z.enum(['company', 'person']),
  company: z.string().nullable(),
  person: z.string().nullable(),
  number: z.string().nullable(),
  address: z.string().nullable(),
  note: z.string().nullable(),
  language: z.string(),
  time_zone: z.string().nullable(),
  sms_allowed: z.boolean(),
  email_allowed: z.boolean(),
  archived: z.boolean(),
  contacts: z.array(
    z.object({
      id: Id,
      name: z.string(),
      email: z.string().nullable(),
      phone: z.string().nullable(),
      is_contact: z.boolean(),
      is_billing: z.boolean(),
      sms_ok: z.boolean(),
      from_source: z.boolean(),
      sms_stopped: z.boolean().describe('said STOP'),
      email_stopped: z.boolean(),
    }),
  ),
  services: z.array(
    z.object({
      id: Id,
      name: z.string(),
      status: z.string(),
      down_mbps: z.number().nullable(),
      up_mbps: z.number().nullable(),
      address: z.string().nullable(),
      vanished: z.boolean(),
    }),
  ),
  status: z.enum(statuses).nullable().describe('down and unreachable: every device of it is dark; null: it has none'),
  status_since: Instant.nullable(),
  device_count: z.int(),
  dark_devices: z.int(),
  sites: z.array(z.string()),
  sources: z.array(z.string()),
  vanished_at: Instant.nullable().describe('no source lists it any more'),
  created_at: Instant,
  updated_at: Instant,
})
export type ClientAnswer = z.infer<typeof ClientAnswer>

const number = z.coerce.number().int().min(1).max(2_147_483_647)
export const ClientQuery = listQuery({
  search: z.string().max(200).optional(),
  state: z.enum(clientFilters).optional().describe('dark: without service; none: without a device'),
  site: z
    .string()
    .max(limits.site)
    .transform((text) => (/^\d{1,9}$/.test(text) ? Number(text) : text))
    .optional(),
  incident: number.optional().describe('whom that incident concerns'),
  archived: flag,
  sort: z.enum(['name', 'status', 'since']).optional(),
})
export const ClientImportQuery = z.strictObject({ atomic: flag, preview: flag })
export const ClientImportAnswer = z.object({
  created: z.int(),
  updated: z.int(),
  rejected: z.array(z.object({ line: z.int(), reason: z.string() })),
  ignored_columns: z.array(z.string()),
  preview: z.boolean(),
})
export const MergeAnswer = ClientAnswer.extend({
  merged: z.object({ devices: z.int(), contacts: z.int(), services: z.int(), messages: z.int() }),
})
