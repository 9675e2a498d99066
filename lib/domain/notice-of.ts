import { type DigestFacts, digestWords } from './digest-words'
import { durationWords } from './duration'
import { clockOf, lateBy, type NoticeFacts, noticeWords, stillTitle, type TestFacts } from './message'
import type { Notice, Priority } from './notice'

/** What is known of the channel, the incident and the message at the moment of sending. */
export type NoticeMoment = {
  channelId: number
  /** Of the row it is sent for: the identity of what is about no one incident. */
  deliveryId: number
  incidentId: number | null
  sequence: number
  priority: Priority
  /** Null: nothing to acknowledge. */
  acknowledgeUrl: string | null
  acknowledgedBy: string | null
  /** Outages filed under the root in this incident, its own apart. */
  behind: number
  openIncidents: number
  /** False when this channel never got word of the incident, so that this one has to say all. */
  toldBefore: boolean
  /** Of the channel's hours; null: none was set. */
  timeZone: string | null
  siteUrl: string
  now: Date
  role: string | null
  client: string | null
  tags: readonly string[]
}
export type MessageFacts = NoticeFacts | TestFacts | DigestFacts

/** The notice that a medium is given: words, fields and all that templates may use. */
export function noticeOf(facts: MessageFacts, moment: NoticeMoment): Notice {
  if (facts.event === 'test') return testNotice(facts, moment)
  return facts.event === 'digest' ? digestNotice(facts, moment) : incidentNotice(facts, moment)
}

/** Of a digest, for templates: a storm would make a payload that nobody takes. */
const mostItems = 100

/** The identity of an incident and a channel, for life. */
export const noticeKey = (incidentId: number, channelId: number) => `bl-${incidentId}-${channelId}`

function incidentNotice(facts: NoticeFacts, moment: NoticeMoment): Notice {
  const { incidentId, channelId, now } = moment
  const { title, body } = noticeWords({ ...facts, tell_from: now.toISOString() }, moment)
  const lateMs = lateBy(facts.tell_from, now)
  return {
    ...common(moment),
    key: incidentId === null ? `bl-d${moment.deliveryId}-${channelId}` : noticeKey(incidentId, channelId),
    ...(facts.under === undefined ? {} : { under: facts.under, priority: 'low' as const }),
    event: facts.event,
    title: facts.event === 'reminded' || facts.event === 'escalated' ? stillTitle(title, facts) : title,
    body: [reasonFor(facts, moment), body].filter((line) => line !== '').join('\n'),
    url: new URL(incidentId === null ? '/incidents' : `/incidents/${incidentId}`, moment.siteUrl).href,
    acknowledgeUrl: facts.event === 'resolved' ? null : moment.acknowledgeUrl,
    facts: fieldsOf(facts, moment),
    beganAt: facts.began_at,
    endedAt: facts.ended_at,
    name: facts.name,
    site: facts.site,
    kind: facts.kind,
    late: lateMs === null ? null : durationWords(lateMs),
    data: {
      ...dataOf(moment),
      role: moment.role,
      client: moment.client,
      tags: [...moment.tags],
      behind: moment.behind,
      told_before: moment.toldBefore,
      outages: facts.outages ?? null,
      reason: facts.reason ?? null,
      affected_clients: facts.reach?.clients ?? null,
      client_names: facts.reach?.names ?? [],
      still_dark_behind: facts.under ?? null,
      job: facts.job ?? null,
    },
  }
}

/** Why it is told again, or to someone else. */
function reasonFor({ event, began_at }: NoticeFacts, { acknowledgedBy, now }: NoticeMoment): string {
  const lasted = durationWords(now.getTime() - Date.parse(began_at))
  if (event === 'reminded' && acknowledgedBy === null) return `Nobody has taken it on in ${lasted}.`
  return event === 'escalated' ? `Escalated to this channel after ${lasted}.` : ''
}

function fieldsOf(facts: NoticeFacts, moment: NoticeMoment): Notice['facts'] {
  const lasted = facts.ended_at === null ? null : Date.parse(facts.ended_at) - Date.parse(facts.began_at)
  const fields: [string, string | null][] = [
    ['Site', facts.site],
    ['Client', moment.client],
    ['Clients', facts.reach && facts.reach.clients > 1 ? `${facts.reach.clients}` : null],
    ['Since', clockOf(facts.began_at, moment)],
    ['Until', facts.ended_at === null ? null : clockOf(facts.ended_at, moment)],
    ['Lasted', lasted === null ? null : durationWords(lasted)],
    ['Behind it', moment.behind > 0 ? `${moment.behind}` : null],
    ['Priority', moment.priority],
    ['Acknowledged by', moment.acknowledgedBy],
  ]
  return fields.flatMap(([label, value]) => (value === null ? [] : [{ label, value }]))
}

function testNotice({ name }: TestFacts, moment: NoticeMoment): Notice {
  const at = clockOf(moment.now.toISOString(), moment)
  return {
    ...common(moment),
    key: `bl-test-${moment.channelId}-${moment.deliveryId}`,
    event: 'test',
    priority: 'low',
    title: 'Test from Beatline',
    body: `${name} gets notices. Sent at ${at}.`,
    url: new URL('/channels', moment.siteUrl).href,
    acknowledgeUrl: null,
    facts: [{ label: 'Channel', value: name }],
    beganAt: null,
    endedAt: null,
    name,
    site: null,
    kind: 'test',
    late: null,
    data: dataOf(moment),
  }
}

function digestNotice(facts: DigestFacts, moment: NoticeMoment): Notice {
  const { now, siteUrl, channelId, deliveryId } = moment
  const told = facts.items.map((item) => lateBy(item.tell_from, now) ?? 0)
  const lateMs = told.reduce((most, ms) => Math.max(most, ms), 0)
  const site = facts.items[0]?.site ?? null
  return {
    ...common(moment),
    key: `bl-digest-${channelId}-${deliveryId}`,
    event: 'digest',
    priority: 'normal',
    ...digestWords(facts, moment),
    url: new URL('/incidents', siteUrl).href,
    acknowledgeUrl: null,
    facts: [{ label: 'Incidents', value: `${facts.items.length}` }],
    beganAt: null,
    endedAt: null,
    name: 'Digest',
    site: facts.items.every((item) => item.site === site) ? site : null,
    kind: 'digest',
    incidentId: null,
    late: lateMs === 0 ? null : durationWords(lateMs),
    data: { ...dataOf(moment), incident_id: null, count: facts.items.length, items: facts.items.slice(0, mostItems) },
  }
}

const common = ({ sequence, priority, now, incidentId }: NoticeMoment) => ({
  sequence,
  priority,
  at: now.toISOString(),
  incidentId,
})

const dataOf = ({ channelId, deliveryId, incidentId, priority, openIncidents, acknowledgedBy }: NoticeMoment) => ({
  channel_id: channelId,
  delivery_id: deliveryId,
  incident_id: incidentId,
  priority,
  open_incidents: openIncidents,
  acknowledged_by: acknowledgedBy,
})
