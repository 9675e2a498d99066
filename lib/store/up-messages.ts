import type { TransactionSql } from 'postgres'
import type { DeviceFacts } from '@/lib/domain/device-facts'
import { unpackFacts } from '@/lib/wire/facts'
import type { FrameRow } from '@/lib/wire/frame'
import type { UpMessage } from '@/lib/wire/probe'
import type { Found } from '@/lib/wire/walk'
import { saveAnswers } from './answers'
import { assignmentChanged } from './assignment'
import { sql, transaction } from './database'
import { type FoundReport, saveFound } from './discoveries'
import { saveFrame } from './frames'
import { saveHints } from './hints'
import { closeOutages, openAgreed, openOutages } from './outages'
import type { Probe } from './probes'
import { publish } from './publish'
import { noteUnmeasured } from './unmeasured'
import { saveWalks } from './walks'

/**
 * Stores one message of a probe, once: its number in that spool is committed with it. False when it was stored before.
 * Everything that follows from it (verdicts, outages, events) is in the same transaction. `presentIds`: the probes that
 * the caller sees connected, whatever the database, itself just back, has heard of them.
 */
export async function commitUpMessage(
  probe: Pick<Probe, 'id' | 'name'>,
  spoolId: string,
  message: UpMessage,
  presentIds: readonly number[] = [],
): Promise<boolean> {
  return transaction(async (tx) => {
    const [spool] = await tx`
      insert into probe_spools (probe_id, spool_id, last_seq) values (${probe.id}, ${spoolId}, ${message.body.seq})
      on conflict (probe_id, spool_id) do update set last_seq = excluded.last_seq, updated_at = now()
        where probe_spools.last_seq < excluded.last_seq
      returning last_seq`
    if (!spool) return false
    switch (message.name) {
      case 'outage.isolated':
        await saveAnswers(
          tx,
          message.body.items.flatMap((item) => item.answered ?? []),
        )
        await openOutages(tx, probe, message.body.items, presentIds)
        break
      case 'outage.revived':
        await closeOutages(tx, probe, message.body.items, presentIds)
        break
      case 'answers':
        await saveAnswers(tx, message.body.items, { tell: true })
        break
      case 'frame':
        await noteUnmeasured(tx, probe.id, new Date(message.body.minute_at))
        await saveFrame(tx, probe.id, new Date(message.body.minute_at), message.body.columns, message.body.target_count)
        break
      case 'blind':
        await saveBlindness(tx, probe.id, message.body, presentIds)
        break
      case 'walk':
        await saveWalks(tx, probe.id, message.body.items)
        break
      case 'hints':
        await saveHints(tx, message.body.items)
        break
      case 'found':
        await saveFound(tx, probe.id, foundReport(message.body))
    }
    return true
  })
}

function foundReport({ discovery_id, asked, total, ended, failure, items }: Found): FoundReport {
  return {
    ...{ discoveryId: discovery_id, asked, total, ended, failure },
    items: items.map(({ address, rtt_ms, profile_id, facts }) => ({
      ...{ address, rttMs: rtt_ms, profileId: profile_id },
      facts: facts && readableFacts(facts),
    })),
  }
}

/** Null: they cannot be read, which takes nothing away from what answered there. */
function readableFacts(packed: Uint8Array): DeviceFacts | null {
  try {
    return unpackFacts(packed)
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}

async function saveBlindness(
  tx: TransactionSql,
  probeId: number,
  { state, at, reason }: { state: 'began' | 'ended'; at: number; reason: string },
  presentIds: readonly number[],
): Promise<void> {
  const instant = new Date(at)
  if (state === 'began') {
    await tx`update probes set blind_since = coalesce(blind_since, ${instant}) where id = ${probeId}`
    await tx`
      insert into blind_spells (probe_id, began_at, reason)
      select ${probeId}, ${instant}, ${reason}
      where not exists (select 1 from blind_spells where probe_id = ${probeId} and ended_at is null)`
    await openAgreed(tx, null, presentIds) // the others are the majority now
  } else {
    // What it held dark before it may have missed the end of: it is counted again when the gate next looks round.
    await tx`update probes set blind_since = null where id = ${probeId}`
    await tx`
      update blind_spells set ended_at = greatest(${instant}, began_at)
      where probe_id = ${probeId} and ended_at is null`
  }
  await assignmentChanged(tx) // what only a blind one said is dark, the others may end
  // Nothing of the log changes, but whoever watches the probes reads them again.
  await tx`select pg_notify('beatline_events', last_value::text) from events_id`
}

/** Opens what the standing verdicts add up to now that a probe has gone absent or come back. */
export async function decideAnew(presentIds: readonly number[]): Promise<void> {
  await transaction((tx) => openAgreed(tx, null, presentIds))
}

/**
 * Devices answer for the first time, at `at` or within the minute that began then: new becomes up, as does what a source
 * said nothing of. Not what is paused, nor
 * by an answer from before it was resumed.
 */
export async function firstAnswers(answeredIds: readonly number[], at: Date): Promise<number> {
  const [fresh] = await sql`
      select 1 from targets t where status in ('new', 'unknown') and kind = 'device' and paused_at is null
        and exists (select 1 from devices d where d.id = t.id and d.pinged) limit 1`
  if (!fresh || answeredIds.length === 0) return 0
  return transaction(async (tx) => {
    const rows = await tx<{ id: number; name: string }[]>`
      update targets set status = 'up', status_since = ${at}, updated_at = now()
      where id = any(${[...answeredIds]}::int[]) and status in ('new', 'unknown') and paused_at is null
        and status_since < ${new Date(at.getTime() + 60_000)} returning id, name`
    // A page that shows a whole import turning up is better served by one word than by fifty thousand.
    const told = rows.length <= 500 ? rows : rows.slice(0, 1)
    await publish(
      tx,
      told.map((row) => ({
        type: 'target.status' as const,
        at,
        targetId: row.id,
        incidentId: null,
        body: { target: { kind: 'device', id: row.id, name: row.name }, status: 'up', since: at.toISOString() },
      })),
    )
    return rows.length
  })
}

/** The targets of a minute that answered at least once. */
export const answeredIn = (rows: readonly FrameRow[]): number[] =>
  rows.filter((row) => row.sent > row.lost).map((row) => row.targetId)
