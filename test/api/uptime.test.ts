import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { GET as uptime } from '@/app/api/uptime/route'
import { createDevice } from '@/lib/store/devices'
import { UptimeAnswer } from '@/lib/wire/rest-uptime'
import { call, settingsForSignIn, somebody } from '../setup/credentials'
import { type TestDatabase, testDatabase } from '../setup/database'

let database: TestDatabase
let viewer: Awaited<ReturnType<typeof somebody>>
beforeAll(async () => {
  settingsForSignIn()
  database = await testDatabase()
  viewer = await somebody('viewer')
})
afterAll(() => database.stop())
beforeEach(() => database.sql`truncate targets, clients, sites restart identity cascade`)

const get = (query: string) => call(uptime, { path: `/api/uptime?${query}`, headers: viewer.bearer })

async function addDevice(name: string, client: string | undefined, site: string) {
  const made = await createDevice({ name, address: '203.0.113.3', site, ...(client ? { client } : {}) })
  if (!('id' in made)) throw new Error('nothing made')
  await database.sql`
    update targets set created_at = '2026-01-01T00:00Z', status = 'up' where id = ${made.id}`
  return made.id
}
const addOutage = (target: number, began: string, ended: string) => database.sql`
  insert into outages (target_id, began_at, isolated_at, ended_at, opened_evidence)
  values (${target}, ${new Date(`${began}Z`)}, ${new Date(`${began}Z`)}, ${new Date(`${ended}Z`)}, '{}')`

/** Acme has two ways, of which one was always up; the school was dark for 144 min of the first day. */
async function twoClients() {
  const [acme, , school] = [
    await addDevice('CPE 1', 'Acme Dental', 'North Ridge'),
    await addDevice('CPE 2', 'Acme Dental', 'Water Street'),
    await addDevice('CPE 3', 'School', 'North Ridge'),
  ]
  await addOutage(acme ?? 0, '2026-10-01T10:00', '2026-10-01T20:00')
  await addOutage(school ?? 0, '2026-10-01T10:00', '2026-10-01T12:24')
}
const range = 'from=2026-10-01&to=2026-10-02'

describe('uptime', () => {
  test('of clients is the mean over them, in the exact shape', async () => {
    await twoClients()
    const { status, body } = await get(`of=clients&by=day&${range}`)
    expect(status).toBe(200)
    expect(UptimeAnswer.parse(body)).toEqual(body)
    expect(body.items).toEqual([
      {
        day: '2026-10-01',
        from: '2026-10-01T00:00:00.000Z',
        to: '2026-10-02T00:00:00.000Z',
        ...{ uptime: 0.95, counted: 2, dark: 1, dark_seconds: 8640, planned_seconds: 0, unknown_seconds: 0 },
      },
      {
        day: '2026-10-02',
        from: '2026-10-02T00:00:00.000Z',
        to: '2026-10-03T00:00:00.000Z',
        ...{ uptime: 1, counted: 2, dark: 0, dark_seconds: 0, planned_seconds: 0, unknown_seconds: 0 },
      },
    ])
    expect(body.uptime).toBeCloseTo(0.975, 12)
    expect(body.worst).toEqual([
      { kind: 'client', id: expect.any(Number), name: 'School', uptime: 0.95, outages: 1, dark_seconds: 8640 },
    ])
    expect(body.sites).toEqual([
      { id: expect.any(Number), name: 'North Ridge', uptime: 0.975, counted: 2, dark_seconds: 8640 },
      { id: expect.any(Number), name: 'Water Street', uptime: 1, counted: 1, dark_seconds: 0 },
    ])
    expect(body.classes.map((one: { count: number }) => one.count)).toEqual([1, 0, 0, 0, 0, 1, 0])
  })

  test('of devices counts each by itself, and those without a client too', async () => {
    await twoClients()
    await addDevice('Router', undefined, 'Data room')
    const { body } = await get(`of=devices&by=month&${range}`)
    expect(body.items).toHaveLength(1)
    expect(body.items[0]).toMatchObject({ counted: 4, dark: 2, dark_seconds: 36_000 + 8640 })
    expect(body.worst.map((one: { name: string }) => one.name)).toEqual(['CPE 1', 'CPE 3'])
  })

  test('of jobs is empty when there is none', async () => {
    const { body } = await get(`of=jobs&${range}`)
    expect(body).toMatchObject({ uptime: null, counted: 0, worst: [], sites: [] })
  })

  test('days are those of the zone that is asked for', async () => {
    await twoClients()
    const { body } = await get(`of=devices&zone=Pacific/Auckland&${range}`)
    expect(body.items.map((one: { dark_seconds: number }) => one.dark_seconds)).toEqual([
      3600 + 3600, // until midnight there
      9 * 3600 + 1.4 * 3600,
    ])
  })

  test('comes as CSV', async () => {
    await twoClients()
    const response = await uptime(
      new Request(`http://localhost:3000/api/uptime?format=csv&${range}`, { headers: viewer.bearer }),
      { params: Promise.resolve({}) },
    )
    expect(response.headers.get('content-type')).toContain('text/csv')
    expect((await response.text()).split('\r\n')[1]).toBe(
      '2026-10-01,2026-10-01T00:00:00.000Z,2026-10-02T00:00:00.000Z,0.95,2,1,8640,0,0',
    )
  })

  test.each([
    ['from=2026-10-02&to=2026-10-01', 'to: expected a time after from'],
    ['from=2016-10-02', 'at most 800 days'],
    ['from=soon', 'found "soon"'],
    ['zone=Mars/Olympus', 'IANA zone'],
    ['by=year', 'by'],
  ])('%s is refused in words', async (query, words) => {
    const { status, body } = await get(query)
    expect(status).toBe(422)
    expect(JSON.stringify(body)).toContain(words.replaceAll('"', '\\"'))
  })
})
