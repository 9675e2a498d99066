import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { GET as facts } from '@/app/api/devices/[id]/facts/route'
import { POST as walk } from '@/app/api/devices/[id]/walk/route'
import { POST as accept } from '@/app/api/discoveries/[id]/accept/route'
import { POST as cancel } from '@/app/api/discoveries/[id]/cancel/route'
import { POST as dismiss } from '@/app/api/discoveries/[id]/dismiss/route'
import { GET as found } from '@/app/api/discoveries/[id]/found/route'
import { DELETE, GET } from '@/app/api/discoveries/[id]/route'
import { POST as add, GET as list } from '@/app/api/discoveries/route'
import { GET as readRanges, PUT as setRanges } from '@/app/api/settings/discovery/route'
import { POST as follow } from '@/app/api/suggestions/[id]/accept/route'
import { GET as suggestions } from '@/app/api/suggestions/route'
import { noFacts } from '@/lib/domain/device-facts'
import { transaction } from '@/lib/store/database'
import { createDevice } from '@/lib/store/devices'
import { saveFound } from '@/lib/store/discoveries'
import { createProbe } from '@/lib/store/probes'
import { DiscoveryAnswer, FoundAnswer } from '@/lib/wire/rest-discoveries'
import { FactsAnswer, SuggestionAnswer } from '@/lib/wire/rest-facts'
import { call, settingsForSignIn, somebody } from '../setup/credentials'
import { type TestDatabase, testDatabase } from '../setup/database'

let database: TestDatabase
let headers: Record<string, string>
let admin: Record<string, string>
let probeId: number
beforeAll(async () => {
  settingsForSignIn()
  database = await testDatabase()
  headers = (await somebody('operator')).basic
  admin = (await somebody('admin')).basic
  probeId = (await createProbe({ name: 'north' })).id
})
afterAll(() => database?.stop())
beforeEach(async () => {
  await database.sql`delete from discoveries`
  await database.sql`delete from targets`
  await database.sql`delete from settings`
})

const at = (id: number) => ({ id: String(id) })
const post = (body: object) => call(add, { body, headers })
const told = (discoveryId: number, addresses: string[], ended = false) =>
  transaction((tx) =>
    saveFound(tx, probeId, {
      discoveryId,
      asked: 9,
      total: 254,
      ended,
      failure: null,
      items: addresses.map((address, i) => ({
        address,
        rttMs: 2,
        profileId: null,
        facts:
          i === 0
            ? { ...noFacts(), vendor: 'Mimosa', model: 'B5c', system: { ...noFacts().system, name: 'Link' } }
            : null,
      })),
    }),
  )

describe('a discovery', () => {
  test('is begun by the first probe with every profile, followed, and ended', async () => {
    const { status, body } = await post({ ranges: '10.9.0.0/25, 10.9.0.128/25', site: 'Ridge' })
    expect(status).toBe(201)
    expect(DiscoveryAnswer.strict().parse(body)).toMatchObject({
      probe: { id: probeId, name: 'north', connected: false },
      ranges: ['10.9.0.0/24'],
      seeds: [],
      site: 'Ridge',
      rate: 250,
      state: 'waiting',
      total: 256,
      created_by: 'operator',
    })
    await told(body.id, ['10.9.0.1', '10.9.0.2'])
    expect((await call(GET, { headers }, at(body.id))).body).toMatchObject({ state: 'running', found: 2, opened: 1 })
    expect((await call(DELETE, { method: 'DELETE', headers }, at(body.id))).status).toBe(409)
    await call(cancel, { method: 'POST', headers }, at(body.id))
    await told(body.id, [], true)
    expect((await call(list, { headers })).body.items).toMatchObject([{ id: body.id, state: 'cancelled' }])
    expect((await call(DELETE, { method: 'DELETE', headers }, at(body.id))).status).toBe(204)
  })

  test.each([
    [{}, /^ranges: expected a range/],
    [{ ranges: '10.0.0.0/24, fish' }, /^ranges: found "fish"/],
    [{ ranges: ['8.8.8.8'] }, /^ranges: 8\.8\.8\.8\/32 is outside/],
    [{ ranges: '10.0.0.0/24', seeds: ['10.1.0.1'] }, /^seeds: 10\.1\.0\.1 is outside/],
    [{ ranges: '10.0.0.0/24', probe: 999_999 }, /^probe: found 999999/],
    [{ ranges: '10.0.0.0/24', rate: 100_000 }, /^rate/],
  ])('%j is refused in words', async (body, words) => {
    const answer = await post(body)
    expect([answer.status, answer.body.detail]).toEqual([422, expect.stringMatching(words)])
  })

  test('what it found is listed in the order of addresses, in pages, and watched or not', async () => {
    const { id } = (await post({ ranges: '10.9.0.0/24' })).body
    await told(id, ['10.9.0.10', '10.9.0.9', '10.9.0.100'])
    const first = (await call(found, { headers, path: '/?limit=2' }, at(id))).body
    const second = (await call(found, { headers, path: `/?limit=2&cursor=${first.next}` }, at(id))).body
    const items = [...first.items, ...second.items].map((one) => FoundAnswer.strict().parse(one))
    expect(items.map((one) => one.address)).toEqual(['10.9.0.9', '10.9.0.10', '10.9.0.100'])
    expect(items[1]).toMatchObject({ vendor: 'Mimosa', model: 'B5c', suggested: { name: 'Link', role: 'other' } })
    const own = { items: [{ id: items[1]?.id, name: 'Ridge to Water', role: 'backhaul' }] }
    const accepted = (await call(accept, { body: own, headers }, at(id))).body
    expect(accepted).toEqual({ accepted: [expect.any(Number)], skipped: 0 })
    expect((await call(dismiss, { body: { all: 'waiting' }, headers }, at(id))).body).toEqual({ dismissed: 2 })

    const known = (await call(facts, { headers }, at(accepted.accepted[0]))).body
    expect(FactsAnswer.strict().parse(known)).toMatchObject({
      failure: null,
      probe: 'north',
      facts: { vendor: 'Mimosa', system: { name: 'Link', object_id: null }, station_count: null },
    })
    expect((await call(walk, { method: 'POST', headers }, at(accepted.accepted[0]))).body).toEqual({ asked: true })
    expect((await call(walk, { method: 'POST', headers }, at(2_000_000)))?.status).toBe(404)
  })
})

test('the ranges that may be looked at are set by an admin alone, and read back canonical', async () => {
  expect((await call(readRanges, { headers })).body.ranges).toContain('100.64.0.0/10')
  const said = { ranges: ['10.5.7.1/16', 'fd00::/8'] }
  expect((await call(setRanges, { method: 'PUT', body: said, headers })).status).toBe(403)
  const set = await call(setRanges, { method: 'PUT', body: said, headers: admin })
  expect(set.body).toEqual({ ranges: ['10.5.0.0/16', 'fd00::/8'] })
  expect((await call(readRanges, { headers })).body).toEqual(set.body)
  expect((await post({ ranges: '10.6.0.0/24' })).status).toBe(422)
  await call(setRanges, { method: 'PUT', body: { ranges: [] }, headers: admin })
  expect((await call(readRanges, { headers })).body).toEqual({ ranges: [] })
})

test('a suggestion is followed once', async () => {
  const ids = await Promise.all(
    ['CPE', 'AP-2', 'AP-3'].map(async (name, i) => {
      const made = await createDevice({ name, address: `10.9.0.${i + 1}` })
      return 'id' in made ? made.id : 0
    }),
  )
  const [row] = await database.sql<{ id: number }[]>`
    insert into topology_suggestions (kind, device_id, from_id, to_id, words)
    values ('moved', ${ids[0] ?? 0}, ${ids[1] ?? 0}, ${ids[2] ?? 0}, 'CPE moved from AP-2 to AP-3') returning id`
  const listed = (await call(suggestions, { headers, path: `/?open=1&device=${ids[0]}` })).body.items
  expect(listed.map((one: unknown) => SuggestionAnswer.strict().parse(one))).toMatchObject([
    { id: row?.id, kind: 'moved', from: { name: 'AP-2' }, to: { name: 'AP-3' }, decision: null },
  ])
  const done = await call(follow, { method: 'POST', headers }, at(row?.id ?? 0))
  expect(done.body).toMatchObject({ decision: 'accepted', decided_by: 'operator' })
  expect((await call(follow, { method: 'POST', headers }, at(row?.id ?? 0))).status).toBe(409)
  const { upstream } = (await call(facts, { headers }, at(ids[0] ?? 0))).body
  expect(upstream).toMatchObject([{ device: { name: 'AP-3' }, provenance: 'hand', effective: true }])
})
