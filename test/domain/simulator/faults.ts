import { lostFrom } from '@/lib/domain/members-lost'
import { membersOf, type Network } from './network'
import type { Random } from './random'

/** device: it is off. sector: it answers, and nothing that hangs on it does by that way. Instants in ms of simulated time. */
export type Fault = { kind: 'device' | 'sector'; id: number; from: number; to: number }

/** Causes begin this far apart, so that none can be taken for a part of another that began with it. */
export const apartMs = 80_000
const firstMs = 30_000
const comeBackMs = 30_000

/** One to five faults, which may overlap in time and place. */
export function randomFaults(random: Random, network: Network): Fault[] {
  const sectors = [...membersOf(network)].filter(([, members]) => members.length >= 3).map(([id]) => id)
  const faults: Fault[] = []
  let at = firstMs + random.whole(0, 10_000)
  for (let i = random.whole(1, 5); i > 0; i--) {
    // Nor does one begin while devices still come back from another.
    for (const { to } of [...faults].sort((a, b) => a.to - b.to))
      if (at > to - 5000 && at < to + comeBackMs) at = to + comeBackMs
    const isSector = sectors.length > 0 && random.chance(0.25)
    const id = isSector ? random.pick(sectors) : random.pick(network.devices).id
    const kind = isSector ? 'sector' : 'device'
    const to = at + random.whole(30_000, 400_000)
    if (!faults.some((fault) => fault.kind === kind && fault.id === id)) faults.push({ kind, id, from: at, to })
    at += apartMs + random.whole(0, 60_000)
  }
  return faults
}

/** Whether a ping sent then is answered, were these the only faults. */
export function answersAt(
  network: Network,
  faults: readonly Fault[],
  id: number,
  at: number,
  seen = new Set(),
): boolean {
  const isOff = (kind: Fault['kind'], of: number) =>
    faults.some((fault) => fault.kind === kind && fault.id === of && at >= fault.from && at < fault.to)
  if (isOff('device', id)) return false
  const above = network.byId.get(id)?.upstreams ?? []
  if (above.length === 0) return true
  if (seen.has(id)) return false
  return above.some((up) => !isOff('sector', up) && answersAt(network, faults, up, at, new Set([...seen, id])))
}

export type Expected = { least: number; most: number }

/**
 * How many incidents a fault is to have by the rules: one, when it can be seen while it begins, or is left over a minute
 * after whatever hid it; none, when it was hidden from its beginning to its end; either, where that is a matter of seconds.
 */
export function expectedOf(network: Network, faults: readonly Fault[], fault: Fault): Expected {
  const others = faults.filter((other) => other !== fault)
  const targets = fault.kind === 'device' ? [fault.id] : (membersOf(network).get(fault.id) ?? [])
  const seenAt = (at: number) => {
    if (fault.kind === 'sector' && !answersAt(network, others, fault.id, at)) return false
    const visible = targets.filter((id) => answersAt(network, others, id, at)).length
    return fault.kind === 'device' ? visible === 1 : visible >= lostFrom(targets.length)
  }
  const spans = visibleSpans(fault, seenAt)
  const [first] = spans
  const partly = fault.kind === 'sector' && isPartly(network, others, fault, targets)
  if (partly) return { least: 0, most: 1 }
  if (!first) return { least: 0, most: 0 }
  if (first.from === fault.from && first.to - first.from > 25_000) return { least: 1, most: 1 }
  const longest = Math.max(...spans.map((span) => span.to - span.from))
  if (longest > 100_000 && spans.length === 1) return { least: 1, most: 1 }
  return { least: 0, most: 1 }
}

/** A sector some of whose members are, or were, off for reasons of their own: it may be too few that go together. */
function isPartly(network: Network, others: readonly Fault[], fault: Fault, targets: readonly number[]): boolean {
  if (others.some(({ kind, id, from }) => kind === 'device' && targets.includes(id) && from < fault.to)) return true
  for (let at = fault.from; at < fault.to; at += 1000) {
    const visible = targets.filter((id) => answersAt(network, others, id, at)).length
    if (visible > 0 && visible < targets.length) return true
  }
  return false
}

function visibleSpans({ from, to }: Fault, seenAt: (at: number) => boolean) {
  const spans: { from: number; to: number }[] = []
  for (let at = from; at < to; at += 1000) {
    if (!seenAt(at)) continue
    const last = spans.at(-1)
    if (last && last.to >= at) last.to = at + 1000
    else spans.push({ from: at, to: at + 1000 })
  }
  return spans
}
