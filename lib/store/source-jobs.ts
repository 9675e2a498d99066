import type { TransactionSql } from 'postgres'
import type { CheckResult } from '@/lib/domain/check-verdicts'
import { alignCheckJob, beatForCheck, type CheckJob, checkTag, makeCheckJob } from './check-jobs'
import { sql, transaction } from './database'
import { removeJobs } from './job-writes'
import { lockTargets } from './outages'

/** A beat a day is enough: it goes down by what it says, never because a keeper was away. */
const daySeconds = 86_400
const beatEveryMs = 6 * 3_600_000

/** The job of the house whose outages are those of a source itself. */
export const sourceJob = (source: { id: number; name: string }): CheckJob => ({
  key: `source:${source.id}`,
  name: `Source ${source.name}`,
  schedule: { kind: 'period', seconds: daySeconds },
  graceSeconds: daySeconds,
  told: null,
})

type Known = { jobId: number | null; phase: string | null; lastBeatAt: Date | null }

async function findJob(sourceId: number): Promise<Known | null> {
  const [row] = await sql<Known[]>`
    select s.job_id as "jobId", j.phase, j.last_beat_at as "lastBeatAt"
    from sources s left join job_states j on j.job_id = s.job_id where s.id = ${sourceId}`
  return row ?? null
}

/**
 * Says that a source fails, since when (the first of the polls in a row that did), or that it is well. The first failure
 * makes its job; of one that is down already, or is well, nothing new is said but now and then.
 */
export async function beatForSource(
  source: { id: number; name: string },
  result: CheckResult & { since?: Date },
  now: Date,
): Promise<void> {
  const known = await findJob(source.id)
  if (!known || (known.jobId === null && result.ok)) return
  const isDown = known.phase === 'down'
  const isRecent = known.lastBeatAt !== null && now.getTime() - known.lastBeatAt.getTime() < beatEveryMs
  if (isDown !== result.ok && isRecent) return
  const wanted = sourceJob(source)
  const jobId = await transaction((tx) => jobOf(tx, source.id, wanted))
  if (jobId === null) return
  await beatForCheck(jobId, wanted, result, now.getTime())
  if (!result.ok && result.since) await dateBack(jobId, result.since)
}

async function jobOf(tx: TransactionSql, sourceId: number, wanted: CheckJob): Promise<number | null> {
  const [row] = await tx<{ jobId: number | null }[]>`
    select job_id as "jobId" from sources where id = ${sourceId} for update`
  if (!row) return null // it was deleted meanwhile
  if (row.jobId !== null) {
    await alignCheckJob(tx, row.jobId, wanted)
    return row.jobId
  }
  const made = await makeCheckJob(tx, wanted)
  await tx`update sources set job_id = ${made} where id = ${sourceId}`
  return made
}

/** It began with the first poll that failed, not with the one that made it an outage. */
async function dateBack(jobId: number, since: Date): Promise<void> {
  await transaction(async (tx) => {
    await lockTargets(tx, [jobId])
    const [dated] = await tx<{ incidentId: number | null; beganAt: Date }[]>`
      update outages o set began_at = greatest(${since}, (select max(e.ended_at) from outages e where e.target_id = ${jobId}))
      where o.target_id = ${jobId} and o.ended_at is null and o.began_at > ${since}
      returning o.incident_id as "incidentId", o.began_at as "beganAt"`
    if (!dated) return
    await tx`update targets set status_since = ${dated.beganAt} where id = ${jobId}`
    await tx`
      update incidents set opened_at = ${dated.beganAt}
      where id = ${dated.incidentId} and target_id = ${jobId} and resolved_at is null and opened_at > ${dated.beganAt}`
  })
}

/** Quiets the jobs of sources that are asked no more, and removes those of sources that are gone. */
export async function tendSourceJobs(now: Date): Promise<void> {
  const idle = await sql<{ id: number; name: string }[]>`
    select s.id, s.name from sources s join job_states j on j.job_id = s.job_id
    where (not s.enabled or s.poll_seconds = 0) and (j.phase = 'down' or j.last_beat_at < ${new Date(now.getTime() - beatEveryMs)})`
  for (const source of idle) await beatForSource(source, { ok: true, words: 'It is not asked any more.' }, now)
  const gone = await sql<{ id: number }[]>`
    select t.id from targets t where t.kind = 'job' and t.tags @> array[${checkTag}] and t.name like 'Source %'
      and not exists (select 1 from sources s where s.job_id = t.id)
      and not exists (select 1 from self_checks c where c.job_id = t.id)`
  if (gone.length === 0) return
  await transaction((tx) =>
    removeJobs(
      tx,
      gone.map((row) => row.id),
    ),
  )
}
