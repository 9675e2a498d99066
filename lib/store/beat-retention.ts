import { sql, transaction } from './database'

const jobsAtOnce = 1000

/** The months of beats that ended by `keptFrom`, oldest first: names of their tables. */
export async function listOldMonths(keptFrom: Date): Promise<string[]> {
  const rows = await sql<{ name: string }[]>`
    select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'beats'::regclass and c.relname ~ '^beats_[0-9]{6}$'
      and to_date(right(c.relname, 6), 'YYYYMM') + interval '1 month' <= (${keptFrom}::timestamptz at time zone 'UTC')
    order by 1`
  return rows.map((row) => row.name)
}

/** Months that were taken out and not yet dropped: a keeper died over them. */
export async function listLeftMonths(): Promise<string[]> {
  const rows = await sql<{ name: string }[]>`
    select c.relname as name from pg_class c
    where c.relname ~ '^beats_[0-9]{6}$' and c.relkind = 'r' and not c.relispartition
      and c.relnamespace = (select relnamespace from pg_class where oid = 'beats'::regclass)`
  return rows.map((row) => row.name)
}

/** Takes a month out of the beats; gives up after 2 s rather than make the intake wait. */
export async function takeOutMonth(name: string): Promise<void> {
  await transaction(async (tx) => {
    await tx`set local lock_timeout = '2s'`
    await tx`alter table beats detach partition ${tx(name)}`
  })
}

const columns = `job_id, at, signal, timing, exit_status, duration_ms, run, message, body, body_cut, address, agent, method`

/**
 * Puts what of a month that was taken out is among the last `keep` beats of its job back, into the default partition, and
 * drops the month. It may be cut off at any moment and done again.
 */
export async function dropMonth(name: string, keep: number, signal: AbortSignal): Promise<number> {
  let [moved, after] = [0, 0]
  while (!signal.aborted) {
    const [batch] = await sql<{ moved: number; last: number | null }[]>`
      with j as (select id from jobs where id > ${after} order by id limit ${jobsAtOnce}),
      kept as (
        select o.ctid from j
        cross join lateral (
          select ${keep} - count(*) as room from (
            select 1 from beats b
            where b.job_id = j.id and b.at >= to_date(right(${name}::text, 6), 'YYYYMM')::timestamp at time zone 'UTC'
            limit ${keep}) newer) n
        cross join lateral (select ctid from ${sql(name)} where job_id = j.id order by at desc limit n.room) o
      ), gone as (delete from ${sql(name)} o using kept where o.ctid = kept.ctid returning o.*),
      back as (insert into beats (${sql.unsafe(columns)}) select ${sql.unsafe(columns)} from gone returning 1)
      select (select count(*)::int from back) as moved, (select max(id) from j) as last`
    moved += batch?.moved ?? 0
    if (batch?.last == null) {
      await sql`drop table ${sql(name)}`
      break
    }
    after = batch.last
  }
  return moved
}

/** Of what stands in the default partition from before `keptFrom`, leaves each job its last `keep` beats. */
export async function trimDefault(keptFrom: Date, keep: number, signal: AbortSignal): Promise<number> {
  let [deleted, after] = [0, 0]
  while (!signal.aborted) {
    const [batch] = await sql<{ deleted: number; last: number | null }[]>`
      with j as (select id from jobs where id > ${after} order by id limit ${jobsAtOnce}),
      kept as (
        select j.id, (select b.at from beats b where b.job_id = j.id order by b.at desc offset ${keep - 1} limit 1) as from_at
        from j where exists (select 1 from beats_default d where d.job_id = j.id and d.at < ${keptFrom})
      ), gone as (
        delete from beats_default d using kept k where d.job_id = k.id and d.at < k.from_at and d.at < ${keptFrom} returning 1)
      select (select count(*)::int from gone) as deleted, (select max(id) from j) as last`
    deleted += batch?.deleted ?? 0
    if (batch?.last == null) break
    after = batch.last
  }
  const orphans = await sql`
    delete from beats_default d where d.at < ${keptFrom} and not exists (select 1 from jobs j where j.id = d.job_id)`
  return deleted + orphans.count
}

/** Run ids from before `keptFrom` are forgotten, some at a time. */
export async function forgetRuns(keptFrom: Date, signal: AbortSignal): Promise<number> {
  let forgotten = 0
  while (!signal.aborted) {
    const batch = await sql`
      delete from beat_runs where ctid in (select ctid from beat_runs where at < ${keptFrom} limit 10000)`
    forgotten += batch.count
    if (batch.count < 10_000) break
  }
  return forgotten
}

/** Intakes that have not been heard of since `keptFrom`: their spools are gone. */
export async function forgetLostIntakes(keptFrom: Date): Promise<number> {
  return (await sql`delete from intakes where seen_at < ${keptFrom}`).count
}
