import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { DELETE, GET, PATCH, PUT } from '@/app/api/devices/[id]/route'
import { POST as add, GET as list } from '@/app/api/devices/route'
import { GET as readRule, PUT as writeRule } from '@/app/api/settings/isolation/route'
import { PATCH as changeSite, DELETE as removeSite } from '@/app/api/sites/[id]/route'
import { POST as addSite, GET as listSites } from '@/app/api/sites/route'
import { readAssignment } from '@/lib/store/assigned-targets'
import { countByStatus, findDevice, listDevices, pauseDevices } from '@/lib/store/devices'
import { firstAnswers } from '@/lib/store/up-messages'
import { DeviceAnswer } from '@/lib/wire/rest'
import { call, settingsForSignIn, somebody } from '../setup/credentials'
import { type TestDatabase, testDatabase } from '../setup/database'

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
  await database.sql`delete from probes`
  await database.sql`delete from settings`
})

const post = (body: object) => call(add, { body, headers })
const at = (id: number) => ({ id: String(id) })
const patch = (id: number, body: object) => call(PATCH, { method: 'PATCH', body, headers }, at(id))
const search = (query: string) => call(list, { path: `/api/devices?${query}`, headers })
const names = (answer: { body: { items: { name: string }[] } }) => answer.body.items.map(({ name }) => name)

async function probe(siteIds: number[] = []) {
  await database.sql`
    insert into probes (name, token_hash, site_ids, connected_at, last_seen_at)
    values (${`p${Math.random()}`}, ${`h${Math.random()}`}, ${siteIds}, now(), now())`
}
async function outageOf(id: number, state = 'down') {
  await database.sql`
    insert into outages (target_id, began_at, isolated_at, state, opened_evidence)
    values (${id}, now(), now(), ${state}, '{}')`
}

describe('a device', () => {
  test('is made with what is said, the rest inherited, and read back in the exact shape', async () => {
    const core = await post({ name: 'Core', address: '10.0.0.1', role: 'router' })
    const made = await post({
      name: 'Ridge-3',
      address: '2001:DB8::3',
      role: 'ap',
      site: 'North Ridge',
      upstream: ['Core'],
      tags: ['north'],
      client: 'School',
      ping_interval: 30,
      isolate: { misses: 5 },
    })
    expect(made.status).toBe(201)
    expect(made.headers.get('location')).toBe(`/api/devices/${made.body.id}`)
    expect(made.body).toEqual({
      id: made.body.id,
      name: 'Ridge-3',
      address: '2001:db8::3',
      pinged: true,
      role: 'ap',
      site: 'North Ridge',
      site_id: expect.any(Number),
      upstream: ['Core'],
      client: 'School',
      client_id: expect.any(Number),
      tags: ['north'],
      snmp_profile: null,
      ping_interval: 30,
      ping_timeout: null,
      isolate: { misses: 5, seconds: null },
      effective: { ping_interval: 30, ping_timeout: 1, isolate: { misses: 5, seconds: 15 } },
      paused: false,
      status: 'unknown',
      status_since: expect.stringMatching(/^\d{4}-.*\.\d{3}Z$/),
      rtt_ms: null,
      loss: null,
      outage_id: null,
      incident_id: null,
    })
    expect(DeviceAnswer.safeParse(made.body).error).toBeUndefined()
    expect((await call(GET, { headers }, at(core.body.id))).body.name).toBe('Core')
  })

  test('what was read can be sent back and changes nothing', async () => {
    await post({ name: 'Core', address: '10.0.0.1' })
    const { body } = await post({ name: 'a', address: '10.0.0.2', site: 'S', upstream: ['Core'], tags: ['t'] })
    const back = await call(PUT, { method: 'PUT', body, headers }, at(body.id))
    expect(back.status).toBe(200)
    expect(back.body).toEqual(body)
  })

  test('PATCH leaves what it does not name, PUT does not', async () => {
    const { body } = await post({ name: 'a', address: '10.0.0.2', site: 'S', client: 'C', isolate: { misses: 4 } })
    const patched = await patch(body.id, { isolate: { seconds: 30 } })
    expect(patched.body).toMatchObject({ site: 'S', client: 'C', isolate: { misses: 4, seconds: 30 } })
    const put = await call(PUT, { method: 'PUT', body: { name: 'a', address: '10.0.0.2' }, headers }, at(body.id))
    expect(put.body).toMatchObject({ site: null, client: null, isolate: { misses: null, seconds: null } })
  })

  test('that is not pinged needs no address, can be sent back, and is pinged only once it has one', async () => {
    await probe()
    const { status, body } = await post({ name: 'cpe', address: '', pinged: false })
    expect(status).toBe(201)
    expect(body).toMatchObject({ address: '', pinged: false, status: 'unknown' })
    const back = await call(PUT, { method: 'PUT', body, headers }, at(body.id))
    expect([back.status, back.body]).toEqual([200, body])
    const [one] = await database.sql<{ id: number }[]>`select id from probes`
    const assigned = async () => (await readAssignment(one?.id ?? 0)).map((target) => target.address)
    for (const [said, words] of [
      [{ pinged: true }, 'address: found none, expected an IP address while it is pinged'],
      [{ pinged: true, address: '' }, 'address: found none'],
      [{ pinged: 'yes' }, 'pinged'],
    ] as const) {
      const answer = await patch(body.id, said)
      expect([answer.status, answer.body.detail]).toEqual([422, expect.stringContaining(words)])
    }
    expect((await post({ name: 'other', address: '' })).status).toBe(422)
    expect(await assigned()).toEqual([])
    expect((await patch(body.id, { pinged: true, address: '10.0.0.9' })).body.pinged).toBe(true)
    expect(await assigned()).toEqual(['10.0.0.9'])
    expect((await patch(body.id, { address: '' })).status).toBe(422)
  })

  test('whose pings end has no outage any more, and is up again with the first answer after they begin anew', async () => {
    await probe()
    const { body } = await post({ name: 'cpe', address: '10.0.0.9' })
    await outageOf(body.id)
    await database.sql`update targets set status = 'down' where id = ${body.id}`
    expect((await patch(body.id, { name: 'cpe 2', pinged: true })).body.outage_id).not.toBeNull()
    expect((await patch(body.id, { pinged: false })).body).toMatchObject({ outage_id: null, status: 'unknown' })
    expect(await database.sql`select cause, ended_at is null as open from outages`).toEqual([
      { cause: 'unwatched', open: false },
    ])
    await patch(body.id, { pinged: true })
    await firstAnswers([body.id], new Date())
    expect((await patch(body.id, {})).body.status).toBe('up')
    const events = await database.sql`select type from events where target_id = ${body.id} order by id`
    expect(events.map(({ type }) => type)).toEqual(['outage.resolved', 'target.status'])
  })

  test.each([
    [{ address: '10.0.0.1' }, 'name'],
    [{ name: 'a' }, 'address'],
    [{ name: '', address: '10.0.0.1' }, 'name'],
    [{ name: 'a', address: 'tower' }, 'address: found "tower", expected an IPv4 or IPv6 address'],
    [{ name: 'a', address: '10.0.0.1', role: 'x' }, 'role'],
    [{ name: 'a', address: '10.0.0.1', upstrem: ['b'] }, 'upstrem'],
    [{ name: 'a', address: '10.0.0.1', upstream: ['nobody'] }, 'upstream: found "nobody", expected names or ids'],
    [{ name: 'a', address: '10.0.0.1', upstream: [999] }, 'upstream: found 999'],
    [{ name: 'a', address: '10.0.0.1', upstream: ['a'] }, 'upstream: "a" would be upstream of itself'],
    [{ name: 'a', address: '10.0.0.1', site: 999 }, 'site: found 999'],
    [{ name: 'a', address: '10.0.0.1', ping_interval: 0 }, 'ping_interval'],
    [{ name: 'a', address: '10.0.0.1', isolate: { misses: 2.5 } }, 'isolate.misses'],
    [[], 'expected object'],
  ])('%o is refused by name and changes nothing', async (body, fault) => {
    const answer = await post(body)
    expect(answer.status).toBe(422)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect(answer.body.detail).toContain(fault)
    expect(await listDevices()).toEqual({ items: [], next: null })
    expect((await call(listSites, { headers })).body.items).toEqual([])
  })

  test('a name is taken once, also by a rename and by two at the same time', async () => {
    await post({ name: 'a', address: '10.0.0.1' })
    expect((await post({ name: 'a', address: '10.0.0.2' })).status).toBe(409)
    const { body } = await post({ name: 'b', address: '10.0.0.2' })
    expect((await patch(body.id, { name: 'a' })).status).toBe(409)
    const both = await Promise.all([1, 2].map(() => post({ name: 'c', address: '10.0.0.3' })))
    expect(both.map(({ status }) => status).sort()).toEqual([201, 409])
  })

  test('a way that comes back to its device is refused, however long', async () => {
    const a = (await post({ name: 'a', address: '10.0.0.1' })).body.id
    await post({ name: 'b', address: '10.0.0.2', upstream: ['a'] })
    await post({ name: 'c', address: '10.0.0.3', upstream: ['b'] })
    const answer = await patch(a, { upstream: ['c'] })
    expect(answer.status).toBe(422)
    expect(answer.body.detail).toContain('"a" would be upstream of itself')
    expect((await patch(a, { upstream: [] })).status).toBe(200)
  })

  test.each(['0', 'abc', '99999999999', '1.5', '-1', "1'--"])('the id %s is nothing', async (id) => {
    const answer = await call(GET, { headers }, { id })
    expect(answer.status).toBe(404)
    expect(answer.body.type).toBe('/problems/not-found')
  })
  test('one that is gone is 404 to everything', async () => {
    for (const [handler, method] of [
      [GET, 'GET'],
      [PATCH, 'PATCH'],
      [DELETE, 'DELETE'],
    ] as const) {
      const body = method === 'PATCH' ? {} : undefined
      expect((await call(handler, { method, body, headers }, at(12345))).status).toBe(404)
    }
  })
  test('a body that is no JSON, of another type or too large is refused', async () => {
    expect((await call(add, { body: '{', headers })).status).toBe(400)
    expect((await call(add, { body: 'a=b', headers: { ...headers, 'content-type': 'text/html' } })).status).toBe(415)
    expect((await call(add, { body: `"${'x'.repeat(300_000)}"`, headers })).status).toBe(413)
  })
})

describe('pausing and deleting', () => {
  test('pausing ends the open outage, shows paused, and tells', async () => {
    const { id } = (await post({ name: 'a', address: '10.0.0.1' })).body
    await outageOf(id)
    const answer = await patch(id, { paused: true })
    expect(answer.body).toMatchObject({ status: 'paused', paused: true, outage_id: null })
    const [outage] = await database.sql`select ended_at, cause from outages where target_id = ${id}`
    expect(outage).toMatchObject({ ended_at: expect.any(Date), cause: 'paused' })
    const events = await database.sql`select type, body from events where target_id = ${id} order by id`
    expect(events.map(({ type }) => type)).toEqual(['outage.resolved', 'target.status'])
    expect(await pauseDevices([id], true)).toBe(0) // again: nothing to do
    expect((await patch(id, { paused: false })).body).toMatchObject({ status: 'unknown', paused: false })
  })
  test('deleting ends the open outage first and takes edges with it', async () => {
    const { id } = (await post({ name: 'a', address: '10.0.0.1' })).body
    const below = (await post({ name: 'b', address: '10.0.0.2', upstream: [id] })).body.id
    await outageOf(id)
    expect((await call(DELETE, { method: 'DELETE', headers }, at(id))).status).toBe(204)
    const [event] = await database.sql`select body from events where target_id = ${id} and type = 'outage.resolved'`
    expect(event?.body.target.name).toBe('a')
    expect((await findDevice(below))?.upstream).toEqual([])
  })
})

describe('the status shown', () => {
  test('paused before dark before unknown before what was measured', async () => {
    const id = (await post({ name: 'a', address: '10.0.0.1', site: 'S' })).body.id
    const shown = async () => (await findDevice(id))?.status
    const store = (status: string) => database.sql`update targets set status = ${status} where id = ${id}`
    expect(await shown()).toBe('new')
    await store('up')
    expect(await shown()).toBe('unknown') // no probe
    await probe()
    expect(await shown()).toBe('up')
    await store('degraded')
    expect(await shown()).toBe('degraded')
    await outageOf(id, 'unreachable')
    expect(await shown()).toBe('unreachable')
    await database.sql`update probes set blind_since = now()`
    expect(await shown()).toBe('unreachable')
    await database.sql`update outages set ended_at = now()`
    expect(await shown()).toBe('unknown') // every probe is blind
    await database.sql`update probes set blind_since = null, last_seen_at = now() - interval '2 minutes'`
    expect(await shown()).toBe('unknown') // every probe is absent
  })
  test('a probe of another site sees nothing of this one', async () => {
    const { id, site_id } = (await post({ name: 'a', address: '10.0.0.1', site: 'S' })).body
    const other = (await call(addSite, { body: { name: 'T' }, headers })).body.id
    await database.sql`update targets set status = 'up'`
    await probe([other])
    expect((await findDevice(id))?.status).toBe('unknown')
    await probe([site_id])
    expect((await findDevice(id))?.status).toBe('up')
  })
  test('suspect is of the moment, in lists and counts alike', async () => {
    await probe()
    const ids = []
    for (const name of ['a', 'b', 'c']) ids.push((await post({ name, address: '10.0.0.1' })).body.id)
    await database.sql`update targets set status = 'up'`
    await outageOf(ids[2])
    const held = globalThis as typeof globalThis & { beatlineMoments?: Map<number, object> | undefined }
    held.beatlineMoments = new Map([
      [ids[1], { status: 'suspect', since: Date.now() }],
      [ids[2], { status: 'suspect', since: Date.now() }],
    ])
    expect(await countByStatus()).toEqual({ up: 1, suspect: 1, down: 1 })
    expect(names(await search('status=suspect'))).toEqual(['b'])
    expect(names(await search('status=up'))).toEqual(['a'])
    held.beatlineMoments = undefined
  })
})

describe('the list', () => {
  beforeEach(async () => {
    await probe()
    for (let i = 1; i <= 25; i++) {
      const name = `Ridge-${String(i).padStart(2, '0')}`
      await post({
        name,
        address: `10.0.1.${i}`,
        site: i % 2 ? 'Odd' : 'Even',
        tags: i % 5 ? [] : ['five'],
        client: `C${i}`,
      })
    }
    await database.sql`update targets set status = 'up', status_since = now() - (id || ' s')::interval`
  })
  test.each(['name', 'status', 'since'])('by %s: pages hold every device once', async (sort) => {
    await database.sql`update targets set status = 'degraded' where name like '%3'`
    const all: string[] = []
    let cursor = ''
    do {
      const page = await search(`limit=4&sort=${sort}${cursor && `&cursor=${cursor}`}`)
      expect(page.body.items.length).toBeLessThanOrEqual(4)
      all.push(...names(page))
      cursor = page.body.next ?? ''
    } while (cursor)
    expect(all).toHaveLength(25)
    expect(new Set(all).size).toBe(25)
    if (sort === 'name') expect(all).toEqual([...all].sort())
    if (sort === 'status') expect(all.slice(0, 3)).toEqual(['Ridge-03', 'Ridge-13', 'Ridge-23'])
  })
  test.each([
    ['search=ridge-2', 6],
    ['search=RIDGE-20', 1],
    ['search=10.0.1.2', 7],
    ['search=c25', 1],
    ['search=%25', 0], // a percent sign is a percent sign
    ['search=_', 0],
    ['tag=five', 5],
    ['site=Odd', 13],
    ['site=Odd&tag=five', 3],
    ['status=up', 25],
    ['status=down', 0],
    ['status=paused', 0],
  ])('%s finds %i', async (query, count) => expect((await search(query)).body.items).toHaveLength(count))
  test.each(['limit=0', 'limit=1001', 'limit=x', 'status=red', 'cursor=abc', 'cursor=W10', 'sort=x', 'colour=red'])(
    '%s is refused by name',
    async (query) => {
      const answer = await search(query)
      expect(answer.status).toBe(422)
      expect(answer.body.detail).toContain(query.split('=')[0])
    },
  )
})

describe('sites and rules', () => {
  test('a rule goes from everything to the site to the device', async () => {
    const { body } = await post({ name: 'a', address: '10.0.0.1', site: 'S' })
    const rule = { interval: 20, timeout: 2, misses: 4, seconds: 30 }
    expect((await call(writeRule, { method: 'PUT', body: rule, headers })).body).toEqual(rule)
    expect((await call(readRule, { headers })).body).toEqual(rule)
    await call(changeSite, { method: 'PATCH', body: { isolate: { misses: 6 } }, headers }, at(body.site_id))
    await patch(body.id, { ping_timeout: 0.3 })
    expect((await call(GET, { headers }, at(body.id))).body.effective).toEqual({
      ping_interval: 20,
      ping_timeout: 0.3,
      isolate: { misses: 6, seconds: 30 },
    })
  })
  test('a rule that can never be met is refused', async () => {
    const body = { interval: 10, timeout: 1, misses: 10, seconds: 5 }
    const answer = await call(writeRule, { method: 'PUT', body, headers })
    expect(answer.status).toBe(422)
    expect(answer.body.detail).toContain('10 misses cannot fall within 5 s')
  })
  test('a site keeps its devices countable, its name unique, and leaves them when it goes', async () => {
    const { body } = await post({ name: 'a', address: '10.0.0.1', site: 'S' })
    const site = (await call(listSites, { headers })).body.items[0]
    expect(site).toMatchObject({ name: 'S', devices: 1, time_zone: null })
    expect((await call(addSite, { body: { name: 'S' }, headers })).status).toBe(409)
    expect((await call(addSite, { body: { name: 'T', time_zone: 'Mars/Base' }, headers })).status).toBe(422)
    const put = await call(
      changeSite,
      { method: 'PATCH', body: { latitude: 48.1, time_zone: 'Europe/Berlin' }, headers },
      at(site.id),
    )
    expect(put.body).toMatchObject({ latitude: expect.closeTo(48.1, 4), time_zone: 'Europe/Berlin', name: 'S' })
    expect((await call(removeSite, { method: 'DELETE', headers }, at(site.id))).status).toBe(204)
    expect((await findDevice(body.id))?.siteName).toBeNull()
  })
})
