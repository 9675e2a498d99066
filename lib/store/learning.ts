import type { TransactionSql } from 'postgres'
import type { DeviceFacts } from '@/lib/domain/device-facts'
import type { EdgeChanges } from '@/lib/domain/settled-graph'
import type { Suggestion } from '@/lib/domain/suggest-moves'
import { sql, transaction } from './database'
import { lockTopology } from './device-writes'
import { saveEdges } from './edges'
import { saveSuggestions } from './suggestions'

/** A walk as the graph learns from it. */
export type UnlearntWalk = { deviceId: number; walkedAt: Date; facts: DeviceFacts }

const leaseSeconds = 60
const name = 'topology_learner'

/**
 * Takes the one place of those who learn, or keeps it: one keeper has the graph in mind and writes it. kept: it was ours all
 * the while, what we have in mind is so; taken: it was another's, read all anew; null: another has it.
 */
export async function takeLearning(learner: string): Promise<'kept' | 'taken' | null> {
  return transaction((tx) => holdLearning(tx, learner))
}

async function holdLearning(tx: TransactionSql, learner: string): Promise<'kept' | 'taken' | null> {
  await tx`
    insert into settings (name, value) values (${name}, '{"learner": "", "until": "-infinity"}') on conflict do nothing`
  const [row] = await tx<{ learner: string; over: boolean }[]>`
    select value->>'learner' as learner, (value->>'until')::timestamptz < now() as over
    from settings where name = ${name} for update`
  if (!row || (row.learner !== learner && !row.over)) return null
  await tx`
    update settings set value = jsonb_build_object('learner', ${learner}::text,
      'until', now() + make_interval(secs => ${leaseSeconds})) where name = ${name}`
  return row.learner === learner ? 'kept' : 'taken'
}

/** Gives the place up, so that another one need not wait for it to run out. */
export async function leaveLearning(learner: string): Promise<void> {
  await sql`
    update settings set value = '{"learner": "", "until": "-infinity"}'
    where name = ${name} and value->>'learner' = ${learner}`
}

/** Walks that the graph has yet to learn from, the oldest first. */
export async function readUnlearnt(limit: number): Promise<UnlearntWalk[]> {
  return sql<UnlearntWalk[]>`
    select device_id as "deviceId", walked_at as "walkedAt", facts from device_walks
    where (learnt_at is null or learnt_at < walked_at) and walked_at is not null and facts is not null
    order by walked_at limit ${limit}`
}

/** Walks of all devices above an id, in the order of ids: to have everything in mind after a start. */
export async function readWalks(after: number, limit: number): Promise<UnlearntWalk[]> {
  return sql<UnlearntWalk[]>`
    select device_id as "deviceId", walked_at as "walkedAt", facts from device_walks
    where device_id > ${after} and walked_at is not null and facts is not null order by device_id limit ${limit}`
}

export type Learnt = {
  walks: readonly Pick<UnlearntWalk, 'deviceId' | 'walkedAt'>[]
  changes: EdgeChanges
  judged: readonly number[] // devices whose suggestions are these now
  suggestions: readonly Suggestion[]
}

/** Keeps what was learnt, all or nothing; false: another one has taken the place of the learner, nothing was kept. */
export async function saveLearnt(learner: string, { walks, changes, judged, suggestions }: Learnt): Promise<boolean> {
  return transaction(async (tx) => {
    if (changes.writes.size + changes.gone.length + judged.length > 0) await lockTopology(tx)
    if ((await holdLearning(tx, learner)) !== 'kept') return false
    await saveEdges(tx, changes)
    await saveSuggestions(tx, judged, suggestions)
    if (walks.length > 0) {
      const rows = walks.map(({ deviceId, walkedAt }) => ({ id: deviceId, at: walkedAt.toISOString() }))
      await tx`
        update device_walks w set learnt_at = r.at
        from jsonb_to_recordset(${tx.json(rows)}) as r(id int, at timestamptz) where w.device_id = r.id`
    }
    // Probes have to hear of it, and so has nobody who reads the whole registry: that is what the word is for.
    if (changes.isOther) await tx`select pg_notify('beatline_assignment', 'edges')`
    return true
  })
}

/** Hints of stations by MAC alone, that came since `after`. */
export async function readNamelessHints(after: number): Promise<{ id: number; mac: string }[]> {
  return sql<{ id: number; mac: string }[]>`
    select id::float8 as id, detail as mac from device_hints
    where id > ${after} and about_id is null and kind in ('station_left', 'station_joined') order by id limit 5000`
}

/** Says which devices stations were. */
export async function nameHints(about: readonly { id: number; deviceId: number }[]): Promise<void> {
  if (about.length === 0) return
  await sql`
    update device_hints h set about_id = d.id
    from jsonb_to_recordset(${sql.json([...about])}) as r(id bigint, "deviceId" int) join devices d on d.id = r."deviceId"
    where h.id = r.id`
}

const hintsKeptDays = 90

/** Forgets hints of long ago; returns how many. */
export async function dropOldHints(): Promise<number> {
  const { count } = await sql`delete from device_hints where at < now() - make_interval(days => ${hintsKeptDays})`
  return count
}
