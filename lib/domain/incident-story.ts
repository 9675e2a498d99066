import { listText } from './describe-list'
import { durationWords } from './duration'
import type { NoticeEvent } from './message'
import type { Outcome } from './telling'

/** What happened by itself, as correlation and the probes wrote it down. Instants are epoch ms. */
export type StoryNote = { at: number; what: string; by: string | null }

/** What somebody did. `detail` is as lib/store/incident-acts.ts keeps it; what it lacks is left out of the words. */
export type StoryAct = {
  at: number
  by: string
  act: 'acknowledged' | 'unacknowledged' | 'assigned' | 'noted' | 'resolved' | 'snoozed' | 'muted' | 'unmuted'
  text: string | null
  detail: ActDetail
}
export type ActDetail = {
  assignee?: string | null
  until?: string | null // ISO 8601
  channels?: string[] | 'everyone'
  dark?: number // outages in it that went on when it was resolved by hand
  via?: 'link'
}

/** A decision about one channel; channel null: it was deleted. */
export type StoryDecision = {
  at: number
  event: NoticeEvent
  channel: string | null
  outcome: Outcome
  rule: string
}

/** One line of an incident's story. kind: it happened by itself, somebody did it, somebody said it, or people were told. */
export type StoryLine = { at: number; what: string; by: string | null; kind: 'happened' | 'did' | 'said' | 'told' }

type Told = {
  openedAt: number
  notes: readonly StoryNote[]
  acts: readonly StoryAct[]
  decisions: readonly StoryDecision[]
}

const rank: Record<StoryLine['kind'], number> = { happened: 0, told: 1, did: 2, said: 3 }

/**
 * An incident as a story, oldest first: what happened, who was told or will be, and what people did. At one instant what
 * happened comes before what followed of it. Whoever was asked about and merely skipped is left to the page "Why".
 */
export function incidentStory({ openedAt, notes, acts, decisions }: Told): StoryLine[] {
  const lines: StoryLine[] = [
    ...notes.map((note) => noteLine(note, openedAt)),
    ...toldLines(decisions),
    ...acts.map((act) => actLine(act, openedAt)),
  ]
  return lines
    .map((line, i) => ({ line, i }))
    .sort((a, b) => a.line.at - b.line.at || rank[a.line.kind] - rank[b.line.kind] || a.i - b.i)
    .map(({ line }) => line)
}

function noteLine({ at, what, by }: StoryNote, openedAt: number): StoryLine {
  const over = what === 'Resolved.' && by === null
  return {
    at,
    what: over ? `Over after ${durationWords(at - openedAt)}.` : what,
    by,
    kind: by === null ? 'happened' : 'said',
  }
}

function actLine(act: StoryAct, openedAt: number): StoryLine {
  const kind = act.act === 'noted' ? 'said' : 'did'
  return { at: act.at, what: actWords(act, openedAt), by: act.by, kind }
}

function actWords({ at, by, act, text, detail }: StoryAct, openedAt: number): string {
  const after = `after ${durationWords(at - openedAt)}`
  const reason = text ? `: ${/[.!?]$/.test(text) ? text : `${text}.`}` : '.'
  switch (act) {
    case 'acknowledged':
      return `Acknowledged it ${after}${detail.via === 'link' ? ', by the link of a message' : ''}.`
    case 'unacknowledged':
      return 'Let go of it: nobody is on it.'
    case 'assigned':
      if (!detail.assignee) return 'Left it to nobody in particular.'
      return detail.assignee === by ? 'Took it on.' : `Handed it to ${detail.assignee}.`
    case 'noted':
      return text ?? ''
    case 'resolved':
      return `Resolved it by hand ${after}${reason}${goesOn(detail.dark ?? 0)}`
    case 'snoozed':
      return detail.until ? `Snoozed it for ${roundWords(Date.parse(detail.until) - at)}${reason}` : 'Ended the snooze.'
    case 'muted':
      return `Muted it for ${mutedWords(detail.channels)}${reason}`
    case 'unmuted':
      return 'Unmuted it.'
  }
}

/** To the minute: an hour from now is not 59 min 59 s for having taken a moment. */
const roundWords = (ms: number) => durationWords(ms < 90_000 ? ms : Math.round(ms / 60_000) * 60_000)

const mutedWords = (channels: ActDetail['channels']) =>
  channels === 'everyone' || channels === undefined ? 'everyone' : listText(channels)

function goesOn(dark: number): string {
  if (dark === 0) return ''
  return dark === 1 ? ' Its outage goes on, and is measured.' : ` ${dark} outages in it go on, and are measured.`
}

const told: Record<NoticeEvent, (names: string) => string> = {
  opened: (names) => `Told ${names}.`,
  grew: (names) => `Told ${names} that it grew.`,
  reminded: (names) => `Reminded ${names}.`,
  escalated: (names) => `Escalated to ${names}.`,
  resolved: (names) => `Told ${names} that it is over.`,
}

const causes = new Map(
  Object.entries({
    blackout: 'it is a blackout',
    hours: 'it is outside the hours',
    snoozed: 'it is snoozed',
    muted: 'it is muted',
    breaker: 'it does not answer',
    channel_broken: 'it is broken',
    no_route: 'no route leads there',
    no_device: 'no phone takes notices',
    under_root: 'it is filed under what is dark above it',
    acknowledged: 'somebody is on it',
    over_before: 'it was over before',
  }),
)
const because = (rule: string) => (causes.has(rule) ? `: ${causes.get(rule)}` : '')

/** What was decided at one instant about one event, in a line for each outcome; what says the same again is left out. */
function toldLines(decisions: readonly StoryDecision[]): StoryLine[] {
  const lines: StoryLine[] = []
  const before = new Set<string>()
  for (const group of groupedBy(decisions, ({ at, event }) => `${at} ${event}`)) {
    for (const { at, event, words, again } of groupWords(group)) {
      const said = `${event} ${words}`
      if (!again && before.has(said)) continue
      before.add(said)
      lines.push({ at, what: words, by: null, kind: 'told' })
    }
  }
  return lines
}

type Words = { at: number; event: NoticeEvent; words: string; again: boolean }

function groupWords(group: readonly StoryDecision[]): Words[] {
  const [first] = group
  if (!first) return []
  const { at, event } = first
  const names = (of: readonly StoryDecision[]) => listText(of.map(({ channel }) => channel ?? 'a channel that is gone'))
  const line = (words: string, again = false): Words => ({ at, event, words, again })
  const sent = group.filter(({ outcome }) => outcome === 'sent')
  const digest = group.filter(({ outcome }) => outcome === 'digest')
  // How it grew, and the next reminder, wait without a word: the opening said why.
  const waits = event === 'opened' || event === 'escalated' || event === 'resolved'
  const held = waits ? group.filter(({ outcome }) => outcome === 'delayed' || outcome === 'suppressed') : []
  const lines = [
    ...(sent.length > 0 ? [line(told[event](names(sent)), true)] : []),
    ...(digest.length > 0 ? [line(`In the next digest of ${names(digest)}.`, true)] : []),
    ...groupedBy(held, ({ outcome, rule }) => `${outcome} ${rule}`).map((same) =>
      line(heldWords(same[0]?.outcome === 'delayed', names(same), same[0]?.rule ?? '')),
    ),
  ]
  const nobody = lines.length === 0 && event === 'opened' && group.every(({ outcome }) => outcome === 'skipped')
  return nobody ? [line(`Told nobody${because(first.rule)}.`)] : lines
}

const heldWords = (delayed: boolean, names: string, rule: string) =>
  delayed ? `Waits to tell ${names}${because(rule)}.` : `Did not tell ${names}${because(rule)}.`

function groupedBy<T>(items: readonly T[], keyOf: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const key = keyOf(item)
    const group = groups.get(key)
    if (group) group.push(item)
    else groups.set(key, [item])
  }
  return [...groups.values()]
}
