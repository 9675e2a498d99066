import { describe, expect, test } from 'vitest'
import { DiscordConfig, sendDiscord } from '@/lib/delivery/discord'
import type { Reference } from '@/lib/domain/notice'
import {
  type Answer,
  clientTo,
  contextOf,
  describeTroubles,
  failureOf,
  grown,
  manyMarks,
  nasty,
  noticeOf,
  resolved,
  standIn,
  textsIn,
} from './stand-in'

const path = '/api/webhooks/1300000000000000200/tOkEn-of-the-webhook-00000001'
const config: DiscordConfig = { webhook_url: `https://discord.com${path}` }
const inJson = { 'content-type': 'application/json' }
const posted = (id = '1300000000000000001') => ({
  status: 200,
  headers: inJson,
  body: {
    id,
    type: 0,
    content: '',
    channel_id: '1300000000000000100',
    author: { bot: true, id: '1300000000000000200', username: 'Beatline', avatar: null, discriminator: '0000' },
    embeds: [{ type: 'rich', title: 'AP Ridge-3', color: 15158332 }],
    timestamp: '2026-09-01T12:00:02.123000+00:00',
    edited_timestamp: null,
    webhook_id: '1300000000000000200',
  },
})
const gone = { status: 404, headers: inJson, body: { message: 'Unknown Message', code: 10008 } }

async function discord(...answers: Answer[]) {
  const server = await standIn(...answers)
  const http = clientTo({ 'https://discord.com': server.url })
  const send = (notice = noticeOf(), previous: Reference = null, settings: Partial<DiscordConfig> = {}) =>
    sendDiscord({ ...config, ...settings }, notice, contextOf(http, previous))
  const asked = () => server.received.map(({ method, path: at }) => `${method} ${at.replace(path, '')}`)
  return { server, send, asked }
}

test('posts an embed and keeps the id of its message', async () => {
  const { server, send } = await discord(posted())
  expect(await send()).toEqual({
    reference: { message_ids: '1300000000000000001' },
    status: 200,
    answer: 'Posted as message 1300000000000000001',
  })
  expect(server.received[0]).toMatchObject({ method: 'POST', path: `${path}?wait=true` })
  expect(server.json()).toEqual({
    content: '',
    embeds: [
      {
        title: 'AP Ridge-3 is down: 41 clients, Acme Dental and 40 more',
        url: 'https://beatline.example/incidents/42',
        description:
          'Dark since 11:53.\nThe backhaul answers, so the trouble is at the tower.\n[Acknowledge](https://beatline.example/a/one-time-token)',
        color: 0xe74c3c,
        fields: [
          { name: 'Site', value: 'North Ridge', inline: true },
          { name: 'Clients', value: '41', inline: true },
        ],
        timestamp: '2026-09-01T11:53:29.000Z',
        footer: { text: 'Beatline' },
      },
    ],
    allowed_mentions: { parse: [], roles: [], users: [] },
  })
})

describe('one message over the life of an incident', () => {
  test('is rewritten as it grows and ends', async () => {
    const { server, send, asked } = await discord(posted())
    const first = await send()
    const second = await send(grown, first.reference)
    const last = await send(resolved, second.reference)
    expect(asked()).toEqual([
      'POST ?wait=true',
      'PATCH /messages/1300000000000000001',
      'PATCH /messages/1300000000000000001',
    ])
    expect(server.json()).toMatchObject({ embeds: [{ title: 'AP Ridge-3 is back', color: 0x2ecc71 }] })
    expect(last).toMatchObject({ reference: first.reference, status: 200 })
  })

  test('a reminder is a new message, so that it is noticed, and the end rewrites both', async () => {
    const { send, asked } = await discord(posted('11111'), posted('22222'), posted())
    const first = await send()
    const second = await send(noticeOf({ event: 'reminded' }), first.reference)
    expect(second.reference).toEqual({ message_ids: '11111,22222' })
    await send(grown, second.reference)
    await send(resolved, second.reference)
    expect(asked()).toEqual([
      'POST ?wait=true',
      'POST ?wait=true',
      'PATCH /messages/22222',
      'PATCH /messages/11111',
      'PATCH /messages/22222',
    ])
  })

  test('of many reminders the first message and the newest are kept', async () => {
    const { send } = await discord(posted('77777'))
    const { reference } = await send(noticeOf({ event: 'reminded' }), { message_ids: '1,2,3,4,5' })
    expect(reference).toEqual({ message_ids: '1,3,4,5,77777' })
  })

  test('one that somebody deleted is posted anew', async () => {
    const { send, asked } = await discord(gone, posted('33333'))
    expect((await send(resolved, { message_ids: '11111' })).reference).toEqual({ message_ids: '11111,33333' })
    expect(asked()).toEqual(['PATCH /messages/11111', 'POST ?wait=true'])
  })

  test('an edit that fails is tried again and posts nothing', async () => {
    const { send, asked } = await discord({ status: 502, body: '<html>502</html>' })
    expect(await failureOf(send(resolved, { message_ids: '11111' }))).toMatchObject({ permanent: false, status: 502 })
    expect(asked()).toEqual(['PATCH /messages/11111'])
  })

  test('a webhook into a thread edits in that thread', async () => {
    const { send, asked } = await discord(posted())
    await send(resolved, { message_ids: '11111' }, { webhook_url: `${config.webhook_url}?thread_id=5&wait=true` })
    expect(asked()).toEqual(['PATCH /messages/11111?thread_id=5'])
  })
})

describe('answers', () => {
  test.each<[string, Answer]>([
    ['204 without a body', { status: 204, headers: { 'x-ratelimit-remaining': '4' } }],
    ['broken JSON', { status: 200, headers: inJson, body: '{"id":"13000' }],
    ['an id that is none', { status: 200, headers: inJson, body: { id: '../../x' } }],
    ['a huge message', { status: 200, headers: inJson, body: { id: '12345' }, trouble: 'huge' }],
    ['a body without its end', { status: 200, body: '{}', trouble: 'hang in the body' }],
  ])('%s is sent, with nothing to edit later', async (_, answer) => {
    const { send, asked } = await discord(answer)
    expect(await send()).toMatchObject({ reference: null, status: answer.status })
    expect(asked()).toHaveLength(1)
  })

  const limits = { 'content-type': 'application/json', 'x-ratelimit-limit': '5', 'x-ratelimit-remaining': '0' }
  test.each<[string, Answer, number, string]>([
    [
      'this webhook',
      {
        headers: { ...limits, 'x-ratelimit-scope': 'user', 'retry-after': '3' },
        body: { message: 'You are being rate limited.', retry_after: 2.5, global: false },
      },
      3000,
      'You are being rate limited.',
    ],
    [
      'a shared resource',
      {
        headers: { ...limits, 'x-ratelimit-scope': 'shared', 'retry-after': '61' },
        body: { message: 'The resource is being rate limited.', retry_after: 60.4, global: false },
      },
      61_000,
      'The resource is being rate limited.',
    ],
    [
      'everything',
      {
        headers: { 'content-type': 'application/json', 'retry-after': '5', 'x-ratelimit-global': 'true' },
        body: { message: 'You are being rate limited.', retry_after: 4.57, global: true },
      },
      5000,
      'This limit holds for every webhook of this address.',
    ],
    [
      'the body alone',
      { headers: inJson, body: { message: 'You are being rate limited.', retry_after: 2.0001 } },
      2001,
      'You are being rate limited.',
    ],
    [
      'the edge, in HTML',
      {
        headers: { 'content-type': 'text/html', 'retry-after': '3600' },
        body: '<html><body>error code: 1015</body></html>',
      },
      3_600_000,
      'error code: 1015',
    ],
  ])('a limit of %s is kept', async (_, answer, retryAfterMs, words) => {
    const { send } = await discord({ status: 429, ...answer })
    const failure = await failureOf(send())
    expect(failure).toMatchObject({ permanent: false, status: 429, retryAfterMs })
    expect(failure.message).toContain(words)
  })

  const tooLong = {
    embeds: { 0: { description: { _errors: [{ code: 'BASE_TYPE_MAX_LENGTH', message: 'Too long' }] } } },
  }
  test.each<[number, object, string]>([
    [400, { message: 'Invalid Form Body', code: 50035, errors: tooLong }, 'Invalid Form Body (code 50035)'],
    [400, { message: 'Cannot send an empty message', code: 50006 }, 'Cannot send an empty message (code 50006)'],
    [401, { message: 'Invalid Webhook Token', code: 50027 }, 'Invalid Webhook Token (code 50027)'],
    [404, { message: 'Unknown Webhook', code: 10015 }, 'Unknown Webhook (code 10015)'],
    [413, { message: 'Request entity too large', code: 40005 }, 'Request entity too large (code 40005)'],
  ])('%i %j is permanent, for a new message and for an edit', async (status, body, words) => {
    const { send, asked } = await discord({ status, headers: inJson, body })
    for (const sending of [send(), send(resolved, { message_ids: '11111' })]) {
      const failure = await failureOf(sending)
      expect(failure).toMatchObject({ permanent: true, status })
      expect(failure.message).toContain(words)
    }
    expect(asked()).toHaveLength(2)
  })

  describeTroubles(
    (server, http) => sendDiscord({ webhook_url: `${server.url}${path}` }, noticeOf(), contextOf(http)),
    {
      secrets: ['tOkEn-of-the-webhook-00000001', path],
    },
  )
})

test('names cannot mention or format', async () => {
  const { server, send } = await discord(posted())
  await send(noticeOf({ title: nasty, body: nasty, facts: [{ label: nasty, value: '' }], name: nasty }))
  const { content, embeds, allowed_mentions } = server.json() as Record<string, Record<string, string>[]>
  expect(content).toBe('')
  expect(allowed_mentions).toEqual({ parse: [], roles: [], users: [] })
  const [embed] = embeds ?? []
  for (const text of [embed?.title ?? '', ...textsIn(embed?.fields)]) {
    expect(text).not.toMatch(/(?<!\\)[*_~`|<>[\]()]/)
    expect(text).not.toContain('@everyone')
  }
  expect(embed?.description).toMatch(/^\\<b\\>&"Acme"\\\*\\_\\~\\`x\\`\\|\\\|/)
})

test('lengths stay in the limits, and no family is parted', async () => {
  const { server, send } = await discord(posted())
  const long = `${manyMarks(2000)}***`
  const facts = Array.from({ length: 40 }, () => ({ label: '*'.repeat(500), value: long }))
  await send(noticeOf({ title: long, body: '_'.repeat(9000), facts }))
  const [embed] = server.json().embeds as {
    title: string
    description: string
    fields: { name: string; value: string }[]
  }[]
  expect(embed?.title.length).toBeLessThanOrEqual(256)
  expect(embed?.title).toMatch(/(e\u0301|👍🏽|👨‍👩‍👧‍👦|🇳🇴)…$/u)
  expect(embed?.fields.length).toBeLessThanOrEqual(25)
  expect(textsIn({ ...embed, url: '', timestamp: '' }).join('').length).toBeLessThanOrEqual(6000)
  for (const { name, value } of embed?.fields ?? []) {
    expect(name.length).toBeLessThanOrEqual(256)
    expect(value.length).toBeLessThanOrEqual(1024)
  }
})

describe('mentions', () => {
  const mention = ['role:1300000000000000300', 'user:1300000000000000301', 'here']

  test('are named and allowed where someone has to look', async () => {
    const { server, send } = await discord(posted())
    await send(noticeOf(), null, { mention })
    expect(server.json()).toMatchObject({
      content: '<@&1300000000000000300> <@1300000000000000301> @here',
      allowed_mentions: { parse: ['everyone'], roles: ['1300000000000000300'], users: ['1300000000000000301'] },
    })
    await send(resolved, null, { mention })
    expect(server.json()).toMatchObject({ content: '', allowed_mentions: { parse: [], roles: [], users: [] } })
  })
})

describe('the configuration', () => {
  test('is the older one', async () => {
    const older = { webhook_url: 'https://discord.com/api/webhooks/...', username: 'HeartbeatBot' }
    expect(DiscordConfig.parse(older)).toEqual(older)
    const { server, send } = await discord(posted())
    await send(noticeOf(), null, { username: 'HeartbeatBot' })
    expect(server.json()).toMatchObject({ username: 'HeartbeatBot' })
  })

  test.each([[{ ...config, username: 'Discord' }], [{ ...config, mention: ['@everyone'] }], [{ webhook_url: 'x' }]])(
    '%j is refused',
    (wrong) => expect(DiscordConfig.safeParse(wrong).success).toBe(false),
  )
})
