import { z } from 'zod'
import { periodKinds } from '@/lib/domain/uptime-periods'
import { Instant, TimeZone } from './rest'

const kinds = ['all', 'clients', 'devices', 'jobs'] as const

export const UptimeQuery = z.strictObject({
  of: z.enum(kinds).default('clients').describe('a client is up while any of its devices is'),
  by: z.enum(periodKinds).default('day').describe('weeks begin on Monday'),
  from: z.string().max(40).optional().describe('a day in the zone, such as 2026-11-01, or an instant'),
  to: z.string().max(40).optional().describe('a day, which is in it, or an instant; now unless said'),
  zone: TimeZone.default('UTC').describe('IANA: whose days, weeks and months'),
  format: z.enum(['json', 'csv']).default('json'),
})

const lengths = {
  dark_seconds: z.number(),
  planned_seconds: z.number(),
  unknown_seconds: z.number(),
}
const Share = z.number().min(0).max(1)
const mean = {
  uptime: Share.nullable().describe('the mean over those that had time that counts; null: none had'),
  counted: z.int().describe('that many had'),
  dark: z.int().describe('that many of them were dark in it'),
  ...lengths,
}
export const UptimeAnswer = z.object({
  of: z.enum(kinds),
  by: z.enum(periodKinds),
  zone: z.string(),
  from: Instant,
  to: Instant,
  ...mean,
  items: z.array(z.object({ day: z.string().describe('its first'), from: Instant, to: Instant, ...mean })),
  classes: z.array(z.object({ uptime_from: Share, count: z.int() })).describe('the best first'),
  uncounted: z.int().describe('without any time that counts'),
  worst: z.array(
    z.object({
      kind: z.enum(['client', 'device', 'job']),
      id: z.int(),
      name: z.string(),
      uptime: Share,
      outages: z.int(),
      dark_seconds: z.number(),
    }),
  ),
  sites: z.array(
    z.object({
      id: z.int().nullable(),
      name: z.string(),
      uptime: Share.nullable(),
      counted: z.int(),
      dark_seconds: z.number(),
    }),
  ),
})
export type UptimeAnswer = z.infer<typeof UptimeAnswer>
