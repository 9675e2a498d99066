import { z } from 'zod'
import { messageMedia } from '@/lib/domain/message-recipient'
import { mostWaitMinutes } from '@/lib/domain/message-wait'
import { flag, Id, Instant, listQuery } from './rest'

/** Messages to clients on the wire. */
const Medium = z.enum(messageMedia)
const Media = z
  .array(Medium)
  .min(1)
  .max(2)
  .refine((media) => new Set(media).size === media.length, 'expected each medium once')
  .describe('in order of preference: each client is told by the first that reaches it')
const TemplateName = z.string().trim().min(1).max(60)
const Wait = z.int().min(1).max(mostWaitMinutes).describe('minutes; who is back by then is not told')

export const MessageInput = z.strictObject({
  incident_id: Id,
  template: TemplateName.default('Outage'),
  media: Media.default(['sms', 'email']),
  send: z.enum(['draft', 'now', 'wait']).default('draft'),
  wait_minutes: Wait.optional(),
  only_if_dark: z.boolean().default(true).describe('only those that are still cut off when it is sent'),
  follow_up: z.boolean().default(true).describe('who was told hears that it is over'),
})
export const MessageSend = z.strictObject({ wait_minutes: Wait.optional() })
export const MessageQuery = listQuery({
  incident: z.coerce.number().int().min(1).max(2_147_483_647).optional(),
  live: flag.describe('those that wait or are sent now'),
})
const Counts = z.object({
  clients: z.int().describe('it is about'),
  waiting: z.int(),
  told: z.int().describe('accepted by the provider'),
  delivered: z.int(),
  failed: z.int(),
  doubtful: z.int().describe('may or may not have gone out: never sent again by itself'),
  left_out: z.int(),
  told_of_end: z.int(),
})
const EstimateAnswer = z.object({
  clients: z.int(),
  told: z.int(),
  sms_parts: z.int(),
  cost: z.number(),
  currency: z.string(),
})
export const MessageAnswer = z.object({
  id: Id,
  incident_id: Id.nullable(),
  incident: z.string().nullable(),
  template: z.string(),
  media: z.array(Medium),
  state: z.enum(['draft', 'waiting', 'sending', 'done', 'cancelled', 'called_off']),
  why: z.string().nullable(),
  send_at: Instant.nullable(),
  only_if_dark: z.boolean(),
  follow_up: z.boolean(),
  estimate: EstimateAnswer.nullable(),
  counts: Counts,
  cost: z.number(),
  created_by: z.string(),
  created_at: Instant,
  started_at: Instant.nullable(),
  ended_at: Instant.nullable(),
})
export const RecipientQuery = listQuery({})
export const RecipientAnswer = z.object({
  id: z.int(),
  client_id: Id.nullable(),
  client: z.string(),
  part: z.enum(['first', 'follow_up']),
  medium: Medium.nullable(),
  address: z.string().nullable(),
  language: z.string(),
  state: z.enum(['waiting', 'sending', 'sent', 'delivered', 'failed', 'skipped', 'doubtful']),
  why: z.string().nullable(),
  subject: z.string().nullable(),
  body: z.string().nullable(),
  sent_at: Instant.nullable(),
  delivered_at: Instant.nullable(),
  cost: z.number().nullable(),
})
export const PreviewInput = z.strictObject({
  incident_id: Id,
  template: TemplateName.default('Outage'),
  media: Media.default(['sms', 'email']),
})
export const PreviewAnswer = z.object({
  estimate: EstimateAnswer,
  told: z.array(
    z.object({
      client_id: Id,
      client: z.string(),
      medium: Medium,
      address: z.string(),
      language: z.string(),
      parts: z.int(),
    }),
  ),
  left_out: z.array(z.object({ client_id: Id, client: z.string(), why: z.string() })),
  samples: z.array(
    z.object({
      part: z.enum(['first', 'follow_up']),
      medium: Medium,
      language: z.string(),
      clients: z.int(),
      subject: z.string(),
      body: z.string(),
      parts: z.int(),
      encoding: z.enum(['GSM-7', 'UCS-2']),
    }),
  ),
  faults: z.array(z.string()).describe('why some words cannot be made'),
  advice: z.object({ wait_minutes: z.int(), why: z.string() }).nullable(),
})
