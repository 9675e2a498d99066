import { accountRule, addressRule, throttleAddress, waitSeconds } from '@/lib/domain/throttle'
import { sql, transaction } from './database'

function keysOf(email: string, address: string, isFamiliar: boolean) {
  const place = throttleAddress(address).slice(0, 64)
  const account = `account:${email.slice(0, 320)}`
  return { account: isFamiliar ? `${account} from ${place}` : account, address: `address:${place}` }
}

export type Attempt = { account: string; address: string; at: Date }

/**
 * Asks leave for one attempt. It is booked as a failure before the password is looked at, under a lock on both keys, so
 * that many attempts at once cannot outrun the count. Returns the seconds to wait instead when there were too many.
 * `isFamiliar`: the account was let in from this address before; what others do elsewhere, or to other accounts, does not hold it up there.
 */
export async function beginAttempt(email: string, address: string, isFamiliar: boolean): Promise<Attempt | number> {
  const keys = keysOf(email, address, isFamiliar)
  return transaction(async (tx) => {
    for (const key of Object.values(keys).sort()) await tx`select pg_advisory_xact_lock(hashtextextended(${key}, 4810))`
    const [clock] = await tx<{ now: Date }[]>`select date_trunc('milliseconds', clock_timestamp()) as now`
    const now = clock?.now ?? new Date()
    const rows = await tx<{ key: string; at: Date }[]>`
      select key, at from sign_in_failures
      where key in (${keys.account}, ${keys.address}) and at > ${now}::timestamptz - interval '15 minutes'
      order by at desc limit 200`
    const of = (key: string) => rows.filter((row) => row.key === key).map((row) => row.at.getTime())
    const accountWait = waitSeconds(of(keys.account), accountRule, now.getTime())
    const wait = isFamiliar
      ? accountWait
      : Math.max(accountWait, waitSeconds(of(keys.address), addressRule, now.getTime()))
    if (wait > 0) return wait
    await tx`insert into sign_in_failures (key, at) values (${keys.account}, ${now}), (${keys.address}, ${now})`
    return { ...keys, at: now }
  })
}

/** The attempt was right: the account starts anew, the address gets its booking back; yesterday's rows go. */
export async function forgiveAttempt(attempt: Attempt): Promise<void> {
  await sql`
    delete from sign_in_failures
    where key = ${attempt.account} or (key = ${attempt.address} and at = ${attempt.at})
      or at < now() - interval '1 day'`
}
