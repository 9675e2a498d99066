import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { GET as events } from '@/app/api/events/route'
import { POST as acknowledge } from '@/app/api/incidents/[id]/acknowledge/route'
import { GET as decisions } from '@/app/api/incidents/[id]/decisions/route'
import { POST as note } from '@/app/api/incidents/[id]/note/route'
import { GET as incident } from '@/app/api/incidents/[id]/route'
import { GET as incidents } from '@/app/api/incidents/route'
import { GET as notices } from '@/app/api/notices/route'
import { GET as outage } from '@/app/api/outages/[id]/route'
import { GET as outages } from '@/app/api/outages/route'
import { POST as addProbe } from '@/app/api/probes/route'
import { createDevice } from '@/lib/store/devices'
import { publish } from '@/lib/store/publish'
import { IncidentDetail, OutageAnswer } from '@/lib/wire/rest'
import { call, settingsForSignIn, site, somebody } from '../setup/credentials'
import { type TestDatabase, testDatabase } from '../setup/database'

let database: TestDatabase
let operator: Awaited<ReturnType<typeof somebody>>
beforeAll(async () => {
  settingsForSignIn()
  database = await testDatabase()
  operator = await somebody('operator')
})
afterAll(() => database.stop())
beforeEach(async () => {
  for (const table of ['events', 'incidents', 'targets', 'push_devices'])
    await database.sql`delete from ${database.sql(table)}`
})

const at = (id: number) => ({ id: String(id) })
const get = (handler: Parameters<typeof call<Record<string, never>>>[0], query = '') =>
  call(handler, { path: `/api/x?${query}`, headers: operator.bearer })

const cursor = (...values: unknown[]) => `cursor=${Buffer.from(JSON.stringify(values)).toString('base64url')}`

/** A device with an outage every hour, the last one still open, and an incident for that. */
async function history(count: number) {
  const { sql } = database
  const made = await createDevice({ name: 'Ridge-3', address: '10.0.0.3', client: 'School', site: 'North' })
  const id = 'id' in made ? made.id : 0
  const began = (i: number) => new Date(Date.UTC(2026, 0, 1, i))
  const [row] = await sql<{ id: number }[]>`
    insert into incidents (kind, target_id, root_name, site_name, opened_at)
    values ('down', ${id}, 'Ridge-3', 'North', ${began(count - 1)}) returning id`
  for (let i = 0; i < count; i++) {
    const open = i === count - 1
    await sql`
      insert into outages (target_id, began_at, isolated_at, ended_at, opened_evidence, incident_id)
      values (${id}, ${began(i)}, ${began(i)}, ${open ? null : new Date(began(i).getTime() + 60_000)},
        '{"probes":[]}', ${open ? (row?.id ?? 0) : null})`
  }
  return { deviceId: id, incidentId: row?.id ?? 0 }
}

describe('outages', () => {
  test('in the exact shape, the newest first, page by page', async () => {
    const { deviceId, incidentId } = await history(7)
    const first = await get(outages, 'limit=5')
    expect(first.body.items[0]).toEqual({
      id: expect.any(Number),
      target: { kind: 'device', id: deviceId, name: 'Ridge-3' },
      site: 'North',
      began_at: '2026-01-01T06:00:00.000Z',
      isolated_at: '2026-01-01T06:00:00.000Z',
      ended_at: null,
      state: 'down',
      cause: null,
      evidence: { opened: { probes: [] }, closed: null },
      incident_id: incidentId,
      planned: false,
    })
    expect(OutageAnswer.safeParse(first.body.items[0]).error).toBeUndefined()
    const rest = await get(outages, `limit=5&cursor=${first.body.next}`)
    expect(rest.body.items).toHaveLength(2)
    expect(rest.body.next).toBeNull()
    const one = await call(outage, { headers: operator.bearer }, at(first.body.items[0].id))
    expect(one.body).toEqual(first.body.items[0])
  })
  test.each([
    ['open=1', 1],
    ['open=0', 6],
    ['from=2026-01-01T04:00:00Z', 3],
    ['from=2026-01-01T04:00:00%2B02:00', 5],
    ['to=2026-01-01T01:00:00Z', 1],
    ['target=1999999999', 0],
  ])('%s finds %i', async (query, count) => {
    await history(7)
    expect((await get(outages, query)).body.items).toHaveLength(count)
  })
  test.each(['from=yesterday', 'open=maybe', 'target=x', 'limit=0', 'cursor=x', cursor(1e300, 1), cursor(1, 2 ** 31)])(
    '%s is refused',
    async (query) => {
      expect((await get(outages, query)).status).toBe(422)
    },
  )
})

describe('incidents', () => {
  test('are listed, read whole, acknowledged once and noted', async () => {
    const { incidentId } = await history(1)
    const list = await get(incidents, 'open=1')
    expect(list.body.items[0]).toMatchObject({
      id: incidentId,
      kind: 'down',
      root: { kind: 'device', name: 'Ridge-3' },
      affected_targets: 1,
      affected_clients: 1,
      acknowledged_at: null,
    })
    const post = (handler: Parameters<typeof call<{ id: string }>>[0], body?: object) =>
      call(handler, { method: 'POST', body, headers: { cookie: operator.cookie, origin: site } }, at(incidentId))
    const first = await post(acknowledge)
    expect(first.status).toBe(200)
    expect(first.body.acknowledged_by).toBe('operator')
    expect((await post(acknowledge)).body.acknowledged_at).toBe(first.body.acknowledged_at)
    const noted = await post(note, { text: 'On my way' })
    expect(noted.status).toBe(201)
    expect(noted.body.timeline.at(-1)).toMatchObject({ what: 'On my way', by: 'operator' })
    expect(IncidentDetail.safeParse(noted.body).error).toBeUndefined()
    expect((await post(note, { text: '  ' })).status).toBe(422)
    const whole = await call(incident, { headers: operator.bearer }, at(incidentId))
    expect(whole.body).toEqual(noted.body)
    expect((await call(decisions, { headers: operator.bearer }, at(incidentId))).body).toEqual({
      items: [],
      next: null,
    })
    expect((await get(notices, `incident=${incidentId}`)).body).toEqual({ items: [], next: null })
  })
  test('decisions and notices are all there, page by page, however many there are', async () => {
    const { incidentId } = await history(1)
    const { sql } = database
    await sql`
      insert into decisions (incident_id, event, outcome, rule, why, inputs)
      select ${incidentId}, 'grew', 'suppressed', 'everyone', 'decision ' || n, '{}' from generate_series(1, 1500) n`
    const [place] = await sql<{ channel: number; device: number }[]>`
      with someone as (select min(id) as id from users), channel as (
        insert into channels (kind, name, user_id) select 'web_push', 'Anna', id from someone returning id
      ), device as (
        insert into push_devices (user_id, device_key, name) select id, gen_random_uuid(), 'Pixel' from someone returning id
      ) select channel.id as channel, device.id as device from channel, device`
    await sql`
      with notice as (
        insert into notices (incident_id, channel_id) values (${incidentId}, ${place?.channel ?? 0}) returning id
      ) insert into deliveries (notice_id, event, push_device_id, message)
      select notice.id, 'opened', ${place?.device ?? 0}, '{}' from notice`
    await sql`
      insert into push_devices (user_id, device_key, name)
      select min(id), gen_random_uuid(), 'Many' from users cross join generate_series(1, 1199) n group by n`
    await sql`
      insert into deliveries (notice_id, event, push_device_id, message)
      select (select max(id) from notices), 'opened', id, '{}' from push_devices where name = 'Many'`
    const all = async (first: (query: string) => Promise<{ body: { items: object[]; next: string | null } }>) => {
      const seen: object[] = []
      let next = ''
      do {
        const { body } = await first(`limit=400${next}`)
        seen.push(...body.items)
        next = body.next === null ? '' : `&cursor=${body.next}`
      } while (next !== '')
      return seen
    }
    const told = await all((query) => get(notices, `incident=${incidentId}&${query}`))
    expect(new Set(told.map((notice) => 'id' in notice && notice.id)).size).toBe(1200)
    const decided = await all((query) =>
      call(decisions, { path: `/api/x?${query}`, headers: operator.bearer }, at(incidentId)),
    )
    expect(decided.map((decision) => 'why' in decision && decision.why)).toEqual(
      Array.from({ length: 1500 }, (_, i) => `decision ${i + 1}`),
    )
  })
  test.each([incidents, notices])('a cursor that is none of ours is refused', async (list) => {
    expect((await get(list, 'cursor=x')).status).toBe(422)
  })
  test('one that is not there is 404', async () => {
    for (const handler of [incident, decisions]) {
      expect((await call(handler, { headers: operator.bearer }, at(1_999_999_999))).status).toBe(404)
    }
    for (const handler of [acknowledge, note]) {
      const answer = await call(handler, { body: { text: 'x' }, headers: operator.bearer }, at(1_999_999_999))
      expect(answer.status).toBe(404)
    }
  })
})

describe('probes', () => {
  test('the token is answered once and only its hash is kept', async () => {
    const admin = await somebody('admin')
    const body = { name: 'Tower', anchors: ['10.0.0.254'] }
    const made = await call(addProbe, { body, headers: admin.bearer })
    expect(made.status).toBe(201)
    expect(made.body).toMatchObject({
      name: 'Tower',
      anchors: ['10.0.0.254'],
      connected: false,
      token: expect.any(String),
    })
    expect(JSON.stringify(await database.sql`select * from probes`)).not.toContain(made.body.token)
    expect((await call(addProbe, { body, headers: admin.bearer })).status).toBe(409)
  })
})

describe('the event log', () => {
  const tell = (count: number) =>
    database.sql.begin((tx) =>
      publish(
        tx,
        Array.from({ length: count }, () => ({
          type: 'target.status' as const,
          at: new Date(),
          targetId: 1,
          incidentId: null,
          body: { status: 'up' },
        })),
      ),
    )
  test('as JSON goes on after an id', async () => {
    await tell(5)
    const first = await get(events, 'after=0&limit=3')
    expect(first.body.items[0]).toMatchObject({ type: 'target.status', event_id: expect.any(Number), status: 'up' })
    const rest = await get(events, `after=${first.body.next}`)
    expect(rest.body.items).toHaveLength(2)
    expect(rest.body.next).toBeNull()
  })
  test('as a stream replays what came after, then tells what comes, until the reader leaves', async () => {
    await tell(2)
    const leave = new AbortController()
    const request = new Request('http://beatline.test/api/events?after=0', {
      headers: { ...operator.bearer, accept: 'text/event-stream' },
      signal: leave.signal,
    })
    const response = await events(request, { params: Promise.resolve({}) })
    expect(response.headers.get('content-type')).toBe('text/event-stream')
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
    let text = ''
    const until = async (count: number) => {
      while ((text.match(/^event: target.status$/gm)?.length ?? 0) < count) text += (await reader?.read())?.value ?? ''
    }
    await until(2)
    expect(text).toMatch(/^id: \d+\nevent: target\.status\ndata: \{.*\}\n\n/m)
    const began = performance.now()
    await tell(3)
    await until(5)
    expect(performance.now() - began).toBeLessThan(5000) // told by NOTIFY, not found at the next heartbeat
    leave.abort()
    expect((await reader?.read().catch(() => ({ done: true })))?.done).toBe(true)
    const held = globalThis as typeof globalThis & { beatlineEventWake?: { streams: number; stop: unknown } }
    expect(held.beatlineEventWake).toMatchObject({ streams: 0, stop: null })
  })
  test('a stream takes up where an EventSource lost it', async () => {
    await tell(3)
    const [second] = await database.sql<{ id: string }[]>`select id from events order by id offset 1 limit 1`
    const leave = new AbortController()
    const request = new Request('http://beatline.test/api/events', {
      headers: { ...operator.bearer, accept: 'text/event-stream', 'last-event-id': String(second?.id) },
      signal: leave.signal,
    })
    const reader = (await events(request, { params: Promise.resolve({}) })).body
      ?.pipeThrough(new TextDecoderStream())
      .getReader()
    let text = ''
    while (!text.includes('event: ')) text += (await reader?.read())?.value ?? ''
    expect(text.match(/^id: /gm)).toHaveLength(1)
    leave.abort()
  })
})
