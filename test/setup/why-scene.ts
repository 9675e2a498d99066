import type { Sql } from 'postgres'
import type { ChannelKind } from '@/lib/domain/channel-kind'
import { everyDay, type Hours } from '@/lib/domain/hours'
import { decideTelling, type TellingInput } from '@/lib/domain/telling'
import { aChannel, anIncident, aRoute, asked } from '../domain/telling-cases'

type Case = {
  name: string
  kind: ChannelKind
  detail: string
  input: (now: number) => Partial<TellingInput>
  before?: boolean
}

const hour = 3_600_000
/** One hour a day, which begins two hours from now. */
function notNow(now: number): Hours {
  const startMinute = Math.floor((now % (24 * hour)) / 60_000 + 120) % 1_380
  return { zone: 'UTC', ranges: [{ weekdays: everyDay, startMinute, endMinute: startMinute + 60 }], place: null }
}

/** A channel for every reason why one is not told, or no more. `before`: it was told, and this is what came later. */
export const whyCases: Case[] = [
  { name: 'NOC Slack', kind: 'slack', detail: '#noc', input: () => ({}) },
  {
    name: 'Mast crew',
    kind: 'telegram',
    detail: 'chat 4711',
    input: (now) => ({ blackout: { reason: 'Mast work', until: now + 2 * hour } }),
  },
  {
    name: 'Boss',
    kind: 'sms',
    detail: '+49 30 555 0100',
    input: (now) => ({ channels: [aChannel({ hours: notNow(now) })] }),
  },
  {
    name: 'Office mail',
    kind: 'email',
    detail: 'office@example.net',
    before: true,
    input: (now) => ({
      event: 'reminded',
      channels: [
        aChannel({ history: [{ event: 'opened', outcome: 'sent', until: null, rule: 'told', at: now - 5_000 }] }),
      ],
    }),
  },
  { name: 'Field team', kind: 'teams', detail: 'Workflow', input: () => ({ suppressedUnder: 'Tower North' }) },
  {
    name: 'Sales',
    kind: 'discord',
    detail: '#sales',
    input: () => ({ incident: anIncident({ mutedFor: 'everyone' }) }),
  },
  {
    name: 'On call',
    kind: 'pagerduty',
    detail: 'Network',
    input: (now) => ({
      event: 'escalated',
      incident: anIncident({ acknowledgedAt: now - 120_000, acknowledgedBy: 'Sam' }),
      escalation: { from: 'NOC Slack', because: 'unacknowledged', afterMinutes: 5 },
    }),
  },
  {
    name: 'Old pager',
    kind: 'webhook',
    detail: 'pager.example.net',
    input: (now) => ({ channels: [aChannel({ health: { state: 'broken', since: now - hour, answer: '410 Gone' } })] }),
  },
  { name: 'Billing', kind: 'ntfy', detail: 'billing', input: () => ({ routes: [aRoute({ kinds: ['blind'] })] }) },
]

/** Makes those channels and has the policy decide about the incident for each, as it would have. Ids by name. */
export async function seedWhys(
  sql: Sql,
  incident: { id: number; name: string; openedAt: Date },
): Promise<Map<string, number>> {
  const ids = new Map<string, number>()
  const now = incident.openedAt.getTime() + 10_000
  for (const { name, kind, detail, input, before } of whyCases) {
    const [row] = await sql<{ id: number }[]>`
      insert into channels (kind, name, detail, created_at) values (${kind}, ${name}, ${detail}, ${new Date(now - 30 * 24 * hour)})
      returning id`
    const id = row?.id ?? 0
    ids.set(name, id)
    const change = input(now)
    const [channel] = change.channels ?? [aChannel()]
    const question = asked({ ...change, now, channels: [{ ...(channel ?? aChannel()), id, name }], asked: [id] })
    const about = { ...question.incident, id: incident.id, name: incident.name, openedAt: incident.openedAt.getTime() }
    const opening = before
      ? decideTelling(
          asked({ incident: about, now: now - 5_000, channels: [{ ...aChannel(), id, name }], asked: [id] }),
        )
      : []
    const decided = decideTelling({ ...question, incident: about })
    for (const [decision, at] of [
      ...opening.map((one) => [one, now - 5_000] as const),
      ...decided.map((one) => [one, now] as const),
    ])
      await sql`
        insert into decisions (at, incident_id, event, channel_id, outcome, until, rule, why, inputs)
        values (${new Date(at)}, ${incident.id}, ${decision.event}, ${id}, ${decision.outcome},
          ${decision.until === null ? null : new Date(decision.until)}, ${decision.rule}, ${decision.why}, ${sql.json(decision.inputs)})`
  }
  return ids
}
