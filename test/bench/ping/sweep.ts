import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { openPinger } from '@/lib/ping/pinger'

/**
 * Run by the ping benchmark as `sweep LIST`: opens the engine, then makes one unpaced sweep of LIST for each line on
 * standard input and prints what it took. `sweep LIST once` makes one and ends, as fping does.
 */
const [list = '', once] = process.argv.slice(2)
const addresses = readFileSync(list, 'utf8').trim().split('\n')
const slots = Uint32Array.from(addresses, (_, i) => i)
let hits = 0
let count = 0
let finished = () => {}

const pinger = await openPinger({
  way: 'raw',
  maxPerSecond: Number.POSITIVE_INFINITY,
  onResults(results) {
    count += results.count
    for (let i = 0; i < results.count; i++) if (!Number.isNaN(results.rttMs[i])) hits++
    if (count >= addresses.length) finished()
  },
  onError(error) {
    throw error
  },
})
pinger.assign(addresses.map((address, slot) => ({ slot, address, timeoutMs: 1000 })))

async function sweep(): Promise<void> {
  count = 0
  hits = 0
  const cpu = process.cpuUsage()
  const began = performance.now()
  await new Promise<void>((resolve) => {
    finished = resolve
    pinger.ping(slots)
  })
  const wallS = (performance.now() - began) / 1000
  const { user, system } = process.cpuUsage(cpu)
  console.log(JSON.stringify({ wallS, cpuS: (user + system) / 1e6, hits }))
}

if (once) await sweep()
else {
  console.log('ready')
  for await (const _ of createInterface({ input: process.stdin })) await sweep()
}
await pinger.close()
