import { randomUUID } from 'node:crypto'
import type { Sql } from 'postgres'
import type { Signal } from '@/lib/domain/job-state'
import { compileSchedule } from '@/lib/domain/schedule'
import { storeBatch } from '@/lib/store/beat-batches'
import type { NewBeat } from '@/lib/store/beat-rows'
import { settleIntakes } from '@/lib/store/intakes'

/** A job's rule; seconds. */
export type JobRuleOf = { period?: number; grace?: number; permissible?: number; cron?: string; zone?: string }

/** Adds a job that runs behind a device, or none. */
export async function addJob(sql: Sql, name: string, rule: JobRuleOf = {}, behind?: number): Promise<number> {
  const { period = 10, grace = 2, permissible = 0, cron, zone = 'UTC' } = rule
  const [row] = await sql<{ id: number }[]>`
    insert into targets (kind, name, status) values ('job', ${name}, 'new') returning id`
  const id = row?.id ?? 0
  await sql`
    insert into jobs (id, slug, schedule_kind, period_seconds, expression, zone, grace_seconds, permissible_misses)
    values (${id}, ${name}, ${cron ? 'cron' : 'period'}, ${cron ? null : period}, ${cron ?? null}, ${zone}, ${grace}, ${permissible})`
  await sql`insert into job_states (job_id) values (${id})`
  if (behind !== undefined) await sql`insert into upstream_edges (device_id, upstream_id) values (${id}, ${behind})`
  return id
}

/** Stores beats as the intake does. `at`: epoch ms. */
export async function beatAt(
  sql: Sql,
  jobId: number,
  at: number,
  signal: Signal = 'success',
  said: Partial<NewBeat> = {},
): Promise<void> {
  const [job] = await sql<
    {
      seconds: number | null
      expression: string | null
      zone: string
      grace: number
      permissible: number
      counts: boolean
    }[]
  >`
    select period_seconds as seconds, expression, zone, grace_seconds as grace, permissible_misses as permissible,
      exists (select 1 from blackouts where kind = 'periods' and ended_at is null and target_ids @> array[${jobId}::int]) as counts
    from jobs where id = ${jobId}`
  if (!job) throw new Error(`No job ${jobId}`)
  const schedule = compileSchedule(
    job.seconds === null
      ? { kind: 'cron', expression: job.expression ?? '', zone: job.zone }
      : { kind: 'period', seconds: job.seconds },
  )
  const rule = { schedule, graceMs: job.grace * 1000, permissibleMisses: job.permissible }
  const beat: NewBeat = {
    jobId,
    at,
    signal,
    exitStatus: null,
    durationMs: null,
    run: null,
    message: null,
    body: null,
    bodyCut: false,
    address: null,
    agent: null,
    method: 'GET',
    ...said,
  }
  const on = await sql.reserve()
  try {
    const mark = { spoolId: randomUUID(), seq: 1, settledAt: at }
    await storeBatch(on, [beat], () => ({ rule, stickyPause: false, countsPeriods: job.counts }), mark)
  } finally {
    on.release()
  }
}

/** An intake that has stored all that came up to `at` (epoch ms), and was heard of just now. */
export async function settle(sql: Sql, at: number): Promise<void> {
  await sql`delete from intakes`
  await settleIntakes([{ spoolId: randomUUID(), name: 'web', settledAt: at + 1 }])
}
