import { Agent } from 'node:https'
import { isDeepStrictEqual } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { DeviceFacts } from '@/lib/domain/device-facts'
import { transaction } from '@/lib/store/database'
import { updateDevice } from '@/lib/store/device-writes'
import { vapidKeys } from '@/lib/store/settings'
import { decideSuggestion } from '@/lib/store/suggestions'
import { saveWalks } from '@/lib/store/walks'
import { packFacts } from '@/lib/wire/facts'
import type { WalkItem } from '@/lib/wire/walk'
import { runKeeper } from '@/workers/keeper/run'
import { topology } from '@/workers/keeper/topology'
import { type Box, factsOf, type SceneOptions, tower3, wire } from '../../domain/network-scene'
import { type TestDatabase, testDatabase } from '../../setup/database'
import { goDark, quiet, until } from './scene'

const isSwitch = (box: Box) => box.role === 'switch' || box.role === 'router'
const options: SceneOptions = { lldp: isSwitch, mndp: () => false, bridges: isSwitch, walked: () => true, sites: false }

let database: TestDatabase
let probeId = 0
beforeEach(async () => {
  database = await testDatabase()
  const [probe] = await database.sql<
    { id: number }[]
  >`insert into probes (name, token_hash) values ('P', 'x') returning id`
  probeId = probe?.id ?? 0
})
afterEach(() => database.stop())

/** The boxes as devices, with their ids as the database gave them. */
async function register(boxes: readonly Box[]): Promise<void> {
  const rows = boxes.map(({ name, ip, role }) => ({ name, ip, role }))
  const made = await database.sql<{ id: number; name: string }[]>`
    with said as (select * from jsonb_to_recordset(${database.sql.json(rows)}) as r(name text, ip text, role text)),
      made as (insert into targets (kind, name, status) select 'device', name, 'up' from said returning id, name),
      addressed as (insert into devices (id, address, role)
        select made.id, said.ip, said.role from made join said on said.name = made.name)
    select id, name from made`
  for (const row of made) ids.set(row.name, row.id)
}
const ids = new Map<string, number>()
const id = (name: string) => ids.get(name) ?? 0
let clock = Date.now() - 3_600_000

const itemOf = (box: Box, at: number, change: (facts: DeviceFacts) => void = () => {}): WalkItem => {
  const facts = factsOf(box, options)
  change(facts)
  return { target_id: id(box.name), at, profile_id: null, duration_ms: 12, facts: packFacts(facts), failure: null }
}

async function walk(box: Box, change?: (facts: DeviceFacts) => void, at = ++clock): Promise<void> {
  await transaction((tx) => saveWalks(tx, probeId, [itemOf(box, at, change)]))
}

/** As a probe sends them: 16 at a time. */
async function walkAll(boxes: readonly Box[]): Promise<void> {
  for (let i = 0; i < boxes.length; i += 16) {
    const items = boxes.slice(i, i + 16).map((box) => itemOf(box, ++clock))
    await transaction((tx) => saveWalks(tx, probeId, items))
  }
}

async function graph(): Promise<Map<string, string[]>> {
  const rows = await database.sql<{ name: string; above: string[] }[]>`
    select t.name, array_agg(u.name order by u.name) as above from upstream_edges e
    join targets t on t.id = e.device_id join targets u on u.id = e.upstream_id where e.effective group by t.name`
  return new Map(rows.map(({ name, above }) => [name, above]))
}

const sorted = (truth: ReadonlyMap<string, readonly string[]>) =>
  new Map([...truth].filter(([, above]) => above.length > 0).map(([name, above]) => [name, [...above].sort()]))

async function settleAll(learner: ReturnType<typeof topology>): Promise<void> {
  while (await learner.step());
}

describe('the graph of the issue', () => {
  test('is learnt by walks alone, is read again by another keeper, and says of what it knows how', async () => {
    const { boxes, truth } = tower3()
    await register(boxes)
    const learner = topology({ log: quiet })
    await walkAll(boxes)
    await settleAll(learner)
    expect(await graph()).toEqual(sorted(truth))
    const [edge] = await database.sql`
      select provenance, confidence::float8 as confidence, evidence from upstream_edges where device_id = ${id('CPE-1-1-1')}`
    expect(edge).toMatchObject({ provenance: 'registration' })
    expect(edge?.confidence).toBeCloseTo(0.995)
    expect(edge?.evidence.map((one: { detail: string }) => one.detail)).toEqual([
      'CPE-1-1-1 is registered at wlan1 of AP-1-1',
      'CPE-1-1-1 says that its access point is AP-1-1',
    ])
    expect(await database.sql`select 1 from device_walks where learnt_at is distinct from walked_at`).toHaveLength(0)
    await learner.leave()
    const other = topology({ log: quiet })
    await settleAll(other)
    expect(await graph()).toEqual(sorted(truth))
    expect(await learner.step()).toBe(false) // the place is taken
  })
})

test('a running keeper has the edge within seconds of the walk, also of a device that was added just before', async () => {
  const { boxes, truth } = tower3({ aps: 1, cpes: 1 })
  const stopping = new AbortController()
  const vapid = { subject: 'mailto:operator@example.net', ...(await vapidKeys()) }
  const running = runKeeper({
    databaseUrl: database.url,
    siteUrl: 'https://beatline.example.net',
    senders: { web_push: { vapid, allowPrivate: true, agent: new Agent() } },
    log: quiet,
    signal: stopping.signal,
  })
  await until(
    'a first round',
    async () => (await database.sql`select 1 from settings where name = 'topology_learner'`)[0],
  )
  await register(boxes)
  const begun = Date.now()
  // In one commit: what is learnt of a half of them may stand beside the rest for its minute.
  await transaction((tx) =>
    saveWalks(
      tx,
      probeId,
      boxes.map((box) => itemOf(box, ++clock)),
    ),
  )
  const expected = sorted(truth)
  await until('the graph', async () => isDeepStrictEqual(await graph(), expected), 10_000)
  expect(Date.now() - begun).toBeLessThan(10_000)
  stopping.abort()
  await running
})

describe('what changes', () => {
  const find = (boxes: readonly Box[], name: string) => boxes.find((box) => box.name === name) as Box
  let now = Date.now()
  const later = (seconds: number) => {
    now += seconds * 1000
  }
  /** The network is learnt; the CPE is about to hang on AP-1-2. */
  async function begin() {
    now = Date.now()
    const { boxes } = tower3({ aps: 2, cpes: 2 })
    await register(boxes)
    const learner = topology({ log: quiet, clock: () => now })
    await walkAll(boxes)
    await settleAll(learner)
    const [cpe, from, to] = [find(boxes, 'CPE-1-1-1'), find(boxes, 'AP-1-1'), find(boxes, 'AP-1-2')]
    const move = async () => {
      await walk(from, (facts) => void facts.stations.splice(0, 1))
      await walk(to, (facts) => facts.stations.push({ ...station, mac: cpe.mac }))
      await walk(cpe, (facts) => {
        for (const radio of facts.radios) radio.apMac = to.mac
      })
      await settleAll(learner)
    }
    return { boxes, learner, cpe, from, to, move }
  }
  const station = {
    mac: null,
    ip: null,
    name: null,
    ifIndex: 100,
    signalDbm: -60,
    snrDb: null,
    distanceM: null,
    uptimeSeconds: null,
    txBps: null,
    rxBps: null,
  }
  const above = async (name: string) => (await graph()).get(name)
  const words = async () =>
    (await database.sql<{ words: string }[]>`select words from topology_suggestions where decision is null`).map(
      (row) => row.words,
    )

  test('a station that moved hangs on both for a minute, then on the new one; the hints name it', async () => {
    const { learner, move } = await begin()
    await move()
    expect(await above('CPE-1-1-1')).toEqual(['AP-1-1', 'AP-1-2'])
    later(61)
    await settleAll(learner)
    expect(await above('CPE-1-1-1')).toEqual(['AP-1-2'])
    expect(await words()).toEqual([])
    const hints = await database.sql`select kind, device_id, about_id from device_hints order by id`
    expect(hints.map((row) => ({ ...row }))).toEqual([
      { kind: 'station_left', device_id: id('AP-1-1'), about_id: id('CPE-1-1-1') },
      { kind: 'station_joined', device_id: id('AP-1-2'), about_id: id('CPE-1-1-1') },
    ])
  })

  test('a station that hangs by hand stays, its move is suggested; accepted it is made by hand', async () => {
    const { learner, move } = await begin()
    await updateDevice(id('CPE-1-1-1'), { upstream: ['AP-1-1', 'AP-2-1'] })
    await updateDevice(id('CPE-1-1-1'), { upstream: ['AP-1-1'] })
    learner.registryChanged()
    await settleAll(learner)
    expect(await words()).toEqual([])
    await move()
    later(61)
    await settleAll(learner)
    expect(await above('CPE-1-1-1')).toEqual(['AP-1-1'])
    const [suggestion] = await words()
    expect(suggestion).toMatch(/^CPE-1-1-1 moved from AP-1-1 to AP-1-2 on \w+day, \d+ \w+$/)
    const [row] = await database.sql<{ id: number }[]>`select id from topology_suggestions`
    expect(await decideSuggestion(row?.id ?? 0, 'accepted', 'Anna')).toEqual({ deviceId: id('CPE-1-1-1') })
    expect(await above('CPE-1-1-1')).toEqual(['AP-1-2'])
    expect(await decideSuggestion(row?.id ?? 0, 'dismissed', 'Anna')).toBeNull()
    learner.registryChanged()
    await settleAll(learner)
    expect(await above('CPE-1-1-1')).toEqual(['AP-1-2'])
    expect(await words()).toEqual([])
  })

  test('a suggestion that was dismissed does not come back', async () => {
    const { learner, move, cpe } = await begin()
    await updateDevice(id('CPE-1-1-1'), { upstream: ['AP-1-1', 'AP-2-1'] })
    await updateDevice(id('CPE-1-1-1'), { upstream: ['AP-1-1'] })
    learner.registryChanged()
    await move()
    const [row] = await database.sql<{ id: number }[]>`select id from topology_suggestions`
    await decideSuggestion(row?.id ?? 0, 'dismissed', 'Anna')
    await walk(cpe, (facts) => facts.neighbours.push())
    learner.registryChanged()
    await settleAll(learner)
    expect(await words()).toEqual([])
  })

  test('a form that is saved as it was shown makes nothing by hand; what is made by hand wins at once', async () => {
    await begin()
    await updateDevice(id('CPE-1-1-1'), { upstream: ['AP-1-1'], tags: ['x'] })
    const provenance = async () =>
      (
        await database.sql`select provenance from upstream_edges where device_id = ${id('CPE-1-1-1')} and effective`
      ).map((row) => row.provenance)
    expect(await provenance()).toEqual(['registration'])
    await updateDevice(id('CPE-1-1-1'), { upstream: ['AP-3-1'] })
    expect(await above('CPE-1-1-1')).toEqual(['AP-3-1'])
    expect(await provenance()).toEqual(['hand'])
  })

  test('an edge by hand against a learnt one closes no circle, and the contradiction is shown', async () => {
    const { learner } = await begin()
    await updateDevice(id('Tower-1'), { upstream: ['AP-1-1'] })
    expect(await above('AP-1-1')).toBeUndefined()
    learner.registryChanged()
    await settleAll(learner)
    expect(await above('Tower-1')).toEqual(['AP-1-1'])
    expect((await above('AP-1-1')) ?? []).not.toContain('Tower-1')
    expect((await words()).length).toBeGreaterThan(0)
  })

  test('while an access point is dark its stations keep hanging on it, though its table is empty and they are seen elsewhere', async () => {
    const { learner, move } = await begin()
    await goDark(database.sql, id('AP-1-1'))
    await move()
    later(3600 * 48)
    await settleAll(learner)
    expect(await above('CPE-1-1-1')).toEqual(['AP-1-1', 'AP-1-2'])
    expect(await above('CPE-1-1-2')).toEqual(['AP-1-1'])
    await database.sql`update outages set ended_at = now()`
    later(61)
    await settleAll(learner)
    expect(await above('CPE-1-1-1')).toEqual(['AP-1-2'])
  })

  test('a device that is new hangs where it is found, one that was deleted leaves nothing', async () => {
    const { boxes, learner, to } = await begin()
    const box: Box = {
      id: 900,
      name: 'CPE-new',
      role: 'cpe',
      mac: '02:11:22:99:00:01',
      ip: '10.9.9.9',
      site: 2,
      wires: [],
    }
    wire(to, box, { kind: 'radio' })
    await walk(to)
    await settleAll(learner)
    await register([box])
    learner.registryChanged()
    await walk(box)
    await settleAll(learner)
    expect(await above('CPE-new')).toEqual(['AP-1-2'])
    await database.sql`delete from targets where id = ${id('AP-1-2')}`
    learner.registryChanged()
    await settleAll(learner)
    expect(await above('CPE-new')).toBeUndefined()
    expect(boxes.length).toBeGreaterThan(10)
  })
})

describe('walks as they are kept', () => {
  const box: Box = { id: 1, name: 'AP', role: 'ap', mac: '02:11:22:00:00:01', ip: '10.0.0.1', site: 1, wires: [] }
  test('a reboot is told once, an older walk changes nothing, a failure keeps the facts', async () => {
    await register([box])
    const at = Date.now() - 600_000
    const up = (seconds: number) => (facts: DeviceFacts) => Object.assign(facts.system, { uptimeSeconds: seconds })
    await walk(box, up(1000), at)
    await walk(box, up(1300), at + 300_000)
    const twice = [itemOf(box, at + 360_000, up(50)), itemOf(box, at + 330_000, up(20))]
    await transaction((tx) => saveWalks(tx, probeId, twice))
    await walk(box, up(5), at + 100_000)
    const hints = await database.sql`select kind, detail from device_hints`
    expect(hints.map((row) => ({ ...row }))).toEqual([{ kind: 'rebooted', detail: 'up for 20 s' }])
    await transaction((tx) =>
      saveWalks(tx, probeId, [
        {
          target_id: id('AP'),
          at: at + 400_000,
          profile_id: null,
          duration_ms: 1,
          facts: null,
          failure: 'no\u0000 answer',
        },
        { target_id: 99_999, at, profile_id: null, duration_ms: 1, facts: null, failure: 'gone' },
        {
          target_id: id('AP'),
          at: at + 500_000,
          profile_id: null,
          duration_ms: 1,
          facts: new Uint8Array([1, 2, 3]),
          failure: null,
        },
      ]),
    )
    const [kept] = await database.sql`select walked_at, failure, facts->'macs' as macs from device_walks`
    expect(kept).toMatchObject({ walked_at: new Date(at + 360_000), macs: [box.mac] })
    expect(kept?.failure).toContain('facts')
  })
})
