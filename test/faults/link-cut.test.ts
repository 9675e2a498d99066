import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Fleet, noFleet, openFleet } from '../setup/fleet'
import { alive, built, type Product, startProduct, until } from '../setup/product'

const missing = noFleet ?? (built ? null : 'the build: run npm test, which builds')
if (missing) console.info(`Skipped "the link between probe and web is cut": ${missing}`)

const cutSeconds = Number(process.env.LINK_CUT_SECONDS ?? 180)
type Outage = { target: { name: string }; began_at: string; isolated_at: string; ended_at: string | null }

describe.skipIf(missing)('the link between probe and web is cut', () => {
  let fleet: Fleet
  let product: Product
  let link: Awaited<ReturnType<typeof openLink>>
  let probe: ChildProcess
  let probeData: string

  beforeAll(async () => {
    fleet = openFleet(3)
    product = await startProduct({ PING_INTERVAL: '1', PING_TIMEOUT: '0.5' })
    link = await openLink(Number(new URL(product.url).port))
    probeData = await mkdtemp(join(tmpdir(), 'beatline-probe-'))
    // The far probe alone watches North Ridge: the one beside the web is told to watch another site.
    const far = await product.rest<{ id: number; name: string }>('POST', '/api/sites', { name: 'North Ridge' })
    const near = await product.rest<{ id: number }>('POST', '/api/sites', { name: 'Water Street' })
    const { items } = await product.rest<{ items: { id: number }[] }>('GET', '/api/probes')
    for (const { id } of items) await product.rest('PATCH', `/api/probes/${id}`, { sites: [near.id] })
    const { token } = await product.rest<{ token: string }>('POST', '/api/probes', {
      name: 'tower',
      sites: [far.id],
    })
    probe = spawn(process.execPath, ['dist/probe.mjs'], {
      env: {
        ...process.env,
        DATA_DIR: probeData,
        PROBE_HUB: link.url,
        PROBE_TOKEN: token,
        LOG_FORMAT: 'json',
        NODE_ENV: 'production',
      },
      stdio: 'ignore',
    })
    for (const n of [1, 2, 3]) {
      await product.rest('POST', '/api/devices', {
        name: `Radio ${n}`,
        address: `${fleet.prefix}.1.${n}`,
        role: 'ap',
        site: far.name,
      })
    }
    await until(
      'the radios to be up',
      async () => (await product.rest<{ items: unknown[] }>('GET', '/api/devices?status=up')).items.length === 3,
      120_000,
    )
  }, 960_000)
  afterAll(async () => {
    probe?.kill('SIGTERM')
    if (probe?.pid) await until('the probe to stop', async () => !alive(probe.pid ?? 0))
    await link?.close()
    await product?.end()
    fleet?.down()
    await rm(probeData, { recursive: true, force: true })
  })

  const outages = async () =>
    (await product.rest<{ items: Outage[] }>('GET', '/api/outages')).items.sort((a, b) =>
      a.began_at.localeCompare(b.began_at),
    )
  const pause = (seconds: number) => new Promise((done) => setTimeout(done, seconds * 1000))

  test(`for ${cutSeconds} s, while devices go dark and come back: the outages stand with the times at which they happened`, async () => {
    link.cut()
    const cutAt = Date.now()
    await pause(cutSeconds * 0.1)
    const mutedAt = Date.now()
    fleet.mute(`${fleet.prefix}.1.1`, `${fleet.prefix}.1.2`)
    await pause(cutSeconds * 0.2)
    const unmutedAt = Date.now()
    fleet.unmute(`${fleet.prefix}.1.1`)
    await pause(cutSeconds - (Date.now() - cutAt) / 1000)
    expect(await outages()).toEqual([])

    link.mend()
    const stored = await until(
      'both outages, one of them over',
      async () => {
        const all = await outages()
        return all.length === 2 && all.some((outage) => outage.ended_at) ? all : null
      },
      60_000,
    )
    expect(stored.map((outage) => outage.target.name).sort()).toEqual(['Radio 1', 'Radio 2'])
    for (const outage of stored) {
      expect(Math.abs(Date.parse(outage.began_at) - mutedAt)).toBeLessThan(2_500) // a ping a second
      expect(Date.parse(outage.isolated_at) - Date.parse(outage.began_at)).toBeLessThan(15_000)
    }
    const over = stored.find((outage) => outage.target.name === 'Radio 1')
    expect(Math.abs(Date.parse(over?.ended_at ?? '') - unmutedAt)).toBeLessThan(2_500)
    expect(stored.find((outage) => outage.target.name === 'Radio 2')?.ended_at).toBeNull()
  }, 1_600_000)
})

/** A TCP link to the web that can be cut: what is open breaks, what is new is refused. */
async function openLink(port: number) {
  const open = new Set<Socket>()
  let isCut = false
  const server = createServer((near) => {
    if (isCut) return void near.destroy()
    const far = connect(port, '127.0.0.1')
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(socket)
      socket.on('error', () => other.destroy())
      socket.on('close', () => {
        open.delete(socket)
        other.destroy()
      })
    }
    near.pipe(far)
    far.pipe(near)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('No port for the link')
  return {
    url: `http://127.0.0.1:${address.port}`,
    cut() {
      isCut = true
      for (const socket of open) socket.destroy()
    },
    mend() {
      isCut = false
    },
    close: () =>
      new Promise((done) => {
        for (const socket of open) socket.destroy()
        server.close(done)
      }),
  }
}
