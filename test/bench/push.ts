import { setTimeout as sleep } from 'node:timers/promises'
import { startPushService } from '../push/push-service.mjs'
import { noFleet, openFleet } from '../setup/fleet'
import { subscribePhone } from '../setup/phone'
import { startProduct, until } from '../setup/product'
import { quantile } from './quantile'

type Outage = {
  target: { name: string }
  evidence: { opened: { probes: { pings: { sent_at: number; rtt_ms: number | null }[] }[] } }
}

/**
 * From the last deciding miss (the moment its timeout passed) to the notice accepted by a local push service, over
 * `outages` outages of single devices, one after another.
 */
export default async function benchPush(args: string[]): Promise<void> {
  console.log(JSON.stringify(await measure(Number(args[0] ?? 50))))
}

const calmMs = 6_500 // more than ten notices a minute are a storm, and come as one

async function measure(outages: number) {
  if (noFleet) throw new Error(`Cannot measure: ${noFleet}`)
  const timeoutSeconds = 1
  const fleet = openFleet(11)
  const service = await startPushService()
  const product = await startProduct({
    ALLOW_PRIVATE_WEBHOOKS: 'true',
    NODE_EXTRA_CA_CERTS: service.caFile,
    PING_INTERVAL: '1',
    PING_TIMEOUT: String(timeoutSeconds),
  })
  try {
    const phone = await subscribePhone(product, service)
    const names = Array.from({ length: outages }, (_, i) => `Radio ${i + 1}`)
    await product.rest(
      'POST',
      '/api/devices/import',
      names.map((name, i) => ({ name, address: `${fleet.prefix}.1.${i + 1}`, role: 'ap' })),
    )
    await until(
      'the radios to be up',
      async () =>
        (await product.rest<{ items: unknown[] }>('GET', '/api/devices?status=up&limit=1000')).items.length === outages,
      120_000,
    )
    const delays: number[] = []
    for (const [i, name] of names.entries()) {
      const arrived = service.received(phone.endpoint).length
      fleet.mute(`${fleet.prefix}.1.${i + 1}`)
      const accepted = await until(
        `the notice of ${name}`,
        async () => service.received(phone.endpoint)[arrived],
        30_000,
      )
      const { items } = await product.rest<{ items: Outage[] }>('GET', '/api/outages?limit=1')
      const misses =
        items[0]?.evidence.opened.probes[0]?.pings.filter((ping) => ping.rtt_ms === null).map((ping) => ping.sent_at) ??
        []
      if (items[0]?.target.name !== name)
        throw new Error(`The newest outage is of ${items[0]?.target.name}, expected ${name}`)
      delays.push(Date.parse(accepted.at) - (Math.max(...misses) + timeoutSeconds * 1000))
      await sleep(calmMs)
    }
    delays.sort((a, b) => a - b)
    return {
      name: 'push',
      outages,
      p50_ms: quantile(delays, 0.5),
      p99_ms: quantile(delays, 0.99),
      max_ms: delays.at(-1),
    }
  } finally {
    await product.end()
    await service.stop()
    fleet.down()
  }
}
