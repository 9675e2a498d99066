import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { whyAt, whyOfIncident } from '@/lib/store/why'
import { type TestDatabase, testDatabase } from '../setup/database'
import { seedWhys } from '../setup/why-scene'
import { addDevice, addUser } from '../workers/keeper/scene'

let database: TestDatabase
const sql = () => database.sql
const openedAt = new Date('2026-11-21T01:10:00Z')
let incident = 0
let channels = new Map<string, number>()
let anna = 0

beforeAll(async () => {
  database = await testDatabase()
  anna = await addUser(sql(), 'Anna')
  await sql()`insert into channels (kind, name, user_id) values ('web_push', 'Anna', ${anna})`
  const target = await addDevice(sql(), 'AP Ridge-3')
  const [row] = await sql()<{ id: number }[]>`
    insert into incidents (kind, target_id, root_name, opened_at, resolved_at)
    values ('down', ${target}, 'AP Ridge-3', ${openedAt}, ${new Date('2026-11-21T03:10:00Z')}) returning id`
  incident = row?.id ?? 0
  channels = await seedWhys(sql(), { id: incident, name: 'AP Ridge-3', openedAt })
})
afterAll(() => database.stop())

describe('why was I told, or not: of an incident', () => {
  const answerOf = async (name: string) =>
    (await whyOfIncident(incident, null)).find(({ channel }) => channel.name === name)?.answer

  test.each([
    ['NOC Slack', 'told', /is told at once/],
    ['Mast crew', 'held', /the blackout "Mast work"/],
    ['Boss', 'waits', /^Delayed until 03:10/],
    ['Office mail', 'told', /Since then: Delayed until .* again after 30 min/],
    ['Field team', 'held', /filed under Tower North/],
    ['Sales', 'held', /muted for everyone/],
    ['On call', 'not_told', /Sam acknowledged AP Ridge-3 .* not escalated/],
    ['Old pager', 'not_told', /cannot be told anything since .*410 Gone/],
    ['Billing', 'not_told', /No route leads to Billing/],
    ['Anna', 'not_told', /was added after this incident opened/],
  ])('%s: %s', async (name, verdict, why) => {
    expect(await answerOf(name)).toMatchObject({ verdict, why: expect.stringMatching(why) })
  })

  test('whoever asks comes first', async () => {
    const [first] = await whyOfIncident(incident, anna)
    expect(first?.channel).toMatchObject({ name: 'Anna', mine: true })
    expect((await whyOfIncident(incident, null)).some(({ channel }) => channel.mine)).toBe(false)
    expect(await whyOfIncident(incident + 1, anna)).toEqual([])
  })

  test('what was sent and did not arrive is not called told; what one phone got is', async () => {
    const id = channels.get('NOC Slack') ?? 0
    const [notice] = await sql()<{ id: number }[]>`
      insert into notices (incident_id, channel_id) values (${incident}, ${id}) returning id`
    const [sent] = await sql()<{ id: number }[]>`
      insert into channel_deliveries (channel_id, notice_id, event, message, attempts)
      values (${id}, ${notice?.id ?? 0}, 'opened', '{}', ${sql().json([{ at: openedAt.toISOString(), status: 503, answer: 'busy' }])})
      returning id`
    expect(await answerOf('NOC Slack')).toMatchObject({ verdict: 'on_its_way', why: expect.stringContaining('busy') })
    await sql()`update channel_deliveries set failed_at = now() where id = ${sent?.id ?? 0}`
    expect(await answerOf('NOC Slack')).toMatchObject({ verdict: 'failed' })
    await sql()`
      insert into channel_deliveries (channel_id, notice_id, event, sequence, message, delivered_at)
      values (${id}, ${notice?.id ?? 0}, 'reminded', 2, '{}', now())`
    expect(await answerOf('NOC Slack')).toMatchObject({ verdict: 'told' })
  })
})

describe('why was I told, or not: at a time', () => {
  const at = async (name: string, instant: string) => whyAt(channels.get(name) ?? 0, new Date(instant), null)

  test('what was open then, or in the hour before, with what was decided by then', async () => {
    const [found] = (await at('Boss', '2026-11-21T02:00:00Z')) ?? []
    expect(found).toMatchObject({ incident: { id: incident }, why: { answer: { verdict: 'waits' } }, later: [] })
    expect(await at('Boss', '2026-11-21T04:05:00Z')).toHaveLength(1)
    expect(await at('Boss', '2026-11-21T04:15:00Z')).toEqual([])
    expect(await at('Boss', '2026-11-21T00:30:00Z')).toEqual([])
  })

  test('what was decided later stands by itself', async () => {
    const id = channels.get('Boss') ?? 0
    await sql()`
      insert into decisions (at, incident_id, event, channel_id, outcome, rule, why, inputs)
      values ('2026-11-21T06:00:00Z', ${incident}, 'opened', ${id}, 'sent', 'told', 'Boss is told now, as it was delayed.', '{}')`
    const [found] = (await at('Boss', '2026-11-21T02:00:00Z')) ?? []
    expect(found?.why.answer.verdict).toBe('waits')
    expect(found?.later.map((one) => one.why)).toEqual(['Boss is told now, as it was delayed.'])
  })

  test('a channel that does not exist', async () => {
    expect(await whyAt(2_000_000_000, openedAt, null)).toBeNull()
  })
})
