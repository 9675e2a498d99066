import type { ReservedSql } from 'postgres'
import { canonicalToken } from '@/lib/domain/beat-address'
import type { RegistryRecord } from '@/lib/domain/job-csv'
import { sql } from './database'

const rowsAtOnce = 1000

type Row = Omit<RegistryRecord, 'aliases'> & { aliases: string[] }

/**
 * The whole registry as it is at one moment, in natural order of the names, some at a time: every column, and nothing that
 * depends on the ids of this house; its checks of itself are none of it. `status` is what the beats alone say; `down_since`
 * when the open outage began. Holds credentials.
 */
export async function* exportRegistry(): AsyncGenerator<RegistryRecord[]> {
  const release = await turn()
  try {
    const on = await sql.reserve()
    try {
      await on`begin transaction isolation level repeatable read, read only`
      await on`declare registry no scroll cursor for ${registry()}`
      for (let rows = await read(on); rows.length > 0; rows = await read(on)) yield rows.map(recordOf)
    } finally {
      await on`rollback`.catch(() => {}) // a reader slower than the database waits has lost the connection already
      on.release()
    }
  } finally {
    release()
  }
}

const read = (on: ReservedSql) => on<Row[]>`fetch ${sql.unsafe(String(rowsAtOnce))} from registry`

let free = 2 // exports at once: each keeps one of the few connections for as long as its reader takes
const waiting: (() => void)[] = []
/** Waits for a place; what is returned gives it to the next. */
async function turn(): Promise<() => void> {
  if (free > 0) free--
  else await new Promise<void>((go) => waiting.push(go))
  return () => {
    const next = waiting.shift()
    if (next) next()
    else free++
  }
}

const iso = (column: ReturnType<typeof sql>) =>
  sql`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`

const registry = () => sql`
    select t.name, j.uuid, j.badge_key,
      (select coalesce(array_agg(token order by token collate "C"), '{}') from job_aliases where job_id = t.id) as aliases,
      j.slug, t.tags, s.name as site, j.schedule_kind, j.period_seconds as expected_interval, j.expression as schedule,
      j.zone as timezone, j.grace_seconds as grace_period, j.permissible_misses, j.sticky_pause,
      case when j.channel_ids is not null then (
        select coalesce(array_agg(coalesce(u.email, c.name) order by place), '{}')
        from unnest(j.channel_ids) with ordinality as said(id, place)
        join channels c on c.id = said.id left join users u on u.id = c.user_id) end as channels,
      (select u.name from upstream_edges e join targets u on u.id = e.upstream_id
        where e.device_id = t.id order by u.id limit 1) as runs_behind,
      ${iso(sql`t.paused_at`)} as paused_at, ${iso(sql`t.created_at`)} as created_at, st.phase as status,
      ${iso(sql`coalesce(o.began_at, t.status_since)`)} as status_since, ${iso(sql`o.began_at`)} as down_since, st.misses,
      ${iso(sql`st.anchor_at`)} as anchor_at, ${iso(sql`st.first_beat_at`)} as first_heartbeat_at,
      ${iso(sql`st.last_beat_at`)} as last_heartbeat_at, st.last_signal,
      ${iso(sql`st.last_success_at`)} as last_success_at, ${iso(sql`st.started_at`)} as started_at, st.started_run,
      st.last_duration_ms::float8 as last_duration_ms, st.beat_count::float8 as heartbeat_count
    from targets t
    join jobs j on j.id = t.id
    join job_states st on st.job_id = t.id
    left join sites s on s.id = t.site_id
    left join outages o on o.target_id = t.id and o.ended_at is null
    where t.kind = 'job' and not exists (select 1 from self_checks c where c.job_id = t.id)
      and not exists (select 1 from sources c where c.job_id = t.id)
    order by t.name_key, t.name collate "C"`

function recordOf(row: Row): RegistryRecord {
  return { ...row, aliases: row.aliases.map(canonicalToken) }
}
