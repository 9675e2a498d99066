import type { JSONValue, TransactionSql } from 'postgres'
import type { CheckResult } from '@/lib/domain/check-verdicts'
import { type CheckKind, firstDueAt, nextDueAt, type WantedCheck } from '@/lib/domain/self-checks'
import { alignCheckJob, beatForCheck, makeCheckJob } from './check-jobs'
import { sql, transaction } from './database'
import { removeJobs } from './job-writes'

const alignLock = 4_810_050

type Row = { key: string; kind: CheckKind; jobId: number | null; dueAt: Date; waits: boolean; lastOk: boolean | null }

/** Makes the checks that are wanted be there, and no others. What is set otherwise than before is made at its new time. */
export async function alignChecks(wanted: readonly WantedCheck[], now: number): Promise<void> {
  await transaction(async (tx) => {
    await tx`select pg_advisory_xact_lock(${alignLock})`
    const rows = await tx<Row[]>`
      select key, kind, job_id as "jobId", due_at as "dueAt", waiting is not null as waits, last_ok as "lastOk"
      from self_checks`
    const standing = new Map(rows.map((row) => [row.key, row]))
    for (const check of wanted) {
      const row = standing.get(check.key)
      if (!row) {
        await tx`
          insert into self_checks (key, kind, channel_id, due_at)
          values (${check.key}, ${check.kind}, ${check.channelId}, ${new Date(firstDueAt(check, now))})`
      } else await alignOne(tx, row, check, now)
    }
    const kept = wanted.map((check) => check.key)
    const gone = rows.filter((row) => !kept.includes(row.key))
    if (gone.length === 0) return
    await tx`delete from self_checks where key = any(${gone.map((row) => row.key)}::text[])`
    await removeJobs(
      tx,
      gone.flatMap((row) => row.jobId ?? []),
    )
  })
}

async function alignOne(tx: TransactionSql, row: Row, check: WantedCheck, now: number): Promise<void> {
  const isFresh = row.jobId === null && row.lastOk === null // has not run yet
  const moved = row.jobId === null ? isFresh : await alignCheckJob(tx, row.jobId, check)
  // A failing one is looked at soon, whatever is set.
  if (!moved || row.waits || row.lastOk === false || row.dueAt.getTime() <= now) return
  const at = isFresh ? firstDueAt(check, now) : nextDueAt(check, true, now)
  await tx`update self_checks set due_at = ${new Date(at)} where key = ${row.key} and waiting is null`
}

/**
 * Whether a check of the mail stands. It does until somebody says never: another machine may have the settings for it, and
 * where none has them any more it goes quiet, as it should.
 */
export async function hasMailCheck(): Promise<boolean> {
  return (await sql`select 1 from self_checks where kind = 'mail'`).count > 0
}

/** A check in hand, leased until `leaseUntil`. waiting: what it began and left, as it left it. */
export type ClaimedCheck = { key: string; jobId: number | null; waiting: unknown; leaseUntil: Date }

/**
 * Takes a check that is due, unless its job is paused, or of a kind that this keeper has no means for; null: none is. Any
 * number of keepers may do so at once.
 */
export async function claimCheck(
  now: Date,
  leaseMs: number,
  without: readonly CheckKind[] = [],
): Promise<ClaimedCheck | null> {
  const [row] = await sql<ClaimedCheck[]>`
    update self_checks set lease_until = ${new Date(now.getTime() + leaseMs)}
    where key = (
      select c.key from self_checks c
      where c.due_at <= ${now} and c.kind <> all(${[...without]}::text[]) and (c.lease_until is null or c.lease_until < ${now})
        and not exists (select 1 from targets t where t.id = c.job_id and t.paused_at is not null)
      order by c.due_at limit 1 for update skip locked)
    returning key, job_id as "jobId", waiting, lease_until as "leaseUntil"`
  return row ?? null
}

/** Leaves a check for later with what it began; nothing when another keeper has it by now. Epoch ms. */
export async function leaveCheck(claimed: ClaimedCheck, waiting: JSONValue, askAt: number): Promise<void> {
  await sql`
    update self_checks set waiting = ${sql.json(waiting)}, due_at = ${new Date(askAt)}, lease_until = null
    where key = ${claimed.key} and lease_until = ${claimed.leaseUntil}`
}

/** Beats for the result, and notes when the check is made again. A second beat of a keeper that was too slow does no harm. */
export async function endCheck(
  claimed: ClaimedCheck,
  check: WantedCheck,
  result: CheckResult,
  now: number,
): Promise<void> {
  const jobId = await transaction(async (tx) => {
    const [row] = await tx<{ jobId: number | null }[]>`
      select job_id as "jobId" from self_checks where key = ${claimed.key} for update`
    if (!row) return null // it is not wanted any more
    if (row.jobId !== null) return row.jobId
    const made = await makeCheckJob(tx, check)
    await tx`update self_checks set job_id = ${made} where key = ${claimed.key}`
    return made
  })
  if (jobId === null) return
  await beatForCheck(jobId, check, result, now)
  await sql`
    update self_checks set waiting = null, lease_until = null, due_at = ${new Date(nextDueAt(check, result.ok, now))},
      last_at = ${new Date(now)}, last_ok = ${result.ok}, last_words = ${result.words}
    where key = ${claimed.key} and lease_until = ${claimed.leaseUntil}`
}

/** Makes a check be made now; false when there is none of that key, or it is under way. */
export async function hastenCheck(key: string): Promise<boolean> {
  const hastened = await sql`
    update self_checks set due_at = now()
    where key = ${key} and waiting is null and (lease_until is null or lease_until < now())`
  return hastened.count === 1
}

/** A check as it is shown. */
export type ShownCheck = {
  key: string
  jobId: number | null // null: it has not run yet
  dueAt: Date
  waits: boolean // something was begun and has no result yet
  lastAt: Date | null
  lastOk: boolean | null
  lastWords: string | null
  status: 'new' | 'up' | 'late' | 'down' | 'paused'
  incidentId: number | null // the open one
}

export async function listChecks(): Promise<ShownCheck[]> {
  return sql<ShownCheck[]>`
    select c.key, c.job_id as "jobId", c.due_at as "dueAt", c.waiting is not null as waits, c.last_at as "lastAt",
      c.last_ok as "lastOk", c.last_words as "lastWords", case when t.id is null then 'new' when t.paused_at is not null then 'paused'
        when t.status in ('down', 'unreachable') then 'down' else t.status end as status,
      o.incident_id as "incidentId"
    from self_checks c left join targets t on t.id = c.job_id
      left join outages o on o.target_id = c.job_id and o.ended_at is null
    order by c.key`
}
