import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readAssignment } from '@/lib/store/assigned-targets'
import { createProbe } from '@/lib/store/probes'
import { createProfile, listProfilesForProbes } from '@/lib/store/snmp-profiles'
import { type TestDatabase, testDatabase } from '../setup/database'

describe('what a probe is told of SNMP and of what is above', () => {
  let database: TestDatabase
  let probeId = 0
  let profiles: number[] = []
  let count = 0

  beforeAll(async () => {
    database = await testDatabase()
    probeId = (await createProbe({ name: 'one', siteIds: [] })).id
    for (const name of ['first', 'second', 'third']) {
      await createProfile(
        { name, port: 161, timeoutMs: 1000, retries: 1 },
        { version: '2c', community: `community of ${name}` },
      )
    }
    profiles = (await listProfilesForProbes()).map((profile) => profile.id)
  })
  afterAll(() => database?.stop())

  async function device(snmpProfile: string | null = null, siteId: number | null = null): Promise<number> {
    const [row] = await database.sql<{ id: number }[]>`
      insert into targets (kind, name, site_id) values ('device', ${`device ${++count}`}, ${siteId}) returning id`
    await database.sql`
      insert into devices (id, address, snmp_profile) values (${row?.id ?? 0}, '192.0.2.1', ${snmpProfile})`
    return row?.id ?? 0
  }
  async function site(snmpProfile: string | null): Promise<number> {
    const [row] = await database.sql<{ id: number }[]>`
      insert into sites (name, snmp_profile) values (${`site ${++count}`}, ${snmpProfile}) returning id`
    return row?.id ?? 0
  }
  const told = async (id: number, every = 300) =>
    (await readAssignment(probeId, { every, profiles })).find((target) => target.id === id)

  test('without a choice all profiles are tried, in their order; one that is chosen is the only one', async () => {
    expect((await told(await device()))?.snmp).toEqual({ profiles, every: 300 })
    expect((await told(await device('second'), 60))?.snmp).toEqual({ profiles: [profiles[1]], every: 60 })
  })

  test('the choice of the site holds for devices that make none', async () => {
    const chosen = await site('third')
    expect((await told(await device(null, chosen)))?.snmp?.profiles).toEqual([profiles[2]])
    expect((await told(await device('first', chosen)))?.snmp?.profiles).toEqual([profiles[0]])
  })

  test('none means not walked, as does a profile that is gone or cannot be read, or that there are none', async () => {
    expect(await told(await device('none'))).not.toHaveProperty('snmp')
    expect(await told(await device('gone'))).not.toHaveProperty('snmp')
    const second = await device('second')
    const unreadable = await readAssignment(probeId, { every: 300, profiles: profiles.slice(0, 1) })
    expect(unreadable.find((target) => target.id === second)).not.toHaveProperty('snmp')
    expect((await readAssignment(probeId)).some((target) => target.snmp)).toBe(false)
  })

  test('what is above is what counts, in one order; of edges that are known and do not count nothing is told', async () => {
    const [child, up, other, weak] = [await device(), await device(), await device(), await device()]
    await database.sql`
      insert into upstream_edges (device_id, upstream_id, effective)
      values (${child}, ${other}, true), (${child}, ${up}, true), (${child}, ${weak}, false)`
    expect((await told(child))?.upstream).toEqual([up, other])
    expect(await told(up)).not.toHaveProperty('upstream')
  })
})
