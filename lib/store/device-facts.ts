import type { DeviceFacts } from '@/lib/domain/device-facts'
import type { EdgeEvidence, Provenance } from '@/lib/domain/edge'
import type { Status } from '@/lib/domain/status'
import { sql } from './database'

/** How the last walk of a device went, and what the last good one found. */
export type DeviceWalk = {
  probe: string | null
  profile: { id: number; name: string } | null // that opened it
  walkedAt: Date | null // of these facts; null: never
  durationMs: number | null
  triedAt: Date
  failure: string | null // of the last try
  bootedAt: Date | null
  facts: DeviceFacts | null // ARP and forwarding left out unless asked for
  arpRows: number
  forwardingRows: number
}

/** What is known of a device by SNMP; null: it was never tried. `whole`: with its ARP and forwarding tables. */
export async function findWalk(deviceId: number, { whole = false } = {}): Promise<DeviceWalk | null> {
  const [row] = await sql<DeviceWalk[]>`
    select p.name as probe, case when s.id is not null then jsonb_build_object('id', s.id, 'name', s.name) end as profile,
      w.walked_at as "walkedAt", w.duration_ms as "durationMs", w.tried_at as "triedAt", w.failure,
      w.booted_at as "bootedAt",
      ${whole ? sql`w.facts` : sql`w.facts || '{"arp": [], "forwarding": []}'`} as facts,
      coalesce(jsonb_array_length(w.facts -> 'arp'), 0) as "arpRows",
      coalesce(jsonb_array_length(w.facts -> 'forwarding'), 0) as "forwardingRows"
    from device_walks w left join probes p on p.id = w.probe_id left join snmp_profiles s on s.id = w.profile_id
    where w.device_id = ${deviceId}`
  return row ?? null
}

/** Which profiles a device is walked with: what it says, else its site; all of them in order where neither says. */
export type ProfileChoice = {
  said: string | null // by the device or its site
  by: 'device' | 'site' | null
  known: boolean // there is such a profile; true for none, and where nothing is said
  profiles: number // how many there are
}

export async function readProfileChoice(deviceId: number): Promise<ProfileChoice> {
  const [row] = await sql<ProfileChoice[]>`
    select coalesce(d.snmp_profile, s.snmp_profile) as said,
      case when d.snmp_profile is not null then 'device' when s.snmp_profile is not null then 'site' end as by,
      coalesce(coalesce(d.snmp_profile, s.snmp_profile) in (select 'none' union all select name from snmp_profiles), true)
        as known,
      (select count(*)::int from snmp_profiles) as profiles
    from devices d join targets t on t.id = d.id left join sites s on s.id = t.site_id where d.id = ${deviceId}`
  return row ?? { said: null, by: null, known: true, profiles: 0 }
}

/** A way up that is known of a device. */
export type KnownEdge = {
  id: number // of what is above
  name: string
  address: string
  status: Status
  since: Date
  provenance: Provenance
  confidence: number // 0 to 1
  evidence: EdgeEvidence[]
  effective: boolean // counts; false: known, and a stronger one holds
  firstSeenAt: Date
  seenAt: Date
}

/** Every way up that is known of a device: those that count first, the surest first. */
export async function listEdgesUp(deviceId: number): Promise<KnownEdge[]> {
  return sql<KnownEdge[]>`
    select t.id, t.name, d.address, coalesce(t.paused_at, o.began_at, t.status_since) as since,
      case when t.paused_at is not null then 'paused' when o.id is not null then o.state else t.status end as status,
      e.provenance, e.confidence::float8 as confidence, e.evidence, e.effective, e.first_seen_at as "firstSeenAt",
      e.seen_at as "seenAt"
    from upstream_edges e join targets t on t.id = e.upstream_id join devices d on d.id = t.id
    left join outages o on o.target_id = t.id and o.ended_at is null
    where e.device_id = ${deviceId} order by e.effective desc, e.confidence desc, t.name_key, t.id`
}

export type NamedDevice = { id: number; name: string }

/** The devices with these addresses, or next to this one with these MACs: to link what a table of it names. */
export async function namesFor(
  deviceId: number,
  addresses: readonly string[],
  macs: readonly string[],
): Promise<Map<string, NamedDevice>> {
  const rows = await sql<(NamedDevice & { key: string })[]>`
    select t.id, t.name, d.address as key from devices d join targets t on t.id = d.id
    where d.address = any(${[...addresses]})
    union all
    select t.id, t.name, m.mac from (
      select device_id as id from upstream_edges where upstream_id = ${deviceId}
      union select upstream_id from upstream_edges where device_id = ${deviceId}
    ) next_to join device_walks w on w.device_id = next_to.id join targets t on t.id = next_to.id
    cross join lateral jsonb_array_elements_text(w.facts -> 'macs') m(mac)
    where m.mac = any(${[...macs]})
    order by 1`
  return new Map(rows.map(({ key, id, name }) => [key, { id, name }]))
}
