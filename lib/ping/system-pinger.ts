import { createPace, PACE_MS } from './pace'
import type { Pinger, PingerOptions } from './pinger'
import { createResults } from './results'
import { runSystemPing } from './system-command'
import { type PingTarget, packTargets } from './targets'
import { createWaiting } from './waiting'

const MOST_RUNNING = 32
const MOST_PER_SECOND = 200
const GATHER_MS = 20

/** Pings by the system's command, a process for each: slow, and bounded, for where no socket may be opened. */
export function openSystemPinger({ maxPerSecond, onResults }: PingerOptions): Pinger {
  const targets = new Map<number, PingTarget>()
  const waiting = createWaiting()
  const results = createResults(MOST_PER_SECOND, onResults)
  const pace = createPace(Math.min(maxPerSecond ?? MOST_PER_SECOND, MOST_PER_SECOND))
  const closing = new AbortController()
  const running = new Set<Promise<void>>()
  let pump: NodeJS.Timeout | null = null
  let flush: NodeJS.Timeout | null = null

  function start(): void {
    pump = null
    const most = Math.min(pace.quota(performance.now(), waiting.count()), MOST_RUNNING - running.size)
    for (let i = 0; i < most; i++) {
      pace.spend(1)
      const run = pingOnce(waiting.shift()).finally(() => {
        running.delete(run)
        wake()
      })
      running.add(run)
    }
    wake()
  }

  function wake(): void {
    if (waiting.count() > 0 && running.size < MOST_RUNNING && !closing.signal.aborted)
      pump ??= setTimeout(start, PACE_MS)
  }

  async function pingOnce(slot: number): Promise<void> {
    const target = targets.get(slot)
    const sentAt = performance.timeOrigin + performance.now()
    if (!target) return finish(slot, sentAt, Number.NaN, 'not sent: nothing is assigned to it')
    try {
      const { rttMs, answer } = await runSystemPing(target.address, target.timeoutMs, closing.signal)
      const inTime = rttMs !== null && rttMs <= target.timeoutMs
      finish(slot, sentAt, inTime ? rttMs : Number.NaN, answer ?? undefined)
    } catch (error) {
      // No end of the engine: too many processes pass, and a missing command is told by pings that never leave.
      const { code } = error as NodeJS.ErrnoException
      finish(slot, sentAt, Number.NaN, `not sent: the ping command cannot run${code ? ` (${code})` : ''}`)
    }
  }

  function finish(slot: number, sentAt: number, rttMs: number, answer?: string): void {
    if (closing.signal.aborted) return
    results.add(slot, sentAt, rttMs, answer)
    flush ??= setTimeout(() => {
      flush = null
      results.flush()
    }, GATHER_MS)
  }

  return {
    way: 'system',
    assign(added) {
      packTargets(added) // only for what it refuses: nothing but an address may become an argument of a command
      for (const target of added) targets.set(target.slot, target)
    },
    release(slots) {
      for (const slot of slots) targets.delete(slot)
    },
    ping(slots) {
      waiting.push(slots)
      wake()
    },
    async close() {
      closing.abort()
      if (pump) clearTimeout(pump)
      if (flush) clearTimeout(flush)
      await Promise.all(running)
    },
  }
}
