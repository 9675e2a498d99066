import type { DeviceFacts } from '@/lib/domain/device-facts'

const mostKept = 200_000 // MACs in all; beyond, everything is learnt anew

type Left = { targetId: number | null; ip: string | null; mac: string }

/** Remembers whose tables hold which stations, and whose own each MAC is, from walk to walk. */
export function createRegistrations() {
  const stationsOf = new Map<number, Map<string, string | null>>() // target -> MAC -> IP
  const ownerOf = new Map<string, number>() // MAC -> target

  /** Takes what a walk found; gives the stations that its tables held before and hold no more. */
  function take(targetId: number, facts: DeviceFacts): Left[] {
    if (ownerOf.size > mostKept) ownerOf.clear()
    for (const mac of facts.macs) ownerOf.set(mac, targetId)
    const present = new Map(facts.stations.flatMap(({ mac, ip }) => (mac ? [[mac, ip] as const] : [])))
    const left = [...(stationsOf.get(targetId) ?? [])].filter(([mac]) => !present.has(mac))
    if (present.size > 0) stationsOf.set(targetId, present)
    else stationsOf.delete(targetId)
    return left.map(([mac, ip]) => ({ targetId: ownerOf.get(mac) ?? null, ip, mac }))
  }
  return { take }
}
