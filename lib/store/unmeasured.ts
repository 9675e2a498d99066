import type { TransactionSql } from 'postgres'

/**
 * A probe sends a frame for every minute that it measured, if need be from its spool: minutes that lack one between its last
 * and this one were measured by nobody there. They are kept as time in which it saw nothing.
 */
export async function noteUnmeasured(tx: TransactionSql, probeId: number, minuteAt: Date): Promise<void> {
  await tx`
    insert into blind_spells (probe_id, began_at, ended_at, reason)
    select ${probeId}, l.minute_at + interval '1 minute', ${minuteAt}, 'It did not measure'
    from (
      select coalesce(
        (select f.minute_at from frames f where f.probe_id = ${probeId} and f.minute_at < ${minuteAt}
          and f.minute_at > ${minuteAt}::timestamptz - interval '2 days' order by f.minute_at desc limit 1),
        (select max(r.hour_at) + interval '59 minutes' from rollups r
          where r.probe_id = ${probeId} and r.hour_at < ${minuteAt})) as minute_at
    ) l
    where l.minute_at < ${minuteAt}::timestamptz - interval '1 minute'
      and not exists (select 1 from blind_spells b where b.probe_id = ${probeId} and b.ended_at = ${minuteAt})`
}
