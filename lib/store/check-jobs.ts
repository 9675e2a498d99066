import { randomUUID } from 'node:crypto'
import type { TransactionSql } from 'postgres'
import type { CheckResult } from '@/lib/domain/check-verdicts'
import { compileSchedule } from '@/lib/domain/schedule'
import type { WantedCheck } from '@/lib/domain/self-checks'
import { slugOf } from '@/lib/domain/slug'
import { storeBatch } from './beat-batches'
import { tellBeats } from './beats'
import { sql } from './database'
import { jobsChanged } from './job-index'
import { expectAnew, lockStates } from './job-pauses'
import { scheduleColumns } from './job-writes'

/** By this the jobs of the house are found among the others. */
export const checkTag = 'self-check'

/** What the job of a check needs of it. */
export type CheckJob = Pick<WantedCheck, 'key' | 'name' | 'schedule' | 'graceSeconds' | 'told'>

/** Makes the job that a check beats for. It has no first hour of silence: the house makes no mistakes in its crontab. */
export async function makeCheckJob(tx: TransactionSql, check: CheckJob): Promise<number> {
  const id = (await insertTarget(tx, check.name)) ?? (await insertTarget(tx, `${check.name} (${check.key})`))
  if (id === null) throw new Error(`Cannot make the job of ${check.key}: both of its names are taken`)
  const { schedule_kind, period_seconds, expression, zone = 'UTC' } = scheduleColumns(check.schedule)
  // A pause of it stays: else the next check would end it.
  await tx`
    insert into jobs (id, slug, schedule_kind, period_seconds, expression, zone, grace_seconds, sticky_pause, channel_ids)
    values (${id}, ${slugOf(check.name)}, ${schedule_kind}, ${period_seconds}, ${expression}, ${zone},
      ${check.graceSeconds}, true, ${check.told})`
  await tx`insert into job_states (job_id) values (${id})`
  await jobsChanged(tx, [id])
  return id
}

async function insertTarget(tx: TransactionSql, name: string): Promise<number | null> {
  const [row] = await tx<{ id: number }[]>`
    insert into targets (kind, name, tags) values ('job', ${name}, array[${checkTag}])
    on conflict (kind, name) do nothing returning id`
  return row?.id ?? null
}

/** Brings a check's job in line with what is set now. True when beats are expected at other times than before. */
export async function alignCheckJob(tx: TransactionSql, jobId: number, check: CheckJob): Promise<boolean> {
  const { schedule_kind, period_seconds, expression, zone = 'UTC' } = scheduleColumns(check.schedule)
  await lockStates(tx, [jobId])
  const told = await tx`
    update jobs set channel_ids = ${check.told}
    where id = ${jobId} and channel_ids is distinct from ${check.told}::int[]`
  const named = await tx`
    update targets set name = ${check.name}, updated_at = now()
    where id = ${jobId} and name not in (${check.name}, ${`${check.name} (${check.key})`})
      and not exists (select 1 from targets where kind = 'job' and name = ${check.name})`
  const ruled = await tx`
    update jobs set schedule_kind = ${schedule_kind}, period_seconds = ${period_seconds}, expression = ${expression},
      zone = ${zone}, grace_seconds = ${check.graceSeconds}
    where id = ${jobId} and (schedule_kind, period_seconds, expression, zone, grace_seconds) is distinct from
      (${schedule_kind}::text, ${period_seconds}::int, ${expression}::text, ${zone}::text, ${check.graceSeconds}::int)`
  if (ruled.count > 0) await expectAnew(tx, [jobId])
  if (told.count + named.count + ruled.count > 0) await jobsChanged(tx, [jobId])
  return ruled.count > 0
}

/** Beats for a check's job, as any job does: a failure is an outage, and its end too is found as any other. */
export async function beatForCheck(jobId: number, check: CheckJob, { ok, words }: CheckResult, now: number) {
  const rule = {
    schedule: compileSchedule(check.schedule),
    graceMs: check.graceSeconds * 1000,
    permissibleMisses: 0,
  }
  const [counts] = await sql`
    select 1 from blackouts where kind = 'periods' and ended_at is null and target_ids @> array[${jobId}::int]`
  const beat = {
    jobId,
    at: now,
    signal: ok ? ('success' as const) : ('fail' as const),
    exitStatus: null,
    durationMs: null,
    run: null,
    message: words,
    body: null,
    bodyCut: false,
    address: null,
    agent: 'Beatline',
    method: null,
  }
  const on = await sql.reserve()
  try {
    const known = { rule, stickyPause: true, countsPeriods: counts !== undefined }
    // Beats of no web's spool: the mark of one that does not exist marks nothing.
    await storeBatch(on, [beat], () => known, { spoolId: randomUUID(), seq: 0, settledAt: now })
  } finally {
    on.release()
  }
  await tellBeats('keeper', [jobId])
}
