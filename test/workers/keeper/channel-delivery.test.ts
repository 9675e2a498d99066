import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createHttp } from '@/lib/delivery/http'
import { claimMessages } from '@/lib/store/channel-deliveries'
import { headersOf, mailServer } from '../../delivery/mail-server'
import { type TestDatabase, testDatabase } from '../../setup/database'
import { addChannel, addIncident, outboxAt, type StandInMedium, standInMedium, tellChannel } from './outbox-scene'
import { until } from './scene'

let database: TestDatabase
const sql = () => database.sql
const start = new Date('2026-09-01T12:00:00Z')
const second = 1000
const minute = 60 * second
const later = (ms: number) => new Date(start.getTime() + ms)

beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database?.stop())
beforeEach(async () => {
  for (const table of ['incidents', 'channels']) await sql()`delete from ${sql()(table)}`
})

const webhook = (medium: StandInMedium) => addChannel(sql(), 'webhook', { url: medium.url() })
const channelRow = async (id: number) =>
  (
    await sql()<
      {
        failures: number
        failingSince: Date | null
        breakerUntil: Date | null
        brokenSince: Date | null
        lastAnswer: string | null
        lastDeliveredAt: Date | null
      }[]
    >`
      select failures, failing_since as "failingSince", breaker_until as "breakerUntil", broken_since as "brokenSince",
        last_answer as "lastAnswer", last_delivered_at as "lastDeliveredAt" from channels where id = ${id}`
  )[0]
const waitingRows = () => sql()`select * from channel_deliveries where delivered_at is null and failed_at is null`

async function ridge(medium: StandInMedium) {
  const channelId = await webhook(medium)
  const incidentId = await addIncident(sql(), 'Ridge-3', later(-10 * second))
  return { channelId, incidentId }
}

describe('a notice', () => {
  test('is sent once under its identity, with what happened and where to acknowledge', async () => {
    const medium = await standInMedium()
    const { channelId, incidentId } = await ridge(medium)
    await tellChannel(sql(), { channelId, incidentId, event: 'opened', at: start })
    const { settle } = outboxAt(start)
    await settle()
    expect(medium.got).toHaveLength(1)
    expect(medium.got[0]?.payload).toMatchObject({
      type: 'incident.opened',
      data: {
        key: `bl-${incidentId}-${channelId}`,
        sequence: 1,
        title: 'Ridge-3 is down',
        url: `https://beatline.example.net/incidents/${incidentId}`,
        acknowledge_url: expect.stringContaining('https://beatline.example.net/acknowledge/'),
        late: null,
      },
    })
    expect(await waitingRows()).toEqual([])
    expect(await channelRow(channelId)).toMatchObject({ lastDeliveredAt: start, failures: 0 })
  })

  test('begins, grows and ends in the same chat message', async () => {
    const medium = await standInMedium()
    const channelId = await addChannel(sql(), 'discord', { webhook_url: medium.url('/api/webhooks/1/token') })
    const incidentId = await addIncident(sql(), 'Ridge-3', later(-10 * second))
    const { settle, pass } = outboxAt(start)
    await tellChannel(sql(), { channelId, incidentId, event: 'opened', at: start })
    await settle()
    await tellChannel(sql(), { channelId, incidentId, event: 'grew', at: later(minute) })
    await pass(minute)
    await tellChannel(sql(), { channelId, incidentId, event: 'resolved', at: later(2 * minute) })
    await pass(minute)
    expect(medium.got.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /api/webhooks/1/token?wait=true',
      'PATCH /api/webhooks/1/token/messages/1',
      'PATCH /api/webhooks/1/token/messages/1',
    ])
  })

  test('by mail through the house’s server is one thread', async () => {
    const { port, mails } = await mailServer()
    const server = { host: '127.0.0.1', port, implicitTls: false, username: null, password: null, tls: 'none' as const }
    const channelId = await addChannel(sql(), 'email', { to_email: 'noc@example.net' })
    const incidentId = await addIncident(sql(), 'Ridge-3', later(-10 * second))
    const { settle, pass } = outboxAt(start, { house: { ...server, from: 'beatline@example.net' } })
    await tellChannel(sql(), { channelId, incidentId, event: 'opened', at: start })
    await settle()
    await tellChannel(sql(), { channelId, incidentId, event: 'resolved', at: later(minute) })
    await pass(2 * minute)
    const [down, back] = mails.map(({ raw }) => headersOf(raw))
    expect([down?.subject, back?.subject]).toEqual(['Ridge-3 is down', 'Ridge-3 is back'])
    expect(down?.['message-id']).toBe(`<bl-${incidentId}-${channelId}.1@example.net>`)
    expect(back?.['in-reply-to']).toBe(down?.['message-id'])
  })

  test('that ended before its beginning could be told is one message that says both', async () => {
    const medium = await standInMedium()
    const { channelId, incidentId } = await ridge(medium)
    medium.answer = { status: 503 }
    await tellChannel(sql(), { channelId, incidentId, event: 'opened', at: start })
    const { settle, pass } = outboxAt(start)
    await settle()
    await tellChannel(sql(), { channelId, incidentId, event: 'resolved', at: later(4 * second) })
    medium.answer = { status: 200 }
    await pass(minute, second)
    expect(medium.titles()).toEqual(['Ridge-3 is back'])
    expect(medium.taken[0]?.data.body).toMatch(/^It was dark for 14 s, from /)
    expect(await waitingRows()).toEqual([])
  })
})

describe('where each incident is an alert of its own', () => {
  test('an end that came in a digest closes its alert by itself, and the rest of the digest goes', async () => {
    const medium = await standInMedium()
    const http = createHttp({ allowPrivate: true, instead: { 'https://events.pagerduty.com': medium.url('') } })
    const channelId = await addChannel(sql(), 'pagerduty', { routing_key: 'k'.repeat(32) })
    const [over, going] = [await addIncident(sql(), 'Over', start), await addIncident(sql(), 'Going', start)]
    const { settle, pass } = outboxAt(start, { http })
    await tellChannel(sql(), { channelId, incidentId: over, event: 'opened', at: start })
    await settle()
    const item = { kind: 'down', site: null, began_at: start, ended_at: null, tell_from: start }
    const items = [
      { ...item, event: 'resolved', name: 'Over', ended_at: later(minute), incident_id: over },
      { ...item, event: 'opened', name: 'Going', incident_id: going },
    ]
    await sql()`update incidents set resolved_at = ${later(minute)} where id = ${over}`
    await sql()`
      insert into channel_deliveries (channel_id, event, message, created_at, due_at)
      values (${channelId}, 'digest', ${sql().json({ event: 'digest', items } as never)}, ${start}, ${start})`
    await pass(2 * minute)
    await http.close()
    const events = medium.got.map(({ payload }) => JSON.parse(JSON.stringify(payload)))
    expect(
      events.map((one) => [one.event_action, one.dedup_key.startsWith(`bl-${over}-`), one.payload.summary]).sort(),
    ).toEqual([
      ['resolve', true, 'Over is back'],
      ['trigger', false, '1 incident: 1 down'],
      ['trigger', true, 'Over is down'],
    ])
  })
})

describe('a channel that does not take it', () => {
  test('is tried again after 5 s, 30 s and 2 min, and what comes late says so', async () => {
    const medium = await standInMedium()
    const { channelId, incidentId } = await ridge(medium)
    medium.answer = { status: 500 }
    await tellChannel(sql(), { channelId, incidentId, event: 'opened', at: start })
    const tried: number[] = []
    const { settle, pass, now } = outboxAt(start)
    await settle()
    while (now() < later(4 * minute)) {
      const before = medium.got.length
      await pass(second)
      if (medium.got.length > before) tried.push((now().getTime() - start.getTime()) / second)
      if (tried.length === 2) medium.answer = { status: 200 }
    }
    expect(tried).toEqual([5, 35, 155])
    expect(new Set(medium.got.map(({ payload }) => `${payload.data.key} ${payload.data.sequence}`)).size).toBe(1)
    expect(medium.taken[0]?.data.late).toBe('2 min')
    expect(await channelRow(channelId)).toMatchObject({ failures: 0, failingSince: null, breakerUntil: null })
  })

  test('is left alone as long as it asks for, whatever else there is to tell', async () => {
    const medium = await standInMedium()
    const { channelId, incidentId } = await ridge(medium)
    medium.answer = { status: 429, headers: { 'retry-after': '120' } }
    await tellChannel(sql(), { channelId, incidentId, event: 'opened', at: start })
    const { settle, pass } = outboxAt(start)
    await settle()
    medium.answer = { status: 200 }
    const other = await addIncident(sql(), 'Ridge-4', start)
    await tellChannel(sql(), { channelId, incidentId: other, event: 'opened', at: later(second) })
    await pass(119 * second, 7 * second)
    expect(medium.got).toHaveLength(1)
    await pass(2 * second)
    expect(medium.titles().sort()).toEqual(['Ridge-3 is down', 'Ridge-4 is down'])
  })

  test('is spared after three failures, asked with one message, and then told all', async () => {
    const medium = await standInMedium()
    const channelId = await webhook(medium)
    medium.answer = { status: 500 }
    for (let n = 0; n < 6; n++) {
      const incidentId = await addIncident(sql(), `AP-${n}`, start)
      await tellChannel(sql(), { channelId, incidentId, event: 'opened', at: start })
    }
    const { settle, pass } = outboxAt(start)
    await settle()
    expect(medium.got.length).toBeLessThanOrEqual(4)
    expect((await channelRow(channelId))?.breakerUntil).toEqual(later(medium.got.length === 4 ? minute : 30 * second))
    const before = medium.got.length
    await pass(29 * second, second)
    expect(medium.got).toHaveLength(before)
    await pass(2 * minute, 10 * second)
    const asked = medium.got.length - before
    expect(asked).toBeLessThanOrEqual(3)
    medium.answer = { status: 200 }
    await pass(10 * minute, 10 * second)
    expect(medium.titles().sort()).toEqual([0, 1, 2, 3, 4, 5].map((n) => `AP-${n} is down`))
  })

  test('for a day is given up: someone else is asked, and it is not tried again', async () => {
    const medium = await standInMedium()
    const { channelId, incidentId } = await ridge(medium)
    medium.answer = { status: 500 }
    await tellChannel(sql(), { channelId, incidentId, event: 'opened', at: start })
    const { settle, pass, failed } = outboxAt(start)
    await settle()
    await pass(25 * 60 * minute, 10 * minute)
    expect(failed).toEqual([[channelId, incidentId]])
    expect(await waitingRows()).toEqual([])
    expect(medium.got.length).toBeGreaterThan(20)
    expect(medium.got.length).toBeLessThan(32)
  })
})

describe('a refusal for good', () => {
  test('breaks the channel: shown, someone else is asked for all that waits, and nothing more is sent', async () => {
    const medium = await standInMedium()
    const channelId = await webhook(medium)
    const [one, two] = [await addIncident(sql(), 'One', start), await addIncident(sql(), 'Two', start)]
    medium.answer = { status: 410 }
    for (const incidentId of [one, two]) await tellChannel(sql(), { channelId, incidentId, event: 'opened', at: start })
    const { pass, failed } = outboxAt(start)
    await pass(60 * minute, 5 * minute)
    expect(medium.got.length).toBeLessThanOrEqual(2)
    expect([...new Set(failed.map(([, incidentId]) => incidentId))].sort()).toEqual([one, two].sort())
    expect((await channelRow(channelId))?.lastAnswer).toContain('The webhook answered 410: ')
    expect((await channelRow(channelId))?.brokenSince).not.toBeNull()
  })

  test('and once it is repaired, what is still worth telling is told once, late', async () => {
    const medium = await standInMedium()
    const channelId = await webhook(medium)
    const [open, over] = [await addIncident(sql(), 'Open', start), await addIncident(sql(), 'Over', start)]
    medium.answer = { status: 410 }
    for (const incidentId of [open, over])
      await tellChannel(sql(), { channelId, incidentId, event: 'opened', at: start })
    const { pass } = outboxAt(start)
    await pass(second)
    await sql()`update incidents set resolved_at = ${later(minute)} where id = ${over}`
    medium.answer = { status: 200 }
    await sql()`update channels set broken_since = null, failures = 0, failing_since = null where id = ${channelId}`
    await pass(30 * minute, 10 * minute)
    expect(medium.taken.map(({ data }) => [data.title, data.late])).toEqual([
      ['Open is down', '10 min'],
      ['Over is back', '10 min'],
    ])
  })

  test('that may be the message’s own fault does not break it: the next one goes', async () => {
    const medium = await standInMedium()
    const channelId = await addChannel(sql(), 'discord', { webhook_url: medium.url('/api/webhooks/1/token') })
    const [one, two] = [await addIncident(sql(), 'One', start), await addIncident(sql(), 'Two', start)]
    medium.answer = { status: 400 }
    await tellChannel(sql(), { channelId, incidentId: one, event: 'opened', at: start })
    const { settle, pass, failed } = outboxAt(start)
    await settle()
    expect(failed).toEqual([[channelId, one]])
    expect(await channelRow(channelId)).toMatchObject({ brokenSince: null, failures: 1 })
    medium.answer = { status: 200 }
    await tellChannel(sql(), { channelId, incidentId: two, event: 'opened', at: later(second) })
    await pass(minute)
    expect(medium.got).toHaveLength(2)
    expect(await waitingRows()).toEqual([])
  })

  test('a configuration that cannot be opened is one: it says why', async () => {
    const [row] = await sql()<{ id: number }[]>`
      insert into channels (kind, name, config) values ('webhook', 'Old', 'v1.AAAA.AAAA.AAAA') returning id`
    const channelId = row?.id ?? 0
    const incidentId = await addIncident(sql(), 'Ridge-3', start)
    await tellChannel(sql(), { channelId, incidentId, event: 'opened', at: start })
    const { settle, failed } = outboxAt(start)
    await settle()
    expect(failed).toEqual([[channelId, incidentId]])
    expect((await channelRow(channelId))?.lastAnswer).toContain('is SECRET_KEY another one?')
  })

  test('an address inside is one, unless the setting allows it', async () => {
    const medium = await standInMedium()
    const { channelId, incidentId } = await ridge(medium)
    await tellChannel(sql(), { channelId, incidentId, event: 'opened', at: start })
    const http = createHttp({ allowPrivate: false })
    const { settle } = outboxAt(start, { http })
    await settle()
    await http.close()
    expect(medium.got).toEqual([])
    expect((await channelRow(channelId))?.lastAnswer).toContain('The address is refused: The address is 127.0.0.1')
  })
})

describe('everything refuses connections for an hour', () => {
  test('then what goes on is told once, late, and what came and went in one line', async () => {
    const media = [await standInMedium(), await standInMedium(), await standInMedium(), await standInMedium()]
    const channels: number[] = []
    for (const medium of media) channels.push(await webhook(medium))
    const { settle, pass } = outboxAt(start)
    const tellAll = async (incidentId: number, event: 'opened' | 'grew' | 'reminded' | 'resolved', at: Date) => {
      for (const channelId of channels) await tellChannel(sql(), { channelId, incidentId, event, at })
    }
    const known = await addIncident(sql(), 'Known', later(-minute))
    await tellAll(known, 'opened', start)
    await settle()
    for (const medium of media) await medium.refuse()
    const going: number[] = []
    for (let n = 0; n < 3; n++) going.push(await addIncident(sql(), `Going-${n}`, later(n * minute)))
    for (const incidentId of going) await tellAll(incidentId, 'opened', later(minute))
    await pass(10 * minute, minute)
    for (let n = 0; n < 4; n++) {
      const incidentId = await addIncident(sql(), `Gone-${n}`, later(10 * minute))
      await tellAll(incidentId, 'opened', later(11 * minute))
      await pass(5 * minute, minute)
      await tellAll(incidentId, 'resolved', later((16 + 5 * n) * minute))
    }
    for (const incidentId of going) await tellAll(incidentId, 'grew', later(35 * minute))
    for (const incidentId of going) await tellAll(incidentId, 'reminded', later(40 * minute))
    await tellAll(known, 'resolved', later(45 * minute))
    await pass(30 * minute, minute)
    for (const medium of media) expect(medium.taken).toHaveLength(1)

    for (const medium of media) await medium.listen()
    await pass(15 * minute, 30 * second)
    for (const medium of media) {
      const said = medium.taken.slice(1).map(({ type, data }) => [type, data.title])
      expect(said).toHaveLength(5)
      expect(
        said
          .filter(([type]) => type === 'incident.opened')
          .map(([, title]) => title)
          .sort(),
      ).toEqual(['Going-0 is down', 'Going-1 is down', 'Going-2 is down'])
      expect(said).toContainEqual(['incident.resolved', 'Known is back'])
      expect(said).toContainEqual(['digest', '4 incidents came and went meanwhile'])
      for (const { data } of medium.taken.slice(1)) expect(data.late).toMatch(/min|h/)
    }
    await pass(60 * minute, 10 * minute)
    for (const medium of media) expect(medium.taken).toHaveLength(6)
    expect(await waitingRows()).toEqual([])
  })
})

describe('several keepers', () => {
  test('what a killed one had in hand is sent by another when its lease is over, under the same identity', async () => {
    const medium = await standInMedium()
    const { channelId, incidentId } = await ridge(medium)
    await tellChannel(sql(), { channelId, incidentId, event: 'opened', at: start })
    const claim = { limit: 16, perChannel: 4, leaseMs: 45 * second, stateful: [] }
    const [claimed] = await claimMessages(start, claim) // and then it died
    expect(await claimMessages(start, claim)).toEqual([])
    const { settle, pass } = outboxAt(start)
    await settle()
    expect(medium.got).toEqual([])
    await pass(46 * second)
    expect(medium.taken.map(({ data }) => [data.key, data.sequence])).toEqual([[`bl-${incidentId}-${channelId}`, 1]])
    expect(claimed).toMatchObject({ incidentId, sequence: 1 })
  })

  test('four at once send each of 60 notices once, and each end after its beginning', async () => {
    const media = [await standInMedium(), await standInMedium()]
    const channels = [await webhook(media[0] as StandInMedium), await webhook(media[1] as StandInMedium)]
    const keepers = [outboxAt(start), outboxAt(start), outboxAt(start), outboxAt(start)]
    const work = async () => {
      for (let round = 0; round < 400 && (await waitingRows()).length > 0; round++)
        await Promise.all(keepers.map(async ({ outbox }) => outbox.step().then(outbox.idle)))
    }
    const incidents: number[] = []
    // A crowd would rightly be told as one digest: they come ten at a time.
    for (const event of ['opened', 'resolved'] as const)
      for (let batch = 0; batch < 3; batch++) {
        for (let n = 0; n < 10; n++) {
          const at = batch * 10 + n
          if (event === 'opened') incidents.push(await addIncident(sql(), `Node-${at}`, start))
          const incidentId = incidents[at] ?? 0
          for (const channelId of channels) await tellChannel(sql(), { channelId, incidentId, event, at: start })
        }
        await work()
      }
    for (const medium of media) {
      const order = new Map<string, string[]>()
      for (const { type, data } of medium.taken) order.set(data.key, [...(order.get(data.key) ?? []), type])
      expect(order.size).toBe(30)
      expect(new Set([...order.values()].map(String))).toEqual(new Set(['incident.opened,incident.resolved']))
    }
  })

  test('a channel that never answers does not keep another waiting', async () => {
    const [slow, quick] = [await standInMedium(), await standInMedium()]
    slow.answer = { status: 200, hang: true }
    for (const medium of [slow, quick]) {
      const channelId = await webhook(medium)
      for (let n = 0; n < 8; n++) {
        const incidentId = await addIncident(sql(), `Far-${n}`, start)
        await tellChannel(sql(), { channelId, incidentId, event: 'opened', at: start })
      }
    }
    const { outbox } = outboxAt(start)
    await until(
      'the quick one to have all',
      async () => {
        await outbox.step()
        return quick.taken.length === 8
      },
      900,
    )
    expect(slow.got.length).toBeLessThanOrEqual(4)
    await outbox.idle()
  })
})
