import type { TransactionSql } from 'postgres'
import { sql } from './database'

/** A source in hand for one poll, leased until `leaseUntil`. config: the kind's JSON, encrypted. */
export type ClaimedPoll = {
  id: number
  kind: 'uisp' | 'sonar'
  name: string
  config: string
  claimedAt: Date
  leaseUntil: Date
}

const leastSeconds = 30
/** How often a source is asked; for full lists never more often, whatever is set. */
export const everySeconds = (on: TransactionSql | typeof sql) => on`greatest(poll_seconds, ${leastSeconds})`

/** Takes a source that is due to be polled; null: none is. Any number of keepers may do so at once. */
export async function claimPoll(leaseMs: number): Promise<ClaimedPoll | null> {
  const [row] = await sql<ClaimedPoll[]>`
    update sources set poll_lease_until = now() + make_interval(secs => ${leaseMs / 1000})
    where id = (
      select id from sources
      where enabled and poll_seconds > 0 and kind <> 'csv' and next_poll_at <= now()
        and (poll_lease_until is null or poll_lease_until < now())
      order by next_poll_at limit 1 for update skip locked)
    returning id, kind, name, config, now() as "claimedAt", poll_lease_until as "leaseUntil"`
  return row ?? null
}

/** Makes the lease last on; null when another keeper has it by now, or nobody may have it any more. */
export async function renewPoll(claimed: ClaimedPoll, leaseMs: number): Promise<ClaimedPoll | null> {
  const [row] = await sql<{ leaseUntil: Date }[]>`
    update sources set poll_lease_until = now() + make_interval(secs => ${leaseMs / 1000})
    where id = ${claimed.id} and poll_lease_until = ${claimed.leaseUntil} and enabled
    returning poll_lease_until as "leaseUntil"`
  return row ? { ...claimed, leaseUntil: row.leaseUntil } : null
}

/** Leaves a poll that came to no end, to be made again at once. */
export async function leavePoll(claimed: ClaimedPoll): Promise<void> {
  await sql`
    update sources set poll_lease_until = null where id = ${claimed.id} and poll_lease_until = ${claimed.leaseUntil}`
}
