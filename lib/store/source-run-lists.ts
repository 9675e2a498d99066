import { sql } from './database'
import type { SourceRun } from './source-runs'
import { awaitReading } from './sources'

const columns = () => sql`
  id::float8 as id, source_id as "sourceId", state, began_at as "beganAt", ended_at as "endedAt", progress, words, changes, rejected,
  by, applied_at as "appliedAt", applied_by as "appliedBy"`

/** The readings of a source, the newest first; `before`: the last id of the page before. */
export async function listRuns(sourceId: number, { limit = 20, before = null as number | null } = {}) {
  return sql<SourceRun[]>`
    select ${columns()} from source_runs where source_id = ${sourceId} and (${before}::bigint is null or id < ${before})
    order by id desc limit ${limit}`
}

/** One reading of a source, or null. */
export async function findRun(sourceId: number, id: number): Promise<SourceRun | null> {
  const [row] = await sql<SourceRun[]>`
    select ${columns()} from source_runs where source_id = ${sourceId} and id = ${id}`
  return row ?? null
}

/** What a source lists no more, or what stood for it was removed here. `id`: of what stands. */
export type StrayRecord = {
  kind: 'site' | 'device' | 'client' | 'service'
  key: string
  name: string
  id: number | null
  vanishedAt: Date | null
}

/** What a source listed and lists no more, the latest first, then what was removed here while it lists it still. */
export async function listStrays(sourceId: number, limit = 200): Promise<StrayRecord[]> {
  return sql<StrayRecord[]>`
    select kind, key, name, vanished_at as "vanishedAt",
      case kind when 'site' then site_id when 'device' then device_id when 'client' then client_id else service_id end as id
    from source_records
    where source_id = ${sourceId} and kind <> 'link' and (vanished_at is not null
      or case kind when 'site' then site_id when 'device' then device_id when 'client' then client_id
        else service_id end is null)
    order by vanished_at desc nulls last, name limit ${limit}`
}

/** Forgets that things were removed here by hand: the next reading brings back what the source lists. Returns how many. */
export async function forgetRemoved(sourceId: number): Promise<number> {
  const gone = await sql`
    delete from source_records where source_id = ${sourceId} and kind <> 'link' and
      case kind when 'site' then site_id when 'device' then device_id when 'client' then client_id else service_id end is null`
  if (gone.count === 0) return 0
  await sql`update sources set next_sync_at = now() where id = ${sourceId}`
  await awaitReading(sql, sourceId)
  return gone.count
}
