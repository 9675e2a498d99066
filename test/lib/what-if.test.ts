import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { compilePriority } from '@/lib/domain/priority'
import { anyIncident } from '@/lib/domain/route'
import { previewCondition, previewPriority } from '@/lib/past-preview'
import { createRoute } from '@/lib/store/routes'
import { whatIf } from '@/lib/what-if'
import { type TestDatabase, testDatabase } from '../setup/database'

let database: TestDatabase
const sql = () => database.sql
beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database?.stop())
afterEach(async () => {
  for (const table of ['incidents', 'channels', 'routes', 'settings']) await sql()`delete from ${sql()(table)}`
})

const hour = 3_600_000
let now = Date.parse('2026-11-20T12:00:00Z')

const ids = (rows: { id: number }[]) => rows[0]?.id ?? 0
const addChannel = async (name: string, hours: object = { zone: 'UTC', ranges: [], place: null }) =>
  ids(
    await sql()`insert into channels (kind, name, hours) values ('ntfy', ${name}, ${sql().json({ ...hours })}) returning id`,
  )
/** Dark for an hour, told 10 s after its first miss. */
const addIncident = async (name: string, site: string, hoursAgo: number, priority = 'normal') =>
  ids(
    await sql()`
    insert into incidents (kind, root_name, site_name, opened_at, created_at, resolved_at, priority)
    values ('down', ${name}, ${site}, ${new Date(now - hoursAgo * hour)}, ${new Date(now - hoursAgo * hour + 10_000)},
      ${new Date(now - hoursAgo * hour + hour)}, ${priority}) returning id`,
  )
const compiled = (text: string) => {
  const read = compilePriority(text)
  if ('fault' in read) throw new Error(read.fault.message)
  return read
}

describe('what if', () => {
  test('the first route were for one site: the other is told to nobody any more', async () => {
    const noc = await addChannel('NOC')
    const ridge = await addIncident('Ridge-3', 'Ridge', 30)
    const hill = await addIncident('Hill-1', 'Hill', 20)
    const route = { id: 0, name: 'Ridge', condition: { ...anyIncident, sites: ['Ridge'] }, channelIds: [noc] }
    const answer = await whatIf({ routes: [route] }, { now })
    expect(answer).toMatchObject({
      incidents: 2,
      before: { notices: 4, neverTold: 0, medianUnknownMs: 10_000 },
      after: { notices: 2, neverTold: 1 },
      come: { count: 0 },
      move: { count: 0 },
      same: 2,
      outages: { later: 1, sooner: 0 },
    })
    expect(answer.go.notices.map(({ incident, event, channel }) => [incident.name, event, channel.name])).toEqual([
      ['Hill-1', 'resolved', 'NOC'],
      ['Hill-1', 'opened', 'NOC'],
    ])
    expect(answer.outages.changed).toEqual([
      {
        incident: { id: hill, kind: 'down', name: 'Hill-1', site: 'Hill', beganAt: now - 20 * hour },
        before: { unknownMs: 10_000, told: true },
        after: { unknownMs: hour, told: false },
      },
    ])
    expect(ridge).not.toBe(hill)
  })

  test('more were critical: what waited for the morning breaks through', async () => {
    const weekdays = [1, 2, 3, 4, 5, 6, 7]
    await addChannel('NOC', {
      zone: 'UTC',
      ranges: [{ weekdays, startMinute: 7 * 60, endMinute: 22 * 60 }],
      place: null,
    })
    await addIncident('Core', 'Ridge', 6) // at 06:00, over at 07:00
    await addIncident('Gate', 'Ridge', 5.75) // at 06:15, over at 07:15
    const answer = await whatIf({ priority: compiled('name == "Gate" ? "critical" : "normal"') }, { now })
    const gate = answer.outages.changed[0]
    expect(gate).toMatchObject({
      incident: { name: 'Gate' },
      before: { unknownMs: 0.75 * hour },
      after: { unknownMs: 10_000 },
    })
    expect(answer.outages).toMatchObject({ later: 0, sooner: 1 })
    expect(answer.move.notices).toMatchObject([
      {
        event: 'opened',
        incident: { name: 'Gate' },
        from: { at: now - 5 * hour },
        to: { at: now - 5.75 * hour + 10_000 },
      },
    ])
  })

  test('a channel had other hours, and nothing that is saved changes by asking', async () => {
    const noc = await addChannel('NOC')
    await addIncident('Core', 'Ridge', 6)
    const ranges = [{ weekdays: [1, 2, 3, 4, 5, 6, 7], startMinute: 7 * 60, endMinute: 8 * 60 }]
    const answer = await whatIf({ channels: [{ id: noc, hours: { zone: 'UTC', ranges, place: null } }] }, { now })
    expect(answer).toMatchObject({ go: { count: 1 }, same: 1, outages: { later: 1 } })
    expect(await whatIf({}, { now })).toMatchObject({
      same: 2,
      come: { count: 0 },
      go: { count: 0 },
      move: { count: 0 },
    })
  })

  test('a job names its channels: only they are told, under any rule', async () => {
    const [noc, boss] = [await addChannel('NOC'), await addChannel('Boss')]
    const job = ids(await sql()`insert into targets (kind, name) values ('job', 'backup') returning id`)
    await sql()`insert into jobs (id, slug, channel_ids) values (${job}, 'backup', ${[boss]})`
    const id = await addIncident('backup', 'Ridge', 6)
    await sql()`update incidents set target_id = ${job} where id = ${id}`
    const route = { id: 0, name: 'All', condition: anyIncident, channelIds: [noc, boss] }
    const answer = await whatIf({ routes: [route] }, { now })
    expect(answer).toMatchObject({ before: { notices: 2 }, same: 2 })
    await sql()`delete from targets`
  })
})

describe('the last 30 days', () => {
  test('by another expression', async () => {
    now += 60_000 // what was read for the test before is not read again
    await addIncident('Ridge-3', 'Ridge', 30, 'low')
    const hill = await addIncident('Hill-1', 'Hill', 20)
    const preview = await previewPriority(compiled('site == "Hill" ? "critical" : size / 0 > 1 ? "normal" : "low"'), {
      now,
    })
    expect(preview).toMatchObject({
      incidents: 2,
      was: { critical: 0, normal: 1, low: 1 },
      would: { critical: 1, normal: 1, low: 0 },
      changed: { count: 2, newest: [{ id: hill, name: 'Hill-1', from: 'normal', to: 'critical' }, { to: 'normal' }] },
      faults: { count: 1, first: expect.stringMatching(/zero/i) },
    })
  })

  test('by a condition', async () => {
    now += 60_000
    await addIncident('Ridge-3', 'Ridge', 30)
    const hill = await addIncident('Hill-1', 'Hill', 20)
    const preview = await previewCondition({ ...anyIncident, sites: ['Hill', 'Lake'] }, { now })
    expect(preview).toMatchObject({ incidents: 2, matching: 1, newest: [{ id: hill, name: 'Hill-1', site: 'Hill' }] })
  })

  test('that are over do not count', async () => {
    now += 60_000
    await addIncident('Ridge-3', 'Ridge', 31 * 24)
    expect(await previewCondition(anyIncident, { now })).toMatchObject({ incidents: 0, matching: 0 })
  })
})

test('routes that are saved are the rules of before', async () => {
  const [noc, boss] = [await addChannel('NOC'), await addChannel('Boss')]
  await createRoute({ name: 'All', condition: anyIncident, channelIds: [noc] })
  await addIncident('Ridge-3', 'Ridge', 30)
  const all = { id: 0, name: 'All', condition: anyIncident, channelIds: [noc, boss] }
  expect(await whatIf({ routes: [all] }, { now })).toMatchObject({
    before: { notices: 2 },
    come: { count: 2 },
    same: 2,
  })
})
