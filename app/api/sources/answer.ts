import { notFound } from '@/lib/guarded'
import { shownSource } from '@/lib/source-input'
import { findRun } from '@/lib/store/source-run-lists'
import type { SourceRun } from '@/lib/store/source-runs'
import { findSource, type StoredSource } from '@/lib/store/sources'
import type { SourceAnswer, SourceRunAnswer } from '@/lib/wire/rest-sources'

export type Path = { id: string }
export type RunPath = Path & { run: string }
const iso = (at: Date | null) => at?.toISOString() ?? null

/** The source with this id. Throws not-found. */
export async function sourceAt(id: number): Promise<StoredSource> {
  const source = await findSource(id)
  if (!source) throw notFound('No source', id)
  return source
}

/** A reading of a source, by the ids of a path. Throws not-found. */
export async function runAt(sourceId: number, run: string): Promise<SourceRun> {
  const found = /^[1-9]\d{0,14}$/.test(run) ? await findRun(sourceId, Number(run)) : null
  if (!found) throw notFound('No reading of this source', run)
  return found
}

export function sourceAnswer(source: StoredSource): SourceAnswer {
  const config = shownSource(source)
  const { poll_doubted_since: _, ...counts } = source.counts // an instant, for the polls themselves
  return {
    id: source.id,
    kind: source.kind,
    name: source.name,
    leads_to: source.detail,
    config,
    readable: config !== null,
    enabled: source.enabled,
    applies: source.applies,
    pings: source.pings,
    sync_interval: source.syncSeconds,
    poll_interval: source.pollSeconds,
    isolate: { misses: source.isolateMisses, polls: source.isolatePolls },
    revive_polls: source.revivePolls,
    fault_polls: source.faultPolls,
    counts,
    vanished: source.vanished,
    last_sync_at: iso(source.lastSyncAt),
    last_poll_at: iso(source.lastPollAt),
    next_sync_at: source.nextSyncAt.toISOString(),
    fault: source.fault,
    failing_since: iso(source.failingSince),
    reading_run_id: source.readingId,
    planned_run_id: source.plannedId,
    planned_changes: source.plannedCount,
    created_at: source.createdAt.toISOString(),
  }
}

export function runAnswer(run: SourceRun): SourceRunAnswer {
  return {
    id: run.id,
    state: run.state,
    began_at: run.beganAt.toISOString(),
    ended_at: iso(run.endedAt),
    progress: run.progress,
    words: run.words,
    by: run.by,
    applied_at: iso(run.appliedAt),
    applied_by: run.appliedBy,
    counts: run.changes?.counts ?? null,
    changes: run.changes?.items ?? [],
    kept: run.changes?.kept ?? [],
    notes: run.changes?.notes ?? [],
    rejected: run.rejected ?? [],
  }
}
