import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFailed, test } from 'vitest'
import { type PushService, startPushService } from '../push/push-service.mjs'
import { type Fleet, noFleet, openFleet } from '../setup/fleet'
import { subscribePhone } from '../setup/phone'
import { alive, built, type Product, startProduct, until } from '../setup/product'
import { openTower, type Tower } from '../setup/tower'
import { openWisp, type Wisp } from '../setup/wisp'

const missing = noFleet ?? (built ? null : 'the build: run npm test, which builds')
if (missing) console.info(`Skipped "a network whose graph is learnt by walks alone": ${missing}`)

type Page<T> = { items: T[] }
type Incident = {
  id: number
  kind: string
  root: { name: string }
  opened_at: string
  resolved_at: string | null
  affected_targets: number
  affected_clients: number
}
type Outage = {
  target: { name: string }
  began_at: string
  ended_at: string | null
  state: string
  cause: string | null
}
type Device = { id: number; name: string; upstream: string[]; status: string }
type Notice = { at: number; channel: string; event: string; incidentId: number; title: string; body: string }

const sites = ['', 'Data room', 'Tower 1', 'Tower 2', 'Tower 3']
const stations = (ap: string, count = 25) => Array.from({ length: count }, (_, i) => `CPE-${ap.slice(3)}-${i + 1}`)

/**
 * Agents and tables are generated: they stand for RouterOS and airOS as rows of no real device. The probe stands in a place
 * of its own whose gateway and anchors are no part of the network, so that its core may fall and the probe still sees.
 */
describe.skipIf(missing)('a network whose graph is learnt by walks alone', () => {
  let fleet: Fleet
  let tower: Tower
  let wisp: Wisp
  let service: PushService
  let product: Product
  let phone: Awaited<ReturnType<typeof subscribePhone>>
  let probe: ChildProcess
  let probeData: string
  const told: Notice[] = []
  const digests: string[] = []
  /** Every incident that the scenarios are meant to make, as "kind root". */
  const due: string[] = []

  const medium = createServer((request, response) => {
    let text = ''
    request.on('data', (chunk) => {
      text += chunk
    })
    request.on('end', () => {
      const { type, data } = JSON.parse(text)
      if (data.incident_id === null || type === 'digest') digests.push(text)
      else
        told.push({
          at: Date.now(),
          channel: request.url ?? '',
          event: type.replace('incident.', ''),
          incidentId: data.incident_id,
          title: data.title,
          body: data.body,
        })
      response.end()
    })
  })

  beforeAll(async () => {
    fleet = openFleet(5)
    tower = openTower(fleet)
    wisp = await openWisp(fleet)
    medium.listen(0, '127.0.0.1')
    await once(medium, 'listening')
    service = await startPushService()
    product = await startProduct({
      NODE_EXTRA_CA_CERTS: service.caFile,
      PING_INTERVAL: '1',
      PING_TIMEOUT: '0.5',
      SNMP_WALK_INTERVAL: '30',
      HOST: '0.0.0.0',
      ALLOW_PRIVATE_WEBHOOKS: 'true',
    })
    phone = await subscribePhone(product, service)
    await addNetwork()
    await addChannels()
    await startProbe()
  }, 720_000)
  beforeEach(() => onTestFailed(() => console.log(product.output().slice(-6_000))))
  afterAll(async () => {
    probe?.kill('SIGTERM')
    if (probe?.pid) await until('the probe to stop', async () => !alive(probe.pid ?? 0))
    await product?.end()
    await service?.stop()
    medium.closeAllConnections()
    medium.close()
    await wisp?.close()
    tower?.down()
    fleet?.down()
    if (probeData) await rm(probeData, { recursive: true, force: true })
  })

  async function addNetwork(): Promise<void> {
    await product.rest('POST', '/api/snmp-profiles', {
      name: 'generated',
      timeout: 1,
      retries: 2,
      credentials: { version: '2c', community: 'public' },
    })
    const rows = wisp.boxes.map(({ name, ip, role, site }) => {
      const client = role === 'cpe' ? `Client ${name.slice(4)}` : ''
      return `${name},${ip},${role},${sites[site]},${client}`
    })
    const csv = ['name,address,role,site,client', ...rows].join('\n')
    const answer = await product.rest<{ created: number }>('POST', '/api/devices/import', csv)
    expect(answer.created).toBe(wisp.boxes.length)
  }

  /** A channel for each role at each site, so that scenarios at once are no storm; of lost sectors a phone hears, too. */
  async function addChannels(): Promise<void> {
    const roles = ['router', 'switch', 'backhaul', 'ap', 'cpe']
    const conditions = [
      ...sites
        .slice(1)
        .flatMap((site) =>
          roles.map((role) => ({ name: `${site} ${role}`, condition: { sites: [site], roles: [role] } })),
        ),
      { name: 'Probes', condition: { kinds: ['blind'] } },
    ]
    for (const { name, condition } of conditions) {
      const url = `http://127.0.0.1:${(medium.address() as AddressInfo).port}/${encodeURIComponent(name)}`
      const { id } = await product.rest<{ id: number }>('POST', '/api/channels', {
        kind: 'webhook',
        name,
        config: { url },
      })
      await product.rest('POST', '/api/routes', { name, condition, channels: [id] })
    }
    const { items } = await product.rest<Page<{ id: number; kind: string }>>('GET', '/api/channels')
    const channels = items.filter(({ kind }) => kind === 'web_push').map(({ id }) => id)
    await product.rest('POST', '/api/routes', { name: 'Sectors', condition: { kinds: ['members_lost'] }, channels })
  }

  async function startProbe(): Promise<void> {
    const elsewhere = await product.rest<{ id: number }>('POST', '/api/sites', { name: 'Elsewhere' })
    const all = await product.rest<Page<{ id: number; name: string }>>('GET', '/api/sites')
    const { items } = await product.rest<Page<{ id: number }>>('GET', '/api/probes')
    for (const { id } of items) await product.rest('PATCH', `/api/probes/${id}`, { sites: [elsewhere.id] })
    const { token } = await product.rest<{ token: string }>('POST', '/api/probes', {
      name: 'NOC',
      anchors: [`${fleet.prefix}.250.1`, `${fleet.prefix}.250.2`],
      sites: all.items.filter(({ name }) => sites.includes(name)).map(({ id }) => id),
    })
    probeData = await mkdtemp(join(tmpdir(), 'beatline-noc-'))
    probe = tower.run(process.execPath, [resolve('dist/probe.mjs')], {
      DATA_DIR: probeData,
      PROBE_HUB: `ws://${tower.host}:${new URL(product.url).port}`,
      PROBE_TOKEN: token,
      SNMP_WALK_INTERVAL: '30',
      LOG_FORMAT: 'json',
      NODE_ENV: 'production',
    })
  }

  const devices = async () => (await product.rest<Page<Device>>('GET', '/api/devices?limit=1000')).items
  const incidents = async () => (await product.rest<Page<Incident>>('GET', '/api/incidents?limit=1000')).items
  const outagesOf = async (id: number) =>
    (await product.rest<{ outages: Outage[] }>('GET', `/api/incidents/${id}`)).outages
  const rootedIn = async (names: Iterable<string>) => {
    const scope = new Set(names)
    return (await incidents()).filter(({ root }) => scope.has(root.name))
  }
  /** What the channel was told that heard of it first; who had heard of something that it took over hears of it as well. */
  const noticesOf = ({ id }: Incident) => {
    const all = told.filter((notice) => notice.incidentId === id)
    return all.filter(({ channel }) => channel === all[0]?.channel)
  }
  const eventsOf = (incident: Incident) => noticesOf(incident).map(({ event }) => event)
  /** What is dark with these, by the plan of the network. */
  const fallenWith = (...names: string[]) => [...wisp.darkWith(new Set(names))]

  /** The graph where it is not as the network is built: "CPE-1-1-1: AP-1-2, expected AP-1-1". */
  async function wrongEdges(): Promise<string[]> {
    return (await devices()).flatMap(({ name, upstream }) => {
      const [found, expected] = [[...upstream].sort().join(), [...(wisp.truth.get(name) ?? [])].sort().join()]
      return found === expected ? [] : [`${name}: ${found || 'nothing'}, expected ${expected || 'nothing'}`]
    })
  }

  /** Waits until it reads so, and says how it reads otherwise. */
  async function settles<T>(read: () => Promise<T>, expected: T, withinMs: number): Promise<void> {
    const deadline = Date.now() + withinMs
    let value = await read()
    while (!isDeepStrictEqual(value, expected) && Date.now() < deadline) {
      await sleep(500)
      value = await read()
    }
    expect(value).toEqual(expected)
  }

  /** The one incident of this root that is open, once it is of this kind and size; its first notice has gone out. */
  async function opened(kind: string, root: string, size: { affected: number; clients: number }): Promise<Incident> {
    due.push(`${kind} ${root}`)
    const isIt = (one: Incident) => one.root.name === root && one.resolved_at === null
    let found: Incident | undefined
    const asSeen = async () => {
      const open = (await incidents()).filter(isIt)
      found = open[0]
      return open.map((one) => `${one.kind}: ${one.affected_targets} affected, ${one.affected_clients} clients`)
    }
    await settles(asSeen, [`${kind}: ${size.affected} affected, ${size.clients} clients`], 45_000)
    if (!found) throw new Error(`No incident of ${root}`)
    const incident = found
    await until(`the notice of ${root}`, async () => eventsOf(incident).length > 0)
    expect(eventsOf(incident)).toEqual(['opened'])
    return incident
  }

  /** It is over, was told as such once, and nothing of it is dark. */
  async function resolved(incident: Incident, events = ['opened', 'resolved']): Promise<void> {
    await until(
      `the end of ${incident.kind} ${incident.root.name}`,
      async () => eventsOf(incident).includes('resolved'),
      45_000,
    )
    expect(eventsOf(incident)).toEqual(events)
    expect((await outagesOf(incident.id)).filter(({ ended_at }) => ended_at === null)).toEqual([])
  }

  test('every edge is learnt', async () => {
    await until('all to be up', async () => (await devices()).every(({ status }) => status === 'up'), 60_000)
    await settles(wrongEdges, [], 150_000)
    expect(await incidents()).toEqual([])
    const provenances = async (name: string) => {
      const { id } = (await devices()).find((device) => device.name === name) ?? { id: 0 }
      const { upstream } = await product.rest<{ upstream: { provenance: string; effective: boolean }[] }>(
        'GET',
        `/api/devices/${id}/facts`,
      )
      return upstream.filter(({ effective }) => effective).map(({ provenance }) => provenance)
    }
    expect(await provenances('CPE-1-1-1')).toEqual(['registration'])
    expect(await provenances('CPE-1-3-1')).toEqual(['registration'])
    expect(await provenances('Tower-1')).toHaveLength(2)
  }, 960_000)

  describe.concurrent('scenarios in different towers at once', () => {
    describe.concurrent('tower 1', () => {
      test('an access point falls: one incident, with its stations', async () => {
        wisp.off('AP-1-1')
        const incident = await opened('down', 'AP-1-1', { affected: 26, clients: 25 })
        expect(noticesOf(incident)[0]?.title).toBe('AP-1-1 is down: 25 clients, Client 1-1-1 and 24 more')
        wisp.on('AP-1-1')
        await resolved(incident)
        expect(await rootedIn(fallenWith('AP-1-1'))).toHaveLength(1)
      }, 720_000)

      test('a sector is lost while its access point answers: one incident of the access point, whose push is brought up to date', async () => {
        const lost = stations('AP-1-2')
        wisp.off(...lost)
        const incident = await opened('members_lost', 'AP-1-2', { affected: 25, clients: 25 })
        const [first] = noticesOf(incident)
        // It is told when most are found dark: of the last ones it may not know yet.
        expect(first?.title).toMatch(/^Radio sector of AP-1-2 is lost: \d+ clients, Client 1-2-\d+ and \d+ more$/)
        expect(first?.body).toMatch(/^\d+ of 25 behind it dark/)
        const latest = () => phone.shown().at(-1)
        await until('the phone to say all', async () => latest()?.title.includes('25 clients'), 100_000)
        wisp.on(...lost)
        await resolved(incident)
        await until('the phone to say the end', async () => latest()?.event === 'resolved')
        const pushes = phone.shown()
        expect(new Set(pushes.map(({ tag }) => tag)).size).toBe(1)
        const events = first?.title.includes('25 clients') ? ['opened', 'resolved'] : ['opened', 'grew', 'resolved']
        expect(pushes.map(({ event }) => event)).toEqual(events)
        expect(await rootedIn(['AP-1-2', ...lost])).toHaveLength(1)
      }, 720_000)

      test('a child that stays dark after its parent came back becomes an incident of its own after a minute', async () => {
        const child = 'CPE-1-3-7'
        wisp.off('AP-1-3', child)
        const incident = await opened('down', 'AP-1-3', { affected: 26, clients: 25 })
        wisp.on('AP-1-3')
        const others = async () => (await outagesOf(incident.id)).filter(({ ended_at }) => ended_at === null)
        await until('the others to be back', async () => (await others()).length === 1, 30_000)
        const backAt = Date.now()
        while (Date.now() - backAt < 50_000) {
          expect(eventsOf(incident)).toEqual(['opened']) // no recovery while one is dark
          expect(await rootedIn([child])).toEqual([])
          await sleep(1000)
        }
        const own = await opened('down', child, { affected: 1, clients: 1 })
        await resolved(incident)
        expect(eventsOf(own)).toEqual(['opened'])
        wisp.on(child)
        await resolved(own)
        expect(await rootedIn(fallenWith('AP-1-3'))).toHaveLength(2)
      }, 960_000)

      test('the power of one station is cut: an incident of its own, and the cause is told', async () => {
        const station = 'CPE-1-4-1'
        wisp.off(station)
        const incident = await opened('down', station, { affected: 1, clients: 1 })
        expect(noticesOf(incident)[0]?.title).toBe('CPE-1-4-1 is down: Client 1-4-1')
        await sleep(Math.max(0, Date.parse(incident.opened_at) + 64_000 - Date.now())) // off for longer than a start takes
        wisp.booted(Date.now(), station)
        wisp.on(station)
        await resolved(incident)
        const causes = async () => (await outagesOf(incident.id)).map(({ cause }) => cause)
        await settles(causes, ['power'], 100_000)
      }, 1_200_000)
    })

    describe.concurrent('towers 2 and 3', () => {
      test.sequential('an access point starts anew: one incident, its uptime tells the cause later', async () => {
        wisp.off('AP-2-2')
        const incident = await opened('down', 'AP-2-2', { affected: 26, clients: 25 })
        wisp.booted(Date.parse(incident.opened_at) + 1000, 'AP-2-2')
        wisp.on('AP-2-2')
        await resolved(incident)
        expect(await rootedIn(fallenWith('AP-2-2'))).toHaveLength(1)
      }, 480_000)

      test.sequential('a parent found dark 8 s after its children: one incident and one notice', async () => {
        const { id = 0 } = (await devices()).find(({ name }) => name === 'AP-2-3') ?? {}
        await product.rest('PATCH', `/api/devices/${id}`, { isolate: { misses: 10, seconds: 30 } })
        await sleep(2000) // until the probe has the rule
        wisp.off('AP-2-3')
        const incident = await opened('down', 'AP-2-3', { affected: 26, clients: 25 })
        const outages = await product.rest<Page<{ target: { name: string }; isolated_at: string }>>(
          'GET',
          '/api/outages?limit=1000&open=true',
        )
        const isolatedAt = (names: string[]) =>
          outages.items.filter(({ target }) => names.includes(target.name)).map((one) => Date.parse(one.isolated_at))
        const [parent = 0] = isolatedAt(['AP-2-3'])
        const first = Math.min(...isolatedAt(stations('AP-2-3')))
        expect((parent - first) / 1000).toBeGreaterThan(5)
        wisp.on('AP-2-3')
        await resolved(incident)
        expect(await rootedIn(fallenWith('AP-2-3'))).toHaveLength(1)
      }, 480_000)

      test.sequential('a parent that falls 8 s after two of its children: they are told to be behind it, not to be back', async () => {
        const pair = stations('AP-2-4', 2)
        wisp.off(...pair)
        const early = await Promise.all(pair.map((name) => opened('down', name, { affected: 1, clients: 1 })))
        const [began = 0] = early.map(({ opened_at }) => Date.parse(opened_at))
        await sleep(Math.max(0, began + 8000 - Date.now()))
        wisp.off('AP-2-4')
        const incident = await opened('down', 'AP-2-4', { affected: 26, clients: 25 })
        for (const one of early) {
          await until('the way of its child', async () => eventsOf(one).length === 2)
          expect(noticesOf(one)[1]?.title).toBe(`${one.root.name} is behind AP-2-4`)
        }
        wisp.on('AP-2-4', ...pair)
        await resolved(incident)
        expect(early.map(eventsOf)).toEqual(pair.map(() => ['opened', 'resolved']))
        expect(await rootedIn(fallenWith('AP-2-4'))).toHaveLength(3)
      }, 480_000)

      test.sequential('one of two backhauls falls, then the other: nothing is dark behind the first alone', async () => {
        wisp.off('T3-bh1-near')
        const first = await opened('down', 'T3-bh1-near', { affected: 2, clients: 0 })
        await sleep(6000)
        expect((await outagesOf(first.id)).map(({ target }) => target.name).sort()).toEqual([
          'T3-bh1-far',
          'T3-bh1-near',
        ])
        expect((await devices()).find(({ name }) => name === 'Tower-3')?.status).toBe('up')

        wisp.off('T3-bh2-near')
        due.push('down T3-bh2-near')
        const dark = fallenWith('T3-bh1-near', 'T3-bh2-near')
        await until(
          'all of the tower to be filed',
          async () => {
            const open = (await rootedIn(dark)).filter(({ resolved_at }) => resolved_at === null)
            return open.reduce((sum, one) => sum + one.affected_targets, 0) === dark.length
          },
          45_000,
        )
        const roots = (await rootedIn(dark)).filter(({ resolved_at }) => resolved_at === null)
        expect(roots.map(({ root, kind }) => `${kind} ${root.name}`).sort()).toEqual([
          'down T3-bh1-near',
          'down T3-bh2-near',
        ])
        // The tower is with the one that fell first; who fell last is told to have cut it off.
        expect(roots.find((one) => one.id === first.id)).toMatchObject({
          affected_targets: dark.length - 2,
          affected_clients: 100,
        })
        const second = roots.find((one) => one.id !== first.id)
        await until('its notice', async () => second && eventsOf(second).length > 0)
        expect(roots.map(eventsOf)).toEqual([['opened'], ['opened']])
        expect(second && noticesOf(second)[0]?.title).toBe(
          'Backhaul T3-bh2-near is down: 100 clients, Client 3-1-1 and 99 more',
        )
        wisp.on('T3-bh1-near', 'T3-bh2-near')
        for (const incident of roots) await resolved(incident)
        expect(await rootedIn(dark)).toHaveLength(2)
      }, 720_000)

      test.sequential('a tower falls: one incident, with the tower behind it', async () => {
        const dark = fallenWith('Tower-2')
        wisp.off('Tower-2')
        const incident = await opened('down', 'Tower-2', { affected: dark.length, clients: 200 })
        expect(noticesOf(incident)[0]?.title).toBe('Switch Tower-2 is down: 200 clients, Client 2-1-1 and 199 more')
        wisp.on('Tower-2')
        await resolved(incident)
        expect((await rootedIn(dark)).filter(({ opened_at }) => opened_at >= incident.opened_at)).toHaveLength(1)
      }, 720_000)

      test.sequential('a tower falls 18 s after a backhaul on it did: it is the tower that fell, it has not lost its children', async () => {
        wisp.off('T3-bh1-near')
        const first = await opened('down', 'T3-bh1-near', { affected: 2, clients: 0 })
        await sleep(Math.max(0, Date.parse(first.opened_at) + 18_000 - Date.now()))
        wisp.off('Tower-2')
        const incident = await opened('down', 'Tower-2', { affected: fallenWith('Tower-2').length - 2, clients: 200 })
        wisp.on('Tower-2', 'T3-bh1-near')
        await resolved(incident)
        await resolved(first)
        const since = (await incidents()).filter(({ opened_at }) => opened_at >= first.opened_at)
        const behind = new Set(fallenWith('Tower-2'))
        expect(since.filter(({ root }) => behind.has(root.name))).toHaveLength(2)
      }, 720_000)
    })
  })

  test('the core falls: one incident of all there is', async () => {
    wisp.off('Core')
    const incident = await opened('down', 'Core', { affected: wisp.boxes.length, clients: 300 })
    wisp.on('Core')
    await resolved(incident)
  }, 480_000)

  test('the probe loses its own uplink: it is blind, and nothing else is said', async () => {
    tower.cut()
    const incident = await opened('blind', 'NOC', { affected: 0, clients: 0 })
    await sleep(8000) // as long as an isolation takes
    tower.heal()
    await resolved(incident)
  }, 480_000)

  test('there was one incident for each cause, each told once, and the graph stands', async () => {
    const all = await incidents()
    expect(all.map(({ kind, root }) => `${kind} ${root.name}`).sort()).toEqual([...due].sort())
    expect(all.filter(({ resolved_at }) => resolved_at === null)).toEqual([])
    expect(digests).toEqual([])
    const heard = told.map(({ channel, incidentId, event }) => `${channel} ${incidentId} ${event}`)
    expect(heard.filter((one, i) => heard.indexOf(one) !== i)).toEqual([]) // nobody hears anything twice
    expect(all.map((one) => [one.root.name, ...eventsOf(one)])).toEqual(
      all.map(({ root }) => [root.name, 'opened', 'resolved']),
    )
    const reboot = all.find(({ root }) => root.name === 'AP-2-2')
    const own = (await outagesOf(reboot?.id ?? 0)).find(({ target }) => target.name === 'AP-2-2')
    expect(own?.cause).toBe('reboot')
    const sector = all.find(({ kind }) => kind === 'members_lost')
    expect(new Set((await outagesOf(sector?.id ?? 0)).map(({ cause }) => cause))).toEqual(new Set(['radio']))
    expect(await wrongEdges()).toEqual([])
  }, 240_000)
})
