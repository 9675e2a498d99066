import type { Sql, TransactionSql } from 'postgres'

const partitionsLock = 4_810_003
const dayMs = 86_400_000

type Partition = { name: string; parent: 'frames' | 'hours' | 'beats'; from: Date; to: Date }

const startOfDay = (at: Date) => new Date(Math.floor(at.getTime() / dayMs) * dayMs)
const startOfMonth = (at: Date, plus = 0) => new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + plus, 1))
const compact = (at: Date, digits: number) => at.toISOString().replaceAll('-', '').slice(0, digits)

/** The partitions that must exist at `now`: frames by day, two back and three ahead; hours and beats by month, one back and two ahead. */
export function wantedPartitions(now: Date): Partition[] {
  const days = [-2, -1, 0, 1, 2, 3].map((plus): Partition => {
    const from = new Date(startOfDay(now).getTime() + plus * dayMs)
    return { name: `frames_${compact(from, 8)}`, parent: 'frames', from, to: new Date(from.getTime() + dayMs) }
  })
  const months = [-1, 0, 1, 2].flatMap((plus) => {
    const from = startOfMonth(now, plus)
    const month = (parent: 'hours' | 'beats'): Partition => ({
      name: `${parent}_${compact(from, 6)}`,
      parent,
      from,
      to: startOfMonth(from, 1),
    })
    return [month('hours'), month('beats')]
  })
  return [...days, ...months]
}

/**
 * Makes the partitions that are missing, and a default one each, so that a frame that was long in a probe's spool, or
 * dated by a wrong clock, is never refused. Returns the names made. Locks the parents only when something is missing.
 */
export async function ensurePartitions(sql: Sql, now: Date): Promise<string[]> {
  const wanted = wantedPartitions(now)
  const names = [...wanted.map((p) => p.name), 'frames_default', 'hours_default', 'beats_default']
  const missing = await sql<{ name: string }[]>`
    select name from unnest(${names}::text[]) name where to_regclass(quote_ident(name)) is null`
  if (missing.length === 0) return []
  const absent = new Set(missing.map((row) => row.name))
  return sql.begin(async (tx) => {
    await tx`select pg_advisory_xact_lock(${partitionsLock})`
    const made: string[] = []
    for (const partition of wanted)
      if (absent.has(partition.name) && (await makePartition(tx, partition))) made.push(partition.name)
    for (const parent of ['frames', 'hours', 'beats'])
      await tx.unsafe(`create table if not exists ${parent}_default partition of ${parent} default`)
    return made
  })
}

/** False when rows dated by a wrong clock already stand in the default partition: they stay there, and are read as ever. */
async function makePartition(tx: TransactionSql, { name, parent, from, to }: Partition): Promise<boolean> {
  const range = `for values from ('${from.toISOString()}') to ('${to.toISOString()}')`
  try {
    await tx.savepoint((sp) => sp.unsafe(`create table if not exists ${name} partition of ${parent} ${range}`))
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === '23514') return false // check_violation
    throw error
  }
}

/**
 * Drops the days of frames that ended before `keepFrom` and of which every hour of every probe stands verified in `hours`
 * with the same number of frames; the same for what lies in the default partition. Returns the names dropped.
 */
export async function dropOldFrames(sql: Sql, keepFrom: Date): Promise<string[]> {
  const old = await sql<{ name: string }[]>`
    select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'frames'::regclass and c.relname ~ '^frames_[0-9]{8}$'
      and to_date(right(c.relname, 8), 'YYYYMMDD') + 1 <= (${keepFrom}::timestamptz at time zone 'UTC')
    order by 1`
  const dropped: string[] = []
  for (const { name } of old) {
    await sql.begin(async (tx) => {
      await tx`select pg_advisory_xact_lock(${partitionsLock})`
      await tx.unsafe(`lock table ${name} in access exclusive mode`) // no late frame may slip in behind the check
      const [left] = await tx.unsafe(`${unverified(name)} limit 1`)
      if (left) return
      await tx.unsafe(`drop table ${name}`)
      dropped.push(name)
    })
  }
  await sql`
    delete from frames_default f using rollups r
    where f.minute_at < ${keepFrom} and r.probe_id = f.probe_id and r.hour_at = date_trunc('hour', f.minute_at, 'UTC')`
  return dropped
}

const unverified = (table: string) => `
  select 1 from ${table} f left join rollups r
    on r.probe_id = f.probe_id and r.hour_at = date_trunc('hour', f.minute_at, 'UTC')
  group by f.probe_id, date_trunc('hour', f.minute_at, 'UTC'), r.frames
  having r.frames is distinct from count(*)`
