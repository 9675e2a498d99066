import type { Ping } from '@/lib/domain/isolation'

export const ringLength = 64
export const slotKind = { free: 0, device: 1, anchor: 2, sought: 3 } as const

/** What one slot watches. Durations in ms, but for the rule's window. */
export type SlotTarget = {
  id: number // of the target; 0 for an anchor and an address of a discovery
  kind: 1 | 2 | 3
  address: string
  intervalMs: number
  timeoutMs: number
  misses: number
  withinSeconds: number
}

const lostMs = 60_000 // a result that is this late never comes
const quarantineMs = 180_000 // results and minutes of the one before must be over

/**
 * Everything that is pinged, as columns indexed by slot, with the last 64 pings of each: 50,000 devices are a few
 * dozen arrays, not objects. Columns are replaced when the fleet grows: read them from here each time.
 */
export function createFleet(initialCapacity = 1024) {
  const slotOfId = new Map<number, number>()
  const freed: { slot: number; at: number }[] = []
  let used = 0

  const fleet = {
    capacity: initialCapacity,
    ...columns(initialCapacity),
    address: [] as string[],
    devices: 0,
    slots: () => used,
    slotOf: (id: number) => slotOfId.get(id),

    /** Takes a slot; its ring is empty. */
    add(target: SlotTarget, nowMono: number): number {
      const slot = takeSlot(nowMono)
      fleet.ringCount[slot] = 0
      fleet.ringNext[slot] = 0
      fleet.hurried[slot] = 0
      fleet.troubled[slot] = 0
      fleet.watched[slot] = 0
      fleet.out[slot] = 0
      fleet.countsFrom[slot] = Number.NEGATIVE_INFINITY
      fleet.lastHitAt[slot] = Number.NEGATIVE_INFINITY
      fleet.toldHitAt[slot] = Number.NEGATIVE_INFINITY
      fleet.askedUntil[slot] = Number.NEGATIVE_INFINITY
      fleet.sentMono[slot] = Number.NEGATIVE_INFINITY
      fleet.dueMono[slot] = Number.NEGATIVE_INFINITY
      fleet.set(slot, target)
      if (target.kind === slotKind.device) {
        slotOfId.set(target.id, slot)
        fleet.devices++
      }
      return slot
    },

    set(slot: number, target: SlotTarget): void {
      fleet.id[slot] = target.id
      fleet.kind[slot] = target.kind
      fleet.address[slot] = target.address
      fleet.intervalMs[slot] = target.intervalMs
      fleet.timeoutMs[slot] = target.timeoutMs
      fleet.misses[slot] = target.misses
      fleet.withinSeconds[slot] = target.withinSeconds
    },

    remove(slot: number, nowMono: number): void {
      if (fleet.kind[slot] === slotKind.device) {
        slotOfId.delete(fleet.id[slot] ?? 0)
        fleet.devices--
      }
      fleet.kind[slot] = slotKind.free
      fleet.id[slot] = 0
      fleet.watched[slot] = 0
      fleet.troubled[slot] = 0
      freed.push({ slot, at: nowMono })
    },

    /**
     * Whether a slot may be pinged now, and counts it as out if so. Not while more of its pings are out than its timeout
     * explains: they still wait to leave, and a line that only grows makes every ping of everyone late.
     */
    mayPing(slot: number, confirmMs: number, nowMono: number): boolean {
      const timeoutMs = fleet.timeoutMs[slot] ?? 0
      const stepMs = Math.max(Math.min(fleet.intervalMs[slot] ?? 1000, confirmMs), 1)
      if (nowMono - (fleet.sentMono[slot] ?? 0) > timeoutMs + lostMs) fleet.out[slot] = 0
      const out = fleet.out[slot] ?? 0
      if (out > timeoutMs / stepMs + 2) return false
      fleet.out[slot] = out + 1
      return true
    },

    /** One of its pings has its result. */
    resultCame(slot: number): void {
      const out = fleet.out[slot] ?? 0
      if (out > 0) fleet.out[slot] = out - 1
    },

    /** Adds a result to the ring. */
    remember(slot: number, sentAt: number, rttMs: number): void {
      const next = fleet.ringNext[slot] ?? 0
      fleet.ringAt[slot * ringLength + next] = sentAt
      fleet.ringRtt[slot * ringLength + next] = rttMs
      fleet.ringNext[slot] = (next + 1) % ringLength
      const count = fleet.ringCount[slot] ?? 0
      if (count < ringLength) fleet.ringCount[slot] = count + 1
      if (!Number.isNaN(rttMs) && sentAt > (fleet.lastHitAt[slot] ?? 0)) fleet.lastHitAt[slot] = sentAt
    },

    /** The remembered pings of a slot, in the order in which they became known. */
    recent(slot: number): Ping[] {
      const count = fleet.ringCount[slot] ?? 0
      const first = (fleet.ringNext[slot] ?? 0) - count + ringLength
      return Array.from({ length: count }, (_, i) => {
        const at = slot * ringLength + ((first + i) % ringLength)
        const rttMs = fleet.ringRtt[at] ?? Number.NaN
        return { sentAt: fleet.ringAt[at] ?? 0, rttMs: Number.isNaN(rttMs) ? null : rttMs }
      })
    },

    /** Writes the round trips of the hits sent in [from, to) into `into`; gives how many. No objects: every device, every minute. */
    rttsBetween(slot: number, from: number, to: number, into: Float32Array): number {
      const count = fleet.ringCount[slot] ?? 0
      let found = 0
      for (let at = slot * ringLength; at < slot * ringLength + count; at++) {
        const sentAt = fleet.ringAt[at] ?? 0
        const rttMs = fleet.ringRtt[at] ?? Number.NaN
        if (sentAt >= from && sentAt < to && !Number.isNaN(rttMs)) into[found++] = rttMs
      }
      return found
    },

    /** The wall clock was set: what was stamped by the old one moves along. */
    shiftStamps(byMs: number): void {
      for (let i = 0; i < used * ringLength; i++) fleet.ringAt[i] = (fleet.ringAt[i] ?? 0) + byMs
      for (let slot = 0; slot < used; slot++) {
        fleet.countsFrom[slot] = (fleet.countsFrom[slot] ?? 0) + byMs
        fleet.lastHitAt[slot] = (fleet.lastHitAt[slot] ?? 0) + byMs
        fleet.toldHitAt[slot] = (fleet.toldHitAt[slot] ?? 0) + byMs
      }
    },
  }

  function takeSlot(nowMono: number): number {
    const oldest = freed[0]
    if (oldest && nowMono - oldest.at >= quarantineMs) {
      freed.shift()
      return oldest.slot
    }
    if (used === fleet.capacity) grow()
    return used++
  }

  function grow(): void {
    const before = columns(0)
    Object.assign(before, fleet)
    fleet.capacity *= 2
    const after = columns(fleet.capacity)
    for (const name of columnNames) after[name].set(before[name])
    Object.assign(fleet, after)
  }

  return fleet
}

export type Fleet = ReturnType<typeof createFleet>

function columns(capacity: number) {
  return {
    id: new Int32Array(capacity),
    kind: new Uint8Array(capacity),
    intervalMs: new Float64Array(capacity),
    timeoutMs: new Float64Array(capacity),
    misses: new Uint8Array(capacity),
    withinSeconds: new Float64Array(capacity),
    /** Pinged at the confirm interval. */
    hurried: new Uint8Array(capacity),
    /** Has a memory in the isolator. */
    troubled: new Uint8Array(capacity),
    /** Someone looks at its pings. */
    watched: new Uint8Array(capacity),
    /** Misses sent before this (wall) are of an outage that is over. */
    countsFrom: new Float64Array(capacity),
    /** When the latest ping that was answered was sent (wall), and the latest that the web was told of as an answer. */
    lastHitAt: new Float64Array(capacity),
    toldHitAt: new Float64Array(capacity),
    /** Pinged at the confirm interval until then (mono), as something below it missed. */
    askedUntil: new Float64Array(capacity),
    /** Pings given to the pinger that have no result yet. */
    out: new Uint16Array(capacity),
    /** When its last ping was due, and given to the pinger (mono). */
    dueMono: new Float64Array(capacity),
    sentMono: new Float64Array(capacity),
    ringAt: new Float64Array(capacity * ringLength),
    ringRtt: new Float32Array(capacity * ringLength),
    ringNext: new Uint8Array(capacity),
    ringCount: new Uint8Array(capacity),
  }
}
type Columns = ReturnType<typeof columns>
const columnNames = Object.keys(columns(0)) as (keyof Columns)[] // Object.keys gives strings; these are exactly its names
