import { durationWords } from './duration'
import { endWords, type JobTrouble, troubleDetail, troubleWords } from './job-words'
import { afterwards, clientsTail, namesLine, namesOf, type Reach, withRole } from './reach-words'
import type { Role } from './status'

export type IncidentKind = 'down' | 'members_lost' | 'blind' | 'flapping'
export type NoticeEvent = 'opened' | 'grew' | 'escalated' | 'reminded' | 'resolved'

/** What a delivery says, kept with it; words are made of it when it is sent. Instants are ISO 8601. */
export type NoticeFacts = {
  kind: IncidentKind
  event: NoticeEvent
  name: string
  site: string | null
  began_at: string
  ended_at: string | null
  /** When the operator should have heard of it; what is sent more than a minute after this says that it is late. */
  tell_from: string
  /** Of a flapping incident: the outages counted. Of a blind one: why. Of one that ended otherwise than by an answer: how. */
  outages?: number
  reason?: string
  /** Of one that somebody ended by hand: who. It may still be dark. */
  resolved_by?: string
  /** Of a job: what is wrong, or was. */
  job?: JobTrouble
  role?: Role
  reach?: Reach
  /** Name of what went dark above it and is told of instead: it is still dark. */
  under?: string
}
export type TestFacts = { event: 'test'; name: string }

/** What is only known at the moment of sending. */
export type SendingMoment = {
  deliveryId: number
  incidentId: number | null
  /** Outages filed under the root in this incident, its own apart. */
  behind: number
  openIncidents: number
  /** False when this person never got the opened notice, so that this one has to say all. */
  toldBefore: boolean
  timeZone: string | null
  siteUrl: string
  now: Date
}

export type PushMessage = {
  web_push: 8030
  notification: {
    title: string
    body: string
    navigate: string
    tag: string
    lang: 'en'
    dir: 'ltr'
    silent: boolean // in Safari; our service worker reads it too
    data: {
      delivery_id: number
      incident_id: number | null
      event: NoticeEvent | 'test' | 'digest'
      url: string
      open_incidents: number
    }
    actions: { action: string; title: string; navigate: string }[]
  }
}

const lateAfterMs = 60_000

/** By how much a notice is late (ms, whole minutes) that should have been told at `tellFrom` (ISO 8601); null: not late. */
export function lateBy(tellFrom: string, now: Date): number | null {
  const lateMs = now.getTime() - Date.parse(tellFrom)
  return lateMs > lateAfterMs ? Math.floor(lateMs / 60_000) * 60_000 : null
}

/** The push message: read by our service worker, and by Safari as a declarative one. Its tag lasts as long as the incident. */
export function pushMessage(facts: NoticeFacts | TestFacts, moment: SendingMoment): PushMessage {
  const { title, body } = facts.event === 'test' ? testWords(facts, moment) : noticeWords(facts, moment)
  const url = moment.incidentId === null ? '/settings/push' : `/incidents/${moment.incidentId}`
  const navigate = new URL(url, moment.siteUrl).href
  const open = { action: 'open', title: 'Open', navigate }
  const acknowledge = { action: 'acknowledge', title: 'Acknowledge', navigate: `${navigate}?acknowledge=1` }
  return {
    web_push: 8030,
    notification: {
      title,
      body,
      navigate,
      tag: moment.incidentId === null ? 'test' : `incident-${moment.incidentId}`,
      lang: 'en',
      dir: 'ltr',
      silent: facts.event !== 'test' && facts.under !== undefined,
      data: {
        delivery_id: moment.deliveryId,
        incident_id: moment.incidentId,
        event: facts.event,
        url,
        open_incidents: moment.openIncidents,
      },
      actions: facts.event === 'test' || facts.event === 'resolved' ? [open] : [acknowledge, open],
    },
  }
}

/** Title and body of a notice, with a last sentence when it is late. */
export function noticeWords(facts: NoticeFacts, moment: SendingMoment): { title: string; body: string } {
  const name = withRole(shortened(facts.name), facts.role)
  const words = facts.event === 'resolved' ? resolvedWords(facts, name, moment) : openedWords(facts, name, moment)
  const lateMs = lateBy(facts.tell_from, moment.now)
  const site = facts.site === null ? '' : ` ${shortened(facts.site)}.`
  const late = lateMs === null ? '' : ` Late by ${durationWords(lateMs)}.`
  const clients = facts.event === 'resolved' ? afterwards(facts) : namesLine(facts)
  return { title: words.title, body: `${words.body}${site}${clients}${late}` }
}

/** The title of something that goes on, as of who hears of it again: "AP Ridge-3 is still down: 2 clients, ...". */
export function stillTitle(title: string, facts: NoticeFacts): string {
  const tail = clientsTail(facts)
  const head = tail !== '' && title.endsWith(tail) ? title.slice(0, -tail.length) : title
  return head.replace(/^(.*) is /s, '$1 is still ') + title.slice(head.length)
}

function openedWords(facts: NoticeFacts, name: string, moment: SendingMoment) {
  const since = clockOf(facts.began_at, moment)
  // The graph knows at once whom the probes have yet to find dark.
  const count = Math.max(moment.behind, (facts.reach?.devices ?? 1) - 1)
  const behind = count > 0 ? `, and ${count} behind it` : ''
  if (facts.kind === 'blind')
    return {
      title: `Probe ${name} is blind`,
      body: `${sentence(facts.reason ?? 'It sees nothing')} Since ${since}; what it watches counts as unknown.`,
    }
  if (facts.kind === 'flapping')
    return {
      title: `${name} is flapping`,
      body: `${facts.outages ?? 'Many'} outages in 60 min${behind}. The next notice comes when it has been steady for 15 min.`,
    }
  if (facts.job)
    return {
      title: `${name} ${troubleWords(facts.job)}`,
      body: troubleDetail(facts.job, facts.began_at, (at) => clockOf(at, moment), behind),
    }
  if (facts.kind === 'members_lost') return membersLostWords(facts, name, since)
  return { title: `${name} is down${clientsTail(facts)}`, body: `Dark since ${since}${behind}.` }
}

const parts: Partial<Record<Role, string>> = { ap: 'Radio sector', backhaul: 'Radio link', switch: 'Switch port' }

function membersLostWords(facts: NoticeFacts, name: string, since: string) {
  const { lost = 0, of = 0, members = [] } = facts.reach ?? {}
  const many = of > 0 ? `${lost} of ${of}` : 'Many'
  const which = members.length > 0 ? `: ${namesOf(members, lost)}` : ''
  const part = parts[facts.role ?? 'other'] ?? 'Part'
  return {
    title: `${part} of ${name} is lost${clientsTail(facts)}`,
    body: `${many} behind it dark since ${since}${which}. ${name} itself answers.`,
  }
}

const states: Record<IncidentKind, string> = {
  down: 'dark',
  members_lost: 'without its members',
  blind: 'blind',
  flapping: 'flapping',
}

const stateOf = ({ kind, job }: NoticeFacts) =>
  job && kind === 'down' ? (job.kind === 'missed' ? 'silent' : 'failing') : states[kind]

function resolvedWords(facts: NoticeFacts, name: string, moment: SendingMoment) {
  const endedAt = facts.ended_at ?? moment.now.toISOString()
  const lasted = durationWords(Date.parse(endedAt) - Date.parse(facts.began_at))
  const which = facts.kind === 'blind' ? `Probe ${name}` : name
  const between = `from ${clockOf(facts.began_at, moment)} to ${clockOf(endedAt, moment)}`
  if (facts.under) {
    // What is read later than it was written says no more than what was so then.
    const isFresh = moment.now.getTime() - Date.parse(endedAt) < lateAfterMs
    const under = shortened(facts.under)
    const body = isFresh
      ? `${under} is dark as well, and its notice says both. ${name} is still dark.`
      : `${under} went dark as well at ${clockOf(endedAt, moment)}: its notice says both.`
    return { title: `${which} is behind ${under}`, body }
  }
  if (facts.resolved_by)
    return {
      title: `${which}: resolved by ${shortened(facts.resolved_by)}`,
      body: `By hand, after ${lasted}. What is still dark goes on being measured; nobody is told of it again.`,
    }
  if (facts.reason)
    return {
      title: `${which} is no longer ${facts.kind === 'blind' ? 'asked' : 'watched'}`,
      body: `${sentence(facts.reason)} It had been ${stateOf(facts)} for ${lasted}.`,
    }
  if (facts.kind === 'members_lost')
    return { title: `What ${name} lost is back`, body: `Resolved after ${lasted}, at ${clockOf(endedAt, moment)}.` }
  if (facts.kind === 'blind') return { title: `${which} sees again`, body: `Blind for ${lasted}, ${between}.` }
  if (facts.kind === 'flapping')
    return {
      title: `${name} is steady again`,
      body: `${facts.outages ?? 'Many'} outages since ${clockOf(facts.began_at, moment)}.`,
    }
  const { title, was } = facts.job ? endWords(facts.job) : { title: 'is back', was: 'was dark' }
  if (!moment.toldBefore) return { title: `${name} ${title}`, body: `It ${was} for ${lasted}, ${between}.` }
  return { title: `${name} ${title}`, body: `Resolved after ${lasted}, at ${clockOf(endedAt, moment)}.` }
}

function testWords(facts: TestFacts, moment: SendingMoment) {
  const at = clockOf(moment.now.toISOString(), moment)
  return { title: 'Test from Beatline', body: `${shortened(facts.name)} gets notices. Sent at ${at}.` }
}

/** The wall clock of the reader's zone, with the day when it is another one; UTC, and named so, when no zone is known. */
export function clockOf(instant: string, { timeZone, now }: Pick<SendingMoment, 'timeZone' | 'now'>): string {
  const known = timeZone !== null && isZone(timeZone)
  const zone = known ? timeZone : 'UTC'
  const at = new Date(instant)
  const clock = at.toLocaleTimeString('en-GB', { timeZone: zone, hourCycle: 'h23' })
  const day = (date: Date) => date.toLocaleDateString('en-GB', { timeZone: zone, day: 'numeric', month: 'short' })
  return `${day(at) === day(now) ? '' : `${day(at)} `}${clock}${known ? '' : ' (UTC)'}`
}

/** A zone that was known where it was set may be none here: the notice is not held up for that. */
function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-GB', { timeZone: name })
    return true
  } catch {
    return false
  }
}

const shortened = (name: string) => (name.length > 60 ? `${name.slice(0, 59)}…` : name)
const sentence = (words: string) => `${words.slice(0, 200).replace(/\.$/, '')}.`
