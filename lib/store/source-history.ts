import type { JSONValue } from 'postgres'
import { historyBefore, type Remembered } from '@/lib/domain/source-history'
import { transaction } from './database'

/** An outage that a source remembers, of a device by the source's own key. */
export type RememberedOutage = Remembered & { deviceKey: string; deviceMac: string | null }

type Device = { key: string; mac: string | null; deviceId: number; createdAt: number }

const atOnce = 2000

/**
 * Keeps what a source remembers from before its devices were watched here, once: outages that nobody is told of, and that
 * no incident has. They count in uptime and never overlap ours. Returns how many.
 */
export async function keepHistory(sourceId: number, items: readonly RememberedOutage[]): Promise<number> {
  return transaction(async (tx) => {
    const [source] = await tx<{ name: string; kind: string }[]>`
      update sources set history_read_at = now() where id = ${sourceId} and history_read_at is null returning name, kind`
    if (!source || items.length === 0) return 0
    const devices = await tx<Device[]>`
      select r.key, r.mac, r.device_id as "deviceId", (extract(epoch from t.created_at) * 1000)::float8 as "createdAt"
      from source_records r join targets t on t.id = r.device_id
      where r.source_id = ${sourceId} and r.kind = 'device' order by r.vanished_at nulls first`
    const rows = spellsOf(devices, items).map(({ deviceId, kind, beganAt, endedAt, entry }) => ({
      target_id: deviceId,
      state: kind === 'unreachable' ? 'unreachable' : 'down',
      began_at: new Date(beganAt).toISOString(),
      ended_at: new Date(endedAt).toISOString(),
      evidence: { source: { id: sourceId, ...source, remembered: true, entry: entry as JSONValue } },
    }))
    let kept = 0
    for (let i = 0; i < rows.length; i += atOnce) {
      const inserted = await tx`
        insert into outages (target_id, state, began_at, isolated_at, ended_at, remembered, opened_evidence)
        select i.target_id, i.state, i.began_at, i.began_at, i.ended_at, true, i.evidence
        from jsonb_to_recordset(${tx.json(rows.slice(i, i + atOnce))})
          as i(target_id int, state text, began_at timestamptz, ended_at timestamptz, evidence jsonb)
        where not exists (select 1 from outages o where o.target_id = i.target_id and o.began_at < i.ended_at
          and coalesce(o.ended_at, 'infinity') > i.began_at)`
      kept += inserted.count
    }
    return kept
  })
}

function spellsOf(devices: readonly Device[], items: readonly RememberedOutage[]) {
  const byKey = new Map([...devices].reverse().map((one) => [one.key, one]))
  const byMac = new Map([...devices].reverse().flatMap((one) => (one.mac ? [[one.mac, one]] : [])))
  const ofDevice = new Map<number, { createdAt: number; items: RememberedOutage[] }>()
  for (const item of items) {
    const device = byKey.get(item.deviceKey) ?? byMac.get(item.deviceMac ?? '')
    if (!device) continue
    const known = ofDevice.get(device.deviceId)
    if (known) known.items.push(item)
    else ofDevice.set(device.deviceId, { createdAt: device.createdAt, items: [item] })
  }
  return [...ofDevice].flatMap(([deviceId, one]) =>
    historyBefore(one.items, one.createdAt).map((spell) => ({ deviceId, ...spell })),
  )
}
