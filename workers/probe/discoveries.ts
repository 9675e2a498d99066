import type { PingTarget } from '@/lib/ping/pinger'
import type { SnmpProfile } from '@/lib/wire/snmp'
import type { Discover } from '@/lib/wire/walk'
import type { Clock } from './clock'
import { type Report, startSearch } from './discovery'
import { type Fleet, slotKind } from './fleet'
import type { WalkOutcome } from './walk-words'

const timeoutMs = 1000
const lostMs = 60_000 // a result that is this late never comes
const mostWaiting = 64
const mostEnded = 1000

export type DiscoveriesOptions = {
  clock: Clock
  fleet: Fleet
  pinger: {
    assign(targets: readonly PingTarget[]): void
    release(slots: readonly number[]): void
    ping(slots: Uint32Array): void
  }
  walk: (
    job: { address: string; profiles: SnmpProfile[]; for: { discoveryId: number } },
    signal: AbortSignal,
  ) => Promise<WalkOutcome>
  onReport: (discoveryId: number, report: Report) => void
  onEnded: (discoveryId: number) => void
}

/** Runs the discoveries that the web asks for, one after the other, with slots of their own in the pinger. */
export function createDiscoveries({ clock, fleet, pinger, walk, onReport, onEnded }: DiscoveriesOptions) {
  const waiting: Discover[] = []
  const ended = new Set<number>()
  const asked = new Map<number, (rttMs: number | null) => void>() // slot -> who waits for its result
  let free: number[] = []
  let slots: number[] = []
  let current: { id: number; search: ReturnType<typeof startSearch>; stop: AbortController } | null = null

  function begin(): void {
    const order = current ? undefined : waiting.shift()
    if (!order) return
    const stop = new AbortController()
    const { id, profiles } = order
    const search = startSearch({
      clock,
      order,
      ping,
      walk: (address) => walk({ address, profiles, for: { discoveryId: id } }, stop.signal),
      onReport: (report) => onReport(id, report),
      onEnd() {
        stop.abort()
        finish(id)
        current = null
        begin()
      },
    })
    current = { id, search, stop }
  }

  function finish(id: number): void {
    ended.add(id)
    const [oldest] = ended
    if (ended.size > mostEnded && oldest !== undefined) ended.delete(oldest)
    for (const slot of slots) fleet.remove(slot, clock.monoMs())
    pinger.release(slots)
    slots = []
    free = []
    asked.clear()
    onEnded(id)
  }

  function ping(address: string): Promise<number | null> {
    return new Promise((resolve) => {
      const slot = free.pop() ?? newSlot(address)
      fleet.address[slot] = address
      const giveUp = clock.after(timeoutMs + lostMs, () => settle(null))
      const settle = (rttMs: number | null) => {
        if (!asked.delete(slot)) return
        giveUp()
        free.push(slot)
        resolve(rttMs)
      }
      asked.set(slot, settle)
      pinger.assign([{ slot, address, timeoutMs }])
      pinger.ping(Uint32Array.of(slot))
    })
  }

  function newSlot(address: string): number {
    const target = {
      id: 0,
      kind: slotKind.sought,
      address,
      intervalMs: timeoutMs,
      timeoutMs,
      misses: 1,
      withinSeconds: 1,
    }
    const slot = fleet.add(target, clock.monoMs())
    slots.push(slot)
    return slot
  }

  return {
    /** Begins a search, or has it wait for those before it. One that runs, waits or has ended is not begun again. */
    begin(order: Discover): void {
      if (current?.id === order.id || ended.has(order.id) || waiting.some((one) => one.id === order.id)) return
      if (waiting.length >= mostWaiting) return
      waiting.push(order)
      begin()
    },
    /** Ends a search and says so, also of one that is not known here: it may be of before a restart. */
    cancel(id: number): void {
      if (current?.id === id) {
        current.search.cancel()
        return
      }
      const at = waiting.findIndex((one) => one.id === id)
      if (at >= 0) waiting.splice(at, 1)
      if (ended.has(id)) return
      onReport(id, { asked: 0, total: 0, ended: true, failure: null, items: [] })
    },
    /** The result of a ping of one of its slots; NaN: a miss. */
    take: (slot: number, rttMs: number) => asked.get(slot)?.(Number.isNaN(rttMs) ? null : rttMs),
    running: () => (current ? 1 : 0) + waiting.length,
    stop(): void {
      current?.search.stop()
      current?.stop.abort()
      waiting.length = 0
    },
  }
}
