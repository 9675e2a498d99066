import type { AssignedTarget } from '@/lib/wire/probe'
import type { SnmpProfile } from '@/lib/wire/snmp'
import type { WalkItem } from '@/lib/wire/walk'
import type { Clock } from './clock'
import type { Fleet } from './fleet'
import { createSweep, nextPhase } from './sweep'
import type { WalkOutcome } from './walk-words'

const mostAtOnce = 192 // of 256 sockets; most of what is silent only waits
const freshWithinMs = 15_000 // a device that was just added is not left waiting for its share of the interval
const settleMs = 3000 // a device answers pings before it answers SNMP
const againMs = 20_000
const triesAfterRevival = 3
const longestRest = 12 // intervals between tries of a device that no profile opens

export type WalksOptions = {
  clock: Clock
  fleet: Fleet
  walk: (job: { address: string; profiles: SnmpProfile[]; for: { targetId: number } }) => Promise<WalkOutcome>
  /** Whether walking it now can tell anything: not while it is dark, or while the probe itself cannot see. */
  mayWalk: (slot: number) => boolean
  onWalked: (item: WalkItem, left: WalkOutcome['left']) => void
}
type Plan = {
  targetId: number
  profileIds: readonly number[]
  everyMs: number
  openedBy: number | null // the profile that opened it last: tried first
  failures: number // in a row
  restUntil: number // mono: no scheduled walk before
  tries: number // soon after another, while it starts
  state: 'idle' | 'waiting' | 'walking'
  address: string
}

/** Walks each device once an interval, spread over it; at once when asked to, and soon after it came back. */
export function createWalks({ clock, fleet, walk, mayWalk, onWalked }: WalksOptions) {
  const plans = new Map<number, Plan>() // by slot
  const queue: number[] = []
  let profiles = new Map<number, SnmpProfile>()
  let walking = 0
  const sweep = createSweep({
    clock,
    nextDue: (slot, now) => {
      const plan = plans.get(slot)
      return plan ? nextPhase(plan.targetId, plan.everyMs, now) : now + freshWithinMs
    },
    send(slots, _dues, now) {
      for (const slot of slots) {
        const plan = plans.get(slot)
        if (plan && now >= plan.restUntil && mayWalk(slot)) enqueue(slot, plan)
      }
      pump()
    },
  })

  function enqueue(slot: number, plan: Plan, first = false): void {
    if (plan.state !== 'idle') return
    plan.state = 'waiting'
    if (first) queue.unshift(slot)
    else queue.push(slot)
  }

  function pump(): void {
    while (walking < mostAtOnce) {
      const slot = queue.shift()
      if (slot === undefined) return
      const plan = plans.get(slot)
      if (plan?.state === 'waiting') void walkOne(slot, plan)
    }
  }

  async function walkOne(slot: number, plan: Plan): Promise<void> {
    const ids = [...plan.profileIds].sort((a, b) => Number(b === plan.openedBy) - Number(a === plan.openedBy))
    const known = ids.flatMap((id) => profiles.get(id) ?? [])
    plan.state = 'walking'
    walking++
    const outcome = await walk({ address: plan.address, profiles: known, for: { targetId: plan.targetId } })
    walking--
    plan.state = 'idle'
    if (plans.get(slot) === plan) take(slot, plan, outcome) // else it was taken away meanwhile, or has another address
    pump()
  }

  function take(slot: number, plan: Plan, { left, profileId, facts, failure, durationMs }: WalkOutcome): void {
    const now = clock.monoMs()
    plan.failures = facts ? 0 : plan.failures + 1
    if (facts) plan.openedBy = profileId
    const rest = Math.min(2 ** (plan.failures - 1), longestRest) * plan.everyMs
    plan.restUntil = facts ? Number.NEGATIVE_INFINITY : now + rest - plan.everyMs / 2 // its share may come a little earlier
    if (!facts && plan.tries > 0) {
      plan.tries--
      plan.restUntil = Number.NEGATIVE_INFINITY
      sweep.place(slot, now + againMs)
    } else plan.tries = 0
    onWalked(
      {
        target_id: plan.targetId,
        at: Math.round(clock.wallMs()),
        profile_id: profileId,
        duration_ms: Math.max(0, Math.round(durationMs)),
        facts,
        failure,
      },
      left,
    )
  }

  function place(slot: number, { id, snmp }: AssignedTarget, soon: boolean): void {
    const address = fleet.address[slot] ?? ''
    const before = plans.get(slot)
    if (!snmp || snmp.profiles.length === 0) {
      remove(slot)
      return
    }
    const everyMs = snmp.every * 1000
    if (before && before.targetId === id && before.address === address) {
      const { profileIds } = before
      const isSame =
        profileIds.length === snmp.profiles.length && profileIds.every((one, i) => one === snmp.profiles[i])
      if (isSame && before.everyMs === everyMs) return
      Object.assign(before, { profileIds: snmp.profiles, everyMs })
      if (!isSame) renew(before)
    } else {
      plans.set(slot, {
        ...{ targetId: id, profileIds: snmp.profiles, everyMs, address, openedBy: null },
        ...{ failures: 0, restUntil: Number.NEGATIVE_INFINITY, tries: 0, state: 'idle' },
      })
    }
    sweep.place(slot, nextPhase(id, soon ? Math.min(everyMs, freshWithinMs) : everyMs, clock.monoMs()))
  }

  function renew(plan: Plan): void {
    plan.failures = 0
    plan.restUntil = Number.NEGATIVE_INFINITY
  }

  function remove(slot: number): void {
    plans.delete(slot)
    sweep.remove(slot)
  }

  return {
    place,
    remove,
    /** The profiles as they are now: what none of them opened is tried anew. */
    setProfiles(all: readonly SnmpProfile[]): void {
      profiles = new Map(all.map((profile) => [profile.id, profile]))
      for (const [slot, plan] of plans) {
        if (plan.failures === 0) continue
        renew(plan)
        sweep.place(slot, nextPhase(plan.targetId, Math.min(plan.everyMs, freshWithinMs), clock.monoMs()))
      }
    },
    /** Walks them at once, dark or not: somebody waits for it. */
    walkNow(targetIds: readonly number[]): void {
      for (const id of [...targetIds].reverse()) {
        const slot = fleet.slotOf(id)
        const plan = slot === undefined ? undefined : plans.get(slot)
        if (slot === undefined || !plan) continue
        renew(plan)
        enqueue(slot, plan, true)
      }
      pump()
    },
    /** It came back, perhaps elsewhere or as another. */
    revived(targetId: number): void {
      const slot = fleet.slotOf(targetId)
      const plan = slot === undefined ? undefined : plans.get(slot)
      if (slot === undefined || !plan) return
      renew(plan)
      plan.tries = triesAfterRevival
      sweep.place(slot, clock.monoMs() + settleMs)
    },
    counts: () => ({ walked: plans.size, walking, walks_waiting: queue.length }),
    start: sweep.start,
    stop: sweep.stop,
  }
}
export type Walks = ReturnType<typeof createWalks>
