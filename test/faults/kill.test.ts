import { afterAll, beforeAll, beforeEach, describe, expect, onTestFailed, test } from 'vitest'
import { type PushService, startPushService } from '../push/push-service.mjs'
import { type Fleet, noFleet, openFleet } from '../setup/fleet'
import { subscribePhone } from '../setup/phone'
import { built, kill, type Product, type RoleName, startProduct, until } from '../setup/product'

const missing = noFleet ?? (built ? null : 'the build: run npm test, which builds')
if (missing) console.info(`Skipped "kill -9 during an open outage": ${missing}`)

type Outages = { items: { id: number; began_at: string; ended_at: string | null }[] }

describe.skipIf(missing)('kill -9 during an open outage', () => {
  let fleet: Fleet
  let service: PushService
  let product: Product
  let phone: Awaited<ReturnType<typeof subscribePhone>>
  let used = 0
  const nextRadio = () => `${fleet.prefix}.1.${++used}`

  beforeAll(async () => {
    fleet = openFleet(2)
    service = await startPushService()
    product = await startProduct({
      ALLOW_PRIVATE_WEBHOOKS: 'true',
      NODE_EXTRA_CA_CERTS: service.caFile,
      PING_INTERVAL: '1',
      PING_TIMEOUT: '0.5',
    })
    phone = await subscribePhone(product, service)
    // A radio a test: a fifth outage within the hour would rightly be told as flapping.
    for (let n = 1; n <= 6; n++) {
      await product.rest('POST', '/api/devices', { name: `Ridge-${n}`, address: `${fleet.prefix}.1.${n}`, role: 'ap' })
    }
    await until(
      'the radios to be up',
      async () => (await product.rest<{ items: unknown[] }>('GET', '/api/devices?status=up')).items.length === 6,
      90_000,
    )
  }, 720_000)
  beforeEach(() => onTestFailed(() => console.log(product.output().slice(-8_000))))
  afterAll(async () => {
    await product?.end()
    await service?.stop()
    fleet?.down()
  })

  const outages = async () => (await product.rest<Outages>('GET', '/api/outages?limit=1000')).items

  async function darkThenBackAround(fault: () => Promise<void>) {
    const radio = nextRadio()
    const before = { outages: (await outages()).length, notices: phone.shown().length }
    fleet.mute(radio)
    await until('the notice', async () => phone.shown().length === before.notices + 1)
    const open = (await outages()).find((outage) => outage.ended_at === null)
    await fault()
    await until('the product to be whole again', () => isWhole(), 60_000)
    // Long enough for a second isolation, were there one: X confirm intervals and a keeper's cycle.
    const wholeAt = Date.now()
    await until('the probe to have measured on', async () => Date.now() - wholeAt > 8_000, 30_000)
    expect((await outages()).filter((outage) => outage.ended_at === null)).toEqual([open])
    expect(phone.shown()).toHaveLength(before.notices + 1)

    fleet.unmute(radio)
    await until('resolved', async () => phone.shown().length === before.notices + 2, 60_000)
    const [down, back] = phone.shown().slice(-2)
    expect([down?.event, back?.event]).toEqual(['opened', 'resolved'])
    expect(back?.tag).toBe(down?.tag)
    expect(await outages()).toHaveLength(before.outages + 1)
    expect((await outages()).every((outage) => outage.ended_at !== null)).toBe(true)
  }

  const health = async () => {
    const answer = await fetch(`${product.url}/health`, { signal: AbortSignal.timeout(2000) }).catch(() => null)
    return answer?.ok ? ((await answer.json()) as { probes: { connected: boolean }[] }) : null
  }
  const isWhole = async () => (await health())?.probes.some((probe) => probe.connected) ?? false

  for (const role of ['web', 'keeper', 'probe', 'postgres'] satisfies RoleName[]) {
    test(`of ${role}: the same outage, no second notice, none lost`, async () => {
      await darkThenBackAround(async () => {
        const victims = product.pids()[role]
        expect(victims.length).toBeGreaterThan(0)
        for (const pid of victims) kill(pid, 'SIGKILL')
      })
    }, 720_000)
  }

  test('of everything at once, then started again: the same outage, no second notice, none lost', async () => {
    await darkThenBackAround(async () => {
      await product.killAll()
      await product.start()
    })
  }, 720_000)

  test('of everything while the device falls silent: the notice comes after the start', async () => {
    const radio = nextRadio()
    const before = phone.shown().length
    await product.killAll()
    fleet.mute(radio)
    await product.start()
    await until('the notice', async () => phone.shown().length === before + 1, 60_000)
    fleet.unmute(radio)
    await until('resolved', async () => phone.shown().length === before + 2, 60_000)
  }, 720_000)
})
