import { durationWords } from './duration'
import { allowedAt } from './hours'
import { hoursWords } from './hours-words'
import { routeTo } from './route'
import type { TellingCase } from './telling'

/** Why a channel is told now, as a sentence. */
export const toldWords = (one: TellingCase) => `${reason(one)}${freeWords(one)}.`

function reason(one: TellingCase): string {
  const { event, incident, channel, lastTold, waiting, escalation, routes, now } = one
  const { name } = channel
  if (event === 'resolved')
    return lastTold
      ? `${name} was told of ${incident.name} and is told that it is over`
      : `${name} is told that ${incident.name} was down and is over`
  if (event === 'reminded' && lastTold)
    return `${name} was told of ${incident.name} ${durationWords(now - lastTold.at)} ago, and nobody acknowledged it`
  if (event === 'escalated' && escalation?.because === 'failed')
    return `${escalation.from} cannot be told of ${incident.name}: ${name} is told instead`
  if (event === 'escalated')
    return `Nobody acknowledged ${incident.name} within ${escalation?.afterMinutes ?? 0} min of ${escalation?.from ?? 'the first'} being told: ${name} is told`
  if (event === 'grew' && lastTold) return `${name} was told of ${incident.name} and is told that it grew`
  const { by } = routeTo(channel.id, routes, incident)
  const when = waiting ? 'now, as it was delayed' : 'at once'
  return `${name} is told ${when}: ${by === null ? 'there are no routes, so everyone is' : `by the route ${by}`}`
}

const freeWords = ({ free, channel, now }: TellingCase) =>
  free && !allowedAt(channel.hours, now)
    ? `; this one is critical, so it does not wait for its hours ${hoursWords(channel.hours)}`
    : ''
