import { durationWords } from './duration'
import { type IncidentKind, type NoticeFacts, noticeWords } from './message'

/** What a digest says of one incident. */
export type DigestItem = NoticeFacts & { incident_id?: number }
/** What a digest is made of. `ended`: all of it was over before it could be told. */
export type DigestFacts = { event: 'digest'; items: DigestItem[]; ended?: boolean }
type Moment = { timeZone: string | null; siteUrl: string; now: Date }

const mostLines = 20
const states: Record<IncidentKind, string> = {
  down: 'down',
  members_lost: 'without members',
  blind: 'blind',
  flapping: 'flapping',
}

/** "12 incidents: 7 down, 2 flapping, 3 over", and a line for each of the first 20. */
export function digestWords({ items, ended }: DigestFacts, moment: Moment): { title: string; body: string } {
  if (ended) return endedWords(items)
  const counts = new Map<string, number>()
  for (const item of items) {
    const state = item.event === 'resolved' ? 'over' : item.job ? 'silent or failing' : states[item.kind]
    counts.set(state, (counts.get(state) ?? 0) + 1)
  }
  const parts = [...counts].map(([state, count]) => `${count} ${state}`)
  const lines = items.slice(0, mostLines).map((item) => lineOf(item, moment))
  if (items.length > mostLines) lines.push(`and ${items.length - mostLines} more`)
  return { title: `${incidents(items.length)}: ${parts.join(', ')}`, body: lines.join('\n') }
}

/** One line for everything that came and went while the channel did not answer: nobody has to act on it any more. */
function endedWords(items: readonly NoticeFacts[]) {
  const parts = items.slice(0, mostLines).map((item) => `${item.name} (${lengthOf(item)})`)
  if (items.length > mostLines) parts.push(`${items.length - mostLines} more`)
  return {
    title: `${incidents(items.length)} came and went meanwhile`,
    body: `Over again before this could be told: ${parts.join(', ')}.`,
  }
}

function lineOf(item: NoticeFacts, { timeZone, siteUrl, now }: Moment): string {
  // Each line is as late as the digest: that is said once.
  const facts = { ...item, tell_from: now.toISOString() }
  const { title, body } = noticeWords(facts, {
    deliveryId: 0,
    incidentId: null,
    behind: 0,
    openIncidents: 0,
    toldBefore: false,
    timeZone,
    siteUrl,
    now,
  })
  return `${title}. ${body}`
}

function lengthOf({ began_at, ended_at }: NoticeFacts): string {
  return durationWords(Date.parse(ended_at ?? began_at) - Date.parse(began_at))
}

const incidents = (count: number) => (count === 1 ? '1 incident' : `${count} incidents`)
