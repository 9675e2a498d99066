import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { POST } from '@/app/api/devices/import/route'
import { findDevice, listDevices } from '@/lib/store/devices'
import { call, settingsForSignIn, somebody } from '../setup/credentials'
import { type TestDatabase, testDatabase } from '../setup/database'
import { costOf } from '../setup/measure'

let database: TestDatabase
let headers: Record<string, string>
beforeAll(async () => {
  settingsForSignIn()
  database = await testDatabase()
  headers = (await somebody('operator')).bearer
})
afterAll(() => database.stop())
beforeEach(async () => {
  await database.sql`delete from targets`
  await database.sql`delete from sites`
})

const csv = (body: string, query = '') =>
  call(POST, { path: `/api/devices/import${query}`, body, headers: { ...headers, 'content-type': 'text/csv' } })
const json = (body: unknown, query = '') => call(POST, { path: `/api/devices/import${query}`, body, headers })
const count = async () => (await database.sql<{ n: number }[]>`select count(*)::int as n from targets`)[0]?.n

/** 1,000 lines, every 33rd of them bad in one of six ways: 30 bad ones. */
function thousandLines() {
  const faults = ['tower', '10.0.0.0/8', '', '10.0.0.999', '224.0.0.1', '::']
  const bad: number[] = []
  const lines = Array.from({ length: 1000 }, (_, i) => {
    const wrong = i % 33 === 32
    if (wrong) bad.push(i + 2)
    const address = wrong ? faults[((i / 33) | 0) % faults.length] : `10.${i >> 8}.${i & 255}.1`
    return `Device ${i},${address},ap,Site ${i % 10},${i % 33 === 0 ? '' : `Device ${i - (i % 33)}`}`
  })
  return { text: ['name,ip,role,site,upstream', ...lines].join('\r\n'), bad }
}

describe('an import of 1,000 lines with 30 bad ones', () => {
  test('names them all and imports the rest', async () => {
    const { text, bad } = thousandLines()
    expect(bad).toHaveLength(30)
    const { status, body } = await csv(text)
    const [first] = body.rejected
    expect(status).toBe(200)
    expect(first).toEqual({
      line: 34,
      reason: 'address: found "tower", expected an IPv4 or IPv6 address such as 10.0.0.1 or 2001:db8::1',
    })
    expect(body.rejected.map(({ line }: { line: number }) => line)).toEqual(bad)
    expect(body.created).toBe(970)
    expect(await count()).toBe(970)
  })
  test('imports nothing with ?atomic=1, naming them all', async () => {
    const { text, bad } = thousandLines()
    const { status, body } = await csv(text, '?atomic=1')
    expect(status).toBe(422)
    expect(body).toMatchObject({ type: '/problems/rejected-import', created: 0, updated: 0 })
    expect(body.rejected.map(({ line }: { line: number }) => line)).toEqual(bad)
    expect(await count()).toBe(0)
    expect(await database.sql`select 1 from sites`).toHaveLength(0)
  })
  test('writes nothing with ?preview=1 and says what it would', async () => {
    const { text } = thousandLines()
    const { status, body } = await csv(text, '?preview=1')
    expect(status).toBe(200)
    expect(body).toMatchObject({ preview: true, new_sites: expect.arrayContaining(['Site 3']) })
    expect(await count()).toBe(0)
    const real = await csv(text)
    expect({ ...real.body, preview: true }).toEqual(body)
  })
})

describe('an import', () => {
  test('adds and changes by name; columns that are not there change nothing', async () => {
    await json([
      { name: 'a', address: '10.0.0.1', site: 'S', tags: ['x'], client: 'C', isolate: { misses: 5, seconds: 20 } },
    ])
    const again = await csv('Name;IP Address;Client\na;10.0.0.9;\nb;10.0.0.2;D')
    expect(again.body).toMatchObject({ created: 1, updated: 1, rejected: [] })
    const { items } = await listDevices()
    expect(items[0]).toMatchObject({
      name: 'a',
      address: '10.0.0.9',
      siteName: 'S',
      tags: ['x'],
      client: null,
      isolate: { misses: 5, seconds: 20 },
    })
    expect(items[1]).toMatchObject({ name: 'b', client: 'D' })
  })
  test('twice the same changes nothing', async () => {
    const text = 'name,ip,site,upstream,tags\na,10.0.0.1,S,,x;y\nb,10.0.0.2,S,a,'
    await csv(text)
    const before = await listDevices()
    expect((await csv(text)).body).toMatchObject({ created: 0, updated: 2 })
    expect(await listDevices()).toEqual(before)
  })
  test('upstreams by name in any order, by id, several, replaced when named again', async () => {
    await csv('name,ip,upstream\nc,10.0.0.3,a;b\nb,10.0.0.2,a\na,10.0.0.1,')
    const { items } = await listDevices()
    const [a, b, c] = items.map(({ id }) => id)
    expect(items[2]?.upstream.map(({ id }) => id)).toEqual([a, b])
    await json([{ name: 'c', address: '10.0.0.3', upstream: [b] }])
    expect((await findDevice(c ?? 0))?.upstream.map(({ id }) => id)).toEqual([b])
    await csv('name,ip\nc,10.0.0.3')
    expect((await findDevice(c ?? 0))?.upstream).toHaveLength(1)
  })
  test('circles, strangers and doubles are named, also against what stands', async () => {
    await csv('name,ip,upstream\na,10.0.0.1,\nb,10.0.0.2,a')
    const { body } = await csv('name,ip,upstream\na,10.0.0.1,b\nc,10.0.0.3,nobody\nd,10.0.0.4,\nd,10.0.0.5,')
    expect(body.rejected).toEqual([
      { line: 2, reason: 'upstream: a -> b -> a is a circle, expected a way that ends' },
      { line: 3, reason: expect.stringContaining('found "nobody"') },
      { line: 5, reason: 'name: "d" is on line 4 and on line 5, expected it once' },
    ])
  })
  test('who builds on a line that could not be read is told which', async () => {
    const { body } = await csv('name,ip,upstream\na,tower,\nb,10.0.0.2,a\nc,10.0.0.3,')
    expect(body.created).toBe(1)
    expect(body.rejected[1]).toEqual({ line: 3, reason: 'upstream: "a" on line 2 was rejected' })
  })
  test('JSON items count from 1', async () => {
    const { body } = await json([{ name: 'a', address: '10.0.0.1' }, 7, { name: 'b' }, null])
    expect(body.created).toBe(1)
    expect(body.rejected).toEqual([
      { line: 2, reason: 'found 7, expected an object' },
      { line: 3, reason: 'address: found none' },
      { line: 4, reason: 'found null, expected an object' },
    ])
  })
  test.each([
    ['text/csv', 'Ridge,10.0.0.1', 422, 'expected a header'],
    ['text/csv', '', 422, 'expected a header'],
    ['application/json', '{"name":"a"}', 422, 'Expected an array'],
    ['application/json', '[', 400, 'not JSON'],
    ['image/png', 'x', 415, 'expected text/csv or application/json'],
    ['text/csv', `name,ip\n${'x'.repeat(17 * 1024 * 1024)}`, 413, 'bytes'],
    ['text/csv', `name,ip\n${'a,1\n'.repeat(100_001)}`, 413, '100001 rows'],
  ])('%s that will not do (%#) is refused', async (type, body, status, detail) => {
    const answer = await call(POST, { body, headers: { ...headers, 'content-type': type } })
    expect(answer.status).toBe(status)
    expect(answer.body.detail).toContain(detail)
  })
  test('bytes that are no UTF-8 are refused rather than mangled', async () => {
    const request = new Request('http://beatline.test/', {
      method: 'POST',
      headers: { ...headers, 'content-type': 'text/csv' },
      body: new Uint8Array([0x6e, 0xe4, 0x0a]),
    })
    const answer = await POST(request, { params: Promise.resolve({}) })
    expect(answer.status).toBe(400)
  })
  test('two at once both arrive', async () => {
    const file = (from: number) =>
      ['name,ip', ...Array.from({ length: 500 }, (_, i) => `d${from + i},10.1.${i >> 8}.${i & 255}`)].join('\n')
    const answers = await Promise.all([csv(file(0)), csv(file(250))])
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    expect(await count()).toBe(750)
  })
})

describe('50,000 devices', () => {
  test('come in within seconds, and the list stays quick', async () => {
    const line = (i: number) =>
      `Device ${i},10.${i >> 16}.${(i >> 8) & 255}.${i & 255},cpe,Site ${i % 300},${i > 100 ? `Device ${i % 100}` : ''}`
    const text = ['name,ip,role,site,upstream', ...Array.from({ length: 50_000 }, (_, i) => line(i + 1))].join('\n')
    const { result, wall: imported } = await costOf(() => csv(text))
    const { body } = result
    expect(body.created + body.rejected.length).toBe(50_000)
    const took = async (query: Parameters<typeof listDevices>[0]) => (await costOf(() => listDevices(query))).wall
    await database.sql`analyze`
    const times = {
      first: await took({}),
      search: await took({ search: 'device 4999' }),
      nothing: await took({ search: 'nowhere' }),
      down: await took({ status: 'down' }),
      status: await took({ sort: 'status' }),
      site: await took({ site: 'Site 7' }),
    }
    const units = Object.entries(times).map(([what, wall]) => `${what} ${wall.toFixed(1)}`)
    console.log(`50,000 devices in units of work: import ${imported.toFixed(0)}, then lists: ${units.join(', ')}`)
    expect(imported).toBeLessThan(200)
    for (const [what, wall] of Object.entries(times)) expect(wall, what).toBeLessThan(15)
  }, 360_000)
})
