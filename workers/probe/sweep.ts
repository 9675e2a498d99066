import type { Clock } from './clock'

const tickMs = 20
const buckets = 4096
const restTicks = 25 // looks again after half a second, however empty it is

/** When a device's share of the interval comes round next, strictly after `now`: golden steps spread consecutive ids evenly. */
export function nextPhase(id: number, intervalMs: number, now: number): number {
  const phase = (((Math.imul(id, 0x9e3779b1) >>> 0) / 2 ** 32) * intervalMs) % intervalMs
  return phase + (Math.floor((now - phase) / intervalMs) + 1) * intervalMs
}

/**
 * A timing wheel: gives out each slot when it is due and asks at once when it is due next. Instants are mono ms; a due
 * time is met within a tick of 20 ms, and a stall is not made up for by a burst.
 */
export function createSweep({
  clock,
  nextDue,
  send,
}: {
  clock: Clock
  nextDue: (slot: number, now: number) => number
  send: (slots: Uint32Array, dues: Float64Array, now: number) => void
}) {
  const head = new Int32Array(buckets).fill(-1)
  let next = new Int32Array(1024).fill(-1)
  let previous = new Int32Array(1024).fill(-1)
  let bucketOf = new Int32Array(1024).fill(-1)
  let due = new Float64Array(1024)
  let batch = new Uint32Array(256)
  let batchDue = new Float64Array(256)
  let tick = Math.floor(clock.monoMs() / tickMs)
  let armedFor = Number.POSITIVE_INFINITY
  let disarm = () => {}
  let running = false

  function place(slot: number, dueMono: number): void {
    if (slot >= next.length) grow(slot)
    remove(slot)
    due[slot] = dueMono
    const bucket = Math.max(Math.ceil(dueMono / tickMs), tick + 1) % buckets
    const first = head[bucket] ?? -1
    next[slot] = first
    previous[slot] = -1
    if (first >= 0) previous[first] = slot
    head[bucket] = slot
    bucketOf[slot] = bucket
    if (running && dueMono < armedFor) arm(dueMono)
  }

  function remove(slot: number): void {
    const bucket = bucketOf[slot] ?? -1
    if (bucket < 0) return
    const [before, after] = [previous[slot] ?? -1, next[slot] ?? -1]
    if (before >= 0) next[before] = after
    else head[bucket] = after
    if (after >= 0) previous[after] = before
    bucketOf[slot] = -1
  }

  function turn(): void {
    const now = clock.monoMs()
    const nowTick = Math.floor(now / tickMs)
    const from = Math.max(tick + 1, nowTick - buckets + 1)
    tick = nowTick
    let count = 0
    for (let at = from; at <= nowTick; at++) count = collect(at % buckets, now, count)
    for (let i = 0; i < count; i++) {
      const slot = batch[i] ?? 0
      place(slot, Math.max(nextDue(slot, now), now))
    }
    if (count > 0) send(batch.slice(0, count), batchDue.subarray(0, count), now)
    arm(restUntil())
  }

  function collect(bucket: number, now: number, soFar: number): number {
    let count = soFar
    for (let slot = head[bucket] ?? -1; slot >= 0; ) {
      const after = next[slot] ?? -1
      const dueAt = due[slot] ?? 0
      if (dueAt <= now) {
        remove(slot)
        if (count === batch.length) growBatch()
        batch[count] = slot
        batchDue[count++] = dueAt
      }
      slot = after
    }
    return count
  }

  function restUntil(): number {
    for (let ahead = 1; ahead < restTicks; ahead++) {
      if ((head[(tick + ahead) % buckets] ?? -1) >= 0) return (tick + ahead) * tickMs
    }
    return (tick + restTicks) * tickMs
  }

  function arm(atMono: number): void {
    disarm()
    if (!running) return
    armedFor = Math.max(atMono, (tick + 1) * tickMs)
    disarm = clock.after(Math.max(Math.ceil(armedFor - clock.monoMs()), 1), turn)
  }

  function grow(slot: number): void {
    const length = Math.max(slot + 1, next.length * 2)
    const longer = (old: Int32Array) => {
      const array = new Int32Array(length).fill(-1)
      array.set(old)
      return array
    }
    next = longer(next)
    previous = longer(previous)
    bucketOf = longer(bucketOf)
    const dues = new Float64Array(length)
    dues.set(due)
    due = dues
  }

  function growBatch(): void {
    const slots = new Uint32Array(batch.length * 2)
    slots.set(batch)
    batch = slots
    const dues = new Float64Array(batch.length)
    dues.set(batchDue)
    batchDue = dues
  }

  return {
    place,
    remove,
    start() {
      running = true
      tick = Math.floor(clock.monoMs() / tickMs)
      arm(0)
    },
    stop() {
      running = false
      disarm()
    },
  }
}
