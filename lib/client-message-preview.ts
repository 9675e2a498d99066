import { composeWords, type WordFacts } from '@/lib/delivery/client-words'
import type { PlannedRecipient } from '@/lib/domain/message-plan'
import type { MessageMedium } from '@/lib/domain/message-recipient'
import type { MessagePart, MessageTemplate, MessageWords } from '@/lib/domain/message-words'
import { smsSize } from '@/lib/domain/sms-text'
import { type Estimate, planFor } from '@/lib/store/client-messages'
import { transaction } from '@/lib/store/database'
import { findMessageIncident, type MessageIncident, type ScopeClient } from '@/lib/store/message-scope'
import { type MessageSettings, readMessageSettings } from '@/lib/store/message-settings'
import { adviceFor } from '@/lib/store/wait-advice'

/** Words in one language and medium, as the first of those who get them reads them. */
export type Sample = {
  part: MessagePart
  medium: MessageMedium
  language: string
  clients: number
  client: string
  subject: string
  body: string
  parts: number // of a text
  encoding: 'GSM-7' | 'UCS-2'
}
export type MessagePreview = {
  incident: MessageIncident
  told: (PlannedRecipient & { parts: number })[]
  left: PlannedRecipient[]
  estimate: Estimate
  samples: Sample[]
  faults: string[] // why some words cannot be made
  notes: string[] // what reads oddly
  advice: { minutes: number; words: string } | null
}

/** Whom a message about this incident would go to now, what each would read, and what it would cost; null: no such incident. */
export async function previewMessage(
  incidentId: number,
  { template, media }: { template: MessageTemplate; media: readonly MessageMedium[] },
  now = new Date(),
): Promise<MessagePreview | null> {
  const [found, settings] = await Promise.all([
    transaction(async (tx) => {
      const incident = await findMessageIncident(tx, incidentId)
      if (!incident) return null
      return { incident, ...(await planFor(tx, incident, media)), advice: await adviceFor(tx, incident, now) }
    }),
    readMessageSettings(),
  ])
  if (!found) return null
  const { incident, clients, planned, advice } = found
  const byId = new Map(clients.map((client) => [client.id, client]))
  const samples = new Map<string, Sample>()
  const faults = new Set<string>()
  const seen = new Map<string, Seen>()
  const broken = new Set<string>()
  const made = { incident, template, settings, samples, faults, seen, broken, now }
  const told = planned
    .filter(({ state }) => state === 'waiting')
    .map((one) => ({
      ...one,
      parts: partsOf(one, byId.get(one.clientId), made),
    }))
  const smsParts = told.reduce((sum, { parts }) => sum + parts, 0)
  return {
    incident,
    told,
    left: planned.filter(({ state }) => state === 'skipped'),
    estimate: {
      clients: planned.length,
      told: told.length,
      smsParts,
      cost: Math.round(smsParts * settings.smsPrice * 10_000) / 10_000,
      currency: settings.currency,
    },
    samples: [...samples.values()],
    faults: [...faults],
    notes: notesOf(
      told.flatMap(({ clientId }) => byId.get(clientId) ?? []),
      settings,
    ),
    advice,
  }
}

/** Texts of one language: how many were made and took how many parts, and how many more there are. */
type Seen = { count: number; parts: number; more: number }
type Made = {
  incident: MessageIncident
  template: MessageTemplate
  settings: MessageSettings
  samples: Map<string, Sample>
  faults: Set<string>
  seen: Map<string, Seen>
  broken: Set<string> // what cannot be made for one is not tried for each
  now: Date
}

function notesOf(told: readonly ScopeClient[], { sender, zone }: MessageSettings): string[] {
  const unknown = told.filter((client) => client.zone === null).length
  const answering = told.filter(({ answers }) => answers).length
  return [
    ...(answering > 0
      ? [`${answering} of them ${answering === 1 ? 'has' : 'have'} another device that answers, and may have service.`]
      : []),
    ...(told.length > 0 && sender === ''
      ? ['The words do not say who writes: set it in Settings, Messages to clients.']
      : []),
    ...(unknown > 0 && zone === 'UTC'
      ? [
          `${unknown} of them read times in UTC: give their site a time zone, or set one in Settings, Messages to clients.`,
        ]
      : []),
  ]
}

const mostMade = 200 // of one language and medium; what more there are take as many parts as these do on average

/** The parts that one client's text takes; the first of its language and medium is kept as a sample. */
function partsOf(one: PlannedRecipient, client: ScopeClient | undefined, made: Made): number {
  const { medium, language } = one
  if (medium === null || !client) return 0
  const first = sampleFor('first', medium, client, made)
  sampleFor('follow_up', medium, client, made)
  if (medium !== 'sms') return 0
  const key = `${medium} ${language}`
  if (made.broken.has(`first ${key}`)) return 0
  const seen = made.seen.get(key) ?? { count: 0, parts: 0, more: 0 }
  if (seen.count >= mostMade) {
    // Rounded over all of them: 1.4 parts each are not one each.
    const upTo = (more: number) => Math.round((more * seen.parts) / seen.count)
    seen.more += 1
    made.seen.set(key, seen)
    return upTo(seen.more) - upTo(seen.more - 1)
  }
  const parts =
    first ?? partsFor(composeWords(made.template, factsOf(client, 'first', medium, made), made.settings.mostParts))
  made.seen.set(key, { ...seen, count: seen.count + 1, parts: seen.parts + parts })
  return parts
}

const partsFor = (composed: Composed) => ('fault' in composed ? 0 : smsSize(composed.body).segments)
type Composed = ReturnType<typeof composeWords>

/** Counts a client towards its sample; the first one makes it. Returns its parts then, else null. */
function sampleFor(part: MessagePart, medium: MessageMedium, client: ScopeClient, made: Made): number | null {
  const key = `${part} ${medium} ${client.language}`
  const known = made.samples.get(key)
  if (known) known.clients += 1
  if (known || made.broken.has(key)) return null
  const composed = composeWords(made.template, factsOf(client, part, medium, made), made.settings.mostParts)
  if ('fault' in composed) {
    made.faults.add(composed.fault)
    made.broken.add(key)
    return null
  }
  const { segments: parts, encoding } = smsSize(composed.body)
  const about = { part, medium, language: client.language, clients: 1, client: client.name, parts, encoding }
  made.samples.set(key, { ...about, ...composed })
  return parts
}

function factsOf(
  client: ScopeClient,
  part: MessagePart,
  medium: MessageMedium,
  { incident, settings, now }: Made,
): WordFacts {
  return {
    part,
    medium,
    language: client.language,
    client,
    zone: client.zone ?? settings.zone,
    sender: settings.sender,
    // What a follow-up will say is shown as if it were over now.
    incident: part === 'follow_up' ? { ...incident, resolvedAt: incident.resolvedAt ?? now } : incident,
    now,
  }
}

const exampleAt = new Date('2026-01-01T03:12:00Z')

/** What words make of the newest incident that cut clients off, or of an example; or why they make nothing. */
export async function sampleOf(
  part: MessagePart,
  words: MessageWords,
  now = new Date(),
): Promise<{ sample: Sample } | { fault: string }> {
  const [settings, incident] = await Promise.all([readMessageSettings(), newestIncident()])
  const { medium, language } = words
  const facts: WordFacts = {
    ...{ part, medium, language, zone: settings.zone, sender: settings.sender || 'Example Net', now },
    client: {
      name: 'Example Feed Co (Robin Placeholder)',
      company: 'Example Feed Co',
      person: 'Robin Placeholder',
      number: '1042',
    },
    incident: incident ?? { siteName: 'North Ridge', cause: 'power', beganAt: exampleAt, resolvedAt: exampleAt },
  }
  const ended = {
    ...facts,
    incident: facts.incident && { ...facts.incident, resolvedAt: facts.incident.resolvedAt ?? now },
  }
  const template: MessageTemplate = { first: [words], follow_up: [words] }
  const composed = composeWords(template, part === 'follow_up' ? ended : facts, settings.mostParts)
  if ('fault' in composed) return composed
  const { segments: parts, encoding } = smsSize(composed.body)
  const client = facts.client.name
  return { sample: { part, medium, language, clients: 0, client, ...composed, parts, encoding } }
}

async function newestIncident(): Promise<MessageIncident | null> {
  return transaction(async (tx) => {
    const [row] = await tx<{ id: number }[]>`
      select id from incidents where clients > 0 and kind in ('down', 'members_lost') order by opened_at desc, id desc limit 1`
    return row ? findMessageIncident(tx, row.id) : null
  })
}
