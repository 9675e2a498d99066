import type { EdgeEvidence, Provenance } from './edge'
import { type LearntEdge, tierOf } from './learnt-edge'

/** An edge as it is kept. seenAt: epoch ms. */
export type KeptEdge = {
  upstreamId: number
  provenance: Provenance
  confidence: number
  effective: boolean
  seenAt: number
}

/** How long nothing has said it any more: since when (epoch ms), and how many walks of either end went by. */
export type Missed = { since: number; walks: number }

export type SettleInput = {
  kept: readonly KeptEdge[]
  learnt: readonly LearntEdge[]
  missedOf: (upstreamId: number) => Missed | null
  /** Since when it has been said without a break, epoch ms; unless given: for long. */
  saidSince?: (upstreamId: number) => number
  /** Since when it is kept at all, epoch ms; unless given: for long. */
  keptSince?: (upstreamId: number) => number
  isDark: boolean // the device itself
  isUpstreamDark: (upstreamId: number) => boolean
  now: number
}

/** evidence null: it stays as it is kept. */
export type SettledEdge = KeptEdge & { evidence: EdgeEvidence[] | null }
/** again: when to look once more though nothing new is said, epoch ms. */
export type Settled = { edges: SettledEdge[]; gone: number[]; again: number | null }

export const graceMs = 60_000
/** What falls is found dark within this: until then half of its neighbours have it in their tables, and half have not. */
export const doubtMs = 30_000
export const agedMs = 24 * 60 * 60_000
export const agedWalks = 3

export const isByHand = ({ provenance }: { provenance: Provenance }) =>
  provenance === 'hand' || provenance === 'imported'

/**
 * Decides which edges of one device count. What was made by hand or imported counts alone. Of what is learnt the nearest
 * kind counts, all of it: several upstreams are several. What is new beside others as near, which stand for a while, begins
 * to count when it has been said for 30 s, unless a radio has it: tables contradict each other while something falls. What is
 * no longer said counts on until something as near has counted in its place and a minute has gone by, and is forgotten after
 * 24 h and 3 walks without it. Nothing is forgotten or stops to count while either end is dark: tables are empty exactly then.
 */
export function settleEdges(input: SettleInput): Settled {
  const { kept, learnt, isDark, isUpstreamDark, now, missedOf } = input
  const keptOf = new Map(kept.map((edge) => [edge.upstreamId, edge]))
  const learntOf = new Map(learnt.map((edge) => [edge.upstreamId, edge]))
  const lost = kept.filter((edge) => !isByHand(edge) && !learntOf.has(edge.upstreamId))
  const isFrozen = (upstreamId: number) => isDark || isUpstreamDark(upstreamId)
  const gone = lost.filter((edge) => !isFrozen(edge.upstreamId) && isAged(edge, missedOf(edge.upstreamId), now))
  const held = lost.filter((edge) => !gone.includes(edge))
  const nearest = Math.min(...learnt.map((edge) => edge.tier), ...held.filter((edge) => edge.effective).map(tierOfKept))
  const hasHand = kept.some(isByHand)
  const hadAny = kept.some((edge) => edge.effective)
  const isStanding = (edge: KeptEdge) => (input.keptSince?.(edge.upstreamId) ?? 0) + doubtMs <= now
  const isPlaced = kept.some((edge) => edge.effective && tierOfKept(edge) <= nearest && isStanding(edge))
  const sureAt = (edge: LearntEdge): number => {
    const isSure = keptOf.get(edge.upstreamId)?.effective || !isPlaced || isFirstHand(edge)
    return isSure ? now : (input.saidSince?.(edge.upstreamId) ?? 0) + doubtMs
  }
  const isReplaced = learnt.some((edge) => edge.tier === nearest && sureAt(edge) <= now)
  let again: number | null = null
  const later = (at: number) => {
    again = again === null ? at : Math.min(again, at)
  }

  const counts = (upstreamId: number, tier: number): boolean => {
    const before = keptOf.get(upstreamId)
    if (before && isByHand(before)) return true
    if (before?.effective && isFrozen(upstreamId)) return true
    if (isDark && hadAny) return before?.effective ?? false
    if (hasHand || tier !== nearest) return false
    const said = learntOf.get(upstreamId)
    if (said && sureAt(said) > now) later(sureAt(said))
    if (said) return sureAt(said) <= now
    if (!isReplaced) return before?.effective ?? false
    const until = (missedOf(upstreamId)?.since ?? now) + graceMs
    if (until > now && before?.effective) later(until)
    return (before?.effective ?? false) && until > now
  }

  const edges: SettledEdge[] = held.map((edge) => ({
    ...edge,
    effective: counts(edge.upstreamId, tierOfKept(edge)),
    evidence: null,
  }))
  for (const edge of held) later(Math.max(now + graceMs, edge.seenAt + agedMs))
  for (const edge of learnt) {
    const before = keptOf.get(edge.upstreamId)
    const own = before && isByHand(before) ? before : edge
    edges.push({
      upstreamId: edge.upstreamId,
      provenance: own.provenance,
      confidence: own.confidence,
      effective: counts(edge.upstreamId, edge.tier),
      seenAt: Math.max(edge.seenAt, before?.seenAt ?? 0),
      evidence: edge.evidence,
    })
  }
  for (const edge of kept) {
    if (isByHand(edge) && !learntOf.has(edge.upstreamId)) edges.push({ ...edge, effective: true, evidence: null })
  }
  return { edges: edges.sort((a, b) => a.upstreamId - b.upstreamId), gone: gone.map((edge) => edge.upstreamId), again }
}

/** A radio has the other end on the air right now: nothing is inferred. */
const isFirstHand = ({ provenance }: LearntEdge) => provenance === 'registration' || provenance === 'remote_mac'

const tierOfKept = (edge: KeptEdge) => tierOf(edge.provenance, edge.confidence)

const isAged = (edge: KeptEdge, missed: Missed | null, now: number) =>
  missed !== null && now - edge.seenAt >= agedMs && missed.walks >= agedWalks
