import type { ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFailed, test } from 'vitest'
import { type Fleet, noFleet, openFleet } from '../setup/fleet'
import { alive, built, type Product, startProduct, until } from '../setup/product'
import { openTower, type Tower } from '../setup/tower'

const missing = noFleet ?? (built ? null : 'the build: run npm test, which builds')
if (missing) console.info(`Skipped "two probes on the same devices": ${missing}`)

type Page<T> = { items: T[] }
type Outage = { id: number; target: { name: string }; began_at: string; ended_at: string | null }
type Incident = { kind: string; root: { kind: string; name: string }; opened_at: string; resolved_at: string | null }
type Probe = { id: number; name: string; connected: boolean; blind_since: string | null }

// Longer than X misses at the confirm interval take, and a keeper's cycle: what does not come by then does not come.
const longEnough = 10_000

describe.skipIf(missing)('two probes on the same devices', () => {
  let fleet: Fleet
  let tower: Tower
  let product: Product
  let probe: ChildProcess
  let probeData: string
  const radio = (n: number) => `${fleet.prefix}.1.${n}`

  beforeAll(async () => {
    fleet = openFleet(4)
    tower = openTower(fleet)
    product = await startProduct({ PING_INTERVAL: '1', PING_TIMEOUT: '0.5', HOST: '0.0.0.0' })
    probeData = await mkdtemp(join(tmpdir(), 'beatline-tower-'))
    const shared = await product.rest<{ id: number; name: string }>('POST', '/api/sites', { name: 'North Ridge' })
    const alone = await product.rest<{ id: number; name: string }>('POST', '/api/sites', { name: 'Far Side' })
    for (const { id } of await probes()) await product.rest('PATCH', `/api/probes/${id}`, { sites: [shared.id] })
    const { token } = await product.rest<{ token: string }>('POST', '/api/probes', {
      name: 'tower',
      anchors: [`${fleet.prefix}.9.1`, `${fleet.prefix}.9.2`],
      sites: [shared.id, alone.id],
    })
    probe = tower.run(process.execPath, [resolve('dist/probe.mjs')], {
      DATA_DIR: probeData,
      PROBE_HUB: `ws://${tower.host}:${new URL(product.url).port}`,
      PROBE_TOKEN: token,
      LOG_FORMAT: 'json',
      NODE_ENV: 'production',
    })
    for (const n of [1, 2, 3, 4]) {
      const site = n === 4 ? alone.name : shared.name
      await product.rest('POST', '/api/devices', { name: `Radio ${n}`, address: radio(n), role: 'ap', site })
    }
    await until('all radios to be up', async () => (await withStatus('up')).length === 4, 120_000)
    await until('both probes to be in', async () => (await probes()).every((one) => one.connected), 60_000)
  }, 960_000)
  beforeEach(() => onTestFailed(() => console.log(product.output().slice(-8_000))))
  afterAll(async () => {
    probe?.kill('SIGTERM')
    if (probe?.pid) await until('the probe to stop', async () => !alive(probe.pid ?? 0))
    await product?.end()
    tower?.down()
    fleet?.down()
    if (probeData) await rm(probeData, { recursive: true, force: true })
  })

  const probes = async () => (await product.rest<Page<Probe>>('GET', '/api/probes')).items
  const outages = async () => (await product.rest<Page<Outage>>('GET', '/api/outages')).items
  const openOutages = async () => (await outages()).filter((outage) => outage.ended_at === null)
  const openNames = async () => (await openOutages()).map((outage) => outage.target.name)
  const withStatus = async (status: string) =>
    (await product.rest<Page<{ name: string }>>('GET', `/api/devices?status=${status}`)).items.map(({ name }) => name)
  const blindIncidents = async () =>
    (await product.rest<Page<Incident>>('GET', '/api/incidents')).items.filter(({ kind }) => kind === 'blind')
  const allUp = () => until('nothing to be dark', async () => (await openOutages()).length === 0, 60_000)
  const stays = async (what: string, holds: () => Promise<boolean>) => {
    for (const until = Date.now() + longEnough; Date.now() < until; await new Promise((done) => setTimeout(done, 250)))
      expect(await holds(), what).toBe(true)
  }

  test('a device that both miss is one outage, with the time at which it happened', async () => {
    const before = (await outages()).length
    const mutedAt = Date.now()
    fleet.mute(radio(1))
    const [outage] = await until('the outage', async () => ((await openOutages()).length > 0 ? openOutages() : null))
    expect(outage?.target.name).toBe('Radio 1')
    expect(Math.abs(Date.parse(outage?.began_at ?? '') - mutedAt)).toBeLessThan(2500) // a ping a second
    await stays('one outage', async () => (await outages()).length === before + 1)
    fleet.unmute(radio(1))
    await allUp()
    expect(await outages()).toHaveLength(before + 1)
  }, 480_000)

  test('a device that one of them misses is no outage: half is no majority', async () => {
    const before = (await outages()).length
    tower.deafTo(radio(2))
    await stays('no outage', async () => (await outages()).length === before)
    fleet.mute(radio(2)) // now the other misses it too
    await until('the outage', async () => (await openNames()).includes('Radio 2'))
    fleet.unmute(radio(2))
    tower.hears(radio(2))
    await allUp()
    expect(await outages()).toHaveLength(before + 1)
  }, 480_000)

  test('one that lost its way opens nothing, says that it is blind, and the other decides alone until it sees again', async () => {
    const before = (await outages()).length
    const cutAt = Date.now()
    tower.cut()
    const [incident] = await until('the incident', async () => {
      const open = (await blindIncidents()).filter(({ resolved_at }) => resolved_at === null)
      return open.length > 0 ? open : null
    })
    expect(incident).toMatchObject({ kind: 'blind', root: { kind: 'probe', name: 'tower' } })
    expect(Math.abs(Date.parse(incident?.opened_at ?? '') - cutAt)).toBeLessThan(2500)
    const blind = (await probes()).filter(({ blind_since }) => blind_since !== null).map(({ name }) => name)
    expect(blind).toEqual(['tower'])
    // What only the blind one watches is not known; what the other sees is up.
    await until('its own radio to be unknown', async () => (await withStatus('unknown')).includes('Radio 4'))
    expect(await withStatus('up')).toEqual(['Radio 1', 'Radio 2', 'Radio 3'])
    await stays('no outage', async () => (await outages()).length === before)

    fleet.mute(radio(3))
    await until('the other to isolate alone', async () => (await openNames()).join() === 'Radio 3')

    tower.heal()
    await until('the end of the blindness', async () =>
      (await blindIncidents()).every(({ resolved_at }) => resolved_at !== null),
    )
    expect(await blindIncidents()).toHaveLength(1)
    await until('its own radio to be up', async () => (await withStatus('up')).includes('Radio 4'))
    await stays('the same outage', async () => (await openNames()).join() === 'Radio 3') // the tower saw it answer last
    fleet.unmute(radio(3))
    await allUp()
    expect(await outages()).toHaveLength(before + 1)
  }, 720_000)
})
