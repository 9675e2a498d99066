import type { JSONValue, TransactionSql } from 'postgres'
import type { Status } from '@/lib/domain/status'
import { jobsChanged } from './job-index'
import { lockTargets, outageEvents } from './outages'
import { type NewEvent, publish } from './publish'

export type OpenedJobOutage = { jobId: number; beganAt: Date; isolatedAt: Date; evidence: JSONValue }
export type ClosedJobOutage = { jobId: number; endedAt: Date; evidence: JSONValue }
export type JobStatus = { jobId: number; status: Status; since: Date }

/**
 * Opens an outage for each job that has none open; a paused one gets none. A job that began to be dark before its last
 * outage ended is dark from that end on. Publishes: the last statement of a transaction.
 */
export async function openJobOutages(tx: TransactionSql, items: readonly OpenedJobOutage[]): Promise<void> {
  await publish(tx, await opening(tx, items))
}

/** Ends the pause of jobs that checked in. Publishes: the last statement of a transaction. */
export async function resumeJobs(tx: TransactionSql, items: readonly JobStatus[]): Promise<void> {
  if (items.length === 0) return
  await tx`
    update targets set paused_at = null, updated_at = now() where id = any(${items.map((item) => item.jobId)}::int[])`
  await jobsChanged(
    tx,
    items.map((item) => item.jobId),
  )
  await publish(tx, await showing(tx, items, true))
}

export type JobStep =
  | ({ to: 'down' } & OpenedJobOutage)
  | ({ to: 'up'; wasDown: boolean } & ClosedJobOutage)
  | ({ to: 'late' } & { jobId: number; at: Date })

/**
 * Takes jobs through changes of state in their order: a job may go down and come back within one batch. Publishes: the last
 * statement of a transaction.
 */
export async function takeJobSteps(tx: TransactionSql, steps: readonly JobStep[]): Promise<void> {
  const events: NewEvent[] = []
  for (const round of rounds(steps)) {
    events.push(
      ...(await closing(
        tx,
        round.flatMap((step) => (step.to === 'up' && step.wasDown ? [step] : [])),
      )),
    )
    events.push(
      ...(await opening(
        tx,
        round.flatMap((step) => (step.to === 'down' ? [step] : [])),
      )),
    )
    events.push(...(await showing(tx, round.flatMap(asStatus))))
  }
  await publish(tx, events)
}

function asStatus(step: JobStep): JobStatus[] {
  if (step.to === 'up' && !step.wasDown) return [{ jobId: step.jobId, status: 'up', since: step.endedAt }]
  return step.to === 'late' ? [{ jobId: step.jobId, status: 'late', since: step.at }] : []
}

/** The first step of every job, then the second of those that have one, and so on. */
function rounds(steps: readonly JobStep[]): JobStep[][] {
  const taken = new Map<number, number>()
  const all: JobStep[][] = []
  for (const step of steps) {
    const round = taken.get(step.jobId) ?? 0
    taken.set(step.jobId, round + 1)
    all[round] = [...(all[round] ?? []), step]
  }
  return all
}

async function opening(tx: TransactionSql, items: readonly OpenedJobOutage[]): Promise<NewEvent[]> {
  if (items.length === 0) return []
  await lockTargets(
    tx,
    items.map((item) => item.jobId),
  )
  const opened = await tx<{ id: number }[]>`
    insert into outages (target_id, began_at, isolated_at, opened_evidence)
    select i.job_id,
      greatest(i.began_at, (select max(o.ended_at) from outages o where o.target_id = i.job_id)), i.isolated_at, i.evidence
    from jsonb_to_recordset(${tx.json(
      items.map((item) => ({
        job_id: item.jobId,
        began_at: item.beganAt.toISOString(),
        isolated_at: item.isolatedAt.toISOString(),
        evidence: item.evidence,
      })),
    )}) as i(job_id int, began_at timestamptz, isolated_at timestamptz, evidence jsonb)
    join targets t on t.id = i.job_id and t.paused_at is null
    on conflict (target_id) where ended_at is null do nothing
    returning id`
  const ids = opened.map((row) => row.id)
  await tx`
    update targets t set status = 'down', status_since = o.began_at, updated_at = now()
    from outages o where o.id = any(${ids}::int[]) and t.id = o.target_id`
  return outageEvents(tx, 'outage.opened', ids)
}

async function closing(tx: TransactionSql, items: readonly ClosedJobOutage[]): Promise<NewEvent[]> {
  if (items.length === 0) return []
  await lockTargets(
    tx,
    items.map((item) => item.jobId),
  )
  const ended = await tx<{ id: number; target_id: number }[]>`
    update outages o set ended_at = greatest(e.ended_at, o.began_at), closed_evidence = e.evidence
    from jsonb_to_recordset(${tx.json(
      items.map((item) => ({ job_id: item.jobId, ended_at: item.endedAt.toISOString(), evidence: item.evidence })),
    )}) as e(job_id int, ended_at timestamptz, evidence jsonb)
    where o.target_id = e.job_id and o.ended_at is null
    returning o.id, o.target_id`
  const ids = ended.map((row) => row.id)
  await tx`
    update targets t set status = 'up', status_since = o.ended_at, updated_at = now()
    from outages o where o.id = any(${ids}::int[]) and t.id = o.target_id and t.paused_at is null`
  // A job that was down without an open outage (ended by a pause, say) is shown as it is now.
  const had = new Set(ended.map((row) => row.target_id))
  const rest = items.filter((item) => !had.has(item.jobId))
  const shown = await showing(
    tx,
    rest.map((item) => ({ jobId: item.jobId, status: 'up', since: item.endedAt })),
  )
  return [...(await outageEvents(tx, 'outage.resolved', ids)), ...shown]
}

async function showing(tx: TransactionSql, items: readonly JobStatus[], evenTheSame = false): Promise<NewEvent[]> {
  if (items.length === 0) return []
  const changed = await tx<{ id: number; name: string; status: Status; since: Date }[]>`
    update targets t set status = i.status, status_since = i.since, updated_at = now()
    from jsonb_to_recordset(${tx.json(
      items.map((item) => ({ job_id: item.jobId, status: item.status, since: item.since.toISOString() })),
    )}) as i(job_id int, status text, since timestamptz)
    where t.id = i.job_id and (t.status <> i.status or ${evenTheSame}) and t.paused_at is null
    returning t.id, t.name, t.status, t.status_since as since`
  return changed.map((row) => ({
    type: 'target.status',
    at: row.since,
    targetId: row.id,
    incidentId: null,
    body: { target: { kind: 'job', id: row.id, name: row.name }, status: row.status, since: row.since.toISOString() },
  }))
}
