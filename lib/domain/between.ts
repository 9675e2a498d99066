import type { Claim } from './claims'
import { isNeighbour } from './claims'

export type Chain = readonly number[] // from one end to the other, the radios between them

export type BetweenInput = {
  /** What a device claims of others. */
  claimsBy: (id: number) => readonly Claim[]
  isRadio: (id: number) => boolean
  /** Whether others may hang on it. */
  isInfra: (id: number) => boolean
  /** The far ends of its links. */
  farEnds: (id: number) => readonly number[]
  siteOf: (id: number) => number | null
}

/**
 * Radios are often transparent: the switches at both ends of a link hear each other as if there were a wire. Finds the
 * radios that stand between two neighbours: a linked pair, the near one seen on the port of one end and the far one on that
 * of the other, or one radio alone seen on both.
 */
export function chainsBetween(a: number, b: number, input: BetweenInput): Chain[] {
  if (input.isRadio(a) || input.isRadio(b)) return []
  const chains = new Map<string, Chain>()
  for (const near of seenTowards(a, b, input)) {
    for (const far of seenTowards(b, a, input)) {
      // A switch between them has radios of its own on both sides: they are no neighbours, whatever floods through it.
      if ([...near.others].some((id) => far.others.has(id))) continue
      for (const chain of chainsOn(a, b, near.radios, far.radios, input)) {
        const key = [...chain.slice(1, -1)].sort((x, y) => x - y).join(' ')
        chains.set(key, preferred(chains.get(key), chain, input))
      }
    }
  }
  return [...chains.values()]
}

type Port = { radios: ReadonlySet<number>; others: ReadonlySet<number> }

/** What is seen on each port on which one device hears the other. */
function seenTowards(from: number, to: number, { claimsBy, isRadio, isInfra }: BetweenInput): Port[] {
  const claims = claimsBy(from)
  const ports = new Set(claims.flatMap((one) => (one.other === to && isNeighbour(one.how) ? [one.port] : [])))
  return [...ports].map((port) => {
    const seen = claims.flatMap((one) => (port !== null && one.port === port && isInfra(one.other) ? [one.other] : []))
    return { radios: new Set(seen.filter(isRadio)), others: new Set(seen.filter((id) => !isRadio(id) && id !== to)) }
  })
}

function chainsOn(
  a: number,
  b: number,
  near: ReadonlySet<number>,
  far: ReadonlySet<number>,
  input: BetweenInput,
): Chain[] {
  const chains: Chain[] = []
  for (const radio of near) {
    const ends = input.farEnds(radio)
    for (const end of ends) if (far.has(end)) chains.push([a, radio, end, b])
    if (ends.length === 0 && far.has(radio)) chains.push([a, radio, b])
  }
  return chains
}

/** Both radios seen from both ends: each stands at the end of its own site, else at the one that hears it by more than its MAC. */
function preferred(known: Chain | undefined, chain: Chain, input: BetweenInput): Chain {
  if (!known) return chain
  const [one, other] = [fitness(known, input), fitness(chain, input)]
  if (one !== other) return one > other ? known : chain
  return (known[1] ?? 0) <= (chain[1] ?? 0) ? known : chain
}

function fitness(chain: Chain, { siteOf, claimsBy }: BetweenInput): number {
  const [a = 0, near = 0] = chain
  const [far = 0, b = 0] = chain.slice(-2)
  const sameSite = (x: number, y: number) => siteOf(x) !== null && siteOf(x) === siteOf(y)
  const hears = (x: number, y: number) =>
    claimsBy(x).some((one) => one.other === y && isNeighbour(one.how)) ||
    claimsBy(y).some((one) => one.other === x && isNeighbour(one.how))
  const at = (end: number, radio: number) => (sameSite(end, radio) ? 4 : 0) + (hears(end, radio) ? 1 : 0)
  return at(a, near) + at(b, far)
}
