import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { DELETE, GET, PATCH, PUT } from '@/app/api/channels/[id]/route'
import { POST as sendTest } from '@/app/api/channels/[id]/test/route'
import { POST as add, GET as list } from '@/app/api/channels/route'
import { createJob } from '@/lib/store/job-writes'
import { findJob } from '@/lib/store/jobs'
import { ChannelAnswer } from '@/lib/wire/rest-channels'
import { call, settingsForSignIn, somebody } from '../setup/credentials'
import { type TestDatabase, testDatabase } from '../setup/database'

let database: TestDatabase
let headers: Record<string, string>
beforeAll(async () => {
  settingsForSignIn()
  process.env.ALLOW_PRIVATE_WEBHOOKS = 'yes'
  database = await testDatabase()
  headers = (await somebody('operator')).basic
})
afterAll(() => database.stop())
beforeEach(async () => {
  await database.sql`delete from routes`
  await database.sql`delete from targets`
  await database.sql`delete from channels where user_id is null`
})

const post = (body: object) => call(add, { body, headers })
const at = (id: number) => ({ id: String(id) })
const patch = (id: number, body: object) => call(PATCH, { method: 'PATCH', body, headers }, at(id))
const put = (id: number, body: object) => call(PUT, { method: 'PUT', body, headers }, at(id))
const get = (id: number) => call(GET, { headers }, at(id))
const remove = (id: number) => call(DELETE, { method: 'DELETE', headers }, at(id))
const keptConfig = async (id: number) => {
  const [row] = await database.sql<{ config: string }[]>`select config from channels where id = ${id}`
  const { openConfig } = await import('@/lib/store/channel-secrets')
  return openConfig({ config: row?.config ?? null })
}

const mail = { to_email: 'noc@example.net', smtp_server: 'mail.example.net', smtp_port: 587, username: 'u' }
const password = 'pass-7f3a-word'
const hook = 'https://hooks.slack.com/services/T00/B00/secretsecret'
const slack = (name: string, more: object = {}) => ({ kind: 'slack', name, config: { webhook_url: hook }, ...more })
const made = async (name: string, more: object = {}) => (await post(slack(name, more))).body.id as number

describe('a channel', () => {
  test('is made, read in the exact shape, and can be sent back: its secrets stay and are never shown', async () => {
    const said = {
      kind: 'email',
      name: 'Mail',
      config: { ...mail, password },
      hours: {
        timezone: 'Europe/Berlin',
        ranges: [{ weekdays: [5, 1], start: '22:00', end: '06:30' }, { sun: 'daylight' }],
        place: { latitude: 46.6, longitude: -112 },
      },
      cool_off: 1800,
    }
    const answer = await post(said)
    expect(answer.status).toBe(201)
    expect(answer.headers.get('location')).toBe(`/api/channels/${answer.body.id}`)
    expect(answer.body).toEqual({
      id: answer.body.id,
      kind: 'email',
      name: 'Mail',
      detail: 'to noc@example.net by mail.example.net',
      operator: null,
      config: { ...mail, password: '********', tls: 'auto' },
      hours: {
        timezone: 'Europe/Berlin',
        ranges: [
          { weekdays: [1, 5], start: '22:00', end: '06:30' },
          { weekdays: [1, 2, 3, 4, 5, 6, 7], sun: 'daylight' },
        ],
        place: { latitude: 46.6, longitude: -112 },
      },
      critical_breaks_through: true,
      cool_off: 1800,
      escalate_to: null,
      escalate_after: null,
      health: {
        state: 'unproven',
        last_delivered_at: null,
        failing_since: null,
        failures: 0,
        breaker_until: null,
        broken_since: null,
        last_answer: null,
      },
      created_at: expect.stringMatching(/Z$/),
    })
    expect(ChannelAnswer.safeParse(answer.body).error).toBeUndefined()
    for (const send of [put, patch]) expect((await send(answer.body.id, answer.body)).body).toEqual(answer.body)
    expect(await keptConfig(answer.body.id)).toMatchObject({ ...mail, password })
    const [row] = await database.sql`select config from channels where id = ${answer.body.id}`
    expect(row?.config).not.toContain(password)
  })

  test.each<[string, object, object]>([
    [
      'email',
      { to_email: 'a@example.net', smtp_server: 's', smtp_port: '25', username: 'u', password: 'p' },
      { smtp_port: 25 },
    ],
    ['slack', { webhook_url: hook, channel: '#noc', username: 'Beat' }, { webhook_url: '********', channel: '#noc' }],
    ['discord', { webhook_url: 'https://discord.com/api/webhooks/1/x', username: 'B' }, { username: 'B' }],
    ['teams', { webhook_url: 'https://x.logic.azure.com/w?sig=1' }, { webhook_url: '********' }],
    [
      'sms',
      { to_number: '+14065550142', account_sid: 'AC1', auth_token: 'tt', from_number: '+14065550199' },
      { auth_token: '********', to_number: '+14065550142' },
    ],
    [
      'webhook',
      { url: 'https://example.net/h', headers: { Authorization: 'Bearer x' }, secret: `whsec_${'A'.repeat(32)}` },
      { url: '********', headers: { Authorization: '********' }, secret: '********' },
    ],
    ['pagerduty', { routing_key: 'a'.repeat(32) }, { routing_key: '********' }],
    ['opsgenie', { api_key: 'key-7f3a', region: 'eu' }, { api_key: '********', region: 'eu' }],
    ['ntfy', { topic: 'noc-7' }, { topic: '********', server: 'https://ntfy.sh' }],
    ['telegram', { bot_token: '123456:ABCDEFGHIJ', chat_id: -100 }, { bot_token: '********', chat_id: '-100' }],
    ['pushover', { token: 'a'.repeat(30), user: 'b'.repeat(30) }, { token: '********', user: '********' }],
  ])('of kind %s takes its own JSON', async (kind, config, shown) => {
    const answer = await post({ kind, name: kind, config })
    expect(answer.body).toMatchObject({ kind, config: shown })
    expect((await put(answer.body.id, answer.body)).body).toEqual(answer.body)
    expect(await keptConfig(answer.body.id)).toEqual(
      expect.objectContaining(Object.fromEntries(Object.entries(config).filter(([name]) => !/port|chat/.test(name)))),
    )
  })

  test.each<[object, string]>([
    [{ kind: 'slack', name: 'x' }, 'config.webhook_url: '],
    [{ kind: 'slack', name: 'x', config: { webhook_url: 'nowhere' } }, 'config.webhook_url: expected an address'],
    [{ kind: 'slack', name: 'x', config: { webhook_url: '********' } }, 'config.webhook_url: '],
    [{ kind: 'slack', name: 'x', config: { webhook_url: hook, colour: 'red' } }, 'colour'],
    [{ kind: 'slack', name: '  ', config: { webhook_url: hook } }, 'name: expected a name'],
    [{ kind: 'fax', name: 'x' }, 'kind: '],
    [{ kind: 'web_push', name: 'x' }, 'kind: found web_push, expected another'],
    [slack('x', { cool_off: 90 }), 'cool_off: expected whole minutes'],
    [slack('x', { cool_off: 0 }), 'cool_off: '],
    [slack('x', { escalate_to: 999_999 }), 'escalate_to: '],
    [slack('x', { hours: { timezone: 'Nowhere', ranges: [] } }), 'hours.timezone: expected an IANA zone'],
    [slack('x', { hours: { timezone: 'UTC', ranges: [{ start: '25:00', end: '26:00' }] } }), 'hours.ranges.0'],
    [slack('x', { hours: { timezone: 'UTC', ranges: [], place: { latitude: 91, longitude: 0 } } }), 'latitude'],
    [slack('x', { surprise: 1 }), 'surprise'],
    [{ kind: 'webhook', name: 'x', config: { url: 'https://example.net', template: '{% if %}' } }, 'config.template: '],
  ])('%j is refused by its place', async (body, fault) => {
    const answer = await post(body)
    expect(answer.status).toBe(422)
    expect(answer.body.detail).toContain(fault)
    expect(await database.sql`select 1 from channels where user_id is null`).toHaveLength(0)
  })

  test('has a name of its own', async () => {
    await made('NOC')
    expect(await post(slack('NOC'))).toMatchObject({ status: 409, body: { detail: expect.stringContaining('NOC') } })
    const other = await made('Other')
    expect((await patch(other, { name: 'NOC' })).status).toBe(409)
    expect((await patch(other, { name: 'operator' })).status).toBe(409) // whose push devices are called so
  })

  test('stays of its kind, and is changed in part by PATCH', async () => {
    const id = await made('NOC', { cool_off: 600 })
    expect((await patch(id, { kind: 'discord' })).body.detail).toContain('kind: found discord, expected slack')
    const answer = await patch(id, { critical_breaks_through: false })
    expect(answer.body).toMatchObject({ cool_off: 600, critical_breaks_through: false, detail: 'hooks.slack.com' })
    expect((await put(id, slack('NOC'))).body).toMatchObject({ cool_off: null, critical_breaks_through: true })
  })

  test('is removed once', async () => {
    const id = await made('NOC')
    expect([(await remove(id)).status, (await remove(id)).status]).toEqual([204, 404])
    expect([(await get(id)).status, (await patch(id, { name: 'x' })).status]).toEqual([404, 404])
  })
})

describe('a secret that is kept', () => {
  test('does not follow to another server', async () => {
    const { body } = await post({ kind: 'email', name: 'Mail', config: { ...mail, password } })
    const moved = await patch(body.id, { config: { ...body.config, smtp_server: 'mail.evil.example' } })
    expect(moved).toMatchObject({ status: 422, body: { detail: expect.stringContaining('config.password: ') } })
    expect(await keptConfig(body.id)).toMatchObject({ smtp_server: 'mail.example.net' })
    const anew = await patch(body.id, { config: { ...body.config, smtp_server: 'other.example', password: 'new' } })
    expect(anew.status).toBe(200)
    const own = await patch(body.id, { config: { to_email: 'a@example.net', password: '********' } })
    expect(own.body.config).toEqual({ to_email: 'a@example.net', smtp_port: 587, tls: 'auto' })
    expect(await keptConfig(body.id)).not.toHaveProperty('password')
  })
  test('of a header does not follow to another address', async () => {
    const config = { url: 'https://example.net/h', headers: { Authorization: 'Bearer x' } }
    const { body } = await post({ kind: 'webhook', name: 'Hook', config })
    const moved = await patch(body.id, { config: { ...body.config, url: 'https://evil.example/h' } })
    expect(moved.body.detail).toContain('config.headers: ')
    expect((await patch(body.id, { config: { ...body.config, method: 'PUT' } })).body.config.method).toBe('PUT')
  })
})

describe('what deliveries left behind', () => {
  const breakIt = (id: number) => database.sql`
    update channels set broken_since = now(), failing_since = now(), failures = 3, breaker_until = now() + '1 h',
      last_answer = 'Slack answered 404' where id = ${id}`
  test('is shown, and stays when other things are changed', async () => {
    const id = await made('NOC')
    await breakIt(id)
    const { body } = await patch(id, { cool_off: 600, config: { webhook_url: '********' } })
    expect(body.health).toMatchObject({ state: 'broken', failures: 3, last_answer: 'Slack answered 404' })
  })
  test('is forgotten with another address, which has to be tried', async () => {
    const id = await made('NOC')
    await breakIt(id)
    const { body } = await patch(id, { config: { webhook_url: `${hook}2` } })
    expect(body.health).toMatchObject({ state: 'unproven', failures: 0, last_answer: null, failing_since: null })
  })
})

describe('escalation', () => {
  test('leads from one to the next, and not back', async () => {
    const c = await made('C')
    const b = await made('B', { escalate_to: c, escalate_after: 600 })
    const a = await made('A', { escalate_to: b, escalate_after: 300 })
    const loop = await patch(c, { escalate_to: a })
    expect(loop.status).toBe(422)
    expect(loop.body.detail).toMatch(/^escalate_to: A chain may not loop: .*A escalates to B/)
    expect((await get(c)).body.escalate_to).toBeNull()
    expect((await patch(a, { escalate_to: a })).body.detail).toContain('A chain may not loop')
  })
  test('two who close a loop from both ends at once: one of them is refused', async () => {
    const [a, b] = [await made('A'), await made('B')]
    const both = await Promise.all([patch(a, { escalate_to: b }), patch(b, { escalate_to: a })])
    expect(both.map(({ status }) => status).sort()).toEqual([200, 422])
  })
  test('passes over a channel that is removed', async () => {
    const c = await made('C')
    const b = await made('B', { escalate_to: c })
    const a = await made('A', { escalate_to: b, escalate_after: 300 })
    expect((await remove(b)).status).toBe(204)
    expect((await get(a)).body).toMatchObject({ escalate_to: c, escalate_after: 300 })
  })
})

describe('what names a channel', () => {
  test('a job or a route that it alone serves keeps it; from others it goes', async () => {
    const [one, two] = [await made('One'), await made('Two')]
    const job = await createJob({ name: 'Backup', channels: [one] })
    if ('fault' in job) throw new Error(job.fault)
    const refused = await remove(one)
    expect(refused).toMatchObject({ status: 409, body: { detail: expect.stringContaining('the job "Backup"') } })
    await database.sql`update jobs set channel_ids = ${[one, two]}`
    await database.sql`insert into routes (name, condition, channel_ids) values ('Night', '{}', ${[two]})`
    expect((await remove(two)).body.detail).toContain('the route "Night"')
    expect((await remove(one)).status).toBe(204)
    expect((await findJob(job.job.id))?.channelIds).toEqual([two])
  })
})

describe('the push devices of an operator', () => {
  const own = async () => (await call(list, { path: '/?kind=web_push', headers })).body.items[0]
  test('are a channel from the start, with hours of its own', async () => {
    const channel = await own()
    expect(channel).toMatchObject({ kind: 'web_push', name: 'operator', config: null, operator: expect.any(String) })
    const hours = { timezone: 'UTC', ranges: [{ weekdays: [1], start: '08:00', end: '17:00' }], place: null }
    const answer = await patch(channel.id, { hours, cool_off: 600 })
    expect(answer.body).toMatchObject({ hours, cool_off: 600, name: 'operator' })
    expect((await put(channel.id, answer.body)).body).toEqual(answer.body)
  })
  test('take no configuration and no other name, and go with the operator alone', async () => {
    const { id } = await own()
    expect((await patch(id, { config: { webhook_url: hook } })).body.detail).toContain('config: ')
    expect((await patch(id, { name: 'x' })).body.detail).toContain('name: ')
    expect((await remove(id)).status).toBe(409)
  })
})

describe('a test', () => {
  let server: Server
  let port: number
  let answer: { status: number; text: string }
  const heard: { path: string; body: string }[] = []
  beforeAll(async () => {
    server = createServer(async (request, response) => {
      let body = ''
      for await (const chunk of request) body += chunk
      heard.push({ path: request.url ?? '', body })
      response.writeHead(answer.status).end(answer.text)
    })
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    port = (server.address() as AddressInfo).port
  })
  afterAll(() => new Promise((done) => server.close(done)))
  const ask = (id: number) => call(sendTest, { method: 'POST', headers }, at(id))
  const webhook = async (name: string) => {
    const answered = await post({ kind: 'webhook', name, config: { url: `http://127.0.0.1:${port}/in` } })
    return answered.body.id as number
  }

  test('says what was really answered, and the channel’s health says so too', async () => {
    const id = await webhook('Hook')
    answer = { status: 200, text: 'thanks' }
    expect((await ask(id)).body).toEqual({ ok: true, status: 200, answer: 'thanks' })
    expect(JSON.parse(heard.at(-1)?.body ?? '')).toMatchObject({ type: 'test' })
    expect((await get(id)).body.health).toMatchObject({ state: 'delivering' })
    answer = { status: 410, text: 'gone for good' }
    const refused = (await ask(id)).body
    expect(refused).toMatchObject({ ok: false, status: 410, answer: expect.stringContaining('gone for good') })
    expect((await get(id)).body.health).toMatchObject({ state: 'broken', last_answer: refused.answer })
    answer = { status: 204, text: '' }
    expect((await ask(id)).body).toMatchObject({ ok: true, status: 204 })
    expect((await get(id)).body.health).toMatchObject({ state: 'delivering', broken_since: null })
  })
  test('of push devices is sent where they are listed; of none there is none', async () => {
    const [own] = (await call(list, { path: '/?kind=web_push', headers })).body.items
    expect((await ask(own.id)).status).toBe(409)
    expect((await ask(2_000_000_000)).status).toBe(404)
  })
})

test('the list is read in pages and by kind', async () => {
  for (const name of ['1', '2', '3']) await made(name)
  const search = (query: string) => call(list, { path: `/?${query}`, headers })
  const names = (answer: { body: { items: { name: string }[] } }) => answer.body.items.map(({ name }) => name)
  const first = await search('kind=slack&limit=2')
  expect(names(first)).toEqual(['1', '2'])
  expect(names(await search(`kind=slack&limit=2&cursor=${first.body.next}`))).toEqual(['3'])
  expect(names(await search('limit=1000'))).toContain('operator')
  expect((await search('cursor=x')).status).toBe(422)
  expect((await search('kind=fax')).status).toBe(422)
})
