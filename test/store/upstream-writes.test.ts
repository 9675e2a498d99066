import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { transaction } from '@/lib/store/database'
import { importDevices } from '@/lib/store/device-imports'
import { createDevice, updateDevice } from '@/lib/store/device-writes'
import { findDevice } from '@/lib/store/devices'
import { saveHints } from '@/lib/store/hints'
import { listBelow, listUpstream } from '@/lib/store/neighbours'
import { type TestDatabase, testDatabase } from '../setup/database'

let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.stop())
beforeEach(async () => {
  await database.sql`delete from targets`
  for (const name of ['A', 'B', 'C', 'D']) {
    const made = await createDevice({ name, address: `10.0.0.${name.charCodeAt(0)}` })
    if ('id' in made) ids.set(name, made.id)
  }
})
const ids = new Map<string, number>()
const id = (name: string) => ids.get(name) ?? 0
const learn = (below: string, above: string, effective = true, confidence = 0.9) => database.sql`
  insert into upstream_edges (device_id, upstream_id, provenance, confidence, effective)
  values (${id(below)}, ${id(above)}, 'lldp', ${confidence}, ${effective})`
const edges = async () =>
  (
    await database.sql<{ edge: string }[]>`
      select d.name || '-' || u.name || ' ' || e.provenance || case when e.effective then '' else ' no' end as edge
      from upstream_edges e join targets d on d.id = e.device_id join targets u on u.id = e.upstream_id order by 1`
  ).map((row) => row.edge)

describe('upstreams by hand beside those that were learnt', () => {
  test('a form that is saved as it was shown changes nothing', async () => {
    await learn('A', 'B')
    await learn('A', 'C', false)
    expect((await findDevice(id('A')))?.upstream.map((one) => one.name)).toEqual(['B'])
    await updateDevice(id('A'), { upstream: ['B'], tags: ['x'] })
    expect(await edges()).toEqual(['A-B lldp', 'A-C lldp no'])
  })

  test('what is named counts, what was learnt beside it is known and counts no more', async () => {
    await learn('A', 'B')
    await updateDevice(id('A'), { upstream: ['C', 'D'] })
    expect(await edges()).toEqual(['A-B lldp no', 'A-C hand', 'A-D hand'])
    await updateDevice(id('A'), { upstream: ['B'] })
    expect(await edges()).toEqual(['A-B hand'])
    expect(await listUpstream(id('A'))).toMatchObject([{ name: 'B' }])
    expect(await listBelow(id('B'), 9)).toMatchObject({ total: 1 })
    expect(await listBelow(id('C'), 9)).toMatchObject({ total: 0 })
  })

  test('a circle of learnt edges gives way where it is least sure, one made by hand is refused', async () => {
    await learn('B', 'C', true, 0.7)
    await learn('C', 'A', true, 0.9)
    expect(await updateDevice(id('A'), { upstream: ['B'] })).toEqual({ id: id('A') })
    expect(await edges()).toEqual(['A-B hand', 'B-C lldp no', 'C-A lldp'])
    await updateDevice(id('B'), { upstream: ['D'] })
    expect(await updateDevice(id('D'), { upstream: ['A'] })).toMatchObject({
      fault: expect.stringContaining('"D" would be upstream of itself'),
    })
  })

  test('an import wins over what was learnt, and one of what was exported changes nothing', async () => {
    await learn('A', 'B')
    await learn('C', 'D')
    const row = (line: number, name: string, upstream: string[]) => ({
      line,
      name,
      address: `10.0.0.${name.charCodeAt(0)}`,
      upstream,
    })
    await importDevices([row(1, 'A', ['B']), row(2, 'C', ['A'])])
    expect(await edges()).toEqual(['A-B lldp', 'C-A imported', 'C-D lldp no'])
    await importDevices([row(1, 'B', ['C'])]) // against A below B, which was learnt: the keeper opens the circle
    expect(await edges()).toContain('B-C imported')
    const { rejected } = await importDevices([row(1, 'A', ['B'])])
    expect(rejected).toEqual([{ line: 1, reason: expect.stringContaining('A -> B -> C -> A is a circle') }])
  })
})

test('hints are kept of devices that are there, without controls', async () => {
  const at = Date.now()
  await transaction((tx) =>
    saveHints(tx, [
      { target_id: id('A'), at, kind: 'link_down', detail: 'ether3\u0000' },
      { target_id: 999_999, at, kind: 'link_up', detail: 'x' },
    ]),
  )
  const hints = await database.sql`select device_id, at, kind, detail, about_id from device_hints`
  expect(hints.map((row) => ({ ...row }))).toEqual([
    { device_id: id('A'), at: new Date(at), kind: 'link_down', detail: 'ether3', about_id: null },
  ])
})
