import { z } from 'zod'
import { limits } from '@/lib/domain/device-fields'
import { historyDays, slugFault, statusLimits } from '@/lib/domain/status-page'
import { Id, Instant, idOf, line, TimeZone } from './rest'

/** Status pages on the wire. */
const Slug = z
  .string()
  .trim()
  .transform((text, context) => {
    const fault = slugFault(text)
    if (fault === null) return text
    context.addIssue({ code: 'custom', message: fault })
    return z.NEVER
  })
const words = (max: number) =>
  z
    .string()
    .trim()
    .max(max)
    .regex(/^(?:\P{Cc}|[\n\r\t])*$/u, 'expected text without control characters')

const fields = {
  slug: Slug.describe('in its address: /status/{slug}'),
  title: line(statusLimits.title),
  intro: words(statusLimits.intro),
  public: z.boolean().describe('anybody may read it'),
  sites: z.array(idOf('a site')).max(statusLimits.sites).describe('ids of the sites shown; empty: all'),
  tags: z
    .array(line(limits.tag))
    .max(statusLimits.tags)
    .describe('of the devices and jobs shown; empty: all devices and no job'),
  history_days: z.int().min(historyDays.min).max(historyDays.max),
  takes_subscribers: z.boolean(),
  time_zone: TimeZone,
}
const readOnly = { id: z.unknown().optional(), subscribers: z.unknown().optional(), url: z.unknown().optional() }

export const StatusPageInput = z.strictObject({
  ...readOnly,
  ...fields,
  intro: fields.intro.default(''),
  public: fields.public.default(false),
  sites: fields.sites.default([]),
  tags: fields.tags.default([]),
  history_days: fields.history_days.default(historyDays.default),
  takes_subscribers: fields.takes_subscribers.default(true),
  time_zone: fields.time_zone.default('UTC'),
})
/** PATCH: what is left out stays. */
export const StatusPagePatch = z.strictObject({ ...readOnly, ...fields }).partial()
export const StatusPageAnswer = z.object({
  id: Id,
  slug: z.string(),
  title: z.string(),
  intro: z.string(),
  public: z.boolean(),
  sites: z.array(Id),
  tags: z.array(z.string()),
  history_days: z.int(),
  takes_subscribers: z.boolean(),
  time_zone: z.string(),
  subscribers: z.int().describe('confirmed ones; who they are is not told'),
  url: z.string(),
})

export const StatusUpdateInput = z.strictObject({
  text: words(statusLimits.update).pipe(z.string().min(1, 'expected what its readers are to know')),
})
export const StatusUpdateAnswer = z.object({ id: Id, at: Instant, by: z.string(), text: z.string() })
export const StatusUpdates = z.object({ items: z.array(StatusUpdateAnswer), next: z.null() })

export const ClientLinkAnswer = z.object({
  url: z.string().describe('whoever has it can read the page of this client'),
})
