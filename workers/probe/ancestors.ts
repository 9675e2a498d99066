import { lostFrom } from '@/lib/domain/members-lost'
import { type Answered, mostAnswered } from '@/lib/wire/probe'
import type { Clock } from './clock'
import type { Fleet } from './fleet'

const holdMs = 15_000 // as long as an incident waits for verdicts
const flightMs = 250 // a ping sent so soon after a miss may have been ahead of the fault that swallowed that one
const mostAncestors = 64
const mostBeside = 2048
const mostHastened = 512
const gatherMs = 100
const spareShare = 1.25

export type AncestorsOptions = {
  clock: Clock
  fleet: Fleet
  hasten: (slot: number, untilMono?: number) => void
  isTroubled: (slot: number) => boolean
  /** What answered after an outage that waited for it was told. */
  onAnswers: (items: Answered[]) => void
}

/**
 * Knows what hangs on what, and sees that a dark device's incident need not wait: what is above it is pinged at the confirm
 * interval from its first miss on, what is beside it once after its second (one lost ping in a hundred is no reason to ping
 * them all), and the web is told which of them answered since, each once. Source: rules, "Verdict hold", "Members lost".
 */
export function createAncestors({ clock, fleet, hasten, isTroubled, onAnswers }: AncestorsOptions) {
  const above = new Map<number, readonly number[]>()
  const below = new Map<number, Set<number>>()
  const awaited = new Map<number, { from: number; to: number; untilMono: number }>() // slot -> hits sent since
  let found: Answered[] = []

  function place(targetId: number, upstream: readonly number[] = []): void {
    const before = above.get(targetId) ?? []
    if (before.length === upstream.length && before.every((id, i) => id === upstream[i])) return
    for (const id of before) {
      below.get(id)?.delete(targetId)
      if (below.get(id)?.size === 0) below.delete(id)
    }
    if (upstream.length > 0) above.set(targetId, upstream)
    else above.delete(targetId)
    for (const id of upstream) {
      const children = below.get(id) ?? new Set()
      below.set(id, children.add(targetId))
    }
  }

  /** Slots of everything above, nearest first, at most 64; circles are survived. */
  function ancestorsOf(targetId: number): number[] {
    const seen = new Set([targetId])
    for (const id of seen) {
      for (const up of above.get(id) ?? []) if (seen.size <= mostAncestors) seen.add(up)
    }
    seen.delete(targetId)
    return slotsOf(seen)
  }

  const slotsOf = (ids: Iterable<number>) => {
    const slots: number[] = []
    for (const id of ids) {
      const slot = fleet.slotOf(id)
      if (slot !== undefined) slots.push(slot)
    }
    return slots
  }

  /** Those that hang on the same one device, and how many of them have to answer for it not to have lost them. */
  function besides(targetId: number): { slots: number[]; enough: number } {
    const [up, ...more] = above.get(targetId) ?? []
    const children = up === undefined || more.length > 0 ? [] : [...(below.get(up) ?? [])]
    const alone = children.filter((id) => above.get(id)?.length === 1)
    if (alone.length < lostFrom(alone.length)) return { slots: [], enough: 0 }
    const slots = slotsOf(alone.filter((id) => id !== targetId).slice(0, mostBeside))
    return { slots, enough: alone.length - lostFrom(alone.length) + 1 }
  }

  function missed(slot: number, misses: 1 | 2, firstMissAt: number): void {
    const targetId = fleet.id[slot] ?? 0
    if (misses === 1) {
      askAbove(targetId)
      return
    }
    const { slots, enough } = besides(targetId)
    hastenSome(
      slots.filter((one) => !isTroubled(one) && (fleet.lastHitAt[one] ?? 0) < firstMissAt + flightMs),
      enough * spareShare,
    )
  }

  function askAbove(targetId: number): void {
    const untilMono = clock.monoMs() + holdMs
    for (const slot of ancestorsOf(targetId)) hasten(slot, untilMono)
  }

  function hastenSome(slots: readonly number[], most: number): void {
    for (const slot of slots.slice(0, Math.min(Math.ceil(most), mostHastened))) hasten(slot)
  }

  /** What the web has to hear of together with an outage: who answered since it began. Others are waited for. */
  function answeredSince(targetId: number, beganAt: number): Answered[] {
    askAbove(targetId)
    const from = beganAt + flightMs
    const told: Answered[] = []
    const look = (slot: number) => {
      const at = fleet.lastHitAt[slot] ?? 0
      if (at < from) {
        waitFor(slot, from)
        return false
      }
      if ((fleet.toldHitAt[slot] ?? 0) >= from) return true
      if (told.length === mostAnswered) return false
      fleet.toldHitAt[slot] = at
      told.push({ target_id: fleet.id[slot] ?? 0, at: Math.round(at) })
      return true
    }
    for (const slot of ancestorsOf(targetId)) look(slot)
    const { slots, enough } = besides(targetId)
    let answering = 0
    for (const slot of slots) if (answering < enough && look(slot)) answering++
    return told
  }

  function waitFor(slot: number, from: number): void {
    const now = clock.monoMs()
    const before = awaited.get(slot)
    const waits = before && before.untilMono > now
    awaited.set(slot, {
      from: waits ? Math.min(before.from, from) : from,
      to: waits ? Math.max(before.to, from) : from,
      untilMono: now + holdMs,
    })
  }

  /** A device answered a ping sent at `sentAt`. */
  function heard(slot: number, sentAt: number): void {
    if (awaited.size === 0) return
    const wait = awaited.get(slot)
    if (!wait || sentAt < wait.from) return
    if (sentAt >= wait.to || wait.untilMono < clock.monoMs()) awaited.delete(slot)
    else awaited.set(slot, { ...wait, from: wait.to })
    if (wait.untilMono < clock.monoMs()) return
    fleet.toldHitAt[slot] = sentAt
    if (found.length === 0) clock.after(gatherMs, tell)
    found.push({ target_id: fleet.id[slot] ?? 0, at: Math.round(sentAt) })
  }

  function tell(): void {
    const items = found
    found = []
    if (items.length > 0) onAnswers(items)
  }

  return {
    place,
    drop: (targetId: number) => place(targetId),
    missed,
    answeredSince,
    heard,
    /** A device said that something of it fell, or somebody left it: it and what hangs on it are pinged once; gives how many. */
    suspectBelow(targetId: number, most: number): number {
      const slots = slotsOf([targetId, ...(below.get(targetId) ?? [])])
      hastenSome(slots, most)
      return Math.min(slots.length, most, mostHastened)
    },
    /** The wall clock was set, or a slot has another device: what was awaited is not worth telling any more. */
    forget(slot?: number): void {
      if (slot === undefined) awaited.clear()
      else awaited.delete(slot)
    },
  }
}
