import { type EscalationLink, standInFor } from './escalation'
import type { Hours } from './hours'
import type { IncidentFacts } from './incident-facts'
import type { NoticeEvent } from './message'
import type { Route } from './route'
import type { Traffic } from './storm'
import { inputsOf } from './telling-inputs'
import { isReachable, rules, type TellingRule, withOpening } from './telling-rules'

/** An incident as it stands now. Instants are epoch ms. */
export type TellingIncident = IncidentFacts & {
  resolvedAt: number | null
  overBefore: boolean // over before anyone could be told
  acknowledgedAt: number | null
  acknowledgedBy: string | null
  snoozedUntil: number | null
  mutedFor: readonly number[] | 'everyone' // ids of channels
}

/** breaker: spared for a while, as it did not answer. broken: it will not be reached until someone repairs it. */
export type ChannelHealth =
  | { state: 'ok' }
  | { state: 'breaker'; until: number; answer: string }
  | { state: 'broken'; since: number; answer: string }

/** A decision of before about this incident and this channel. sent and digest count as told. */
export type ToldBefore = Pick<TellingDecision, 'event' | 'outcome' | 'until' | 'rule'> & { at: number }

export type TellingChannel = EscalationLink & {
  hours: Hours
  criticalBreaksThrough: boolean
  coolOffMinutes: number | null // null: told once
  health: ChannelHealth
  history: readonly ToldBefore[] // oldest first
  traffic: Traffic
  isHeir?: boolean // it was told of a part of this, and hears of the whole whatever the routes say
  dueNow: number // delayed notices of this channel, of any incident, that are due at this moment
}

export type TellingInput = {
  incident: TellingIncident
  event: NoticeEvent
  channels: readonly TellingChannel[] // all of them: escalation may lead from one to any other
  asked: readonly number[] | null // ids of those it is about; null: all
  routes: readonly Route[]
  blackout: { reason: string; until: number | null } | null // that covers the root now; until null: no end is known
  suppressedUnder: string | null // name of the root under whose incident it is filed
  escalation: { from: string; because: 'unacknowledged' | 'failed'; afterMinutes: number | null } | null
  now: number
}

export type Outcome = 'sent' | 'delayed' | 'digest' | 'suppressed' | 'skipped'
/**
 * Why one channel is told, later, or not. `until` (epoch ms): delayed and suppressed are asked again then, a digest goes
 * out then; a delayed or suppressed one without it is asked again when its cause ends.
 */
export type TellingDecision = {
  channelId: number
  event: NoticeEvent
  outcome: Outcome
  until: number | null
  rule: TellingRule
  why: string
  inputs: Record<string, string | number | boolean | string[] | null>
}

/** A decision without what it was made from. */
export type TellingVerdict = Omit<TellingDecision, 'inputs'>

/**
 * Who is told of an event of an incident, when, and why: one decision for each channel that is asked. A channel that is
 * broken hands over to the next of its escalation chain that is not, with a decision of its own. Source: rules, "Policy".
 */
export function decideTelling(input: TellingInput): TellingDecision[] {
  return judged(input).map(([case_, verdict]) => ({ ...verdict, inputs: inputsOf(case_) }))
}

/** The same decisions, made for a replay of many thousands: what they were made from is left out. */
export function judgeTelling(input: TellingInput): TellingVerdict[] {
  return judged(input).map(([, verdict]) => verdict)
}

type Judged = [case_: TellingCase, verdict: TellingVerdict]

function judged(input: TellingInput): Judged[] {
  const asked = input.channels.filter(({ id }) => input.asked === null || input.asked.includes(id))
  const all = asked.map((channel) => judgeOne(input, channel))
  if (input.event === 'resolved') return all
  const handedTo = new Set<number>()
  for (const [{ channel }, { rule }] of [...all]) {
    if (rule !== 'channel_broken') continue
    const next = standInFor(input.channels, channel.id, isReachable)
    if (
      !next ||
      handedTo.has(next.id) ||
      all.some(([, verdict]) => verdict.channelId === next.id && isTelling(verdict))
    )
      continue
    handedTo.add(next.id)
    const escalation = { from: channel.name, because: 'failed' as const, afterMinutes: null }
    all.push(judgeOne({ ...input, event: 'escalated', escalation }, next))
  }
  return all
}

const isTelling = ({ outcome }: TellingVerdict) => outcome !== 'skipped' && outcome !== 'suppressed'

function judgeOne(input: TellingInput, channel: TellingChannel): Judged {
  const case_ = caseOf(input, channel)
  for (const rule of rules) {
    const verdict = rule(case_)
    if (!verdict) continue
    const { outcome, until, rule: name, why } = withOpening(case_, verdict) ?? verdict
    return [case_, { channelId: channel.id, event: input.event, outcome, until, rule: name, why }]
  }
  throw new RangeError('the last rule has an answer for everything')
}

/** One channel and one event, with what the rules ask of its history. */
export type TellingCase = TellingInput & {
  channel: TellingChannel
  /** The last decision that told it, apart from the notice of the end. */
  lastTold: ToldBefore | null
  /** It was not told yet, but is going to be: the last word on telling it was 'delayed'. */
  waiting: ToldBefore | null
  /** This would be the first it hears of the incident, so that a route has to lead there. */
  first: boolean
  /** Its hours do not matter. */
  free: boolean
}

/** What takes back that a channel is going to be told; other skips say only that there is nothing to add. */
const endsWaiting: ReadonlySet<TellingRule> = new Set(['no_route', 'channel_broken'])

function caseOf(input: TellingInput, channel: TellingChannel): TellingCase {
  const { history } = channel
  const lastTold =
    history.findLast(({ event, outcome }) => event !== 'resolved' && (outcome === 'sent' || outcome === 'digest')) ??
    null
  const last = history.findLast(
    ({ event, outcome, rule }) => event !== 'resolved' && (outcome !== 'skipped' || endsWaiting.has(rule)),
  )
  const waiting = lastTold === null && last?.outcome === 'delayed' ? last : null
  const first =
    lastTold === null &&
    (input.event === 'opened' || input.event === 'grew' || (input.event === 'resolved' && waiting === null))
  const free = input.incident.priority === 'critical' && channel.criticalBreaksThrough
  // Written out, as copies of objects by spreading cost a replay most of its time.
  const { incident, event, channels, asked, routes, blackout, suppressedUnder, escalation, now } = input
  return {
    incident,
    event,
    channels,
    asked,
    routes,
    blackout,
    suppressedUnder,
    escalation,
    now,
    channel,
    lastTold,
    waiting,
    first,
    free,
  }
}
