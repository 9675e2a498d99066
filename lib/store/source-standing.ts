import type { TransactionSql } from 'postgres'
import { usableMac } from '@/lib/domain/source-match'
import type { SourceSnapshot } from '@/lib/domain/source-records'
import type {
  Standing,
  StandingClient,
  StandingContact,
  StandingDevice,
  StandingRecord,
  StandingService,
  StandingSite,
} from '@/lib/domain/source-standing'
import type { Role } from '@/lib/domain/status'

/** How contacts and services are marked as those of a source: keys of two sources may be the same. */
export const ownKey = (sourceId: number, key: string) => `${sourceId}:${key}`

/** Everything here that a source may speak of. MACs of walks: of those that `snapshot` names alone. */
export async function readStanding(
  tx: TransactionSql,
  source: Standing['source'] & { id: number },
  snapshot: SourceSnapshot,
): Promise<Standing> {
  const records = await readRecords(tx, source.id)
  const known = new Set(records.device.map((record) => record.key))
  const macs = snapshot.devices.flatMap(({ key, mac }) => (known.has(key) ? [] : (usableMac(mac) ?? [])))
  return {
    source: { name: source.name, pings: source.pings },
    records,
    sites: await tx<StandingSite[]>`
      select id, name, latitude::float8 as latitude, longitude::float8 as longitude from sites order by id`,
    devices: await readDevices(tx, source.id, macs),
    clients: await tx<StandingClient[]>`
      select c.id, c.name, c.kind, c.company, c.person, c.number, c.address, c.language,
        c.archived_at is not null as archived, c.by_hand as "byHand", c.vanished_at is not null as "isVanished",
        exists (select 1 from source_records r where r.client_id = c.id and r.kind = 'client'
          and r.source_id <> ${source.id} and r.vanished_at is null) as "listedElsewhere"
      from clients c order by c.id`,
    contacts: await readContacts(tx, source.id),
    services: await tx<StandingService[]>`
      select s.id, s.name, s.client_id as client, s.status, s.down_mbps::float8 as "downMbps",
        s.up_mbps::float8 as "upMbps", s.address
      from source_records r join client_services s on s.id = r.service_id
      where r.source_id = ${source.id} and r.kind = 'service'`,
  }
}

type RecordRow = StandingRecord<Record<string, unknown>> & { kind: keyof Standing['records'] }

async function readRecords(tx: TransactionSql, sourceId: number): Promise<Standing['records']> {
  const rows = await tx<RecordRow[]>`
    select kind, key, mac, name, said, vanished_at is not null as "isVanished",
      case kind when 'site' then site_id when 'device' then device_id when 'client' then client_id else service_id end as id
    from source_records where source_id = ${sourceId} and kind <> 'link' order by key collate "C"`
  const of = (kind: RecordRow['kind']) => rows.filter((row) => row.kind === kind)
  // What was last said of a kind was written by its own fields: `writeRecords`.
  return { site: of('site'), device: of('device'), client: of('client'), service: of('service') } as Standing['records']
}

type DeviceRow = Omit<StandingDevice, 'upstream' | 'macs'> & { role: Role; upstream: number[] | null }

async function readDevices(tx: TransactionSql, sourceId: number, macs: readonly string[]): Promise<StandingDevice[]> {
  const rows = await tx<DeviceRow[]>`
    select t.id, t.name, d.address, d.role, t.site_id as site, d.client_id as client, d.pinged,
      u.ids as upstream, exists (select 1 from outages o where o.target_id = t.id and o.ended_at is null) as "isDark"
    from devices d join targets t on t.id = d.id
    left join (
      select device_id, array_agg(upstream_id order by upstream_id) as ids from upstream_edges
      where provenance in ('hand', 'imported') group by device_id
    ) u on u.device_id = t.id
    order by t.id`
  const owners = await readMacs(tx, sourceId, macs)
  return rows.map((row) => ({ ...row, upstream: row.upstream ?? [], macs: owners.get(row.id) ?? [] }))
}

/** Which devices have these MACs, by other sources or by their walks. */
async function readMacs(tx: TransactionSql, sourceId: number, macs: readonly string[]): Promise<Map<number, string[]>> {
  const owners = new Map<number, string[]>()
  if (macs.length === 0) return owners
  const rows = await tx<{ id: number; mac: string }[]>`
    with wanted as materialized (select distinct m as mac from unnest(${[...macs]}::text[]) m),
    walked as materialized (
      select w.device_id as id, replace(lower(m.mac), ':', '') as mac from device_walks w
      cross join lateral (
        select jsonb_array_elements_text(w.facts -> 'macs') as mac
        union select i ->> 'mac' from jsonb_array_elements(w.facts -> 'interfaces') i
      ) m where w.facts is not null and m.mac is not null
    )
    select distinct id, mac from (
      select device_id as id, mac from source_records
      where kind = 'device' and source_id <> ${sourceId} and device_id is not null
      union all select id, mac from walked
    ) owned join wanted using (mac)`
  for (const { id, mac } of rows) {
    const known = owners.get(id)
    if (known) known.push(mac)
    else owners.set(id, [mac])
  }
  return owners
}

async function readContacts(tx: TransactionSql, sourceId: number): Promise<StandingContact[]> {
  const own = ownKey(sourceId, '')
  const rows = await tx<(StandingContact & { sourceKey: string | null })[]>`
    select id, client_id as "clientId", name, email, phone, is_contact as "isContact", is_billing as "isBilling",
      sms_ok as "smsOk", source_key as "sourceKey"
    from client_contacts order by client_id, position, id`
  // A contact of another source is as good as one by hand: it is not to be made a second time.
  return rows.map(({ sourceKey, ...row }) => ({
    ...row,
    key: sourceKey?.startsWith(own) ? sourceKey.slice(own.length) : null,
  }))
}
