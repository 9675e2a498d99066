import type { Claim } from './claims'
import type { EdgeEvidence, Provenance } from './edge'
import { evidenceOf, type Named, provenanceOf, surestFirst } from './edge-words'
import type { How } from './sightings'

/** How near an edge says two devices are: 1 side by side, 2 behind a port, 3 somewhere above, 4 in one subnet. */
export type Tier = 1 | 2 | 3 | 4

/** An edge as the facts have it. confidence: 0 to 1. seenAt: epoch ms. */
export type LearntEdge = {
  upstreamId: number
  provenance: Provenance
  confidence: number
  tier: Tier
  seenAt: number
  evidence: EdgeEvidence[]
}

const base: Record<How, number> = {
  station: 0.95,
  ap: 0.9,
  link: 0.9,
  lldp: 0.9,
  mndp: 0.8,
  cdp: 0.8,
  bridge: 0.5,
  arp: 0.3,
}
const matched: Record<Claim['by'], number> = { mac: 1, address: 0.9, name: 0.7 }
const sharedWorth = 0.4
const besideBridge = 0.6 // a bridge table that says side by side, as both ends of a link agree

/** The tier of a stored edge, which keeps its provenance and confidence alone. */
export function tierOf(provenance: Provenance, confidence: number): Tier {
  if (provenance === 'arp') return 4
  if (provenance === 'bridge') return confidence >= besideBridge - 0.01 ? 1 : 2
  if (provenance === 'mndp' || provenance === 'cdp') return confidence > 0.5 ? 1 : 3
  return 1
}

/** Adds up what is claimed of two devices, one above the other. */
export function learntEdge(upstreamId: number, claims: readonly Claim[], tier: Tier, named: Named): LearntEdge {
  const sorted = [...claims].sort(surestFirst)
  const strong = sorted.filter((claim) => claim.how !== 'bridge' && claim.how !== 'arp')
  const doubt = strong.reduce((product, claim) => product * (1 - worth(claim)), 1)
  const weak = sorted.reduce(
    (most, claim) => Math.max(most, tier === 1 && claim.how === 'bridge' ? besideBridge : worth(claim)),
    0,
  )
  const confidence = strong.length > 0 ? Math.min(0.999, Math.max(1 - doubt, weak)) : weak
  const limit = tier === 3 ? 0.45 : 1
  const [surest] = sorted
  return {
    upstreamId,
    provenance: surest ? provenanceOf[surest.how] : 'bridge',
    confidence: Math.round(Math.min(confidence, limit) * 1000) / 1000,
    tier,
    seenAt: claims.reduce((latest, claim) => Math.max(latest, named.saidAt(claim)), 0),
    evidence: evidenceOf(sorted, named),
  }
}

const worth = (claim: Claim) =>
  (claim.shared && claim.how !== 'lldp' ? sharedWorth : base[claim.how]) * matched[claim.by]
