import type { TransactionSql } from 'postgres'
import { transaction } from './database'
import { jobsChanged } from './job-index'
import { endOutages, lockTargets } from './outages'
import { type NewEvent, publish } from './publish'

/** States before targets, in one order: as those who store beats and those who judge silence do. */
export async function lockStates(tx: TransactionSql, ids: readonly number[]): Promise<void> {
  await tx`select 1 from job_states where job_id = any(${[...ids]}::int[]) order by job_id for update`
}

/** domain/job-state `expectAnew`, over many rows: due times count from now; the keeper judges at once, and anew. */
export async function expectAnew(tx: TransactionSql, ids: readonly number[]): Promise<void> {
  await tx`
    update job_states st set misses = 0,
      anchor_at = case when anchor_at is null then null else greatest(anchor_at, now()) end,
      phase = case when phase = 'late' then 'up' else phase end,
      alarm_at = case when t.paused_at is null and (anchor_at is not null or started_at is not null) then now() end
    from targets t where t.id = st.job_id and st.job_id = any(${[...ids]}::int[])`
  await tx`
    update targets t set status = st.phase, status_since = now()
    from job_states st where st.job_id = t.id and t.id = any(${[...ids]}::int[]) and t.status = 'late' and st.phase = 'up'`
}

/** Pauses or resumes jobs; returns how many changed. A paused job expects nothing, and what was dark is no outage. */
export async function pauseJobs(
  ids: readonly number[],
  paused: boolean,
  { sticky }: { sticky?: boolean | undefined } = {},
): Promise<number> {
  return transaction(async (tx) => {
    await lockStates(tx, ids)
    if (sticky !== undefined) {
      await tx`update jobs set sticky_pause = ${sticky} where id = any(${[...ids]}::int[]) and sticky_pause <> ${sticky}`
    }
    await jobsChanged(tx, ids)
    const { ids: changed, events } = await setPaused(tx, ids, paused)
    await publish(tx, events)
    return changed.length
  })
}

/** The same in a transaction that has more to do: returns the events, to be published as its last statement. */
export async function setPaused(
  tx: TransactionSql,
  ids: readonly number[],
  paused: boolean,
): Promise<{ ids: number[]; events: NewEvent[] }> {
  const now = new Date()
  await lockTargets(tx, ids)
  const changed = await tx<{ id: number; name: string; status: 'new' | 'up' }[]>`
    update targets t set paused_at = ${paused ? now : null}, status_since = ${now}, updated_at = ${now},
      status = case when st.phase = 'new' then 'new' else 'up' end
    from job_states st
    where t.id = any(${[...ids]}::int[]) and t.kind = 'job' and st.job_id = t.id and (t.paused_at is null) = ${paused}
    returning t.id, t.name, t.status`
  const changedIds = changed.map((row) => row.id)
  await tx`
    update job_states set phase = case when phase = 'new' then 'new' else 'up' end, started_at = null,
      started_run = null, misses = 0, alarm_at = null
    where job_id = any(${changedIds}::int[])`
  if (!paused) await expectAnew(tx, changedIds)
  const ended = paused ? await endOutages(tx, changedIds, now, 'paused') : []
  const told = changed.map(({ id, name, status }) => ({
    type: 'target.status' as const,
    at: now,
    targetId: id,
    incidentId: null,
    body: { target: { kind: 'job', id, name }, status: paused ? 'paused' : status, since: now.toISOString() },
  }))
  return { ids: changedIds, events: [...ended, ...told] }
}
