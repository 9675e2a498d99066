import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { defaultPriority } from '@/lib/domain/priority-words'
import { anyIncident } from '@/lib/domain/route'
import { transaction } from '@/lib/store/database'
import {
  createRoute,
  deleteRoute,
  findRoute,
  listRoutes,
  readPriority,
  readPriorityText,
  updateRoute,
  writePriority,
} from '@/lib/store/routes'
import { createSite, updateSite } from '@/lib/store/sites'
import { anIncident } from '../domain/telling-cases'
import { type TestDatabase, testDatabase } from '../setup/database'

let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database?.stop())
afterEach(async () => {
  for (const table of ['routes', 'channels', 'settings']) await database.sql`delete from ${database.sql(table)}`
})

async function addChannel(name: string): Promise<number> {
  const [row] = await database.sql<{ id: number }[]>`
    insert into channels (kind, name) values ('ntfy', ${name}) returning id`
  return row?.id ?? 0
}

describe('routes', () => {
  test('are kept, listed in the order in which they were made, changed and removed', async () => {
    const [noc, boss] = [await addChannel('NOC'), await addChannel('Boss')]
    const condition = { ...anyIncident, roles: ['router', 'ap'] as const, sites: ['North "Ridge"'], sizeFrom: 3 }
    const first = await createRoute({ name: 'Core', condition, channelIds: [noc, boss] })
    if ('fault' in first) throw new Error(first.fault)
    await createRoute({ name: 'All', condition: anyIncident, channelIds: [noc] })
    expect(first).toEqual({ id: first.id, name: 'Core', condition, channelIds: [noc, boss] })
    expect(await findRoute(first.id)).toEqual(first)
    const changed = await updateRoute(first.id, { name: 'Core 2', condition: anyIncident, channelIds: [boss] })
    expect(changed).toEqual({ id: first.id, name: 'Core 2', condition: anyIncident, channelIds: [boss] })
    expect((await transaction((tx) => listRoutes(tx))).map(({ name }) => name)).toEqual(['Core 2', 'All'])
    expect([await deleteRoute(first.id), await deleteRoute(first.id)]).toEqual([true, false])
    expect(await findRoute(first.id)).toBeNull()
    expect(await updateRoute(first.id, { name: 'x', condition: anyIncident, channelIds: [] })).toBeNull()
  })

  test('lead to channels that exist; one that went since may stay', async () => {
    const gone = await addChannel('Gone')
    const route = { name: 'Core', condition: anyIncident, channelIds: [gone] }
    expect(await createRoute({ ...route, channelIds: [gone, gone + 1_000] })).toEqual({
      fault: `channels: found ${gone + 1_000}, expected ids of channels`,
    })
    const made = await createRoute(route)
    if ('fault' in made) throw new Error(made.fault)
    await database.sql`delete from channels`
    expect(await updateRoute(made.id, { ...route, name: 'New' })).toEqual({ ...route, id: made.id, name: 'New' })
    expect(await updateRoute(made.id, { ...route, channelIds: [gone, gone + 1] })).toHaveProperty('fault')
  })

  test('follow a site that is called otherwise', async () => {
    const siteId = await createSite({
      ...{ name: 'Ridge', latitude: null, longitude: null, timeZone: null },
      ...{ pingInterval: null, pingTimeout: null, isolateMisses: null, isolateSeconds: null },
    })
    const sites = (names: string[]) => ({ name: 'x', condition: { ...anyIncident, sites: names }, channelIds: [] })
    for (const names of [['Hill', 'Ridge', 'Lake'], ['Hill'], []]) await createRoute(sites(names))
    expect(await updateSite(Number(siteId), { name: 'North "Ridge"' })).toBe('updated')
    expect((await listRoutes()).map(({ condition }) => condition.sites)).toEqual([
      ['Hill', 'North "Ridge"', 'Lake'],
      ['Hill'],
      [],
    ])
    await database.sql`delete from sites`
  })

  test('of an older version read with defaults for what they say nothing of', async () => {
    await database.sql`insert into routes (name, condition, channel_ids) values ('Old', '{"tags": ["vip"]}', '{}')`
    expect(await listRoutes()).toMatchObject([{ name: 'Old', condition: { ...anyIncident, tags: ['vip'] } }])
  })
})

describe('priority', () => {
  test('is the default until another expression is saved, and the saved one from then on', async () => {
    const router = anIncident({ role: 'router', affectedClients: 0 })
    expect(await readPriorityText()).toBe(defaultPriority)
    expect((await readPriority()).evaluate(router)).toEqual({ priority: 'critical', fault: null })
    await writePriority('site == "Ridge" ? "low" : "normal"')
    const weighed = await transaction(async (tx) => (await readPriority(tx)).evaluate(router))
    expect(weighed).toEqual({ priority: 'low', fault: null })
  })

  test('that cannot be read any more makes everything normal and says why', async () => {
    await writePriority('nosuch ? "critical" : "low"')
    expect((await readPriority()).evaluate(anIncident())).toEqual({
      priority: 'normal',
      fault: expect.stringContaining('nosuch'),
    })
  })
})
