import { openPinger } from '@/lib/ping/pinger'
import { openWitness } from './witness'

/**
 * Run by the ping benchmark: paces pings to as many loopback addresses as `paced RATE SECONDS` asks for and prints the
 * error of their round trips against the kernel's stamps on the wire, and what it cost.
 */
const [rate = 5000, seconds = 6] = process.argv.slice(2).map(Number)
const total = rate * seconds
const addressOf = (i: number) => `127.${10 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}`
const key = (i: number) => ((127 << 24) | ((10 << 16) + i)) >>> 0
const rtt = new Float64Array(total).fill(Number.NaN)
let done = 0

const pinger = await openPinger({
  way: 'raw',
  onResults(results) {
    done += results.count
    for (let i = 0; i < results.count; i++) rtt[results.slot[i] ?? 0] = results.rttMs[i] ?? Number.NaN
  },
  onError(error) {
    throw error
  },
})
pinger.assign(Array.from({ length: total }, (_, slot) => ({ slot, address: addressOf(slot), timeoutMs: 1000 })))
await new Promise((resolve) => setTimeout(resolve, 300))

const witness = openWitness(total * 5)
const cpu = process.cpuUsage()
const began = performance.now()
for (let next = 0; next < total; ) {
  await new Promise((resolve) => setTimeout(resolve, 20))
  const due = Math.min(total, Math.floor(((performance.now() - began) / 1000) * rate))
  pinger.ping(Uint32Array.from({ length: due - next }, (_, i) => next + i))
  next = due
}
while (done < total) await new Promise((resolve) => setTimeout(resolve, 20))
const wallMs = performance.now() - began
const { user, system } = process.cpuUsage(cpu)

const seen = witness.read()
const errors: number[] = []
const sendTimes: number[] = []
for (let i = 0; i < total; i++) {
  const truth = seen.get(key(i))
  if (truth) sendTimes.push(truth.requestAt)
  const error = truth ? Math.abs((rtt[i] ?? Number.NaN) - (truth.replyAt - truth.requestAt)) : Number.NaN
  if (!Number.isNaN(error)) errors.push(error * 1000)
}
errors.sort((a, b) => a - b)
sendTimes.sort((a, b) => a - b)
const quantile = (q: number) => errors[Math.min(errors.length - 1, Math.floor(errors.length * q))] ?? Number.NaN
let [peak, from] = [0, 0]
for (const [to, at] of sendTimes.entries()) {
  while (at - (sendTimes[from] ?? 0) > 20) from++
  peak = Math.max(peak, to - from + 1)
}
console.log(
  JSON.stringify({
    pings: errors.length,
    p50: quantile(0.5),
    p99: quantile(0.99),
    most: quantile(1),
    cores: (user + system) / 1000 / wallMs,
    peakIn20Ms: peak,
  }),
)
witness.close()
await pinger.close()
