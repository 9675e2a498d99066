import { type FrameRow, packFrame } from '@/lib/wire/frame'
import type { Clock } from './clock'
import { every } from './clock'
import { type Fleet, ringLength, slotKind } from './fleet'

const minuteMs = 60_000
const graceMs = 5000 // misses of the last second are known after their timeout
const lookMs = 1000

type Minute = { at: number; sent: Uint16Array; lost: Uint16Array; min: Float32Array; max: Float32Array }
const emptyMinute = (at: number, slots: number): Minute => ({
  at,
  sent: new Uint16Array(slots),
  lost: new Uint16Array(slots),
  min: new Float32Array(slots),
  max: new Float32Array(slots),
})

export type PackedMinute = { minute_at: number; target_count: number; columns: Uint8Array<ArrayBuffer> }

/**
 * Counts every device's pings by the wall-clock minute in which they were sent, and hands over each minute, packed,
 * 5 s after its end. A result that comes later still is counted in the present minute.
 */
export function createMinutes({
  clock,
  fleet,
  onMinute,
}: {
  clock: Clock
  fleet: Fleet
  onMinute: (minute: PackedMinute) => void
}) {
  const held: Minute[] = []
  const scratch = new Float32Array(ringLength)
  const minuteOf = (at: number) => Math.floor(at / minuteMs) * minuteMs

  function minuteFor(sentAt: number): Minute {
    const at = minuteOf(sentAt)
    for (const minute of held) {
      if (minute.at === at) return minute.sent.length >= fleet.capacity ? minute : grown(minute)
    }
    const latest = held.at(-1)
    const over = at + minuteMs + graceMs <= clock.wallMs()
    if (over && latest) return minuteFor(latest.at)
    const minute = emptyMinute(at, fleet.capacity)
    held.push(minute)
    return minute
  }

  function grown(minute: Minute): Minute {
    const longer = emptyMinute(minute.at, fleet.capacity)
    for (const name of ['sent', 'lost', 'min', 'max'] as const) longer[name].set(minute[name])
    return Object.assign(minute, longer)
  }

  function count(slot: number, sentAt: number, rttMs: number): void {
    const minute = minuteFor(sentAt)
    const sent = minute.sent[slot] ?? 0
    const lost = minute.lost[slot] ?? 0
    minute.sent[slot] = sent + 1
    if (Number.isNaN(rttMs)) {
      minute.lost[slot] = lost + 1
      return
    }
    const first = sent === lost
    if (first || rttMs < (minute.min[slot] ?? 0)) minute.min[slot] = rttMs
    if (first || rttMs > (minute.max[slot] ?? 0)) minute.max[slot] = rttMs
  }

  function close(minute: Minute): void {
    held.splice(held.indexOf(minute), 1)
    const rows: FrameRow[] = []
    for (let slot = 0; slot < minute.sent.length; slot++) {
      if ((minute.sent[slot] ?? 0) > 0 && fleet.kind[slot] === slotKind.device) rows.push(row(minute, slot))
    }
    if (rows.length > 0) onMinute({ minute_at: minute.at, target_count: rows.length, columns: packFrame(rows) })
  }

  function row(minute: Minute, slot: number): FrameRow {
    const sent = minute.sent[slot] ?? 0
    const lost = minute.lost[slot] ?? 0
    const targetId = fleet.id[slot] ?? 0
    if (sent === lost) return { targetId, sent, lost, rttMinUs: -1, rttMedianUs: -1, rttMaxUs: -1 }
    const [min, max] = [micros(minute.min[slot]), micros(minute.max[slot])]
    const median = Math.min(Math.max(medianUs(minute, slot) ?? min, min), max)
    return { targetId, sent, lost, rttMinUs: min, rttMedianUs: median, rttMaxUs: max }
  }

  /** From the ring: of a device pinged more than once a second, the minute's last 64. */
  function medianUs(minute: Minute, slot: number): number | null {
    const count = fleet.rttsBetween(slot, minute.at, minute.at + minuteMs, scratch)
    if (count === 0) return null
    const rtts = scratch.subarray(0, count).sort()
    return micros(((rtts[(count - 1) >> 1] ?? 0) + (rtts[count >> 1] ?? 0)) / 2)
  }

  const stop = every(clock, lookMs, () => {
    const now = clock.wallMs()
    for (const minute of [...held]) {
      const lies = minute.at > now + minuteMs // the clock was set back: it would wait for hours
      if (minute.at + minuteMs + graceMs <= now || lies) close(minute)
    }
  })

  return {
    count,
    /** A slot has a new device: what was counted is another's. */
    reset(slot: number) {
      for (const minute of held) {
        minute.sent[slot] = 0
        minute.lost[slot] = 0
      }
    },
    /** Hands over what there is, whole or not. */
    flush: () => [...held].forEach(close),
    stop,
  }
}

const micros = (ms: number | undefined) => Math.round((ms ?? 0) * 1000)
