import type { ProbeToWeb } from '@/lib/wire/probe'
import { type Clock, every } from './clock'
import type { Fleet } from './fleet'

const handOverMs = 250
const mostItems = 5000
const mostDevices = 1000
const mostPings = 60

type Moments = Parameters<ProbeToWeb['moments']>[0]
type WatchedPings = Parameters<ProbeToWeb['pings']>[0]
type Item = Moments['items'][number]
type Tuple = WatchedPings['items'][number]['pings'][number]

/**
 * What is only worth knowing now: who became suspect or steady, and the pings of the devices that someone looks at.
 * Handed over four times a second, and lost when nobody listens.
 */
export function createMoments({
  clock,
  fleet,
  send,
}: {
  clock: Clock
  fleet: Fleet
  send: { moments(body: Moments): void; pings(body: WatchedPings): void }
}) {
  let changes = new Map<number, Item>()
  let pings = new Map<number, Tuple[]>()
  const watched = new Set<number>() // target ids

  function handOver(): void {
    const items = [...changes.values()]
    changes = new Map()
    for (let i = 0; i < items.length; i += mostItems) send.moments({ items: items.slice(i, i + mostItems) })
    const rows = [...pings].map(([target_id, tuples]) => ({ target_id, pings: tuples.slice(-mostPings) }))
    pings = new Map()
    for (let i = 0; i < rows.length; i += mostDevices) send.pings({ items: rows.slice(i, i + mostDevices) })
  }

  const stop = every(clock, handOverMs, handOver)

  return {
    suspect(targetId: number, suspect: boolean, since: number): void {
      changes.set(targetId, { target_id: targetId, status: suspect ? 'suspect' : 'steady', since: Math.round(since) })
    },

    /** It went dark: that it was suspect is old news. */
    dark(targetId: number): void {
      if (changes.get(targetId)?.status === 'suspect') changes.delete(targetId)
    },

    /** The first ping of a target that this probe had not pinged before was a hit. */
    answered(targetId: number, at: number): void {
      changes.set(targetId, { target_id: targetId, status: 'answered', since: Math.round(at) })
    },

    /** A ping of a watched slot. */
    ping(slot: number, sentAt: number, rttMs: number): void {
      const targetId = fleet.id[slot] ?? 0
      const tuples = pings.get(targetId) ?? []
      tuples.push(tupleOf(sentAt, Number.isNaN(rttMs) ? null : rttMs))
      pings.set(targetId, tuples)
    },

    /** Streams these from now on, and gives what is remembered of the new ones at once. */
    watch(targetIds: readonly number[]): void {
      const known = new Set(watched)
      for (const id of watched) mark(id, 0)
      watched.clear()
      for (const id of targetIds) {
        watched.add(id)
        const slot = mark(id, 1)
        if (slot === undefined || known.has(id)) continue
        const recent = fleet.recent(slot).sort((a, b) => a.sentAt - b.sentAt)
        pings.set(id, recent.map((ping) => tupleOf(ping.sentAt, ping.rttMs)).slice(-mostPings))
      }
    },

    /** A target has a slot now, or another one. */
    placed(targetId: number): void {
      if (watched.has(targetId)) mark(targetId, 1)
    },

    stop,
  }

  function mark(targetId: number, value: 0 | 1): number | undefined {
    const slot = fleet.slotOf(targetId)
    if (slot !== undefined) fleet.watched[slot] = value
    return slot
  }
}

const tupleOf = (sentAt: number, rttMs: number | null): Tuple => [
  Math.round(sentAt),
  rttMs === null ? null : Math.round(rttMs * 1000) / 1000,
]
