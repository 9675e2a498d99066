import type { JSONValue, TransactionSql } from 'postgres'
import type { DeviceFacts } from '@/lib/domain/device-facts'
import { bootOf } from '@/lib/domain/reboot'
import { stationChanges } from '@/lib/domain/station-changes'
import { unpackFacts } from '@/lib/wire/facts'
import type { WalkItem } from '@/lib/wire/walk'

type Before = {
  walkedAt: Date | null
  bootedAt: Date | null
  uptime: number | null
  stations: DeviceFacts['stations'] | null
}
type Hint = { device_id: number; at: string; kind: string; detail: string }

/**
 * Keeps what walks of a probe found, and tells the graph. What changed since the walk before becomes hints: stations that
 * left or joined, a reboot. An older walk than the one that is kept, and one of a device that is gone, change nothing;
 * facts that cannot be read count as a walk that failed.
 */
export async function saveWalks(tx: TransactionSql, probeId: number, items: readonly WalkItem[]): Promise<void> {
  const hints: Hint[] = []
  for (const item of [...items].sort((a, b) => a.target_id - b.target_id || a.at - b.at)) {
    const read = readItem({ ...item, failure: item.failure?.replace(/\p{Cc}/gu, '') ?? null })
    if (!read.facts) await saveFailure(tx, probeId, item, read.failure ?? 'nothing was answered')
    else hints.push(...(await saveFacts(tx, probeId, { ...item, failure: read.failure }, read.facts)))
  }
  if (hints.length > 0) {
    await tx`
      insert into device_hints (device_id, at, kind, detail)
      select device_id, at, kind, detail
      from jsonb_to_recordset(${tx.json(hints)}) as h(device_id int, at timestamptz, kind text, detail text)`
  }
  await tx`select pg_notify('beatline_walks', '')`
}

function readItem({ facts, failure }: WalkItem): { facts: DeviceFacts | null; failure: string | null } {
  if (!facts) return { facts: null, failure }
  try {
    return { facts: unpackFacts(facts), failure }
  } catch (error) {
    return { facts: null, failure: error instanceof Error ? error.message : String(error) }
  }
}

async function saveFailure(tx: TransactionSql, probeId: number, item: WalkItem, failure: string): Promise<void> {
  await tx`
    insert into device_walks as w (device_id, probe_id, tried_at, failure)
    select d.id, ${probeId}, ${new Date(item.at)}, ${failure} from devices d where d.id = ${item.target_id}
    on conflict (device_id) do update set probe_id = excluded.probe_id, tried_at = excluded.tried_at,
      failure = excluded.failure where w.tried_at <= excluded.tried_at`
}

async function saveFacts(tx: TransactionSql, probeId: number, item: WalkItem, facts: DeviceFacts): Promise<Hint[]> {
  const [known] = await tx<{ id: number }[]>`select id from devices where id = ${item.target_id} for share`
  if (!known) return []
  const [before] = await tx<Before[]>`
    select walked_at as "walkedAt", booted_at as "bootedAt", facts->'stations' as stations,
      (facts->'system'->>'uptimeSeconds')::float8 as uptime
    from device_walks where device_id = ${item.target_id} for update`
  const at = new Date(item.at)
  if (before?.walkedAt && before.walkedAt >= at) return []
  const boot = bootOf({
    at: item.at,
    uptimeSeconds: facts.system.uptimeSeconds,
    before:
      before?.walkedAt && before.bootedAt
        ? { at: before.walkedAt.getTime(), bootedAt: before.bootedAt.getTime(), uptimeSeconds: before.uptime }
        : null,
  })
  const bootedAt = boot.bootedAt === null ? null : new Date(boot.bootedAt)
  await tx`
    insert into device_walks (device_id, probe_id, profile_id, walked_at, duration_ms, tried_at, failure, vendor, model,
      firmware, serial, booted_at, facts)
    values (${item.target_id}, ${probeId}, (select id from snmp_profiles where id = ${item.profile_id}), ${at},
      ${item.duration_ms}, ${at}, ${item.failure}, ${facts.vendor}, ${facts.model}, ${facts.firmware}, ${facts.serial},
      ${bootedAt}, ${tx.json(facts as unknown as JSONValue)})
    on conflict (device_id) do update set probe_id = excluded.probe_id, profile_id = excluded.profile_id,
      walked_at = excluded.walked_at, duration_ms = excluded.duration_ms, tried_at = excluded.tried_at,
      failure = excluded.failure, vendor = excluded.vendor, model = excluded.model, firmware = excluded.firmware,
      serial = excluded.serial, booted_at = coalesce(excluded.booted_at, device_walks.booted_at), facts = excluded.facts`
  const hint = (kind: string, detail: string, when = at): Hint => ({
    device_id: item.target_id,
    at: when.toISOString(),
    kind,
    detail,
  })
  const { joined, left } = stationChanges(before?.stations ?? null, facts)
  return [
    ...(boot.rebooted && bootedAt ? [hint('rebooted', boot.words, bootedAt)] : []),
    ...left.map((mac) => hint('station_left', mac)),
    ...joined.map((mac) => hint('station_joined', mac)),
  ]
}
