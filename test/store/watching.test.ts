import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readAssignment } from '@/lib/store/assigned-targets'
import { listWholeOutages } from '@/lib/store/outage-lists'
import { closeOutages, openOutages } from '@/lib/store/outages'
import { createProbe, findProbe, probeConnected, probeDisconnected } from '@/lib/store/probes'
import type { IsolatedItem, RevivedItem } from '@/lib/wire/probe'
import { type TestDatabase, testDatabase } from '../setup/database'
import { addDevice } from '../workers/web/gate'

describe('who watches what', () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await testDatabase()
  })
  afterAll(async () => database?.stop())

  let names = 0
  const auth = { token: '', spool_id: crypto.randomUUID(), version: 'test', ping_way: 'raw' as const }
  async function probeOf(siteIds: number[]) {
    const name = `probe ${++names}`
    const { id } = await createProbe({ name, siteIds })
    await probeConnected(id, auth)
    return { id, name }
  }
  async function site(): Promise<number> {
    const [row] = await database.sql<{ id: number }[]>`
      insert into sites (name) values (${`site ${++names}`}) returning id`
    return row?.id ?? 0
  }
  const evidence = { rule: '3 misses in 15 s', address: '192.0.2.1', way: 'raw' as const, pings: [] }
  const dark = (targetId: number): IsolatedItem => ({
    target_id: targetId,
    began_at: 1_700_000_000_000,
    isolated_at: 1_700_000_003_000,
    evidence,
  })
  const back = (targetId: number): RevivedItem => ({
    target_id: targetId,
    ended_at: 1_700_000_100_000,
    decided_at: 1_700_000_101_000,
    evidence,
  })
  const open = (probe: { id: number; name: string }, id: number) =>
    database.sql.begin((tx) => openOutages(tx, probe, [dark(id)]))
  const close = (probe: { id: number; name: string }, id: number) =>
    database.sql.begin((tx) => closeOutages(tx, probe, [back(id)]))
  const openOf = async (id: number) => (await listWholeOutages({ target: id, open: true })).items.length
  const blind = (id: number) => database.sql`update probes set blind_since = now() where id = ${id}`

  test('a probe has no say in devices of sites that are not its own', async () => {
    const [here, there] = [await site(), await site()]
    const [mine, foreign] = [await probeOf([here]), await probeOf([there])]
    const id = await addDevice(database, `device ${++names}`, here)
    await open(foreign, id)
    expect(await database.sql`select 1 from verdicts where target_id = ${id}`).toHaveLength(0)
    await open(mine, id)
    expect(await openOf(id)).toBe(1)
    await blind(mine.id) // nobody who watches it can vote: that is no reason to believe a stranger
    await close(foreign, id)
    expect(await openOf(id)).toBe(1)
    await close(mine, id)
    expect(await openOf(id)).toBe(0)
  })

  test('a verdict of a probe that watches a device no more keeps nobody from ending its outage', async () => {
    const [before, after] = [await site(), await site()]
    const [old, fresh] = [await probeOf([before]), await probeOf([after])]
    const id = await addDevice(database, `device ${++names}`, before)
    await open(old, id)
    await database.sql`update targets set site_id = ${after} where id = ${id}`
    expect((await readAssignment(fresh.id)).find((target) => target.id === id)?.open).toEqual({
      began_at: 1_700_000_000_000,
    })
    await close(fresh, id)
    expect(await openOf(id)).toBe(0)
  })

  test.each(['blind', 'gone'])(
    'an outage that a probe opened which is now %s can be ended by the one that sees',
    async (how) => {
      const place = await site()
      const [one, other] = [await probeOf([place]), await probeOf([place])]
      const id = await addDevice(database, `device ${++names}`, place)
      await blind(other.id)
      await open(one, id)
      expect(await openOf(id)).toBe(1)
      await database.sql`update probes set blind_since = null where id = ${other.id}`
      const named = async () => (await readAssignment(other.id)).find((target) => target.id === id)?.open
      expect(await named()).toBeNull() // the one that opened it will end it
      if (how === 'blind') await blind(one.id)
      else await database.sql`update probes set last_seen_at = now() - interval '2 minutes' where id = ${one.id}`
      expect(await named()).toEqual({ began_at: 1_700_000_000_000 })
      await close(other, id)
      expect(await openOf(id)).toBe(0)
    },
  )

  test('a connection that dies late does not count the probe out that has come anew elsewhere', async () => {
    const { id } = await createProbe({ name: `probe ${++names}` })
    const first = await probeConnected(id, auth)
    await new Promise((done) => setTimeout(done, 5))
    const second = await probeConnected(id, auth)
    await probeDisconnected(id, first)
    expect(await findProbe(id)).toMatchObject({ connected: true })
    await probeDisconnected(id, second)
    expect(await findProbe(id)).toMatchObject({ connected: false })
  })
})
