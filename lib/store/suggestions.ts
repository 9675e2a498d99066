import type { TransactionSql } from 'postgres'
import type { Suggestion, SuggestionKind } from '@/lib/domain/suggest-moves'
import { assignmentChanged } from './assignment'
import { type DeviceFault, lockTopology, orFault, refuse } from './device-writes'
import { writeUpstream } from './upstream-writes'

/** What is suggested of these devices now: what is no longer suggested goes, what was dismissed before does not come back. */
export async function saveSuggestions(
  tx: TransactionSql,
  deviceIds: readonly number[],
  suggestions: readonly Suggestion[],
): Promise<void> {
  if (deviceIds.length === 0) return
  const rows = tx.json(
    suggestions.map((one) => ({
      kind: one.kind,
      device_id: one.deviceId,
      from_id: one.fromId,
      to_id: one.toId,
      words: one.words,
    })),
  )
  const said = () => tx`jsonb_to_recordset(${rows}) as s(kind text, device_id int, from_id int, to_id int, words text)`
  const same = () => tx`
    g.kind = s.kind and g.device_id = s.device_id and g.from_id is not distinct from s.from_id
      and g.to_id is not distinct from s.to_id`
  await tx`
    delete from topology_suggestions g where g.decision is null and g.device_id = any(${[...deviceIds]}::int[])
      and not exists (select 1 from ${said()} where ${same()})`
  await tx`
    insert into topology_suggestions (kind, device_id, from_id, to_id, words)
    select s.kind, s.device_id, s.from_id, s.to_id, s.words from ${said()} join devices d on d.id = s.device_id
    where not exists (select 1 from topology_suggestions g where g.decision = 'dismissed' and ${same()})
    on conflict (kind, device_id, coalesce(from_id, 0), coalesce(to_id, 0)) where decision is null
      do update set last_seen_at = now(), words = excluded.words`
}

/**
 * Decides a suggestion: dismissed it stays away; accepted the edges are made by hand as it says. Null when it is gone or
 * was decided before; a fault when it cannot be done.
 */
export async function decideSuggestion(
  id: number,
  decision: 'accepted' | 'dismissed',
  by: string,
): Promise<{ deviceId: number } | null | DeviceFault> {
  return orFault(async (tx) => {
    await lockTopology(tx)
    const [row] = await tx<{ deviceId: number; fromId: number | null; toId: number | null; kind: SuggestionKind }[]>`
      update topology_suggestions set decision = ${decision}, decided_at = now(), decided_by = ${by}
      where id = ${id} and decision is null
      returning device_id as "deviceId", from_id as "fromId", to_id as "toId", kind`
    if (!row) return null
    if (decision === 'accepted' && row.toId !== null) await accept(tx, { ...row, toId: row.toId })
    return { deviceId: row.deviceId }
  })
}

/** What it hung on by hand stays, but for what the suggestion replaces. */
async function accept(
  tx: TransactionSql,
  { deviceId, fromId, toId }: { deviceId: number; fromId: number | null; toId: number },
): Promise<void> {
  const hand = await tx<{ id: number }[]>`
    select upstream_id as id from upstream_edges where device_id = ${deviceId} and provenance in ('hand', 'imported')`
  // What hangs below the device by hand and is to be above it hangs there no more.
  await tx`
    delete from upstream_edges where device_id = ${toId} and upstream_id = ${deviceId}
      and provenance in ('hand', 'imported')`
  const kept = hand.map((one) => one.id).filter((one) => one !== fromId && one !== toId)
  const fault = await writeUpstream(tx, deviceId, [...kept, toId], { force: true })
  if (fault) refuse(`upstream: ${JSON.stringify(fault.circle)} would be upstream of itself, expected a way that ends`)
  await assignmentChanged(tx)
}
