import type { JSONValue, TransactionSql } from 'postgres'
import type { DeviceFacts } from '@/lib/domain/device-facts'
import { type Boot, bootOf } from '@/lib/domain/reboot'
import { stationChanges } from '@/lib/domain/station-changes'
import { unpackFacts } from '@/lib/wire/facts'
import type { WalkItem } from '@/lib/wire/walk'

type Before = {
  deviceId: number
  walkedAt: Date | null
  bootedAt: Date | null
  uptime: number | null
  stations: DeviceFacts['stations'] | null
}
type Hint = { device_id: number; at: string; kind: string; detail: string }
type ReadItem = { item: WalkItem; facts: DeviceFacts | null; failure: string | null }

/**
 * Keeps what walks of a probe found, and tells the graph. What changed since the walk before becomes hints: stations that
 * left or joined, a reboot. An older walk than the one that is kept, and one of a device that is gone, change nothing;
 * facts that cannot be read count as a walk that failed. What a probe's clock says is in the future is now: it would keep
 * every walk out until then.
 */
export async function saveWalks(tx: TransactionSql, probeId: number, items: readonly WalkItem[]): Promise<void> {
  const now = Date.now()
  const told = items.map((item) => ({ ...item, at: Math.min(item.at, now) }))
  const read = told.sort((a, b) => a.target_id - b.target_id || a.at - b.at).map(readItem)
  for (const wave of waves(read)) {
    const [found, failed] = [wave.filter((one) => one.facts), wave.filter((one) => !one.facts)]
    if (failed.length > 0) await saveFailures(tx, probeId, failed)
    if (found.length > 0) await saveFacts(tx, probeId, found)
  }
  await tx`select pg_notify('beatline_walks', '')`
}

/** Each device once in a wave, in the order of its walks. */
function waves(read: readonly ReadItem[]): ReadItem[][] {
  const all: ReadItem[][] = []
  const turnOf = new Map<number, number>()
  for (const one of read) {
    const turn = turnOf.get(one.item.target_id) ?? 0
    turnOf.set(one.item.target_id, turn + 1)
    all[turn] = [...(all[turn] ?? []), one]
  }
  return all
}

// Nor halves of characters: PostgreSQL refuses them, and with them all of the message.
const withoutControls = (text: string | null) => text?.replace(/[\p{Cc}\p{Cs}]/gu, '') ?? null

function readItem(item: WalkItem): ReadItem {
  const failure = withoutControls(item.failure)
  if (!item.facts) return { item, facts: null, failure: failure ?? 'nothing was answered' }
  try {
    return { item, facts: unpackFacts(item.facts), failure }
  } catch (error) {
    return { item, facts: null, failure: withoutControls(error instanceof Error ? error.message : String(error)) }
  }
}

async function saveFailures(tx: TransactionSql, probeId: number, failed: readonly ReadItem[]): Promise<void> {
  const rows = failed.map(({ item, failure }) => ({
    id: item.target_id,
    at: new Date(item.at).toISOString(),
    failure,
  }))
  await tx`
    insert into device_walks as w (device_id, probe_id, tried_at, failure)
    select d.id, ${probeId}, r.at, r.failure
    from jsonb_to_recordset(${tx.json(rows)}) as r(id int, at timestamptz, failure text) join devices d on d.id = r.id
    order by d.id
    on conflict (device_id) do update set probe_id = excluded.probe_id, tried_at = excluded.tried_at,
      failure = excluded.failure where w.tried_at <= excluded.tried_at`
}

async function saveFacts(tx: TransactionSql, probeId: number, found: readonly ReadItem[]): Promise<void> {
  const ids = found.map(({ item }) => item.target_id)
  const known = await tx<Before[]>`
    select d.id as "deviceId", w.walked_at as "walkedAt", w.booted_at as "bootedAt", w.facts->'stations' as stations,
      (w.facts->'system'->>'uptimeSeconds')::float8 as uptime
    from devices d left join device_walks w on w.device_id = d.id
    where d.id = any(${ids}::int[]) order by d.id for no key update of d`
  const beforeOf = new Map(known.map((row) => [row.deviceId, row]))
  const hints: Hint[] = []
  const rows = found.flatMap(({ item, facts, failure }) => {
    const before = beforeOf.get(item.target_id)
    if (!before || !facts || (before.walkedAt && before.walkedAt.getTime() >= item.at)) return []
    const boot = bootSince(before, item.at, facts)
    hints.push(...hintsOf(before, item, facts, boot))
    const { vendor, model, firmware, serial } = facts
    return [
      {
        id: item.target_id,
        profile: item.profile_id,
        at: new Date(item.at).toISOString(),
        ms: item.duration_ms,
        failure,
        vendor,
        model,
        firmware,
        serial,
        booted: boot.bootedAt === null ? null : new Date(boot.bootedAt).toISOString(),
        facts,
      },
    ]
  })
  if (rows.length > 0) await writeFacts(tx, probeId, rows as unknown as JSONValue)
  if (hints.length === 0) return
  await tx`
    insert into device_hints (device_id, at, kind, detail)
    select device_id, at, kind, detail
    from jsonb_to_recordset(${tx.json(hints)}) as h(device_id int, at timestamptz, kind text, detail text)`
}

async function writeFacts(tx: TransactionSql, probeId: number, rows: JSONValue): Promise<void> {
  await tx`
    insert into device_walks (device_id, probe_id, profile_id, walked_at, duration_ms, tried_at, failure, vendor, model,
      firmware, serial, booted_at, facts)
    select r.id, ${probeId}, p.id, r.at, r.ms, r.at, r.failure, r.vendor, r.model, r.firmware, r.serial, r.booted, r.facts
    from jsonb_to_recordset(${tx.json(rows)}) as r(id int, profile int, at timestamptz, ms int, failure text,
      vendor text, model text, firmware text, serial text, booted timestamptz, facts jsonb)
    left join snmp_profiles p on p.id = r.profile order by r.id
    on conflict (device_id) do update set probe_id = excluded.probe_id, profile_id = excluded.profile_id,
      walked_at = excluded.walked_at, duration_ms = excluded.duration_ms, tried_at = excluded.tried_at,
      failure = excluded.failure, vendor = excluded.vendor, model = excluded.model, firmware = excluded.firmware,
      serial = excluded.serial, booted_at = coalesce(excluded.booted_at, device_walks.booted_at), facts = excluded.facts`
}

function bootSince({ walkedAt, bootedAt, uptime }: Before, at: number, facts: DeviceFacts): Boot {
  const before =
    walkedAt && bootedAt ? { at: walkedAt.getTime(), bootedAt: bootedAt.getTime(), uptimeSeconds: uptime } : null
  return bootOf({ at, uptimeSeconds: facts.system.uptimeSeconds, before })
}

function hintsOf(before: Before, item: WalkItem, facts: DeviceFacts, boot: Boot): Hint[] {
  const hint = (kind: string, detail: string, at = item.at): Hint => ({
    device_id: item.target_id,
    at: new Date(at).toISOString(),
    kind,
    detail,
  })
  const { joined, left } = stationChanges(before.stations, facts)
  return [
    ...(boot.rebooted && boot.bootedAt !== null ? [hint('rebooted', boot.words, boot.bootedAt)] : []),
    ...left.map((mac) => hint('station_left', mac)),
    ...joined.map((mac) => hint('station_joined', mac)),
  ]
}
