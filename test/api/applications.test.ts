import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { GET as heartbeats } from '@/app/api/applications/[id]/heartbeats/route'
import { POST as pause } from '@/app/api/applications/[id]/pause/route'
import { POST as resume } from '@/app/api/applications/[id]/resume/route'
import { DELETE, GET, PATCH, PUT } from '@/app/api/applications/[id]/route'
import { POST as add, GET as list } from '@/app/api/applications/route'
import { createDevice } from '@/lib/store/devices'
import { ApplicationAnswer, HeartbeatAnswer } from '@/lib/wire/rest-jobs'
import { call, settingsForSignIn, site, somebody } from '../setup/credentials'
import { type TestDatabase, testDatabase } from '../setup/database'

let database: TestDatabase
let headers: Record<string, string>
let viewer: Record<string, string>
beforeAll(async () => {
  settingsForSignIn()
  database = await testDatabase()
  headers = (await somebody('operator')).bearer
  viewer = (await somebody('viewer')).bearer
})
afterAll(() => database.stop())
beforeEach(async () => {
  await database.sql`delete from targets`
  await database.sql`delete from blackouts`
})

const post = (body: object) => call(add, { body, headers })
const at = (id: number | string) => ({ id: String(id) })
const put = (id: number, body: object) => call(PUT, { method: 'PUT', body, headers }, at(id))
const search = (query: string) => call(list, { path: `/api/applications?${query}`, headers })
const names = (answer: { body: { items: { name: string }[] } }) => answer.body.items.map(({ name }) => name)

describe('an application', () => {
  test('is registered as with the older service, and answered in the exact shape', async () => {
    const made = await post({ name: 'Nightly backup', expected_interval: 86_400, grace_period: 3600 })
    const { id, code, uuid } = made.body
    expect(made.status).toBe(201)
    expect(made.headers.get('location')).toBe(`/api/applications/${id}`)
    expect(made.body).toEqual({
      id: expect.any(Number),
      code: expect.stringMatching(/^[0-9a-z]{6}$/),
      uuid: expect.stringMatching(/^[0-9a-f-]{36}$/),
      name: 'Nightly backup',
      slug: 'nightly-backup',
      expected_interval: 86_400,
      grace_period: 3600,
      schedule: null,
      schedule_kind: 'period',
      timezone: 'UTC',
      permissible_misses: 0,
      tags: [],
      channels: null,
      site: null,
      runs_behind: null,
      sticky_pause: false,
      paused: false,
      status: 'new',
      status_since: expect.stringMatching(/^\d{4}-.*\.\d{3}Z$/),
      running: false,
      started_at: null,
      last_heartbeat_at: null,
      last_signal: null,
      last_success_at: null,
      last_duration_ms: null,
      due_at: null,
      misses: 0,
      heartbeat_count: 0,
      outage_id: null,
      incident_id: null,
      badge_url: expect.stringMatching(new RegExp(`^${site}/badge/[0-9a-f-]{36}\\.svg$`)),
      heartbeat_url: `${site}/heartbeat/${uuid}`,
      created_at: expect.stringMatching(/Z$/),
    })
    expect(ApplicationAnswer.safeParse(made.body).error).toBeUndefined()
    expect(made.body.badge_url).not.toContain(uuid)
    expect((await search(`search=${code}`)).body.items).toEqual([made.body])
    for (const where of [id, uuid, uuid.toUpperCase()]) {
      expect((await call(GET, { headers }, at(where))).body).toEqual(made.body)
    }
  })

  test('PUT with only some fields keeps the others, as the older service did', async () => {
    await createDevice({ name: 'Core', address: '10.0.0.1' })
    const said = {
      name: 'a',
      expected_interval: 60,
      tags: ['x'],
      runs_behind: 'Core',
      site: 'S',
      permissible_misses: 2,
    }
    const { body } = await post(said)
    const put1 = await put(body.id, { grace_period: 30 })
    expect(put1.status).toBe(200)
    expect(put1.body).toEqual({ ...body, grace_period: 30 })
    expect((await put(body.id, { name: 'b', runs_behind: null, permissible_misses: 0 })).body).toMatchObject({
      ...{ name: 'b', slug: 'b', runs_behind: null, permissible_misses: 0 },
      ...{ expected_interval: 60, tags: ['x'], site: 'S', grace_period: 30, uuid: body.uuid },
    })
  })

  test('what was read can be sent back and changes nothing', async () => {
    const { body } = await post({
      name: 'a',
      schedule: '0 2 * * *',
      timezone: 'Europe/Berlin',
      tags: ['t'],
      channels: [],
    })
    for (const [handler, method] of [
      [PUT, 'PUT'],
      [PATCH, 'PATCH'],
    ] as const) {
      const back = await call(handler, { method, body, headers }, at(body.id))
      expect(back.status).toBe(200)
      expect(back.body).toEqual(body)
    }
  })

  test.each([
    [{ schedule: '*/5 * * * *' }, { schedule_kind: 'cron', schedule: '*/5 * * * *', timezone: 'UTC' }],
    [
      { schedule: '@daily', timezone: 'America/New_York' },
      { schedule_kind: 'cron', timezone: 'America/New_York' },
    ],
    [{ schedule: 'Mon..Fri 22:30' }, { schedule_kind: 'oncalendar', expected_interval: null }],
    [{ schedule: '*-*-* 02:00\n*-*-* 14:00', schedule_kind: 'oncalendar' }, { schedule_kind: 'oncalendar' }],
    [
      { expected_interval: 60, schedule: null, schedule_kind: 'period' },
      { schedule_kind: 'period', schedule: null },
    ],
  ])('%o is a schedule', async (said, expected) => {
    const { status, body } = await post({ name: 'a', ...said })
    expect(status).toBe(201)
    expect(body).toMatchObject(expected)
  })

  test('goes from a period to cron, to another zone, and back', async () => {
    const { id } = (await post({ name: 'a', expected_interval: 60 })).body
    expect((await put(id, { schedule: '0 2 * * *' })).body).toMatchObject({ expected_interval: null, timezone: 'UTC' })
    expect((await put(id, { timezone: 'Asia/Tokyo' })).body).toMatchObject({
      ...{ schedule: '0 2 * * *', timezone: 'Asia/Tokyo' },
    })
    expect((await put(id, { expected_interval: 90 })).body).toMatchObject({ schedule: null, schedule_kind: 'period' })
  })

  test.each([
    [{ expected_interval: 60 }, 'name'],
    [{ name: 'a' }, 'expected_interval: found neither it nor a schedule'],
    [{ name: 'a', expected_interval: 60, schedule: '0 2 * * *' }, 'expected_interval: found 60 beside a schedule'],
    [{ name: 'a', expected_interval: 0 }, 'expected_interval: found 0 seconds'],
    [{ name: 'a', expected_interval: '60' }, 'expected_interval'],
    [{ name: 'a', expected_interval: 60, schedule_kind: 'cron' }, 'schedule_kind: found cron beside expected_interval'],
    [{ name: 'a', schedule: '61 * * * *' }, 'schedule: '],
    [{ name: 'a', schedule: '' }, 'schedule: '],
    [{ name: 'a', schedule: '0 2 * * *', schedule_kind: 'period' }, 'schedule_kind: found period'],
    [{ name: 'a', schedule: '0 2 * * *', timezone: 'Mars/Olympus' }, 'timezone: expected an IANA time zone'],
    [{ name: 'a', expected_interval: 60, grace_period: -1 }, 'grace_period'],
    [{ name: 'a', expected_interval: 60, permissible_misses: 101 }, 'permissible_misses'],
    [{ name: 'a', expected_interval: 60, slug: 'A b' }, 'slug: expected a to z'],
    [{ name: 'a', expected_interval: 60, runs_behind: 'nobody' }, 'runs_behind: found "nobody"'],
    [{ name: 'a', expected_interval: 60, channels: ['nobody'] }, 'channels: found "nobody"'],
    [{ name: 'a\u0000', expected_interval: 60 }, 'name: found "a\\u0000", expected text without control characters'],
    [{ name: ' ', expected_interval: 60 }, 'name: found nothing, expected text'],
    [{ name: 'a', expected_intervall: 60 }, 'expected_intervall'],
    [{ name: 'a', expected_interval: 60, unique: ['slug'] }, 'unique'],
  ])('%o is refused by name, and nothing is made', async (body, fault) => {
    const answer = await post(body)
    expect(answer.status).toBe(422)
    expect(answer.body.detail).toContain(fault)
    expect((await search('')).body).toEqual({ items: [], next: null })
  })

  test('unique: ["name"] answers 200 with the standing one, 201 when made', async () => {
    const said = { name: 'a', expected_interval: 60, unique: ['name'] }
    const first = await post(said)
    const again = await post({ ...said, expected_interval: 90 })
    expect([first.status, again.status]).toEqual([201, 200])
    expect(again.body).toEqual(first.body)
    expect((await post({ name: 'a', expected_interval: 60 })).status).toBe(409)
  })

  test('may have any name of any language', async () => {
    for (const name of ['Größe 📦', '备份', 'нічний', '‮rtl‬', `${'𝒳'.repeat(200)}`, "'; drop table jobs; --"]) {
      const { status, body } = await post({ name, expected_interval: 60 })
      expect(status, name).toBe(201)
      expect((await call(GET, { headers }, at(body.id))).body.name).toBe(name)
      expect(body.slug).toMatch(/^[a-z0-9_-]{1,100}$/)
    }
  })

  test.each(['0', 'abc', '99999999999', '1.5', '00000000-0000-0000-0000-000000000000'])(
    'the id %s is nothing',
    async (id) => {
      const answer = await call(GET, { headers }, { id })
      expect(answer.status).toBe(404)
      expect(answer.body.type).toBe('/problems/not-found')
    },
  )

  test('is deleted once', async () => {
    const { id } = (await post({ name: 'a', expected_interval: 60 })).body
    const remove = () => call(DELETE, { method: 'DELETE', headers }, at(id))
    expect((await remove()).status).toBe(204)
    expect((await remove()).status).toBe(404)
  })

  test('is paused and resumed, with or without a body', async () => {
    const { id } = (await post({ name: 'a', expected_interval: 60 })).body
    const paused = await call(pause, { method: 'POST', headers }, at(id))
    expect(paused.body).toMatchObject({ status: 'paused', paused: true, sticky_pause: false })
    expect((await call(pause, { body: { sticky: true }, headers }, at(id))).body).toMatchObject({ sticky_pause: true })
    expect((await call(resume, { method: 'POST', headers }, at(id))).body).toMatchObject({
      status: 'new',
      paused: false,
    })
    expect((await put(id, { paused: true })).body.status).toBe('paused')
    expect((await call(pause, { body: { stiky: true }, headers }, at(id))).status).toBe(422)
  })
})

describe('the list', () => {
  test('is searched, filtered, sorted and paged', async () => {
    for (const i of [10, 9, 1]) await post({ name: `job ${i}`, expected_interval: 60, tags: i > 5 ? ['big'] : [] })
    expect(names(await search(''))).toEqual(['job 1', 'job 9', 'job 10'])
    expect(names(await search('tag=big&sort=-name'))).toEqual(['job 10', 'job 9'])
    expect(names(await search('search=JOB%201'))).toEqual(['job 1', 'job 10'])
    expect(names(await search('status=up'))).toEqual([])
    const first = await search('limit=2')
    expect(names(await search(`limit=2&cursor=${first.body.next}`))).toEqual(['job 10'])
    expect((await search('sort=colour')).status).toBe(422)
    expect((await search('cursor=x')).status).toBe(422)
  })
  test('says down of what is dark behind something that is dark', async () => {
    const { id } = (await post({ name: 'a', expected_interval: 60 })).body
    await database.sql`update targets set status = 'down' where id = ${id}`
    await database.sql`
      insert into outages (target_id, began_at, isolated_at, opened_evidence, state)
      values (${id}, now(), now(), '{}', 'unreachable')`
    expect((await search('status=down')).body.items).toMatchObject([{ name: 'a', status: 'down' }])
  })
})

describe('the heartbeats', () => {
  const beats = (id: number, query = '') => call(heartbeats, { path: `/?${query}`, headers }, at(id))

  test('are read newest first, with what was missed, in pages and between instants', async () => {
    const { id } = (await post({ name: 'a', expected_interval: 60 })).body
    const time = (minute: number) => new Date(Date.UTC(2026, 10, 21, 8, minute))
    await database.sql`
      insert into beats (job_id, at, signal, timing, exit_status, duration_ms, run, message, body, address, agent, method)
      values (${id}, ${time(1)}, 'success', 'on_time', 0, 1500, 'r1', 'fine', ${Buffer.from('böd\xff', 'latin1')}, '10.0.0.9',
        'curl/8', 'POST'), (${id}, ${time(2)}, 'missed', null, null, null, null, null, null, null, null, null)`
    const { body } = await beats(id)
    expect(body.items).toEqual([
      expect.objectContaining({ at: time(2).toISOString(), signal: 'missed', timing: null, body: null }),
      {
        at: time(1).toISOString(),
        signal: 'success',
        timing: 'on_time',
        exit_status: 0,
        duration_ms: 1500,
        run_id: 'r1',
        message: 'fine',
        body: 'b\ufffdd\ufffd',
        body_cut: false,
        address: '10.0.0.9',
        user_agent: 'curl/8',
        method: 'POST',
      },
    ])
    for (const item of body.items) expect(HeartbeatAnswer.safeParse(item).error).toBeUndefined()
    const first = await beats(id, 'limit=1')
    expect(first.body.items).toEqual(body.items.slice(0, 1))
    expect((await beats(id, `limit=1&cursor=${first.body.next}`)).body).toEqual({
      items: body.items.slice(1),
      next: null,
    })
    expect((await beats(id, `from=${time(2).toISOString()}`)).body.items).toHaveLength(1)
    expect((await beats(id, 'cursor=x')).status).toBe(422)
    expect((await beats(id, 'from=yesterday')).status).toBe(422)
  })
  test('of nothing are not found', async () => expect((await beats(12_345)).status).toBe(404))
})

test('a viewer reads everything but the addresses', async () => {
  const { body } = await post({ name: 'a', expected_interval: 60 })
  const read = await call(GET, { headers: viewer }, at(body.id))
  expect(read.body).toEqual({ ...body, uuid: null, heartbeat_url: null })
  const all = await call(list, { headers: viewer })
  expect(JSON.stringify(all.body)).not.toContain(body.uuid)
  expect((await call(list, { path: `/?search=${body.uuid}`, headers: viewer })).body.items).toEqual([])
})
