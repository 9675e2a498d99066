import { createSocket } from 'node:dgram'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { tags } from '@/lib/snmp/ber'
import { BerWriter } from '@/lib/snmp/ber-writer'
import { cancelDiscovery, createDiscovery, findDiscovery, walkNow } from '@/lib/store/discoveries'
import { writeAllowedRanges } from '@/lib/store/discovery-ranges'
import { createProbe } from '@/lib/store/probes'
import { createProfile } from '@/lib/store/snmp-profiles'
import { systemClock } from '@/workers/probe/clock'
import { type Probe, startProbe } from '@/workers/probe/run'
import { openSpool, type Spool } from '@/workers/probe/spool'
import { openWalker, type ProbeWalker } from '@/workers/probe/walker'
import { type TestDatabase, testDatabase } from '../../setup/database'
import { freePort, until } from '../../setup/product'
import { type Behaviour, encodeReply, type GeneratedAgent, generatedAgent } from '../../snmp/generated-agent'
import { openGate } from '../web/gate'
import { fakeNetwork, fakeWeb, target } from './world'

const system = '1.3.6.1.2.1.1'
const quiet = { info: () => {}, warn: () => {}, error: () => {} }

describe('a whole probe, its gate with a database, and an agent that was generated for this', () => {
  const address = '127.0.77.2'
  const community = 'a community that nobody guesses'
  let database: TestDatabase
  let gate: Awaited<ReturnType<typeof openGate>>
  let agent: GeneratedAgent
  let probe: Probe
  let spool: Spool
  let walker: ProbeWalker
  let folder = ''
  let probeId = 0
  let deviceId = 0
  let stationId = 0
  let rightId = 0
  let trapPort = 0
  const network = fakeNetwork(systemClock)
  const honest: Behaviour = (question, usual) => encodeReply(question, usual(), { community })

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'beatline-probe-'))
    database = await testDatabase()
    gate = await openGate()
    agent = await generatedAgent(
      { [`${system}.1.0`]: 'an agent made for a test', [`${system}.5.0`]: 'generated', [`${system}.6.0`]: 'nowhere' },
      address,
    )
    agent.behaviour = honest
    const settings = { timeoutMs: 200, retries: 0 }
    const wrong = { name: 'wrong', port: await freePort(), ...settings }
    const right = { name: 'right', port: agent.port, ...settings, timeoutMs: 1000 }
    await idOf(createProfile(wrong, { version: '2c', community: 'wrong' }))
    rightId = await idOf(createProfile(right, { version: '2c', community }))
    deviceId = await addDevice('AP', address)
    stationId = await addDevice('CPE', '127.0.77.3')
    await database.sql`update devices set snmp_profile = 'none' where id = ${stationId}`
    await database.sql`insert into upstream_edges (device_id, upstream_id) values (${stationId}, ${deviceId})`
    const made = await createProbe({ name: 'walker', siteIds: [] })
    probeId = made.id
    trapPort = await freePort()
    spool = openSpool(join(folder, 'spool'))
    probe = await startProbe({
      openPinger: async ({ onResults }) => network.pinger(onResults),
      ...{ spool, hub: gate.url, token: made.token, version: '0.0.0', gateways: async () => [] },
      ...{ log: quiet, retryMs: 20, trapPort },
      startWalker(options) {
        walker = openWalker(options)
        return walker
      },
      onFatal(error) {
        throw error
      },
    })
    await until('the probe is assigned', async () => probe.counts().devices === 2)
  }, 240_000)
  afterAll(async () => {
    await probe?.stop()
    await gate?.close()
    await agent?.close()
    await database?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  async function idOf(made: Promise<object>): Promise<number> {
    const done = await made
    if (!('id' in done) || typeof done.id !== 'number') throw new Error(JSON.stringify(done))
    return done.id
  }
  async function addDevice(name: string, at: string): Promise<number> {
    const [row] = await database.sql<{ id: number }[]>`
      insert into targets (kind, name, status) values ('device', ${name}, 'up') returning id`
    await database.sql`insert into devices (id, address) values (${row?.id ?? 0}, ${at})`
    return row?.id ?? 0
  }
  type Walk = { profile_id: number | null; walked_at: Date | null; failure: string | null; name: string }
  async function walkOf(id: number): Promise<Walk | undefined> {
    const [row] = await database.sql<Walk[]>`
      select profile_id, walked_at, failure, facts #>> '{system,name}' as name from device_walks where device_id = ${id}`
    return row
  }
  /** A press of "Walk now" until there is a walk later than the one before. */
  async function walkAgain(): Promise<Walk> {
    const before = (await walkOf(deviceId))?.walked_at?.getTime() ?? 0
    await walkNow([deviceId, stationId])
    await until('the walk is stored', async () => ((await walkOf(deviceId))?.walked_at?.getTime() ?? 0) > before)
    const walk = await walkOf(deviceId)
    if (!walk) throw new Error('No walk')
    return walk
  }

  test('walks on demand, the profiles in order, and stores the facts; not what is not to be walked', async () => {
    expect(await walkAgain()).toMatchObject({ profile_id: rightId, failure: null, name: 'generated' })
    expect(await walkOf(stationId)).toBeUndefined()
  })

  test('says why a walk failed, and keeps the facts of the one before', async () => {
    agent.behaviour = () => null
    await walkNow([deviceId])
    await until('the failure is stored', async () => (await walkOf(deviceId))?.failure != null)
    expect(await walkOf(deviceId)).toMatchObject({ name: 'generated' })
    agent.behaviour = honest
    expect(await walkAgain()).toMatchObject({ failure: null })
  })

  test('has the process of its walks started again when it was killed, and measures on meanwhile', async () => {
    const pid = walker.pid()
    expect(pid).not.toBeNull()
    if (pid) process.kill(pid, 'SIGKILL')
    await until('it is gone', async () => walker.pid() === null)
    const pings = Number(probe.counts().pings)
    await until('it walks again', async () => {
      await walkNow([deviceId])
      const walk = await walkOf(deviceId)
      return walker.pid() !== null && walker.pid() !== pid && walk?.failure === null
    })
    expect(probe.counts().pings).toBeGreaterThanOrEqual(pings)
    expect(await walkAgain()).toMatchObject({ failure: null })
  })

  test('hears traps of its devices alone, has them and what hangs on them pinged, and opens nothing', async () => {
    const pingsOf = (at: string) => network.sent.get(at)?.length ?? 0
    const hints = () => database.sql`select device_id, kind, detail from device_hints order by id`
    const before = pingsOf('127.0.77.3')
    const heard = async () => {
      await sendLinkDown('127.0.77.9', trapPort)
      await sendLinkDown(address, trapPort)
      return (await hints()).length > 0
    }
    await until('the hint is stored', heard)
    const [hint] = await hints()
    expect(hint).toMatchObject({ device_id: deviceId, kind: 'link_down', detail: 'interface 3' })
    await until('the station is pinged early', async () => pingsOf('127.0.77.3') > before)
    expect(await database.sql`select 1 from outages`).toHaveLength(0)
  })

  test('searches where it is told to, says how far it is, and what it found waits', async () => {
    await writeAllowedRanges(['127.0.77.0/24'])
    network.mute(...Array.from({ length: 16 }, (_, i) => `127.0.77.${i}`).filter((at) => at !== address))
    const id = await idOf(
      createDiscovery(
        { probeId, ranges: ['127.0.77.0/28'], seeds: [], site: null, profileIds: [rightId], ratePerSecond: 100 },
        'somebody',
      ),
    )
    await until('it ends', async () => (await findDiscovery(id))?.state === 'done')
    expect(await findDiscovery(id)).toMatchObject({ asked: 16, total: 16, found: 1, opened: 1, failure: null })
    const found = await database.sql`
      select address, facts #>> '{system,name}' as name, device_id from found_devices where discovery_id = ${id}`
    expect(found).toMatchObject([{ address, name: 'generated', device_id: deviceId }])
  })

  test('cancelled, it ends early and says so', async () => {
    const id = await idOf(
      createDiscovery(
        { probeId, ranges: ['127.0.77.0/25'], seeds: [], site: null, profileIds: [], ratePerSecond: 1 },
        'somebody',
      ),
    )
    await until('it runs', async () => (await findDiscovery(id))?.state === 'running')
    expect(await cancelDiscovery(id)).toBe(true)
    await until('it ended', async () => (await findDiscovery(id))?.state === 'cancelled')
  })

  test('keeps what opens devices unreadable on its disk', () => {
    expect(readFileSync(join(folder, 'spool', 'data.mdb')).includes(community)).toBe(false)
    expect(spool.sealedProfiles()).not.toBeNull()
  })
})

/** A linkDown of v2c for interface 3, from an address of loopback. */
async function sendLinkDown(from: string, port: number): Promise<void> {
  const out = new BerWriter()
  const end = out.mark()
  const integer = (oid: string, value: number) => {
    const one = out.mark()
    out.integer(value)
    out.oid(oid)
    out.close(tags.sequence, one)
  }
  integer('1.3.6.1.2.1.2.2.1.1.3', 3)
  const kind = out.mark()
  out.oid('1.3.6.1.6.3.1.1.5.3')
  out.oid('1.3.6.1.6.3.1.1.4.1.0')
  out.close(tags.sequence, kind)
  integer('1.3.6.1.2.1.1.3.0', 100)
  out.close(tags.sequence, end)
  for (const number of [0, 0, 1]) out.integer(number)
  out.close(tags.trap2, end)
  out.octets(Buffer.from('public'))
  out.integer(1)
  out.close(tags.sequence, end)
  const socket = createSocket('udp4')
  await new Promise<void>((done) => socket.bind(0, from, done))
  await new Promise((done) => socket.send(out.done(), port, '127.0.0.1', done))
  socket.close()
}

describe('an older web', () => {
  let folder = ''
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'beatline-probe-'))
    return () => rmSync(folder, { recursive: true, force: true })
  })

  test('is sent nothing that it would never answer, and all the rest goes on', async () => {
    const web = await fakeWeb({ knowsTopology: false })
    const spool = openSpool(join(folder, 'spool'))
    const hint = { target_id: 1, at: 1, kind: 'link_down' as const, detail: '' }
    await spool.append([
      { name: 'hints', body: { items: [hint] } },
      { name: 'blind', body: { state: 'began', at: 1, reason: 'a test' } },
      { name: 'answers', body: { items: [{ target_id: 1, at: 1 }] } },
    ])
    web.assign([target(1)])
    const network = fakeNetwork(systemClock)
    const probe = await startProbe({
      openPinger: async ({ onResults }) => network.pinger(onResults),
      ...{ spool, hub: web.hub(), token: 'a token of twenty characters', version: '0.0.0' },
      ...{ gateways: async () => [], log: quiet, retryMs: 20 },
      onFatal(error) {
        throw error
      },
    })
    await until('the spool is empty', async () => spool.size().messages === 0 && web.blind().length > 0)
    expect(web.received.map((one) => one.name)).toContain('blind')
    expect(web.received.filter((one) => one.name === 'hints' || one.name === 'answers')).toEqual([])
    await probe.stop()
    await web.cut()
  })
})
