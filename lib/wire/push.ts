import { z } from 'zod'
import { Id, Instant } from './rest'

/** What browsers and their service workers say about push. Snake case, ISO instants. */

const Base64Url = z.string().regex(/^[A-Za-z0-9_-]+={0,2}$/, 'expected base64url')
const Permission = z.enum(['granted', 'denied', 'default'])
const Name = z
  .string()
  .trim()
  .min(1)
  .max(80)
  .regex(/^\P{Cc}*$/u, 'expected text without control characters')

/** PushSubscription.toJSON(); what browsers add to it is left aside. */
const Subscription = z.object({
  endpoint: z.url({ protocol: /^https$/, error: 'expected an https address' }).max(1000),
  keys: z.object({ p256dh: Base64Url.min(80).max(100), auth: Base64Url.min(20).max(30) }),
})

/** A browser's state as it sees it; subscription null: it has none. */
export const PushSubscriptionInput = z.object({
  device_key: z.uuid(),
  name: Name.optional(),
  subscription: Subscription.nullable(),
  permission: Permission,
  user_agent: z.string().max(1000).default(''),
  vapid_key: Base64Url.max(100).nullable().default(null),
  old_endpoint: z.string().max(1000).nullable().default(null),
  asked: z.boolean().default(false), // the operator pressed the button: what was removed may come back
})

export const PushDevicePatch = z.strictObject({ name: Name })

export const TestQuery = z.object({ delivery: z.coerce.number().int().min(1) })

/** A service worker's receipt. The device key, 122 random bits, is its credential: the session may have ended. */
export const PushReceipt = z
  .object({
    device_key: z.uuid(),
    delivery_id: z.int().min(1),
    shown: z.literal(true).optional(),
    opened: z.literal(true).optional(),
  })
  .refine(({ shown, opened }) => shown || opened, 'expected shown or opened')

/** A device of the operator who asks: neither its key nor its endpoint is told. */
export const PushDeviceAnswer = z.object({
  id: Id,
  name: z.string(),
  state: z.enum(['ok', 'lost', 'doubtful', 'muted']).describe('doubtful: a notice was sent and not seen to be shown'),
  permission: Permission,
  lost_reason: z.string().nullable(),
  last_error: z.string().nullable(),
  user_agent: z.string().nullable(),
  created_at: Instant,
  healed_at: Instant.nullable(),
  last_seen_at: Instant.nullable(),
  last_accepted_at: Instant.nullable(),
  last_shown_at: Instant.nullable(),
  last_opened_at: Instant.nullable(),
})
export type PushDeviceAnswer = z.infer<typeof PushDeviceAnswer>

export const PushSubscriptionAnswer = z.object({
  id: Id,
  known: z.boolean(),
  dead: z.boolean().describe('the browser must subscribe anew'),
  removed: z.boolean().describe('it was taken off the list: the browser must not'),
})
export const PushTestAnswer = z.object({
  delivery_id: Id,
  created_at: Instant,
  accepted_at: Instant.nullable().describe('by the push service'),
  shown_at: Instant.nullable().describe('by the device'),
  failed_at: Instant.nullable(),
  answer: z.string().nullable().describe('what the push service said last'),
})
