import type { JSONValue, Sql, TransactionSql } from 'postgres'
import webPush from 'web-push'
import { decrypt, encrypt } from '@/lib/secrets'
import { sql, transaction } from './database'

/** The value of a setting that is data, or null. The caller knows its shape and checks it. */
export async function readSetting(name: string, on: Sql | TransactionSql = sql): Promise<JSONValue | null> {
  const [row] = await on<{ value: JSONValue }[]>`select value from settings where name = ${name}`
  return row?.value ?? null
}

export async function writeSetting(name: string, value: JSONValue, on: Sql | TransactionSql = sql): Promise<void> {
  await on`
    insert into settings (name, value) values (${name}, ${on.json(value)})
    on conflict (name) do update set value = excluded.value`
}

/** The VAPID key pair, made at the first call and kept for good: every subscription is bound to it. */
export async function vapidKeys(): Promise<{ publicKey: string; privateKey: string }> {
  const kept = opened(await readSetting('vapid'))
  if (kept) return kept
  return transaction(async (tx) => {
    await tx`select pg_advisory_xact_lock(4810004)`
    const made = opened(await readSetting('vapid', tx))
    if (made) return made // another process was faster
    const { publicKey, privateKey } = webPush.generateVAPIDKeys()
    await writeSetting('vapid', { public_key: publicKey, private_key: encrypt(privateKey) }, tx)
    return { publicKey, privateKey }
  })
}

function opened(value: JSONValue | null): { publicKey: string; privateKey: string } | null {
  if (value === null) return null
  const { public_key: publicKey, private_key: sealed } = value as { public_key: string; private_key: string }
  try {
    return { publicKey, privateKey: decrypt(sealed) }
  } catch (cause) {
    throw new Error(
      'Cannot open the VAPID keys: SECRET_KEY is not the one they were kept with. Put the old one back, ' +
        'or delete the setting "vapid" and turn alerts on again on every phone',
      { cause },
    )
  }
}
