import { clockWords } from './clock-words'
import { remindAt } from './cool-off'
import { standInFor } from './escalation'
import { allowedAt, anyTime, nextAllowed } from './hours'
import { hoursWords } from './hours-words'
import { routeTo } from './route'
import { stormDigestAt, stormSize } from './storm'
import type { TellingCase, TellingChannel, TellingDecision } from './telling'
import { toldWords } from './telling-words'

export type TellingRule =
  | 'told_already'
  | 'over_before'
  | 'resolved'
  | 'not_told'
  | 'waiting'
  | 'no_route'
  | 'blackout'
  | 'under_root'
  | 'muted'
  | 'snoozed'
  | 'acknowledged'
  | 'cool_off'
  | 'channel_broken'
  | 'breaker'
  | 'hours'
  | 'digest'
  | 'storm'
  | 'told'

type Verdict = Pick<TellingDecision, 'outcome' | 'until' | 'rule' | 'why'>
type Rule = (one: TellingCase) => Verdict | null

const skipped = (rule: TellingRule, why: string): Verdict => ({ outcome: 'skipped', until: null, rule, why })
const suppressed = (rule: TellingRule, until: number | null, why: string): Verdict => ({
  outcome: 'suppressed',
  until,
  rule,
  why,
})
const delayed = (rule: TellingRule, until: number | null, why: string): Verdict => ({
  outcome: 'delayed',
  until,
  rule,
  why,
})
const clock = ({ channel: { hours }, now }: TellingCase, at: number) =>
  `${clockWords(at, now, hours.zone)}${hours.zone === 'UTC' ? ' UTC' : ''}` // a channel without hours has nobody's clock
/** The first instant from `at` on at which this channel may be told of this incident. */
const openAt = ({ channel, free }: TellingCase, at: number) => (free ? at : nextAllowed(channel.hours, at))

/** Whom an event is news for at all: once each, nothing of what is over, no end of what was not told. */
const concerned: Rule = (one) => {
  const { event, incident, channel, lastTold, waiting } = one
  const { name } = channel
  if (event === 'resolved') {
    const before = channel.history.findLast((told) => told.event === 'resolved' && told.outcome !== 'delayed')
    if (before && before.outcome !== 'suppressed' && before.outcome !== 'skipped')
      return skipped('told_already', `${name} was told at ${clock(one, before.at)} that ${incident.name} is over.`)
    if (lastTold || waiting || incident.overBefore) return null
    return skipped('not_told', `${name} was not told of ${incident.name}, so not of its end either.`)
  }
  if (lastTold && (event === 'opened' || event === 'escalated'))
    return skipped('told_already', `${name} was told of ${incident.name} at ${clock(one, lastTold.at)} already.`)
  if (incident.resolvedAt !== null && event === 'opened')
    return skipped('over_before', `${incident.name} was over before ${name} was told; the notice of its end says both.`)
  if (incident.resolvedAt !== null)
    return skipped('resolved', `${incident.name} has been over since ${clock(one, incident.resolvedAt)}.`)
  if (event === 'reminded' && !lastTold)
    return skipped('not_told', `${name} was not told of ${incident.name}, so it is not reminded of it.`)
  return null
}

/** The first that a channel hears of an incident needs a route that leads to it. */
const routed: Rule = ({ first, routes, channel, incident }) => {
  const { why } = first && !channel.isHeir ? routeTo(channel.id, routes, incident) : { why: null }
  return why === null ? null : skipped('no_route', `No route leads to ${channel.name}: ${why}.`)
}

const blackedOut: Rule = (one) => {
  const { blackout, event, incident } = one
  if (blackout === null) return null
  const named = blackout.reason === '' ? 'a blackout' : `the blackout "${blackout.reason}"`
  const until = blackout.until === null ? 'until it is ended' : `until ${clock(one, blackout.until)}`
  if (event === 'resolved')
    return delayed('blackout', blackout.until, `Delayed by ${named}, ${until}: ${incident.name} is over.`)
  const then = `${incident.name} is told then if it is not over.`
  return suppressed('blackout', blackout.until, `Withheld by ${named}, ${until}; ${then}`)
}

const underRoot: Rule = ({ suppressedUnder: root, event, incident }) =>
  root === null || event === 'resolved'
    ? null
    : suppressed('under_root', null, `${incident.name} is filed under ${root}, which is dark: its incident says both.`)

const muted: Rule = ({ incident, channel }) => {
  const { mutedFor, name } = incident
  if (mutedFor === 'everyone') return suppressed('muted', null, `${name} is muted for everyone.`)
  return mutedFor.includes(channel.id) ? suppressed('muted', null, `${name} is muted for ${channel.name}.`) : null
}

const snoozed: Rule = (one) => {
  const { event, incident, now } = one
  const { snoozedUntil, name } = incident
  if (snoozedUntil === null || snoozedUntil <= now || event === 'resolved') return null
  const until = openAt(one, snoozedUntil)
  return delayed('snoozed', until, `Delayed until ${clock(one, until)}: ${name} is snoozed${untilWords(one, until)}.`)
}
const untilWords = (one: TellingCase, until: number) =>
  until === one.incident.snoozedUntil
    ? ''
    : ` until ${clock(one, one.incident.snoozedUntil ?? 0)}, and ${one.channel.name} takes notices ${hoursWords(one.channel.hours)}`

/** Nobody is called a second time for what someone has taken on. */
const acknowledged: Rule = (one) => {
  const { event, incident } = one
  if (incident.acknowledgedAt === null || (event !== 'reminded' && event !== 'escalated')) return null
  const by = incident.acknowledgedBy ?? 'Someone'
  const at = clock(one, incident.acknowledgedAt)
  const so = event === 'reminded' ? 'nobody is reminded' : 'it is not escalated'
  return skipped('acknowledged', `${by} acknowledged ${incident.name} at ${at}: ${so}.`)
}

const coolingOff: Rule = (one) => {
  const { event, channel, lastTold, now, free } = one
  if (event !== 'reminded' || !lastTold) return null
  const told = lastTold.outcome === 'digest' ? (lastTold.until ?? lastTold.at) : lastTold.at
  const due = remindAt(told, channel.coolOffMinutes, free ? anyTime : channel.hours)
  if (due === null) return skipped('cool_off', `${channel.name} is told once: it has no cool-off.`)
  if (due <= now) return null
  const after = `${channel.name} was told at ${clock(one, told)} and is told again after ${channel.coolOffMinutes} min`
  return delayed('cool_off', due, `Delayed until ${clock(one, due)}: ${after}.`)
}

/** Whether a channel is worth handing over to. */
export const isReachable = ({ health }: Pick<TellingChannel, 'health'>) => health.state !== 'broken'

const broken: Rule = (one) => {
  const { channel, channels, event } = one
  const { health, name } = channel
  if (health.state === 'breaker' && health.until > one.now) {
    const until = openAt(one, health.until)
    return delayed('breaker', until, `Delayed until ${clock(one, until)}: ${name} is not answering (${health.answer}).`)
  }
  if (health.state !== 'broken') return null
  const next = event === 'resolved' ? null : standInFor(channels, channel.id, isReachable)
  const then =
    event === 'resolved' ? '' : next ? ` ${next.name} is asked instead.` : ' It has no channel to escalate to.'
  const since = clock(one, health.since)
  return skipped('channel_broken', `${name} cannot be told anything since ${since} (${health.answer}).${then}`)
}

const outsideHours: Rule = (one) => {
  const { channel, incident, now, free } = one
  if (free || allowedAt(channel.hours, now)) return null
  const until = nextAllowed(channel.hours, now)
  const takes = `${channel.name} takes ${incident.priority} notices ${hoursWords(channel.hours)}`
  return delayed('hours', until, `Delayed until ${clock(one, until)}: ${takes}; this one is ${incident.priority}.`)
}

/** What was delayed comes as one digest, unless it is alone. */
const delayedDigest: Rule = ({ channel, event, now }) => {
  const before = channel.history.findLast((told) => told.event === event)
  if (before?.outcome !== 'delayed' || channel.dueNow < 2) return null
  const why = `Was delayed, as were others: ${channel.dueNow} notices come to ${channel.name} as one digest.`
  return { outcome: 'digest', until: now, rule: 'digest', why }
}

const inStorm: Rule = ({ channel, now }) => {
  const until = stormDigestAt(channel.traffic, now)
  if (until === null) return null
  const why = `More than ${stormSize} incidents a minute come to ${channel.name}: this one is in its next digest.`
  return { outcome: 'digest', until, rule: 'storm', why }
}

const told: Rule = (one) => ({ outcome: 'sent', until: null, rule: 'told', why: toldWords(one) })

/** How an incident grew is not delayed beside its opening, which is told no later than that and says both. */
export function withOpening(one: TellingCase, { outcome, until }: Verdict): Verdict | null {
  const { event, channel, incident, waiting } = one
  if (event !== 'grew' || outcome !== 'delayed' || !waiting?.until || until === null || waiting.until > until)
    return null
  const at = clock(one, waiting.until)
  return skipped('waiting', `${channel.name} is told of ${incident.name} at ${at}, and then how it grew.`)
}

/** In this order; the first that has an answer decides, and the last one always has. */
export const rules: readonly Rule[] = [
  concerned,
  routed,
  blackedOut,
  underRoot,
  muted,
  snoozed,
  acknowledged,
  coolingOff,
  broken,
  outsideHours,
  delayedDigest,
  inStorm,
  told,
]
