import type { Sql, TransactionSql } from 'postgres'
import { z } from 'zod'
import { sql } from './database'
import { readSetting, writeSetting } from './settings'

const isZone = (name: string) => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}
const perSecond = z.coerce
  .number()
  .min(0.1, 'expected a number from 0.1 to 100')
  .max(100, 'expected a number from 0.1 to 100')

/** How clients are written to. price: of one part of a text. Rates are messages a second over all keepers. */
export const MessageSettings = z.object({
  sender: z.string().trim().max(60, 'expected at most 60 characters').default(''),
  zone: z.string().max(60).refine(isZone, 'expected an IANA zone such as Europe/Berlin').default('UTC'),
  smsPrice: z.coerce.number().min(0, 'expected a price').max(10, 'expected a price of one part').default(0.0083),
  currency: z
    .string()
    .trim()
    .toUpperCase()
    .regex(/^[A-Z]{3}$/, 'expected a currency such as USD')
    .default('USD'),
  smsPerSecond: perSecond.default(10),
  emailsPerSecond: perSecond.default(10),
  mostParts: z.coerce.number().int().min(1).max(10).default(3),
})
export type MessageSettings = z.infer<typeof MessageSettings>

const name = 'client_messages'

/** What is set, with what every installation begins with for the rest. */
export async function readMessageSettings(on: Sql | TransactionSql = sql): Promise<MessageSettings> {
  const kept = MessageSettings.safeParse((await readSetting(name, on)) ?? {})
  return kept.success ? kept.data : MessageSettings.parse({})
}

export const writeMessageSettings = (settings: MessageSettings): Promise<void> => writeSetting(name, settings)
