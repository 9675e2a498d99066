import { expect, test, vi } from 'vitest'
import { availableWays, openPinger, type PingWay } from '@/lib/ping/pinger'

const ways = await availableWays()
const works = (way: PingWay) => ways.some((report) => report.way === way && report.ok)
for (const { way, ok, reason, remedy } of ways)
  if (!ok) console.warn(`skipped: pinging by ${way} from this process itself: ${reason}. To enable it: ${remedy}`)

async function pingLoopback(way?: PingWay) {
  const rtts: number[] = []
  const stop = new AbortController()
  const pinger = await openPinger({
    ...(way && { way }),
    signal: stop.signal,
    onResults: (results) => rtts.push(...results.rttMs),
    onError(error) {
      throw error
    },
  })
  pinger.assign([{ slot: 0, address: '127.0.0.1', timeoutMs: 1000 }])
  pinger.ping(Uint32Array.of(0))
  await vi.waitUntil(() => rtts.length > 0, { timeout: 40_000 })
  stop.abort()
  await pinger.close()
  return { way: pinger.way, rtts }
}

// These start the thread from TypeScript; the suite in pinger.test.ts starts the one built for production.
for (const way of ['raw', 'datagram', 'system'] as const) {
  if (!works(way) && way !== 'system') {
    test(`by ${way}, which is not allowed here, it refuses and says so`, async () => {
      await expect(pingLoopback(way)).rejects.toThrow(`Cannot open a ${way} ICMP socket`)
    })
    continue
  }
  test.skipIf(!works(way))(`from source, by ${way}, 127.0.0.1 answers`, async () => {
    const pinged = await pingLoopback(way)
    expect(pinged.way).toBe(way)
    expect(pinged.rtts).toEqual([expect.any(Number)])
    expect(pinged.rtts[0]).not.toBeNaN()
  })
}

test.skipIf(!ways.some(({ ok }) => ok))('left to itself it takes the first way that works here', async () => {
  expect((await pingLoopback()).way).toBe(ways.find(({ ok }) => ok)?.way)
})

test('a way that fails says why and what to do, one that works says so', () => {
  expect(ways.map(({ way }) => way)).toEqual(['raw', 'datagram', 'system'])
  for (const { ok, reason, remedy } of ways) {
    expect(reason).not.toBe('')
    if (ok) expect(remedy).toBe('')
  }
})

test('what was aborted before is never opened', async () => {
  const options = { onResults: () => {}, onError: () => {}, signal: AbortSignal.abort() }
  await expect(openPinger(options)).rejects.toThrow()
})
