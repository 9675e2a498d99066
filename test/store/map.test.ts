import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { listMapStates, listMapSuggestions, readMap } from '@/lib/store/map'
import { unpackGraph, unpackStatus } from '@/lib/wire/map'
import { type TestDatabase, testDatabase } from '../setup/database'

describe('what the map asks of the database', () => {
  let database: TestDatabase
  const ids = new Map<string, number>()
  beforeAll(async () => {
    database = await testDatabase()
    const { sql } = database
    await sql`insert into sites (name) values ('Tower 10'), ('Tower 2')`
    for (const name of ['AP-10', 'AP-2', 'Core']) {
      const [row] = await sql<{ id: number }[]>`
        insert into targets (kind, name, site_id, status) values ('device', ${name}, 1, 'up') returning id`
      ids.set(name, row?.id ?? 0)
      await sql`insert into devices (id, address, role, client) values (${row?.id ?? 0}, '127.0.0.1', 'ap', ${name === 'AP-2' ? 'Acme' : null})`
    }
    await sql`insert into upstream_edges (device_id, upstream_id, provenance, confidence, effective)
      values (${id('AP-2')}, ${id('Core')}, 'lldp', 0.9, true), (${id('AP-10')}, ${id('AP-2')}, 'arp', 0.2, false)`
    // A probe that sees everything, so that nothing is unknown.
    await sql`insert into probes (name, token_hash, last_seen_at) values ('Here', 'x', now())`
  })
  afterAll(() => database?.stop())
  const id = (name: string) => ids.get(name) ?? 0

  test('devices and sites come in natural order, with the edges that count', async () => {
    const { json } = await readMap()
    const graph = unpackGraph(JSON.parse(json))
    expect(graph.sites.map(({ name }) => name)).toEqual(['Tower 2', 'Tower 10'])
    expect(graph.devices.map(({ name }) => name)).toEqual(['AP-2', 'AP-10', 'Core'])
    expect(graph.devices[0]).toEqual({
      id: id('AP-2'),
      name: 'AP-2',
      address: '127.0.0.1',
      role: 'ap',
      siteId: 1,
      client: 'Acme',
      clientId: expect.any(Number),
    })
    expect(graph.edges).toEqual([{ deviceId: id('AP-2'), upstreamId: id('Core'), provenance: 'lldp', confidence: 0.9 }])
  })
  test('its mark stays while nothing changes, and changes with an edge', async () => {
    const { mark } = await readMap()
    pastCache()
    expect((await readMap()).mark).toBe(mark)
    await database.sql`update upstream_edges set effective = true`
    pastCache()
    expect((await readMap()).mark).not.toBe(mark)
  })
  test('what is up is not told, and what is not is told as every page shows it', async () => {
    expect(await listMapStates()).toEqual([])
    const since = new Date('2026-01-02T03:04:05Z')
    await database.sql`insert into outages (target_id, began_at, isolated_at, state, opened_evidence)
      values (${id('AP-2')}, ${since}, ${since}, 'unreachable', '{}')`
    await database.sql`update targets set paused_at = ${since} where id = ${id('Core')}`
    const states = await listMapStates()
    expect(states.map(([one, status, at]) => [one, unpackStatus(status), at])).toEqual([
      [id('AP-2'), 'unreachable', since.getTime()],
      [id('Core'), 'paused', since.getTime()],
    ])
  })
  test('suggestions that wait are listed, decided ones are not', async () => {
    await database.sql`insert into topology_suggestions (kind, device_id, to_id, words, decision)
      values ('moved', ${id('AP-2')}, ${id('AP-10')}, 'AP-2 moved to AP-10', null),
        ('cycle', ${id('AP-2')}, ${id('Core')}, 'a circle', 'dismissed')`
    const { items, total } = await listMapSuggestions(5)
    expect(total).toBe(1)
    expect(items[0]).toMatchObject({ deviceId: id('AP-2'), name: 'AP-2', words: 'AP-2 moved to AP-10' })
  })

  /** What is held is a second old at most. */
  function pastCache() {
    const held = globalThis as typeof globalThis & { beatlineMap?: unknown }
    delete held.beatlineMap
  }
})
