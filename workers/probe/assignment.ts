import { z } from 'zod'
import type { PingTarget } from '@/lib/ping/pinger'
import type { AssignedTarget, Assignment } from '@/lib/wire/probe'
import { SnmpProfile } from '@/lib/wire/snmp'
import type { Clock } from './clock'
import { type Fleet, type SlotTarget, slotKind } from './fleet'
import type { Isolator } from './isolator'
import { seal, unseal } from './sealed'
import type { Spool } from './spool'
import { nextPhase } from './sweep'

/** What this probe knows of a target's outage: since when it holds it dark, and when it last saw one end. */
export type Held = { darkSince: number | null; own: boolean; endedAt: number | null }

/**
 * Decides whether a target is held dark, after the web has named its open outage (or none). The probe's own verdict
 * stands: what it isolated stays dark, told or not, until it answers; what it saw end is not taken for open again. What
 * only the web said, the web can take back. Null: not dark.
 */
export function reconcile(held: Held, named: { began_at: number } | null): { darkSince: number; own: boolean } | null {
  if (held.darkSince !== null && held.own) return { darkSince: held.darkSince, own: true }
  if (!named || (held.endedAt !== null && named.began_at <= held.endedAt)) return null
  return { darkSince: named.began_at, own: false }
}

export type AssignmentOptions = {
  clock: Clock
  fleet: Fleet
  spool: Spool
  pinger: { assign(targets: readonly PingTarget[]): void; release(slots: readonly number[]): void }
  isolator: Isolator
  place: (slot: number, dueMono: number) => void
  remove: (slot: number) => void
  settings: { confirmMs: number; reviveHits: number }
  onAnchors: (addresses: readonly string[]) => void
  onPlaced: (slot: number, targetId: number) => void
  /** A target as it is assigned now; isFresh: it was added to what this probe already watches. */
  onTaken: (slot: number, target: AssignedTarget, isFresh: boolean) => void
  onVacated: (slot: number) => void
  onDropped: (targetId: number) => void
  onProfiles: (profiles: SnmpProfile[]) => void
  /** Opens what is kept on disk, and nothing else does. */
  token: string
}

/** Keeps the fleet as the web assigned it, on disk too: a probe that starts while the web is away goes on measuring. */
export function createAssignment(options: AssignmentOptions) {
  const { clock, fleet, spool, pinger, isolator, settings } = options
  const openOutages = spool.openOutages()
  const endedOutages = spool.endedOutages()
  const rounds = new Map<number, number>() // of those that were ever paused
  let named: Set<number> | null = null // of a full assignment on its way

  function load(): number {
    const head = spool.assignmentHead()
    if (!head) return 0
    applyHead(head)
    options.onProfiles(keptProfiles(spool.sealedProfiles(), options.token))
    const assigned: PingTarget[] = []
    for (const target of spool.targets()) {
      if (target.round) rounds.set(target.id, target.round)
      take(target, assigned)
    }
    pinger.assign(assigned)
    return assigned.length
  }

  async function apply(body: Assignment): Promise<void> {
    applyHead(body)
    if (body.snmp_profiles) {
      options.onProfiles(body.snmp_profiles)
      await spool.keepSealedProfiles(seal(options.token, JSON.stringify(body.snmp_profiles)))
    }
    if (body.kind === 'full' && body.first) named = new Set()
    const assigned: PingTarget[] = []
    for (const target of body.targets) {
      take(target, assigned, body.kind === 'change')
      named?.add(target.id)
    }
    if (assigned.length > 0) pinger.assign(assigned)
    const gone = [...body.removed, ...(body.kind === 'full' && body.last ? unnamed() : [])]
    for (const targetId of gone) drop(targetId)
    const { version, confirm_interval, revive_hits, anchors } = body
    await spool.keepAssignment({ version, confirm_interval, revive_hits, anchors }, body.targets, gone)
  }

  function applyHead(head: Pick<Assignment, 'confirm_interval' | 'revive_hits' | 'anchors'>): void {
    settings.confirmMs = head.confirm_interval * 1000
    settings.reviveHits = head.revive_hits
    options.onAnchors(head.anchors)
  }

  /** The targets that a full assignment, now whole, did not name. */
  function unnamed(): number[] {
    const all = named
    named = null
    if (!all) return []
    const gone: number[] = []
    for (let slot = 0; slot < fleet.slots(); slot++) {
      const id = fleet.id[slot] ?? 0
      if (fleet.kind[slot] === slotKind.device && !all.has(id)) gone.push(id)
    }
    return gone
  }

  /** What was held of a target in an earlier round is void: it is judged afresh. */
  function beginRound({ id, round = 0 }: AssignedTarget): void {
    if (round === (rounds.get(id) ?? 0)) return
    rounds.set(id, round)
    const present = fleet.slotOf(id)
    if (present !== undefined) {
      isolator.forget(present)
      fleet.countsFrom[present] = clock.wallMs() // a miss that is still on its way was sent before
    }
    if (openOutages.delete(id)) spool.release(id)
  }

  function take(target: AssignedTarget, assigned: PingTarget[], isChange = false): void {
    beginRound(target)
    const present = fleet.slotOf(target.id)
    const held: Held = {
      darkSince: (present === undefined ? null : isolator.darkSince(present)) ?? openOutages.get(target.id) ?? null,
      own: present === undefined || isolator.darkSince(present) === null ? true : !isolator.isForeign(present),
      endedAt: endedOutages.get(target.id) ?? null,
    }
    const slot = settle(target, present, assigned)
    options.onTaken(slot, target, isChange && present === undefined)
    const dark = reconcile(held, target.open)
    if (dark && isolator.darkSince(slot) === null) isolator.hold(slot, dark.darkSince, dark.own)
    if (!dark && isolator.darkSince(slot) !== null) isolator.forget(slot)
  }

  /** Gives the target its slot: a new one when its address changed, so that late replies are not taken for the new one's. */
  function settle(target: AssignedTarget, present: number | undefined, assigned: PingTarget[]): number {
    const wanted = slotTarget(target)
    const now = clock.monoMs()
    if (present !== undefined && fleet.address[present] === wanted.address) {
      const { intervalMs, timeoutMs } = wanted
      const moved = fleet.intervalMs[present] !== intervalMs
      if (fleet.timeoutMs[present] !== timeoutMs) assigned.push({ slot: present, address: wanted.address, timeoutMs })
      fleet.set(present, wanted)
      if (moved) options.place(present, nextPhase(target.id, intervalMs, now))
      return present
    }
    if (present !== undefined) vacate(present)
    const slot = fleet.add(wanted, now)
    assigned.push({ slot, address: wanted.address, timeoutMs: wanted.timeoutMs })
    options.onPlaced(slot, target.id)
    options.place(slot, nextPhase(target.id, wanted.intervalMs, now))
    return slot
  }

  function vacate(slot: number): void {
    isolator.forget(slot)
    options.onVacated(slot)
    options.remove(slot)
    fleet.remove(slot, clock.monoMs())
    pinger.release([slot])
  }

  function drop(targetId: number): void {
    const slot = fleet.slotOf(targetId)
    openOutages.delete(targetId)
    endedOutages.delete(targetId)
    rounds.delete(targetId)
    options.onDropped(targetId)
    if (slot !== undefined) vacate(slot)
  }

  return {
    load,
    apply,
    /** The round in which something is found of a target now. */
    roundOf: (targetId: number) => rounds.get(targetId) ?? 0,
    /** Keeps up with what the isolator decides. */
    opened: (targetId: number, beganAt: number) => void openOutages.set(targetId, beganAt),
    ended(targetId: number, endedAt: number): void {
      openOutages.delete(targetId)
      endedOutages.set(targetId, endedAt)
    },
  }
}

function keptProfiles(sealed: string | null, token: string): SnmpProfile[] {
  const text = sealed === null ? null : unseal(token, sealed)
  const kept = z.array(SnmpProfile).safeParse(text === null ? [] : JSON.parse(text))
  return kept.success ? kept.data : []
}

function slotTarget(target: AssignedTarget): SlotTarget {
  return {
    id: target.id,
    kind: slotKind.device,
    address: target.address,
    intervalMs: target.interval * 1000,
    timeoutMs: target.timeout * 1000,
    misses: target.misses,
    withinSeconds: target.within,
  }
}
