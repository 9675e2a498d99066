import { randomFillSync } from 'node:crypto'

const TICK_MS = 5
const BUCKETS = 4096 // one turn of the wheel is 20 s; longer timeouts go round more than once
const INDEX_BITS = 20
const INDEX_MASK = (1 << INDEX_BITS) - 1
const POOL_WORDS = 8192

/**
 * Pings waiting for their reply, in typed arrays so that a ping costs no allocation, with a timer wheel of linked lists.
 * An index names a ping while it is in flight; the 64-bit token (index and 44 random bits) goes out in its payload.
 * Instants are ms of any one clock that only goes forward.
 */
export function createInFlight(capacity: number) {
  if (capacity < 1 || capacity > INDEX_MASK) throw new RangeError(`Cannot hold ${capacity} pings: 1 to ${INDEX_MASK}`)
  const slot = new Uint32Array(capacity)
  const low = new Uint32Array(capacity)
  const high = new Uint32Array(capacity)
  const sentAt = new Float64Array(capacity) // wall clock, set by the sender
  const begunAt = new Float64Array(capacity)
  const dueAt = new Float64Array(capacity) // 0: free
  const next = new Int32Array(capacity)
  const previous = new Int32Array(capacity) // below 0: the head of bucket -1 - value
  const heads = new Int32Array(BUCKETS).fill(-1)
  const free = new Uint32Array(capacity)
  const random = new Uint32Array(POOL_WORDS)
  let randomLeft = 0
  let freshFrom = 0
  let freed = 0
  let count = 0
  let wheelAt = Number.NaN // the tick up to which buckets were looked through

  /** Takes a place for a ping of `ofSlot` begun now; -1 when all are taken. */
  function begin(ofSlot: number, now: number, timeoutMs: number): number {
    let index = 0
    if (freed > 0) index = free[--freed] ?? 0
    else if (freshFrom < capacity) index = freshFrom++
    else return -1
    if (randomLeft === 0) {
      randomFillSync(random)
      randomLeft = POOL_WORDS
    }
    randomLeft -= 2
    slot[index] = ofSlot
    low[index] = (((random[randomLeft] ?? 0) << INDEX_BITS) | index) >>> 0
    high[index] = random[randomLeft + 1] ?? 0
    begunAt[index] = now
    const due = now + timeoutMs
    dueAt[index] = due
    if (count === 0) wheelAt = Math.floor(now / TICK_MS)
    count++
    link(index, Math.floor(due / TICK_MS) % BUCKETS)
    return index
  }

  function link(index: number, bucket: number): void {
    const head = heads[bucket] ?? -1
    next[index] = head
    previous[index] = -1 - bucket
    if (head >= 0) previous[head] = index
    heads[bucket] = index
  }

  /** Frees the place of a ping that has its result. */
  function end(index: number): void {
    const after = next[index] ?? -1
    const before = previous[index] ?? -1
    if (before >= 0) next[before] = after
    else heads[-1 - before] = after
    if (after >= 0) previous[after] = before
    dueAt[index] = 0
    free[freed++] = index
    count--
  }

  /** The index of the ping in flight that carries this token; -1 for a late, repeated or foreign one. */
  function find(tokenLow: number, tokenHigh: number): number {
    const index = tokenLow & INDEX_MASK
    if (index >= capacity || dueAt[index] === 0) return -1
    return low[index] === tokenLow && high[index] === tokenHigh ? index : -1
  }

  /** Calls `expired` for each ping whose time is up at `now`; it must end it. */
  function expire(now: number, expired: (index: number) => void): void {
    if (count === 0) return
    const until = Math.floor(now / TICK_MS)
    const from = Math.max(wheelAt, until - BUCKETS + 1)
    for (let tick = from; tick <= until; tick++) {
      let index = heads[tick % BUCKETS] ?? -1
      while (index >= 0) {
        const after = next[index] ?? -1
        if ((dueAt[index] ?? 0) <= now) expired(index)
        index = after
      }
    }
    wheelAt = until
  }

  /** Every index whose low 16 bits are `sequence`: what an error that quotes no token may be about. */
  function withSequence(sequence: number): number[] {
    const found: number[] = []
    for (let index = sequence; index < freshFrom; index += 0x10000) if (dueAt[index] !== 0) found.push(index)
    return found
  }

  return { slot, low, high, sentAt, begunAt, dueAt, begin, end, find, expire, withSequence, count: () => count }
}

export type InFlight = ReturnType<typeof createInFlight>
