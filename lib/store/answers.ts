import type { TransactionSql } from 'postgres'
import type { Answered } from '@/lib/wire/probe'

/**
 * Keeps when targets last answered. Rows are taken in one order, so that two probes never wait in a circle. `tell`: wakes
 * correlation, where nothing else in the transaction does.
 */
export async function saveAnswers(
  tx: TransactionSql,
  answered: readonly Answered[],
  { tell = false }: { tell?: boolean } = {},
): Promise<void> {
  if (answered.length === 0) return
  const latest = new Map<number, number>()
  for (const { target_id, at } of answered) latest.set(target_id, Math.max(at, latest.get(target_id) ?? 0))
  const ids = [...latest.keys()].sort((a, b) => a - b)
  await tx`
    insert into target_answers (target_id, at)
    select t.id, to_timestamp(a.at / 1000.0)
    from unnest(${ids}::int[], ${ids.map((id) => latest.get(id) ?? 0)}::float8[]) with ordinality as a(id, at, place)
      join targets t on t.id = a.id order by a.place
    on conflict (target_id) do update set at = excluded.at where target_answers.at < excluded.at`
  if (tell) await tx`select pg_notify('beatline_events', last_value::text) from events_id`
}

/** When each of these targets last answered, as far as it is known. */
export async function listAnswers(tx: TransactionSql, targetIds: readonly number[]): Promise<Map<number, Date>> {
  if (targetIds.length === 0) return new Map()
  const rows = await tx<{ id: number; at: Date }[]>`
    select target_id as id, at from target_answers where target_id = any(${[...targetIds]}::int[])`
  return new Map(rows.map(({ id, at }) => [id, at]))
}
