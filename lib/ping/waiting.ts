/** A first-in first-out line of slots in one growing ring, without an allocation per ping. */
export function createWaiting() {
  let ring = new Uint32Array(1024)
  let first = 0
  let count = 0

  function grow(needed: number): void {
    let size = ring.length
    while (size < needed) size *= 2
    const bigger = new Uint32Array(size)
    const toEnd = Math.min(count, ring.length - first)
    bigger.set(ring.subarray(first, first + toEnd))
    bigger.set(ring.subarray(0, count - toEnd), toEnd)
    ring = bigger
    first = 0
  }

  return {
    count: () => count,
    push(slots: Uint32Array): void {
      if (count + slots.length > ring.length) grow(count + slots.length)
      const at = (first + count) % ring.length
      const toEnd = Math.min(slots.length, ring.length - at)
      ring.set(slots.subarray(0, toEnd), at)
      ring.set(slots.subarray(toEnd), 0)
      count += slots.length
    },
    /** Only while `count()` is above 0. */
    shift(): number {
      const slot = ring[first] ?? 0
      first = first + 1 === ring.length ? 0 : first + 1
      count--
      return slot
    },
    /** Puts one back in front: it could not leave yet. */
    unshift(slot: number): void {
      if (count === ring.length) grow(count + 1)
      first = first === 0 ? ring.length - 1 : first - 1
      ring[first] = slot
      count++
    },
  }
}
