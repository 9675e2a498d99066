import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type DeviceSort, listDevices } from '@/lib/store/devices'
import { listBelow, listUpstream } from '@/lib/store/neighbours'
import { createProbe, listProbes } from '@/lib/store/probes'
import { listSites } from '@/lib/store/sites'
import { type TestDatabase, testDatabase } from '../setup/database'
import { addDevice } from '../workers/web/gate'

const shuffled = ['CPE-10', 'cpe-9b', 'Ägidi', 'CPE-2', 'CPE-1', 'Zoo', 'cpe-2', 'AP 100', 'AP 20']
const ordered = ['Ägidi', 'AP 20', 'AP 100', 'CPE-1', 'CPE-2', 'cpe-2', 'cpe-9b', 'CPE-10', 'Zoo']

describe('names are in the order that people count in', () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await testDatabase()
    for (const name of shuffled) await addDevice(database, name)
  })
  afterAll(async () => database?.stop())

  test.each([1, 2, 4, 100])('devices, %i a page, sorted by name and by status', async (limit) => {
    for (const sort of ['name', 'status'] satisfies DeviceSort[]) {
      const names: string[] = []
      let cursor: string | undefined
      do {
        const page = await listDevices({ sort, limit, cursor })
        names.push(...page.items.map((device) => device.name))
        cursor = page.next ?? undefined
      } while (cursor !== undefined)
      expect(names).toEqual(ordered)
    }
  })

  test('neighbours', async () => {
    const { sql } = database
    const [hub] = await sql<{ id: number }[]>`select id from targets where name = 'Zoo'`
    await sql`
      insert into upstream_edges (device_id, upstream_id) select id, ${hub?.id ?? 0} from targets where name <> 'Zoo'
      union all select ${hub?.id ?? 0}, id from targets where name <> 'Zoo'`
    const others = ordered.filter((name) => name !== 'Zoo')
    expect((await listUpstream(hub?.id ?? 0)).map((one) => one.name)).toEqual(others)
    expect((await listBelow(hub?.id ?? 0, 100)).items.map((one) => one.name)).toEqual(others)
  })

  test('sites, page by page, and probes', async () => {
    const names = ['Tower 10', 'Tower 2', 'tower 1', 'Tower 2b']
    for (const name of names) {
      await database.sql`insert into sites (name) values (${name})`
      await createProbe({ name })
    }
    const seen: string[] = []
    for (let after: string | undefined; ; after = seen.at(-1)) {
      const [site] = await listSites(after === undefined ? { limit: 1 } : { limit: 1, after })
      if (!site) break
      seen.push(site.name)
    }
    expect(seen).toEqual(['tower 1', 'Tower 2', 'Tower 2b', 'Tower 10'])
    expect((await listProbes()).map((probe) => probe.name)).toEqual(seen)
  })
})
