import type { TransactionSql } from 'postgres'
import { type Blackout, type BlackoutRule, restated } from '@/lib/domain/blackout'
import { readCursor, writeCursor } from '@/lib/wire/cursor'
import { sql, transaction } from './database'
import { jobsChanged } from './job-index'
import { numberArray } from './text-array'

/** A blackout as it is listed: with the names of what it covers, and who made it. */
export type StoredBlackout = Blackout & {
  createdAt: Date
  createdBy: string | null
  targetNames: { id: number; kind: 'device' | 'job'; name: string }[]
  siteNames: { id: number; name: string }[]
}
export type BlackoutQuery = {
  live?: boolean | undefined // those that have not ended; false: those that have
  targetId?: number | undefined // that name this target, or its site or tags, or everything
  limit?: number | undefined // 1..1000
  cursor?: string | undefined
}

type Row = Omit<Blackout, 'fromAt' | 'untilAt' | 'endedAt'> & {
  fromAt: Date
  untilAt: Date | null
  endedAt: Date | null
}

const columns = (on: typeof sql | TransactionSql = sql) => on`
  b.id, b.kind, b.reason, b.covers_all as "coversAll", b.target_ids as "targetIds", b.site_ids as "siteIds", b.tags,
  b.from_at as "fromAt", b.until_at as "untilAt", b.weekdays, b.start_minute as "startMinute",
  b.end_minute as "endMinute", b.zone, b.periods_left as "periodsLeft", b.planned, b.ended_at as "endedAt"`

const asBlackout = <R extends Row>({ fromAt, untilAt, endedAt, ...row }: R) => ({
  ...row,
  fromAt: fromAt.getTime(),
  untilAt: untilAt?.getTime() ?? null,
  endedAt: endedAt?.getTime() ?? null,
})

const isOver = (on: typeof sql | TransactionSql, at: Date) => on`
  (b.ended_at is not null and b.ended_at <= ${at} or b.kind = 'range' and b.until_at <= ${at})`

/** Blackouts, the newest first. `next` is the cursor of the following page, null on the last. */
export async function listBlackouts(
  query: BlackoutQuery = {},
): Promise<{ items: StoredBlackout[]; next: string | null }> {
  const { live, targetId, limit: asked = 100, cursor } = query
  const limit = Math.min(1000, Math.max(1, asked))
  const [before] = cursor === undefined ? [] : (readCursor(cursor, ['id'] as const) ?? [])
  const now = new Date()
  const rows = await selectStored(sql`
    ${live === undefined ? sql`true` : live ? sql`not ${isOver(sql, now)}` : isOver(sql, now)}
    ${targetId === undefined ? sql`` : sql`and exists (select 1 from targets t where t.id = ${targetId} and ${concerns(sql)})`}
    ${before === undefined ? sql`` : sql`and b.id < ${before}`}
    order by b.id desc limit ${limit + 1}`)
  const last = rows.length > limit ? rows[limit - 1] : undefined
  return { items: rows.slice(0, limit), next: last ? writeCursor([last.id]) : null }
}

/** Every blackout that may have been active at `since` or later, as it is defined. */
export async function listBlackoutsAfter(since: Date): Promise<Blackout[]> {
  return (await sql<Row[]>`select ${columns()} from blackouts b where not ${isOver(sql, since)} order by b.id`).map(
    asBlackout,
  )
}

/** One blackout with the names of all that it covers, or null. */
export async function findBlackout(id: number): Promise<StoredBlackout | null> {
  return (await selectStored(sql`b.id = ${id}`, mostTargets))[0] ?? null
}

const mostNames = 100 // in a list
const mostTargets = 1_000_000

/** `names`: of how many of its targets a blackout says the names. */
async function selectStored(where: ReturnType<typeof sql>, names = mostNames): Promise<StoredBlackout[]> {
  const rows = await sql<(Row & Omit<StoredBlackout, keyof Blackout>)[]>`
    select ${columns()}, b.created_at as "createdAt", u.name as "createdBy",
      coalesce((select jsonb_agg(jsonb_build_object('id', t.id, 'kind', t.kind, 'name', t.name) order by t.id)
        from targets t where t.id = any(b.target_ids[:${names}::int])), '[]') as "targetNames",
      coalesce((select jsonb_agg(jsonb_build_object('id', s.id, 'name', s.name) order by s.id)
        from sites s where s.id = any(b.site_ids)), '[]') as "siteNames"
    from blackouts b left join users u on u.id = b.created_by where ${where}`
  return rows.map(asBlackout)
}

const written = (rule: BlackoutRule) => ({
  kind: rule.kind,
  reason: rule.reason,
  covers_all: rule.coversAll,
  target_ids: rule.targetIds,
  site_ids: rule.siteIds,
  tags: rule.tags,
  from_at: new Date(rule.fromAt),
  until_at: rule.untilAt === null ? null : new Date(rule.untilAt),
  weekdays: rule.weekdays,
  start_minute: rule.startMinute,
  end_minute: rule.endMinute,
  zone: rule.zone,
  periods_left: rule.periodsLeft,
  planned: rule.planned,
  ended_at: rule.endedAt === null ? null : new Date(rule.endedAt),
})

/** Keeps a blackout that `readBlackout` has read. `by`: the user's id. */
export async function createBlackout(rule: BlackoutRule, by: number | null = null): Promise<Blackout> {
  return transaction(async (tx) => {
    const [row] = await tx<{ id: number }[]>`
      insert into blackouts ${tx({ ...written(rule), created_by: by })} returning id`
    if (!row) throw new Error('Cannot keep the blackout: nothing was returned')
    await counted(tx, [rule])
    return { ...rule, id: row.id }
  })
}

/** Puts another definition in the place of one, as `restated` has it. Null when there is no such blackout. */
export async function updateBlackout(id: number, rule: BlackoutRule): Promise<Blackout | null> {
  return transaction(async (tx) => {
    const [before] = await tx<Row[]>`select ${columns(tx)} from blackouts b where id = ${id} for update`
    if (!before) return null
    const standing = asBlackout(before)
    const after = restated(rule, standing)
    await tx`update blackouts set ${tx(written(after))} where id = ${id}`
    await counted(tx, [standing, after])
    return { ...after, id }
  })
}

/** Ends a blackout now. False when there is none that is not over. */
export async function endBlackout(id: number): Promise<boolean> {
  return transaction(async (tx) => {
    const now = new Date()
    const [row] = await tx<Row[]>`
      update blackouts b set ended_at = ${now} where id = ${id} and not ${isOver(tx, now)} returning ${columns(tx)}`
    if (row) await counted(tx, [asBlackout(row)])
    return row !== undefined
  })
}

/** Removes a blackout as if it had never been. False when there is none. */
export async function deleteBlackout(id: number): Promise<boolean> {
  return transaction(async (tx) => {
    const [row] = await tx<Row[]>`delete from blackouts b where id = ${id} returning ${columns(tx)}`
    if (row) await counted(tx, [asBlackout(row)])
    return row !== undefined
  })
}

/** Intakes count the periods of jobs, so they must know; keepers look at once whether somebody is to be told. */
async function counted(tx: TransactionSql, rules: readonly BlackoutRule[]): Promise<void> {
  await jobsChanged(
    tx,
    rules.filter((rule) => rule.kind === 'periods').flatMap((rule) => rule.targetIds),
  )
  await tx`select pg_notify('beatline_blackouts', '')`
}

/** Whether a blackout `b` concerns a target `t`, whatever the time: `covers` of the domain, as SQL. */
const concerns = (on: typeof sql | TransactionSql) => on`
  (b.covers_all or b.target_ids @> array[t.id] or b.tags && t.tags or t.site_id = any(b.site_ids))`

/** By target: the blackouts that concern it and may be active at `at` or later. What is null concerns everything alone. */
export async function blackoutsCovering(
  tx: TransactionSql,
  targetIds: readonly (number | null)[],
  at: Date,
): Promise<Map<number | null, Blackout[]>> {
  const found = new Map<number | null, Blackout[]>()
  if (targetIds.length === 0) return found
  const rows = await tx<(Row & { concerned: number | null })[]>`
    select ${columns(tx)}, t.id as concerned
    from blackouts b join targets t on ${concerns(tx)}
    where t.id = any(${numberArray(targetIds.filter((id) => id !== null))}::int[]) and not ${isOver(tx, at)}
    union all
    select ${columns(tx)}, null from blackouts b
    where ${targetIds.includes(null)} and b.covers_all and not ${isOver(tx, at)}
    order by id`
  for (const { concerned, ...row } of rows) {
    const blackout = asBlackout(row)
    const known = found.get(concerned)
    if (known) known.push(blackout)
    else found.set(concerned, [blackout])
  }
  return found
}

/** Expected beats that were missed: blackouts over the next periods of their jobs come nearer to their end, and end. */
export async function passMissedPeriods(
  tx: TransactionSql,
  missed: readonly { jobId: number; dueAt: number }[],
): Promise<void> {
  if (missed.length === 0) return
  const ended = await tx<{ targetIds: number[] }[]>`
    with passed as (
      select b.id, count(*)::int as count
      from unnest(${numberArray(missed.map((one) => one.jobId))}::int[], ${numberArray(missed.map((one) => one.dueAt))}::float8[])
        as m(job_id, due_at)
      join blackouts b on b.target_ids @> array[m.job_id] and to_timestamp(m.due_at / 1000) >= b.from_at
      where b.kind = 'periods' and b.ended_at is null
      group by b.id
    )
    update blackouts b set periods_left = greatest(0, b.periods_left - p.count),
      ended_at = case when b.periods_left <= p.count then now() end
    from passed p where b.id = p.id
    returning case when b.ended_at is null then '{}'::int[] else b.target_ids end as "targetIds"`
  await jobsChanged(
    tx,
    ended.flatMap((row) => row.targetIds),
  )
}

/** Ranges that are over say so themselves, so that those that may be active stay few. Returns how many. */
export async function closePastBlackouts(now: Date): Promise<number> {
  const closed = await sql`
    update blackouts set ended_at = until_at where ended_at is null and kind = 'range' and until_at <= ${now}`
  return closed.count
}
