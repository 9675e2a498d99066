import { type AssignedTarget, mostUpstream } from '@/lib/wire/probe'
import { sql } from './database'
import { readIsolation } from './isolation-settings'
import { absentAfterSeconds } from './probes'

/** How devices are walked: how often (s), and by which profiles (ids), in the order in which they are tried. */
export type Walking = { every: number; profiles: readonly number[] }
const noWalking: Walking = { every: 300, profiles: [] }

type Row = Omit<AssignedTarget, 'open' | 'upstream' | 'snmp'> & {
  began_at: Date | null
  upstream: number[] | null
  profile: string | null
  profile_id: number | null
}

/**
 * What a probe has to watch, rules resolved (device, else site, else global), paused devices left out, and those that only a
 * source watches. `open` says what
 * the probe must not isolate again: its own verdict that stands, or an open outage nobody else can end, as no other probe
 * that watches the target, sees and was heard of says that it is dark. Durations: s.
 */
export async function readAssignment(probeId: number, walking = noWalking): Promise<AssignedTarget[]> {
  const global = await readIsolation()
  const rows = await sql<Row[]>`
    select t.id, d.address, t.watch_round as round,
      coalesce(d.ping_interval, s.ping_interval, ${global.interval}::real)::float8 as interval,
      coalesce(d.ping_timeout, s.ping_timeout, ${global.timeout}::real)::float8 as timeout,
      coalesce(d.isolate_misses, s.isolate_misses, ${global.misses}::int) as misses,
      coalesce(d.isolate_seconds, s.isolate_seconds, ${global.within}::real)::float8 as within,
      coalesce(v.began_at, case when not exists (
        select 1 from verdicts other join probes q on q.id = other.probe_id
        where other.target_id = t.id and q.blind_since is null
          and q.last_seen_at > now() - make_interval(secs => ${absentAfterSeconds})
          and (cardinality(q.site_ids) = 0 or t.site_id = any(q.site_ids))) then o.began_at end) as began_at,
      coalesce(d.snmp_profile, s.snmp_profile) as profile, sp.id as profile_id, u.ids as upstream
    from probes p
    join targets t on cardinality(p.site_ids) = 0 or t.site_id = any(p.site_ids)
    join devices d on d.id = t.id
    left join sites s on s.id = t.site_id
    left join verdicts v on v.target_id = t.id and v.probe_id = p.id
    left join outages o on o.target_id = t.id and o.ended_at is null
    left join snmp_profiles sp on sp.name = coalesce(d.snmp_profile, s.snmp_profile)
    left join (
      select device_id, array_agg(upstream_id order by upstream_id) as ids
      from upstream_edges where effective group by device_id) u on u.device_id = t.id
    where p.id = ${probeId} and t.paused_at is null and d.pinged and d.address <> ''
    order by t.id`
  return rows.map((row) => assignedTarget(row, walking))
}

function assignedTarget({ began_at, upstream, profile, profile_id, ...row }: Row, walking: Walking): AssignedTarget {
  // 'none' is the name of no profile, nor is that of one that is gone: such devices are not walked.
  const profiles = profile === null ? [...walking.profiles] : walking.profiles.filter((id) => id === profile_id)
  return {
    ...row,
    ...(upstream ? { upstream: upstream.slice(0, mostUpstream) } : {}),
    ...(profiles.length > 0 ? { snmp: { profiles, every: walking.every } } : {}),
    interval: tidy(row.interval),
    timeout: tidy(row.timeout),
    within: tidy(row.within),
    open: began_at === null ? null : { began_at: began_at.getTime() },
  }
}

/** Forgets what a probe said of devices that it no longer watches: nobody would take it back. */
export async function dropStrayVerdicts(probeId: number): Promise<void> {
  await sql`
    delete from verdicts v using targets t, probes p
    where v.probe_id = ${probeId} and t.id = v.target_id and p.id = v.probe_id
      and (t.paused_at is not null or not (cardinality(p.site_ids) = 0 or coalesce(t.site_id = any(p.site_ids), false))
        or exists (select 1 from devices d where d.id = t.id and not (d.pinged and d.address <> '')))`
}

// real columns come back as 0.30000001192092896
const tidy = (seconds: number) => Math.round(seconds * 1000) / 1000
