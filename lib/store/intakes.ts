import postgres, { type ReservedSql, type Sql } from 'postgres'
import { connectionOptions, sql } from './database'

export type BeatConnection = { take: () => Promise<ReservedSql>; end: () => void }

/**
 * A connection for batches of beats alone, so that no page of ours stands in their way, and so that it can be torn down
 * when it hangs. `take` gives the same one until it closes; `end` never waits.
 */
export function beatConnection(url: string): BeatConnection {
  let reserved: Promise<ReservedSql> | null = null
  const client: Sql = postgres({
    ...connectionOptions(url),
    max: 1,
    connect_timeout: 3,
    idle_timeout: 0,
    max_lifetime: null,
    onnotice: () => {},
    // A reserved connection that was closed must not be used: postgres.js would write to no socket, which ends the process.
    onclose: () => {
      reserved = null
    },
    connection: {
      application_name: 'beatline intake',
      statement_timeout: 10_000,
      idle_in_transaction_session_timeout: 10_000,
      // Batches ask for rows by their keys: planned once, and never by reading a table whole, however small it was then.
      plan_cache_mode: 'force_generic_plan',
      enable_seqscan: 'off',
      jit: 'off',
    },
  })
  return {
    take() {
      if (reserved) return reserved
      const asked = client.reserve()
      reserved = asked
      asked.catch(() => {
        if (reserved === asked) reserved = null
      })
      return asked
    },
    end: () => void client.end({ timeout: 0 }).catch(() => {}),
  }
}

export type SettledIntake = { spoolId: string; name: string; settledAt: number }

/**
 * Says how far each intake has stored what it acknowledged; makes the row where there is none. When none had been heard of
 * for 5 s, the time until now was a gap: the keeper judges nobody by what was due in it.
 */
export async function settleIntakes(intakes: readonly SettledIntake[], on: Sql | ReservedSql = sql): Promise<void> {
  await on`
    with gap as (
      insert into intake_gaps (began_at, ended_at)
      select max(seen_at), now() from intakes having max(seen_at) < now() - interval '5 seconds'
    )
    insert into intakes (spool_id, name, settled_at, seen_at)
    select i.spool_id, i.name, to_timestamp(i.settled_at / 1000), now()
    from unnest(${intakes.map((one) => one.spoolId)}::uuid[], ${intakes.map((one) => one.name)}::text[],
      ${intakes.map((one) => one.settledAt)}::float8[]) as i(spool_id, name, settled_at)
    order by i.spool_id
    on conflict (spool_id) do update set settled_at = excluded.settled_at, seen_at = excluded.seen_at`
}

/** Intakes of processes that are gone, and of which nothing is left to store. */
export async function forgetIntakes(spoolIds: readonly string[], on: Sql | ReservedSql = sql): Promise<void> {
  if (spoolIds.length > 0) await on`delete from intakes where spool_id = any(${[...spoolIds]}::uuid[])`
}
