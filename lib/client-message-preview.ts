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
  faults: string[]
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
  const told = planned
    .filter(({ state }) => state === 'waiting')
    .map((one) => ({
      ...one,
      parts: partsOf(one, byId.get(one.clientId), { incident, template, settings, samples, faults, now }),
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
    advice,
  }
}

type Made = {
  incident: MessageIncident
  template: MessageTemplate
  settings: MessageSettings
  samples: Map<string, Sample>
  faults: Set<string>
  now: Date
}

/** The parts that one client's text takes; the first of its language and medium is kept as a sample. */
function partsOf(one: PlannedRecipient, client: ScopeClient | undefined, made: Made): number {
  const { medium, language } = one
  if (medium === null || !client) return 0
  const { settings, template, samples, faults } = made
  let parts = 0
  for (const part of ['first', 'follow_up'] as const) {
    const key = `${part} ${medium} ${language}`
    const known = samples.get(key)
    if (known) known.clients += 1
    if (known && part === 'follow_up') continue
    const composed = composeWords(template, factsOf(client, part, medium, made), settings.mostParts)
    if ('fault' in composed) {
      faults.add(composed.fault)
      continue
    }
    const size = smsSize(composed.body)
    if (part === 'first' && medium === 'sms') parts = size.segments
    if (!known)
      samples.set(key, {
        ...{ part, medium, language, clients: 1, client: client.name, parts: size.segments, encoding: size.encoding },
        ...composed,
      })
  }
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
