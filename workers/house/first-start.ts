import { randomInt } from 'node:crypto'
import type { Env } from '@/lib/env'
import { ensureLocalProbe } from '@/lib/store/probes'
import { vapidKeys } from '@/lib/store/settings'
import { countUsers, createUser } from '@/lib/store/users'

/** What a new house needs: the VAPID keys, the local probe, an operator. Returns the operator if it was made now. */
export async function firstStart(
  settings: Env,
  probeToken: string,
): Promise<{ email: string; password: string | null } | null> {
  await vapidKeys()
  await ensureLocalProbe(probeToken)
  if ((await countUsers()) > 0) return null
  const email = settings.adminEmail ?? 'operator@beatline.local'
  const made = settings.adminPassword ? null : newPassword()
  const password = settings.adminPassword ?? made ?? ''
  const user = await createUser({ email, name: 'Operator', password, role: 'admin' })
  return user && { email, password: made } // null: another starter of the same database was faster
}

const letters = 'abcdefghijkmnpqrstuvwxyz23456789' // none that look alike

/** Four groups of five, 100 bits, easy to copy by hand. */
export function newPassword(): string {
  return Array.from({ length: 4 }, () =>
    Array.from({ length: 5 }, () => letters[randomInt(letters.length)]).join(''),
  ).join('-')
}
