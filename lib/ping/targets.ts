import { addressWords } from './address'

/** What to ping: a slot is the caller's small number for it; the address an IPv4 or IPv6 literal. */
export type PingTarget = { slot: number; address: string; timeoutMs: number }

/** Targets as they travel to the thread: per target six words (see AddressWords) in `addresses`. */
export type PackedTargets = { slots: Uint32Array; addresses: Uint32Array; timeouts: Float64Array }

export const TARGET_WORDS = 6
const MOST_SLOTS = 1 << 22

/** Packs targets; throws a RangeError that names the first one that cannot be pinged. */
export function packTargets(targets: readonly PingTarget[]): PackedTargets {
  const slots = new Uint32Array(targets.length)
  const addresses = new Uint32Array(targets.length * TARGET_WORDS)
  const timeouts = new Float64Array(targets.length)
  for (const [i, { slot, address, timeoutMs }] of targets.entries()) {
    const words = addressWords(address)
    if (!words) throw new RangeError(`Cannot ping '${address}': not an IPv4 or IPv6 address that exists here`)
    if (!Number.isInteger(slot) || slot < 0 || slot >= MOST_SLOTS)
      throw new RangeError(`Cannot ping ${address}: slot must be an integer from 0 to ${MOST_SLOTS - 1}: it is ${slot}`)
    if (!(timeoutMs > 0 && timeoutMs <= 600_000))
      throw new RangeError(`Cannot ping ${address}: timeoutMs must be above 0 and at most 600000: it is ${timeoutMs}`)
    slots[i] = slot
    addresses.set(words, i * TARGET_WORDS)
    timeouts[i] = timeoutMs
  }
  return { slots, addresses, timeouts }
}

/** The thread's table of targets by slot. Family 0 means that nothing is assigned there. */
export function createTargetTable() {
  const table = { words: new Uint32Array(0), timeouts: new Float64Array(0), assign, release }

  function assign({ slots, addresses, timeouts }: PackedTargets): void {
    let most = 0
    for (const slot of slots) if (slot >= most) most = slot + 1
    if (most > table.timeouts.length) grow(Math.max(most, table.timeouts.length * 2, 1024))
    for (const [i, slot] of slots.entries()) {
      for (let w = 0; w < TARGET_WORDS; w++) table.words[slot * TARGET_WORDS + w] = addresses[i * TARGET_WORDS + w] ?? 0
      table.timeouts[slot] = timeouts[i] ?? 0
    }
  }

  function grow(size: number): void {
    const words = new Uint32Array(size * TARGET_WORDS)
    const timeouts = new Float64Array(size)
    words.set(table.words)
    timeouts.set(table.timeouts)
    table.words = words
    table.timeouts = timeouts
  }

  function release(slots: Uint32Array): void {
    for (const slot of slots) if (slot < table.timeouts.length) table.words[slot * TARGET_WORDS] = 0
  }

  return table
}
