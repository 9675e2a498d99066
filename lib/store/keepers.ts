import { sql } from './database'

/** Says that this keeper has gone round: what /health looks at. */
export async function recordCycle(name: string): Promise<void> {
  await sql`
    insert into keepers (name, last_cycle_at) values (${name}, now())
    on conflict (name) do update set last_cycle_at = excluded.last_cycle_at`
}

/** Keepers that have not gone round for a day are no more. */
export async function forgetOldKeepers(): Promise<number> {
  return (await sql`delete from keepers where last_cycle_at < now() - interval '1 day'`).count
}
