import { isDeepStrictEqual } from 'node:util'
import { gunzipSync, gzipSync } from 'node:zlib'
import type { JSONValue, TransactionSql } from 'postgres'
import { isUnchanged, type SourceChanges, sourceChanges } from '@/lib/domain/source-changes'
import { emptyFault, planSource } from '@/lib/domain/source-plan'
import type { Rejected, SourceSnapshot } from '@/lib/domain/source-records'
import { keepable, listedCounts } from '@/lib/domain/source-snapshot'
import { sql, transaction } from './database'
import { lockTopology } from './device-writes'
import { publish } from './publish'
import { applyPlan } from './source-apply'
import { endOutagesOfVanished } from './source-outages'
import { readStanding } from './source-standing'
import { awaitReading, type SourceKind } from './sources'

export type RunState = 'reading' | 'planned' | 'applied' | 'dismissed' | 'failed'
/** Changes as they are kept: `total` is what the list of sources shows. */
export type KeptChanges = Omit<SourceChanges, 'counts'> & { counts: SourceChanges['counts'] & { total: number } }
export type SourceRun = {
  id: number
  sourceId: number
  state: RunState
  beganAt: Date
  endedAt: Date | null
  progress: string | null
  words: string | null
  changes: KeptChanges | null
  rejected: Rejected[] | null
  by: string | null // null: by schedule
  appliedAt: Date | null
  appliedBy: string | null
}
/** A source in hand: nobody else reads it until the lease has run out. */
export type ClaimedSource = {
  id: number
  kind: SourceKind
  name: string
  sealed: string
  syncSeconds: number
  runId: number
  by: string | null
}

const runsKept = 50 // of a source
const mostRejected = 500

/** Takes the source that has waited longest for its reading; null: none is due. */
export async function claimSync(leaseMs: number): Promise<ClaimedSource | null> {
  return transaction(async (tx) => {
    const [source] = await tx<Omit<ClaimedSource, 'runId' | 'by'>[]>`
      update sources set sync_lease_until = now() + make_interval(secs => ${leaseMs / 1000})
      where id = (
        select id from sources where enabled and next_sync_at <= now() + interval '1 ms' -- it is kept rounded to one
          and coalesce(sync_lease_until, '-infinity') < now()
        order by next_sync_at limit 1 for update skip locked)
      returning id, kind, name, config as sealed, sync_seconds as "syncSeconds"`
    if (!source) return null
    // Who began it is gone: its lease has run out.
    await tx`
      update source_runs set state = 'failed', ended_at = now(), words = 'It was cut off in the middle and begins anew'
      where source_id = ${source.id} and state = 'reading' and progress is not null`
    const [waiting] = await tx<{ id: number; by: string | null }[]>`
      update source_runs set progress = 'Asks the source', began_at = now()
      where id = (select id from source_runs where source_id = ${source.id} and state = 'reading' order by id limit 1)
      returning id::float8 as id, by`
    if (waiting) return { ...source, runId: waiting.id, by: waiting.by }
    const [run] = await tx<{ id: number }[]>`
      insert into source_runs (source_id, state, progress) values (${source.id}, 'reading', 'Asks the source')
      returning id::float8 as id`
    return run ? { ...source, runId: run.id, by: null } : null
  })
}

/** Keeps the source in hand, and says how far the reading came. False: it is in other hands, or was ended. */
export async function keepReading({ id, runId }: ClaimedSource, progress: string | null, leaseMs: number) {
  const kept = await sql`
    update source_runs set progress = coalesce(${progress?.slice(0, 200) ?? null}, progress)
    where id = ${runId} and state = 'reading' returning 1`
  if (kept.count === 0) return false
  await sql`update sources set sync_lease_until = now() + make_interval(secs => ${leaseMs / 1000}) where id = ${id}`
  return true
}

const soonSeconds = 300

/** Ends a reading that failed: the next try comes when the source asks for it, or soon. */
export async function failReading(
  { id, runId, syncSeconds }: Pick<ClaimedSource, 'id' | 'runId' | 'syncSeconds'>,
  words: string,
  retryAfterSeconds?: number,
): Promise<void> {
  const seconds = Math.min(86_400, Math.max(retryAfterSeconds ?? 0, Math.min(syncSeconds, soonSeconds)))
  await transaction(async (tx) => {
    const ended = await tx`
      update source_runs set state = 'failed', ended_at = now(), words = ${words.slice(0, 2000)}, snapshot = null
      where id = ${runId} and state = 'reading' returning 1`
    if (ended.count === 0) return
    await tx`
      update sources set sync_lease_until = null, next_sync_at = now() + make_interval(secs => ${seconds}),
        fault = ${words.slice(0, 2000)}, failing_since = coalesce(failing_since, now())
      where id = ${id}`
    await prune(tx, id)
  })
}

/** A keeper that stops lets go of its sources: others take them at once. */
export async function leaveReading({ id, runId }: Pick<ClaimedSource, 'id' | 'runId'>): Promise<void> {
  const left = await sql`update source_runs set progress = null where id = ${runId} and state = 'reading' returning 1`
  if (left.count > 0) await sql`update sources set sync_lease_until = null where id = ${id}`
}

/**
 * Ends a reading that went well: what it changes is written, or shown first where somebody should look. What was dismissed
 * before is not shown again.
 */
export async function settleReading(
  claimed: Pick<ClaimedSource, 'id' | 'runId' | 'syncSeconds'>,
  snapshot: SourceSnapshot,
): Promise<{ state: RunState; words: string | null; changes: KeptChanges | null }> {
  const text = keepable(snapshot)
  const clean = JSON.parse(text) as SourceSnapshot
  const settled = await transaction(async (tx) => {
    const source = await lockSource(tx, claimed.id)
    const [run] = await tx`select 1 from source_runs where id = ${claimed.runId} and state = 'reading' for update`
    if (!source || !run) return { state: 'failed' as const, words: 'It was ended meanwhile', changes: null }
    await lockTopology(tx)
    const standing = await readStanding(tx, source, clean)
    const fault = emptyFault(clean, standing)
    if (fault !== null) return { state: 'failed' as const, words: fault, changes: null }
    const plan = planSource(clean, standing)
    const changes = withTotal(sourceChanges(plan, standing))
    const isReviewed = source.applies === 'after_review' || plan.isDoubtful
    const isSettled = isUnchanged(changes) || !isReviewed
    const state: RunState = isSettled ? 'applied' : await plannedOrDismissed(tx, source.id, changes)
    await tx`
      update source_runs set state = 'dismissed', words = 'A newer reading took its place', snapshot = null
      where source_id = ${source.id} and state = 'planned'`
    if (state === 'applied') await applyPlan(tx, source.id, plan, standing)
    await endRun(tx, claimed, { state, changes, snapshot: state === 'planned' ? text : null, rejected: clean.rejected })
    await tx`
      update sources set sync_lease_until = null, next_sync_at = now() + make_interval(secs => ${claimed.syncSeconds}),
        last_sync_at = now(), counts = counts || ${tx.json(listedCounts(clean))},
        fault = null, failing_since = case when faults > 0 then failing_since end -- polls that fail say so again
      where id = ${source.id}`
    await prune(tx, source.id)
    if (state !== 'applied' && !plan.isDoubtful) {
      const gone = plan.vanished.flatMap(({ kind, id }) => (kind === 'device' && id !== null ? [id] : []))
      await publish(tx, await endOutagesOfVanished(tx, source.id, gone, new Date()))
    }
    return { state, words: null, changes }
  })
  if (settled.state === 'failed' && settled.words !== null) await failReading(claimed, settled.words)
  return settled
}

type LockedSource = { id: number; name: string; pings: 'none' | 'infrastructure' | 'all'; applies: string }

async function lockSource(tx: TransactionSql, id: number): Promise<LockedSource | null> {
  const [row] = await tx<LockedSource[]>`select id, name, pings, applies from sources where id = ${id} for update`
  return row ?? null
}

const withTotal = (changes: SourceChanges): KeptChanges => {
  const { adds, changes: changed, matches, vanishes, returns } = changes.counts
  return { ...changes, counts: { ...changes.counts, total: adds + changed + matches + vanishes + returns } }
}

/** The very changes that were dismissed last stay so. */
async function plannedOrDismissed(
  tx: TransactionSql,
  sourceId: number,
  changes: KeptChanges,
): Promise<'planned' | 'dismissed'> {
  const [last] = await tx<{ state: RunState; changes: KeptChanges }[]>`
    select state, changes from source_runs where source_id = ${sourceId} and changes is not null order by id desc limit 1`
  return last?.state === 'dismissed' && isDeepStrictEqual(last.changes.items, asKept(changes.items))
    ? 'dismissed'
    : 'planned'
}

const asKept = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T

type Ended = { state: RunState; changes: KeptChanges; snapshot: string | null; rejected: readonly Rejected[] }

async function endRun(
  tx: TransactionSql,
  { runId }: { runId: number },
  { state, changes, snapshot, rejected }: Ended,
): Promise<void> {
  const words = state === 'dismissed' ? 'The same changes were dismissed before' : null
  await tx`
    update source_runs set state = ${state}, ended_at = now(), progress = null, words = ${words},
      changes = ${tx.json(changes as unknown as JSONValue)}, rejected = ${tx.json(rejected.slice(0, mostRejected))},
      snapshot = ${snapshot === null ? null : gzipSync(snapshot)}, applied_at = ${state === 'applied' ? new Date() : null}
    where id = ${runId}`
}

async function prune(tx: TransactionSql, sourceId: number): Promise<void> {
  await tx`
    delete from source_runs where source_id = ${sourceId} and id < (
      select min(id) from (select id from source_runs where source_id = ${sourceId} order by id desc limit ${runsKept}) kept)`
}

/** Applies what a reading planned, as it was read; what was edited here since stays. Null: it does not wait any more. */
export async function applyRun(sourceId: number, runId: number, by: string): Promise<KeptChanges | null> {
  return transaction(async (tx) => {
    const source = await lockSource(tx, sourceId)
    const [run] = await tx<{ snapshot: Buffer | null }[]>`
      select snapshot from source_runs where id = ${runId} and source_id = ${sourceId} and state = 'planned' for update`
    if (!source || !run?.snapshot) return null
    await lockTopology(tx)
    const snapshot = JSON.parse(gunzipSync(run.snapshot).toString('utf8')) as SourceSnapshot
    const standing = await readStanding(tx, source, snapshot)
    const plan = planSource(snapshot, standing)
    const changes = withTotal(sourceChanges(plan, standing))
    await tx`
      update source_runs set state = 'applied', applied_at = now(), applied_by = ${by}, snapshot = null,
        changes = ${tx.json(changes as unknown as JSONValue)} where id = ${runId}`
    await applyPlan(tx, sourceId, plan, standing)
    return changes
  })
}

/** Wants none of what a reading planned. False: it does not wait any more. */
export async function dismissRun(sourceId: number, runId: number, by: string): Promise<boolean> {
  const done = await sql`
    update source_runs set state = 'dismissed', applied_by = ${by}, applied_at = now(), snapshot = null
    where id = ${runId} and source_id = ${sourceId} and state = 'planned' returning 1`
  return done.count > 0
}

/** Has a source read at once. Null: there is none, or it is switched off; else the run that will be, or goes on. */
export async function syncNow(sourceId: number, by: string): Promise<number | null> {
  return transaction(async (tx) => {
    const [source] = await tx`select 1 from sources where id = ${sourceId} and enabled for update`
    if (!source) return null
    await tx`update sources set next_sync_at = now() where id = ${sourceId}`
    await awaitReading(tx, sourceId)
    const [run] = await tx<{ id: number }[]>`
      update source_runs set by = case when progress is null then coalesce(by, ${by}) else by end
      where id = (select id from source_runs where source_id = ${sourceId} and state = 'reading' order by id limit 1)
      returning id::float8 as id`
    return run?.id ?? null
  })
}
