import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  findJobIdByKey,
  findTargetsLike,
  forgetJobTags,
  knownJobTags,
  listDrawn,
  listHistory,
  listJobsBehind,
} from '@/lib/store/job-pages'
import { createJob, tagJobs } from '@/lib/store/job-writes'
import { testDatabase } from '../setup/database'

describe('what the pages of jobs ask', () => {
  let database: Awaited<ReturnType<typeof testDatabase>>
  const jobOf = async (name: string, more: Partial<Parameters<typeof createJob>[0]> = {}) => {
    const made = await createJob({ name, schedule: { kind: 'period', seconds: 60 }, zone: 'UTC', ...more })
    if ('fault' in made) throw new Error(made.fault)
    return made.job
  }
  const now = Math.floor(Date.now() / 60_000) * 60_000

  beforeAll(async () => {
    database = await testDatabase()
  })
  afterAll(() => database.stop())

  test('the history pages back without losing or repeating a beat, several of one instant included', async () => {
    const { id } = await jobOf('many at once')
    const beats = [5, 4, 3, 3, 3, 2, 1].map((ago, i) => ({
      job_id: id,
      at: new Date(now - ago * 1000),
      signal: 'success',
      message: String(i + 1),
    }))
    await database.sql`insert into beats ${database.sql(beats)}`
    for (const limit of [1, 2, 3, 4, 5, 7, 10]) {
      const seen: string[] = []
      let before: Date | undefined
      for (let page = 0; page < 20; page++) {
        const { items, next } = await listHistory(id, { before, limit })
        seen.push(...items.map((beat) => beat.message ?? ''))
        if (next === null) break
        before = next
      }
      // More beats in one instant than a page holds cannot be paged by instants.
      if (limit >= 3) expect([...seen].sort(), `${limit} a page`).toEqual(['1', '2', '3', '4', '5', '6', '7'])
      expect(new Set(seen).size).toBe(seen.length)
    }
  })

  test('a body is shown by its first bytes, with its whole length', async () => {
    const { id } = await jobOf('talkative')
    await database.sql`
      insert into beats (job_id, at, signal, body) values (${id}, ${new Date(now)}, 'fail', ${Buffer.alloc(9000, 'x')})`
    const { items } = await listHistory(id, { limit: 5 })
    expect([items[0]?.body?.length, items[0]?.bodyBytes]).toEqual([4096, 9000])
  })

  test('the line is drawn from the oldest on, from an instant or the last ones', async () => {
    const { id } = await jobOf('drawn')
    await database.sql`
      insert into beats (job_id, at, signal) select ${id}, ${new Date(now)}::timestamptz - interval '1 minute' * n, 'success'
      from generate_series(0, 9) n`
    expect((await listDrawn(id, { count: 3 })).map((beat) => (now - beat.at.getTime()) / 60_000)).toEqual([2, 1, 0])
    expect(await listDrawn(id, { from: new Date(now - 240_000), count: 100 })).toHaveLength(5)
  })

  test('a job is found by its badge key and by its address', async () => {
    const job = await jobOf('with a badge')
    expect(await findJobIdByKey(job.badgeKey)).toBe(job.id)
    expect(await findJobIdByKey(job.uuid)).toBe(job.id)
    expect(await findJobIdByKey('00000000-0000-4000-8000-000000000000')).toBeNull()
  })

  test('jobs behind a device, and targets by a part of their name', async () => {
    const [device] = await database.sql<{ id: number }[]>`
      insert into targets (kind, name) values ('device', 'Ridge-9') returning id`
    const id = device?.id ?? 0
    await database.sql`insert into devices (id, address) values (${id}, '10.0.0.9')`
    const job = await jobOf('behind it', { runsBehind: 'Ridge-9' })
    expect(await listJobsBehind(id, 10)).toMatchObject({ total: 1, items: [{ id: job.id, status: 'new' }] })
    expect((await findTargetsLike('idge-', 5)).map((target) => target.name)).toEqual(['Ridge-9'])
    expect(await findTargetsLike('100%_', 5)).toEqual([])
  })

  test('tags are counted anew once they changed', async () => {
    const job = await jobOf('tagged')
    forgetJobTags()
    expect((await knownJobTags()).some(({ tag }) => tag === 'brand-new')).toBe(false)
    await tagJobs([job.id], { add: ['brand-new'] })
    forgetJobTags()
    expect(await knownJobTags()).toContainEqual({ tag: 'brand-new', count: 1 })
  })
})
