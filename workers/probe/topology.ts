import { surelyDarkFrom } from '@/lib/domain/verdict-hold'
import type { PingTarget } from '@/lib/ping/pinger'
import type { AssignedTarget, IsolatedItem } from '@/lib/wire/probe'
import type { SnmpProfile } from '@/lib/wire/snmp'
import { createAncestors } from './ancestors'
import type { Clock } from './clock'
import { createDiscoveries } from './discoveries'
import { type Fleet, slotKind } from './fleet'
import { createOutbox } from './outbox'
import type { NewMessage } from './spool'
import type { HeardTrap } from './walk-words'
import { openWalker, type ProbeWalker } from './walker'
import { createWalks } from './walks'

const mostTrapsHasten = 1000 // devices pinged early because of traps, each second: anyone can send one

export type TopologyOptions = {
  clock: Clock
  fleet: Fleet
  pinger: {
    assign(targets: readonly PingTarget[]): void
    release(slots: readonly number[]): void
    ping(slots: Uint32Array): void
  }
  isolator: { hasten(slot: number, untilMono?: number): void; darkSince(slot: number): number | null }
  /** Whether the probe itself can tell anything now. */
  sees: () => boolean
  send: (message: NewMessage) => void
  log: { warn(fields: object, text: string): void }
  trapPort?: number | undefined
  startWalker?: typeof openWalker
}

/** What hangs on what, walked and asked for: the ways of a probe that are not pings. None of it opens an outage. */
export function createTopology(options: TopologyOptions) {
  const { clock, fleet, isolator, sees, log } = options
  const outbox = createOutbox({ clock, send: options.send })
  const ancestors = createAncestors({
    clock,
    fleet,
    hasten: (slot, untilMono) => isolator.hasten(slot, untilMono),
    isTroubled: (slot) => fleet.troubled[slot] === 1,
    onAnswers: outbox.answers,
  })
  const walker: ProbeWalker = (options.startWalker ?? openWalker)({
    clock,
    onTraps: takeTraps,
    onTrouble: (text) => log.warn({}, text),
  })
  const walks = createWalks({
    clock,
    fleet,
    walk: (job) => walker.walk(job),
    mayWalk: (slot) => sees() && isolator.darkSince(slot) === null,
    onWalked(item, left) {
      outbox.walked(item)
      for (const { targetId, ip } of left) {
        const ids = targetId === null ? (ip === null ? [] : targetsAt(ip)) : [targetId]
        for (const id of ids) hasten(id)
      }
    },
  })
  const discoveries = createDiscoveries({
    clock,
    fleet,
    pinger: options.pinger,
    walk: (job, signal) => walker.walk(job, signal),
    onReport: (discovery_id, report) => options.send({ name: 'found', body: { discovery_id, ...report } }),
    onEnded: (id) => walker.forget(id),
  })
  let byAddress: Map<string, number[]> | null = null // made when it is asked for, void when the assignment changes
  let hastened = { span: 0, count: 0 }

  function targetsAt(address: string): number[] {
    if (!byAddress) {
      byAddress = new Map()
      for (let slot = 0; slot < fleet.slots(); slot++) {
        if (fleet.kind[slot] !== slotKind.device) continue
        const here = byAddress.get(fleet.address[slot] ?? '') ?? []
        byAddress.set(fleet.address[slot] ?? '', [...here, fleet.id[slot] ?? 0])
      }
    }
    return byAddress.get(address) ?? []
  }

  function hasten(targetId: number): void {
    const slot = fleet.slotOf(targetId)
    if (slot !== undefined) isolator.hasten(slot)
  }

  function takeTraps(items: HeardTrap[]): void {
    const said = items.flatMap((item) => targetsAt(item.address).map((target_id) => ({ ...item, target_id })))
    outbox.hints(said.map(({ target_id, at, kind, detail }) => ({ target_id, at, kind, detail })))
    for (const id of new Set(said.map((one) => one.target_id))) {
      const span = Math.floor(clock.monoMs() / 1000)
      if (hastened.span !== span) hastened = { span, count: 0 }
      const room = mostTrapsHasten - hastened.count
      if (room > 0) hastened.count += ancestors.suspectBelow(id, room)
    }
  }

  return {
    taken(slot: number, target: AssignedTarget, isFresh: boolean): void {
      byAddress = null
      ancestors.place(target.id, target.upstream)
      walks.place(slot, target, isFresh)
    },
    vacated(slot: number): void {
      byAddress = null
      walks.remove(slot)
      ancestors.forget(slot)
    },
    dropped: (targetId: number) => ancestors.drop(targetId),
    setProfiles: (profiles: SnmpProfile[]) => walks.setProfiles(profiles),

    missed: ancestors.missed,
    /** The outage, with those above and beside it that answered since it was surely dark, as correlation asks for. */
    withVerdicts(item: IsolatedItem): IsolatedItem {
      const { pings } = item.evidence
      const hitAt = Math.max(...pings.map((ping) => (ping.rtt_ms === null ? 0 : ping.sent_at)))
      const misses = pings.flatMap((ping) => (ping.rtt_ms === null && ping.sent_at > hitAt ? [ping.sent_at] : []))
      const answered = ancestors.answeredSince(item.target_id, surelyDarkFrom(misses) ?? item.began_at)
      return answered.length > 0 ? { ...item, answered } : item
    },
    revived: (targetId: number) => walks.revived(targetId),
    heard: ancestors.heard,
    /** The wall clock was set. */
    clockSet: () => ancestors.forget(),

    walkNow: walks.walkNow,
    discover: discoveries.begin,
    cancelDiscovery: discoveries.cancel,
    takeSought: discoveries.take,
    counts: () => walks.counts(),

    start(): void {
      walks.start()
      if (options.trapPort !== undefined) walker.listen(options.trapPort)
    },
    async stop(): Promise<void> {
      walks.stop()
      discoveries.stop()
      await walker.close()
      outbox.flush()
    },
  }
}
