import pino from 'pino'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { transaction } from '@/lib/store/database'
import { judgeDueJobs } from '@/lib/store/deadlines'
import { ensurePartitions } from '@/lib/store/partitions'
import { deadlines } from '@/workers/keeper/deadlines'
import { type TestDatabase, testDatabase } from '../../setup/database'
import { addJob, beatAt, settle } from './job-scene'
import { quiet } from './scene'

let database: TestDatabase
const sql = () => database.sql
// The past, so that the database's own clock stands still for the eye.
const start = Math.floor(Date.now() / 1000) * 1000 - 3_600_000
const at = (seconds: number) => start + seconds * 1000
const said = (at: Date | null | undefined) => (at ? (at.getTime() - start) / 1000 : null)

beforeAll(async () => {
  database = await testDatabase()
  await ensurePartitions(sql(), new Date())
})
afterAll(() => database?.stop())
afterEach(async () => {
  for (const table of ['targets', 'beats', 'incidents', 'events', 'intakes', 'intake_gaps', 'blackouts'])
    await sql()`delete from ${sql()(table)}`
})

/** One round of a keeper, when all that came within `seconds` is stored. */
async function lookAt(seconds: number, log = quiet) {
  await settle(sql(), at(seconds))
  await deadlines({ log })(new AbortController().signal)
}
const outages = async () =>
  (
    await sql()<{ name: string; began: Date; isolated: Date; evidence: Record<string, unknown> }[]>`
      select t.name, o.began_at as began, o.isolated_at as isolated, o.opened_evidence as evidence
      from outages o join targets t on t.id = o.target_id order by o.id`
  ).map((row) => ({ ...row, began: said(row.began), isolated: said(row.isolated) }))
const stateOf = async (id: number) => {
  const [row] = await sql()<{ phase: string; misses: number; alarm: Date | null; status: string }[]>`
    select s.phase, s.misses, s.alarm_at as alarm, t.status from job_states s join targets t on t.id = s.job_id where t.id = ${id}`
  return row && { ...row, alarm: said(row.alarm) }
}
const missed = async (id: number) =>
  (await sql()<{ at: Date }[]>`select at from beats where job_id = ${id} and signal = 'missed' order by at`).map(
    (row) => said(row.at),
  )

describe('the keeper looks for jobs that went quiet', () => {
  test('permissible misses 2, period 10 s, grace 2 s: an outage with the third miss and not before', async () => {
    const id = await addJob(sql(), 'backup', { permissible: 2 })
    await beatAt(sql(), id, at(0))
    await lookAt(11)
    expect(await stateOf(id)).toEqual({ phase: 'up', misses: 0, alarm: 12, status: 'up' })
    await lookAt(12)
    expect(await stateOf(id)).toEqual({ phase: 'late', misses: 1, alarm: 22, status: 'late' })
    await lookAt(31)
    expect(await outages()).toEqual([])
    expect(await stateOf(id)).toMatchObject({ phase: 'late', misses: 2 })
    await lookAt(32)
    expect(await outages()).toEqual([
      {
        name: 'backup',
        began: 10,
        isolated: 32,
        evidence: {
          kind: 'missed',
          due: [10, 20, 30].map((seconds) => new Date(at(seconds)).toISOString()),
          misses: 3,
          permissible_misses: 2,
          grace_seconds: 2,
          last_beat: { at: new Date(at(0)).toISOString(), signal: 'success' },
          last_success_at: new Date(at(0)).toISOString(),
        },
      },
    ])
    expect(await stateOf(id)).toEqual({ phase: 'down', misses: 3, alarm: 42, status: 'down' })
    expect(await missed(id)).toEqual([10, 20, 30])
    await lookAt(42)
    expect(await missed(id)).toEqual([10, 20, 30, 40])
    expect(await outages()).toHaveLength(1)
    await beatAt(sql(), id, at(45))
    expect(await stateOf(id)).toMatchObject({ phase: 'up', misses: 0, status: 'up' })
    const [row] = await sql()<{ ended: Date }[]>`select ended_at as ended from outages`
    expect(said(row?.ended)).toBe(45)
  })

  test('a beat does not put off the alarm, and the keeper finds that all is well', async () => {
    const id = await addJob(sql(), 'backup')
    for (const seconds of [0, 9, 18]) await beatAt(sql(), id, at(seconds))
    expect((await stateOf(id))?.alarm).toBe(12)
    await lookAt(20)
    expect(await stateOf(id)).toEqual({ phase: 'up', misses: 0, alarm: 30, status: 'up' })
  })

  test('a run that does not finish is down with its own evidence', async () => {
    const id = await addJob(sql(), 'backup', { period: 100, grace: 5 })
    await beatAt(sql(), id, at(0))
    await beatAt(sql(), id, at(50), 'start', { run: 'a' })
    await lookAt(56)
    expect(await outages()).toMatchObject([
      {
        began: 55,
        isolated: 55,
        evidence: { kind: 'ran_too_long', run: 'a', grace_seconds: 5, started_at: new Date(at(50)).toISOString() },
      },
    ])
  })

  test('nobody is judged for a time of which beats may still lie in a spool', async () => {
    const id = await addJob(sql(), 'backup')
    await beatAt(sql(), id, at(0))
    await lookAt(100)
    expect(await outages()).toHaveLength(1)
    const other = await addJob(sql(), 'report')
    await beatAt(sql(), other, at(0))
    await settle(sql(), at(11))
    await sql()`insert into intakes (spool_id, name, settled_at, seen_at) values (gen_random_uuid(), 'quick', now(), now())`
    await deadlines({ log: quiet })(new AbortController().signal)
    expect(await outages()).toHaveLength(1)
  })

  test('nobody is judged without an intake', async () => {
    const id = await addJob(sql(), 'backup')
    await beatAt(sql(), id, at(0))
    await deadlines({ log: quiet })(new AbortController().signal)
    expect(await outages()).toEqual([])
    await sql()`insert into intakes (spool_id, name, settled_at, seen_at) values (gen_random_uuid(), 'gone', now(), now() - interval '1 minute')`
    await deadlines({ log: quiet })(new AbortController().signal)
    expect(await outages()).toEqual([])
  })

  test('beats that were due while no intake was alive are not missed; the first intake that is back says how long', async () => {
    const id = await addJob(sql(), 'often', { period: 60, grace: 5 })
    const daily = await addJob(sql(), 'daily', { period: 4000, grace: 5 })
    await beatAt(sql(), id, Date.now() - 190_000)
    await beatAt(sql(), daily, Date.now() - 4_100_000)
    await sql()`insert into intakes (spool_id, name, settled_at, seen_at) values (gen_random_uuid(), 'old', now() - interval '2 min', now() - interval '2 min')`
    const { settleIntakes } = await import('@/lib/store/intakes')
    await settleIntakes([{ spoolId: crypto.randomUUID(), name: 'new', settledAt: Date.now() }])
    const [gap] = await sql()<
      { seconds: number }[]
    >`select date_part('epoch', ended_at - began_at) as seconds from intake_gaps`
    expect(gap?.seconds).toBeCloseTo(120, 0)
    // A minute and more later: clients have tried again.
    await sql()`update intake_gaps set began_at = began_at - interval '61 s', ended_at = ended_at - interval '61 s'`
    await sql()`update intakes set settled_at = now(), seen_at = now() where name = 'new'`
    await deadlines({ log: quiet })(new AbortController().signal)
    expect((await outages()).map((outage) => outage.name)).toEqual(['daily'])
    expect(await stateOf(id)).toMatchObject({ phase: 'up', misses: 0 })
  })

  test('one whose schedule is broken in the database is set aside, and the others are judged', async () => {
    const broken = await addJob(sql(), 'broken', { cron: '* * * * *' })
    const sound = await addJob(sql(), 'sound')
    for (const id of [broken, sound]) await beatAt(sql(), id, at(0))
    await sql()`update jobs set expression = 'every full moon' where id = ${broken}`
    const lines: string[] = []
    await lookAt(1000, pino({ level: 'error' }, { write: (line: string) => void lines.push(line) }))
    expect((await outages()).map((outage) => outage.name)).toEqual(['sound'])
    expect(lines.join('')).toContain(`"job":${broken}`)
    const [row] = await sql()<{ seconds: number }[]>`
      select date_part('epoch', alarm_at - now()) as seconds from job_states where job_id = ${broken}`
    expect(row?.seconds).toBeGreaterThan(290)
    await sql()`update jobs set expression = '* * * * *' where id = ${broken}`
    await sql()`update job_states set alarm_at = ${new Date(at(100))} where job_id = ${broken}`
    await lookAt(1000)
    expect((await outages()).map((outage) => outage.name)).toEqual(['sound', 'broken'])
  })

  test('one that the database will not take stops no other', async () => {
    const ids = [await addJob(sql(), 'first'), await addJob(sql(), 'refused'), await addJob(sql(), 'last')]
    for (const id of ids) await beatAt(sql(), id, at(0))
    await sql().unsafe(
      `alter table beats_default add constraint refused check (job_id <> ${ids[1]} or signal <> 'missed')`,
    )
    const [partition] = await sql()<{ name: string }[]>`
      select tableoid::regclass::text as name from beats where job_id = ${ids[1] ?? 0}`
    await sql().unsafe(
      `alter table ${partition?.name} add constraint refused check (job_id <> ${ids[1]} or signal <> 'missed')`,
    )
    await lookAt(12)
    expect((await outages()).map((outage) => outage.name)).toEqual(['first', 'last'])
    for (const table of ['beats_default', partition?.name])
      await sql().unsafe(`alter table ${table} drop constraint refused`)
    expect((await stateOf(ids[1] ?? 0))?.phase).toBe('up')
  })

  test('a paused job is left alone', async () => {
    const id = await addJob(sql(), 'backup')
    await beatAt(sql(), id, at(0))
    await sql()`update targets set paused_at = now() where id = ${id}`
    await lookAt(100)
    expect(await stateOf(id)).toMatchObject({ phase: 'up', alarm: null })
    expect(await outages()).toEqual([])
  })

  test('three keepers at once: each job once', async () => {
    for (let i = 0; i < 1200; i++) await addJob(sql(), `job-${i}`)
    await sql()`
      update job_states set phase = 'up', anchor_at = ${new Date(at(0))}, first_beat_at = anchor_at, alarm_at = ${new Date(at(12))}`
    await settle(sql(), at(15))
    await Promise.all([1, 2, 3].map(() => deadlines({ log: quiet })(new AbortController().signal)))
    const [counts] = await sql()`
      select (select count(*)::int from outages) as outages, (select count(*)::int from beats) as missed,
        (select count(*)::int from events where type = 'outage.opened') as events`
    expect(counts).toEqual({ outages: 1200, missed: 1200, events: 1200 })
  }, 240_000)

  test('jobs that another keeper has in hand are left to it', async () => {
    const id = await addJob(sql(), 'backup')
    await beatAt(sql(), id, at(0))
    let free: () => void = () => {}
    const held = new Promise<void>((done) => {
      free = done
    })
    const holding = transaction(async (tx) => {
      await tx`select 1 from job_states where job_id = ${id} for update`
      await held
    })
    await new Promise((done) => setTimeout(done, 100))
    const { taken } = await judgeDueJobs(
      at(100),
      () => {
        throw new Error('not ours')
      },
      { limit: 10 },
    )
    expect(taken).toBe(0)
    free()
    await holding
  })

  test('a blackout over the next three periods passes three and ends, whether they come or not', async () => {
    const id = await addJob(sql(), 'backup')
    await beatAt(sql(), id, at(0))
    await sql()`
      insert into blackouts (kind, target_ids, from_at, periods_left) values ('periods', array[${id}::int], ${new Date(at(1))}, 3)`
    const left = async () => (await sql()`select periods_left as left, ended_at is not null as over from blackouts`)[0]
    await beatAt(sql(), id, at(10))
    expect(await left()).toEqual({ left: 2, over: false })
    await lookAt(22)
    expect(await left()).toEqual({ left: 1, over: false })
    await beatAt(sql(), id, at(23))
    expect(await left()).toEqual({ left: 1, over: false }) // it was counted as missed
    await lookAt(35)
    expect(await left()).toEqual({ left: 0, over: true })
  })
})
