import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { expectAnew, type JobPhase, type JobState, paused as pausedState, silent } from '@/lib/domain/job-state'
import { createDevice } from '@/lib/store/devices'
import { createJob, deleteJobs, firstHour, type JobChange, pauseJobs, tagJobs, updateJob } from '@/lib/store/job-writes'
import { countJobsByStatus, findJob, findJobByUuid, type JobSort, jobSorts, jobTags, listJobs } from '@/lib/store/jobs'
import { type TestDatabase, testDatabase } from '../setup/database'

let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.stop())
beforeEach(async () => {
  await database.sql`delete from targets`
  await database.sql`delete from blackouts`
  await database.sql`delete from events`
})

async function job(name: string, said: Omit<JobChange, 'name'> = {}) {
  const made = await createJob({ name, ...said })
  if ('fault' in made) throw new Error(made.fault)
  return made.job
}
/** As if its beats had said so. */
async function beaten(id: number, phase: 'up' | 'late' | 'down', { minutesAgo = 1, misses = 0 } = {}) {
  const at = new Date(Date.now() - minutesAgo * 60_000)
  await database.sql`
    update job_states set phase = ${phase}, first_beat_at = ${at}, last_beat_at = ${at}, last_success_at = ${at},
      anchor_at = ${at}, misses = ${misses}, alarm_at = now() + interval '1 hour' where job_id = ${id}`
  await database.sql`update targets set status = ${phase}, status_since = ${at} where id = ${id}`
  if (phase !== 'down') return
  await database.sql`
    insert into outages (target_id, began_at, isolated_at, opened_evidence) values (${id}, ${at}, ${at}, '{}')`
}
const state = async (id: number) => (await database.sql`select * from job_states where job_id = ${id}`)[0]
const names = async (query: Parameters<typeof listJobs>[0]) => (await listJobs(query)).items.map(({ name }) => name)

describe('a job', () => {
  test('of which only the name is said has the defaults, an address, a code and a first hour without pages', async () => {
    const made = await job('prod.db1.Sicherung täglich')
    expect(made).toMatchObject({
      name: 'prod.db1.Sicherung täglich',
      slug: 'prod-db1-sicherung-taglich',
      schedule: { kind: 'period', seconds: 86_400 },
      zone: 'UTC',
      graceSeconds: 3600,
      permissibleMisses: 0,
      channelIds: null,
      runsBehind: null,
      status: 'new',
      running: false,
      dueAt: null,
      beatCount: 0,
    })
    expect(made.code).toMatch(/^[0-9a-z]{6}$/)
    expect(await findJob(made.id)).toEqual(made)
    expect(await findJobByUuid(made.uuid)).toEqual(made)
    const [blackout] = await database.sql`select * from blackouts`
    expect(blackout).toMatchObject({ kind: 'range', target_ids: [made.id], reason: firstHour.reason })
    expect(blackout?.until_at - blackout?.from_at).toBe(firstHour.ms)
  })

  test('runs behind a device, with cron in a zone, and says when it is due', async () => {
    await createDevice({ name: 'Core', address: '10.0.0.1' })
    const { id } = await job('a', {
      runsBehind: 'Core',
      site: 'North',
      schedule: { kind: 'cron', expression: '30 2 * * *', zone: 'Europe/Berlin' },
    })
    await beaten(id, 'up')
    const found = await findJob(id)
    expect(found).toMatchObject({ runsBehind: { name: 'Core' }, siteName: 'North', zone: 'Europe/Berlin' })
    expect(found?.dueAt?.toLocaleTimeString('de', { timeZone: 'Europe/Berlin' })).toBe('02:30:00')
    expect((await updateJob(id, { runsBehind: null, site: null }))?.valueOf()).toMatchObject({
      job: { runsBehind: null, siteName: null },
    })
  })

  test.each<[JobChange, string]>([
    [{ runsBehind: 'nobody' }, 'runs_behind: found "nobody", expected the name or id of a device'],
    [{ runsBehind: 999_999 }, 'runs_behind: found 999999'],
    [{ site: 999_999 }, 'site: found 999999'],
    [{ channels: ['pager'] }, 'channels: found "pager", expected names or ids of channels'],
    [{ channels: [999_999] }, 'channels: found 999999'],
    [{ name: 'taken' }, 'name: another job is called "taken"'],
    [{ name: ' ' }, 'name: found nothing'],
    [{ name: 'a\0b' }, 'expected text without control characters'],
    [{ name: `a${'\ud800'}` }, 'expected text without control characters'],
    [{ name: 'x'.repeat(201) }, 'name: found 201 characters, expected at most 200'],
  ])('%o is refused whether it is made or changed so, and nothing is kept', async (said, fault) => {
    await job('taken')
    const { id } = await job('b')
    const before = await findJob(id)
    expect(await createJob({ name: 'c', ...said } as { name: string })).toMatchObject({
      fault: expect.stringContaining(fault),
    })
    expect(await updateJob(id, said)).toMatchObject({ fault: expect.stringContaining(fault) })
    expect(await names({})).toEqual(['b', 'taken'])
    expect(await findJob(id)).toEqual(before)
  })

  test('by a unique name is made once, however many ask at the same time', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => createJob({ name: 'once' }, { unique: true })))
    const jobs = answers.flatMap((answer) => ('fault' in answer ? [] : [answer]))
    expect(jobs.filter(({ created }) => created)).toHaveLength(1)
    expect(new Set(jobs.map((answer) => answer.job.id)).size).toBe(1)
    expect(jobs).toHaveLength(8)
  })

  test('keeps a slug of its own under a new name, and follows with one that is of the name', async () => {
    const [own, of] = [await job('a b', { slug: 'mine' }), await job('c d')]
    expect(await updateJob(own.id, { name: 'e f' })).toMatchObject({ job: { slug: 'mine' } })
    expect(await updateJob(of.id, { name: 'g h' })).toMatchObject({ job: { slug: 'g-h' } })
  })
})

describe('a changed rule', () => {
  test('counts due times from now, and has the keeper look at once', async () => {
    const { id } = await job('a', { schedule: { kind: 'period', seconds: 60 } })
    await beaten(id, 'late', { minutesAgo: 10, misses: 3 })
    await updateJob(id, { schedule: { kind: 'period', seconds: 3600 } })
    const { anchor_at, misses, phase, alarm_at } = (await state(id)) ?? {}
    expect(misses).toBe(0)
    expect(phase).toBe('up')
    expect(Date.now() - anchor_at).toBeLessThan(5000)
    expect(alarm_at.getTime()).toBeLessThanOrEqual(Date.now())
    expect(await findJob(id)).toMatchObject({ status: 'up' })
  })
  test('that is the same as before changes nothing', async () => {
    const { id } = await job('a', { schedule: { kind: 'cron', expression: '0 * * * *', zone: 'UTC' } })
    await beaten(id, 'up', { minutesAgo: 10 })
    const before = await state(id)
    const { schedule, zone, graceSeconds, permissibleMisses } = (await findJob(id)) ?? {}
    await updateJob(id, { schedule, zone, graceSeconds, permissibleMisses, tags: ['x'] })
    expect(await state(id)).toEqual(before)
  })
  test('of a job that is dark leaves it so until it answers', async () => {
    const { id } = await job('a', { schedule: { kind: 'period', seconds: 60 } })
    await beaten(id, 'down')
    await updateJob(id, { graceSeconds: 7200 })
    expect(await findJob(id)).toMatchObject({ status: 'down', outageId: expect.any(Number) })
  })
})

describe('pausing', () => {
  test('ends the outage and forgets what was missed; resumed, beats are expected from then', async () => {
    const { id } = await job('a', { schedule: { kind: 'period', seconds: 60 } })
    await beaten(id, 'down', { minutesAgo: 10, misses: 9 })
    expect(await pauseJobs([id], true, { sticky: true })).toBe(1)
    expect(await findJob(id)).toMatchObject({
      status: 'paused',
      outageId: null,
      stickyPause: true,
      misses: 0,
      dueAt: null,
    })
    expect(await state(id)).toMatchObject({ alarm_at: null, phase: 'up' })
    expect(await pauseJobs([id], true)).toBe(0)
    expect(await pauseJobs([id], false)).toBe(1)
    const found = await findJob(id)
    expect(found?.status).toBe('up')
    expect(found?.dueAt?.getTime()).toBeGreaterThan(Date.now() + 50_000)
    const events = await database.sql`select type, body->>'status' as status from events order by id`
    expect(events).toMatchObject([{ type: 'outage.resolved' }, { status: 'paused' }, { status: 'up' }])
  })
  test('a job that never beat is new again', async () => {
    const { id } = await job('a', { paused: true })
    expect((await findJob(id))?.status).toBe('paused')
    await updateJob(id, { paused: false })
    expect(await findJob(id)).toMatchObject({ status: 'new' })
    expect((await state(id))?.alarm_at).toBeNull()
  })
})

test('pausing, resuming and a changed rule do to the rows what the domain says', async () => {
  const { id } = await job('a', { schedule: { kind: 'period', seconds: 60 }, graceSeconds: 1 })
  const instants = fc.option(fc.integer({ min: -7200, max: 7200 }), { nil: null })
  const states = fc.record({
    phase: fc.constantFrom<JobPhase>('new', 'up', 'late', 'down'),
    anchorAt: instants,
    firstBeatAt: instants,
    startedAt: instants,
    misses: fc.integer({ min: 0, max: 5 }),
  })
  let grace = 1
  await fc.assert(
    fc.asyncProperty(states, fc.constantFrom('pause', 'resume', 'rule'), async (said, what) => {
      const began = Date.now()
      const at = (seconds: number | null) => (seconds === null ? null : began + seconds * 1000)
      const before: JobState = {
        ...silent,
        ...{ phase: said.phase, misses: said.misses, anchorAt: at(said.anchorAt) },
        ...{ firstBeatAt: at(said.firstBeatAt), startedAt: at(said.startedAt) },
      }
      const date = (ms: number | null) => (ms === null ? null : new Date(ms))
      await database.sql`
        update job_states set phase = ${before.phase}, misses = ${before.misses}, anchor_at = ${date(before.anchorAt)},
          first_beat_at = ${date(before.firstBeatAt)}, started_at = ${date(before.startedAt)} where job_id = ${id}`
      await database.sql`
        update targets set status = ${before.phase}, paused_at = ${what === 'resume' ? new Date() : null} where id = ${id}`
      if (what === 'rule') await updateJob(id, { graceSeconds: ++grace })
      else await pauseJobs([id], what === 'pause')
      const row = await state(id)
      const ended = Date.now()
      const expected = (now: number) => {
        const still = what === 'rule' ? before : pausedState(before)
        return what === 'pause' ? still : expectAnew(still, now)
      }
      const { anchorAt, ...rest } = expected(began)
      expect({ ...before, ...asState(row) }).toMatchObject({ ...rest, lastBeatAt: null })
      const anchor = row?.anchor_at?.getTime() ?? null
      if (anchorAt === null) expect(anchor).toBeNull()
      else {
        expect(anchor).toBeGreaterThanOrEqual(anchorAt - 50) // the database's clock and ours
        expect(anchor).toBeLessThanOrEqual((expected(ended).anchorAt ?? 0) + 50)
      }
      const waits = what !== 'pause' && (anchorAt !== null || rest.startedAt !== null)
      expect(row?.alarm_at !== null).toBe(waits)
    }),
    { numRuns: 60 },
  )
})

const asState = (row: Awaited<ReturnType<typeof state>>) => ({
  phase: row?.phase,
  misses: row?.misses,
  firstBeatAt: row?.first_beat_at?.getTime() ?? null,
  startedAt: row?.started_at?.getTime() ?? null,
})

test('deleting ends the outage first, and takes history and the first hour along', async () => {
  const { id } = await job('a')
  await beaten(id, 'down')
  await database.sql`insert into beats (job_id, at, signal) values (${id}, now(), 'success')`
  expect(await deleteJobs([id, 999_999])).toBe(1)
  expect(await findJob(id)).toBeNull()
  expect(await database.sql`select 1 from beats where job_id = ${id}`).toHaveLength(0)
  expect(await database.sql`select 1 from blackouts where ended_at is null`).toHaveLength(0)
  expect((await database.sql`select type from events`).map(({ type }) => type)).toEqual(['outage.resolved'])
})

test('tags are added and taken off together, in their order, and never too many', async () => {
  const { id } = await job('a', { tags: ['x', 'y'] })
  const full = await job('b', { tags: Array.from({ length: 32 }, (_, i) => `t${i}`) })
  expect(await tagJobs([id, full.id], { add: ['z', 'x'], remove: ['y'] })).toBe(1)
  expect((await findJob(id))?.tags).toEqual(['x', 'z'])
  expect((await findJob(full.id))?.tags).toHaveLength(32)
  expect((await jobTags()).slice(0, 2).map(({ count }) => count)).toEqual([1, 1])
})

describe('the registry', () => {
  test('is in natural order, whatever the case and the accents', async () => {
    for (const name of ['job 10', 'Job 2', 'ärger', 'Zug', 'job 2b', '日本', 'job 0100']) await job(name)
    expect(await names({})).toEqual(['ärger', 'Job 2', 'job 2b', 'job 10', 'job 0100', 'Zug', '日本'])
  })

  test('is searched by part of a name, whatever it holds, and by code', async () => {
    for (const name of ['back%up', 'backup', 'BACK\\UP', 'other']) await job(name)
    expect(await names({ search: 'ack' })).toEqual(['back%up', 'BACK\\UP', 'backup'])
    expect(await names({ search: '%' })).toEqual(['back%up'])
    expect(await names({ search: 'k\\u' })).toEqual(['BACK\\UP'])
    const [first] = (await listJobs({ search: 'other' })).items
    expect(await names({ search: first?.code.toUpperCase() ?? '' })).toEqual(['other'])
  })

  test('is filtered and counted by what is shown: paused before dark before late', async () => {
    const all = await Promise.all(['new', 'up', 'late', 'down', 'behind', 'paused'].map((name) => job(name)))
    const id = (name: string) => all.find((one) => one.name === name)?.id ?? 0
    await beaten(id('up'), 'up')
    await beaten(id('late'), 'late')
    for (const name of ['down', 'behind', 'paused']) await beaten(id(name), 'down')
    await database.sql`update outages set state = 'unreachable' where target_id = ${id('behind')}`
    await pauseJobs([id('paused')], true)
    for (const [status, name] of Object.entries({
      new: 'new',
      up: 'up',
      late: 'late',
      down: 'down',
      paused: 'paused',
    })) {
      expect(await names({ status: status as 'up' })).toEqual([name])
    }
    expect(await names({ status: ['down', 'unreachable'] })).toEqual(['behind', 'down'])
    expect(await names({ sort: 'status' })).toEqual(['down', 'behind', 'late', 'new', 'up', 'paused'])
    expect(await names({ sort: '-status' })).toEqual(['paused', 'up', 'new', 'late', 'behind', 'down'])
    expect(await countJobsByStatus()).toEqual({ new: 1, up: 1, late: 1, down: 1, unreachable: 1, paused: 1 })
  })

  test('comes in pages that miss and repeat nothing, in every order and back', async () => {
    const made = []
    for (let i = 0; i < 25; i++) made.push(await job(`job ${i % 9}/${i}`, { tags: i % 2 ? ['odd'] : [] }))
    for (const [i, { id }] of made.entries())
      if (i % 3) await beaten(id, i % 3 === 1 ? 'up' : 'late', { minutesAgo: i % 5 })
    const sorts: JobSort[] = jobSorts.flatMap((sort) => [sort, `-${sort}` as const])
    for (const sort of sorts) {
      const seen: number[] = []
      let cursor: string | undefined
      do {
        const page = await listJobs({ sort, limit: 4, cursor })
        seen.push(...page.items.map(({ id }) => id))
        cursor = page.next ?? undefined
      } while (cursor)
      expect(new Set(seen).size, sort).toBe(25)
      const { items } = await listJobs({ sort: sort.replace('-', '') as JobSort })
      const whole = items.map(({ id }) => id)
      expect(seen, sort).toEqual(sort.startsWith('-') ? whole.reverse() : whole)
    }
    expect((await listJobs({ tag: 'odd', limit: 100 })).items).toHaveLength(12)
  })

  test.each(['x', 'WzFd', 'WyJhIiwiYiJd'])('the cursor %s is refused', async (cursor) => {
    await expect(listJobs({ cursor })).rejects.toThrow('cursor: expected the `next` of a page with the same sort')
  })
})
