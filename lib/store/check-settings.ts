import type { Sql, TransactionSql } from 'postgres'
import { z } from 'zod'
import { type CheckSettings, rhythms, unsaidChecks } from '@/lib/domain/self-checks'
import { isZone } from '@/lib/domain/wall-clock'
import { decrypt, encrypt } from '@/lib/secrets'
import { sql } from './database'
import { readSetting, writeSetting } from './settings'

// What a part says nothing of, or nothing that can be read, is at its default.
const Kept = z.object({
  minute: z.int().min(0).max(1439).catch(unsaidChecks.minute),
  zone: z.string().refine(isZone).catch(unsaidChecks.zone),
  mail: z.enum(rhythms).catch(unsaidChecks.mail),
  push: z.enum(rhythms).catch(unsaidChecks.push),
  channels: z.enum(rhythms).catch(unsaidChecks.channels),
  tested: z.record(z.string(), z.boolean()).catch({}),
  keeper: z.boolean().catch(unsaidChecks.keeper),
  dead_man: z
    .object({ url: z.string(), seconds: z.int().min(10).max(86_400) })
    .nullable()
    .catch(null),
})

/** Which checks are made; deadMan holds the address of the other monitor, which is a credential. */
export type KeptChecks = { settings: CheckSettings; deadManUrl: string | null }

/** What is set of the checks. An address that cannot be opened, as SECRET_KEY is another, counts as none. */
export async function readCheckSettings(on: Sql | TransactionSql = sql): Promise<KeptChecks> {
  const { dead_man: deadMan, ...kept } = Kept.parse((await readSetting('self_checks', on)) ?? {})
  const deadManUrl = deadMan && opened(deadMan.url)
  return { settings: { ...kept, deadManSeconds: deadManUrl === null ? null : (deadMan?.seconds ?? null) }, deadManUrl }
}

export async function writeCheckSettings({ settings, deadManUrl }: KeptChecks, on: Sql | TransactionSql = sql) {
  const { deadManSeconds, ...said } = settings
  const deadMan =
    deadManUrl === null || deadManSeconds === null ? null : { url: encrypt(deadManUrl), seconds: deadManSeconds }
  await writeSetting('self_checks', { ...said, tested: { ...said.tested }, dead_man: deadMan }, on)
}

function opened(sealed: string): string | null {
  try {
    return decrypt(sealed)
  } catch {
    return null
  }
}
