import type { Claim } from './claims'

const lingerMs = 60 * 60_000

/**
 * The access point on which a station hangs, of those that claim it or that it claims: tables linger, so several may. The
 * word given last counts; of words given within the same hour that of the one which the station joined last.
 */
export function chooseAp(claims: readonly Claim[], saidAt: (claim: Claim) => number): number | null {
  const aps = new Map<number, { joined: number; said: number; claims: number }>()
  for (const claim of claims) {
    const ap = claim.how === 'station' ? claim.reporter : claim.other
    const said = saidAt(claim)
    const known = aps.get(ap) ?? { joined: 0, said: 0, claims: 0 }
    aps.set(ap, {
      joined: Math.max(known.joined, claim.since ?? 0),
      said: Math.max(known.said, said),
      claims: known.claims + 1,
    })
  }
  const latest = Math.max(...[...aps.values()].map((ap) => ap.said))
  const fresh = [...aps].filter(([, ap]) => ap.said > latest - lingerMs)
  fresh.sort(([idA, a], [idB, b]) => b.joined - a.joined || b.said - a.said || b.claims - a.claims || idA - idB)
  return fresh[0]?.[0] ?? null
}
