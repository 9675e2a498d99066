import { clockWords } from './clock-words'
import type { LearntEdge } from './learnt-edge'
import { isByHand, type KeptEdge } from './settle-edges'

export type SuggestionKind = 'moved' | 'new_upstream' | 'contradiction' | 'cycle'
/** What the graph would say otherwise than it does. */
export type Suggestion = {
  kind: SuggestionKind
  deviceId: number
  fromId: number | null
  toId: number | null
  words: string
}

export type SuggestInput = {
  deviceId: number
  kept: readonly KeptEdge[]
  learnt: readonly LearntEdge[]
  /** Edges of this device that were left out, as they would close a circle. */
  cut: ReadonlySet<number>
  nameOf: (id: number) => string
  /** Whether the second stands somewhere above the first, by the edges that count. */
  isAbove: (below: number, above: number) => boolean
  firstSeenAt: (upstreamId: number) => number // epoch ms
  zone: string
}

const leastSure = 0.6

/** Where what is learnt for sure is not what was made by hand, or closes a circle: for somebody to accept or dismiss. */
export function suggestMoves(input: SuggestInput): Suggestion[] {
  const { deviceId, kept, learnt, cut, nameOf } = input
  const hand = kept.filter(isByHand)
  const sure = learnt.filter((edge) => edge.tier === 1 && edge.confidence >= leastSure)
  if (hand.length === 0) {
    return learnt
      .filter((edge) => cut.has(edge.upstreamId))
      .map((edge) => ({
        kind: 'cycle',
        deviceId,
        fromId: null,
        toId: edge.upstreamId,
        words: `${nameOf(deviceId)} would hang on ${nameOf(edge.upstreamId)}, and that on it: ${reason(edge)}. Left out, as less sure`,
      }))
  }
  const handIds = new Set(hand.map((edge) => edge.upstreamId))
  return sure.filter((edge) => !handIds.has(edge.upstreamId)).map((edge) => judge(edge, hand, input))
}

function judge(edge: LearntEdge, hand: readonly KeptEdge[], input: SuggestInput): Suggestion {
  const { deviceId, learnt, nameOf, isAbove } = input
  const toId = edge.upstreamId
  const learntIds = new Set(learnt.map((one) => one.upstreamId))
  const unsaid = hand.filter((one) => !learntIds.has(one.upstreamId))
  const from = unsaid[0] ?? hand[0]
  const fromId = from?.upstreamId ?? null
  const [device, to] = [nameOf(deviceId), nameOf(toId)]
  const before = fromId === null ? '' : nameOf(fromId)
  const made = from?.provenance === 'imported' ? 'imported' : 'made by hand'
  if (isAbove(toId, deviceId)) {
    const words = `${to} hangs below ${device} as it was made by hand, yet it seems to be above: ${reason(edge)}`
    return { kind: 'contradiction', deviceId, fromId, toId, words }
  }
  if (unsaid.length === 0) {
    return {
      kind: 'new_upstream',
      deviceId,
      fromId: null,
      toId,
      words: `${device} hangs on ${to} as well: ${reason(edge)}`,
    }
  }
  if (fromId !== null && isAbove(toId, fromId)) {
    const words = `${device} hangs on ${to}, which is below ${before} (${made}): ${reason(edge)}`
    return { kind: 'new_upstream', deviceId, fromId, toId, words }
  }
  if (edge.provenance === 'registration' || edge.provenance === 'remote_mac') {
    const words = `${device} moved from ${before} to ${to} on ${dayWords(input.firstSeenAt(toId), input.zone)}`
    return { kind: 'moved', deviceId, fromId, toId, words }
  }
  const words = `${device} hangs on ${to}, not on ${before} (${made}): ${reason(edge)}`
  return { kind: 'contradiction', deviceId, fromId, toId, words }
}

const reason = (edge: LearntEdge) => edge.evidence[0]?.detail ?? edge.provenance

const days: Record<string, string> = {
  Sun: 'Sunday',
  Mon: 'Monday',
  Tue: 'Tuesday',
  Wed: 'Wednesday',
  Thu: 'Thursday',
  Fri: 'Friday',
  Sat: 'Saturday',
}

/** "Tuesday, 17 Mar", by the wall clock of a zone. */
export function dayWords(at: number, zone: string): string {
  const [weekday = '', day = '', month = ''] = clockWords(at, 0, zone).split(' ')
  return `${days[weekday] ?? weekday}, ${day} ${month}`
}
