import { describe, expect, test } from 'vitest'
import { SlackConfig, sendSlack } from '@/lib/delivery/slack'
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

const path = '/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX'
const config: SlackConfig = { webhook_url: `https://hooks.slack.com${path}` }
const html = { 'content-type': 'text/html' }
const ok = { status: 200, headers: html, body: 'ok' }

async function sent(answer: Answer = ok, notice = noticeOf(), settings: Partial<SlackConfig> = {}) {
  const server = await standIn(answer)
  const http = clientTo({ 'https://hooks.slack.com': server.url })
  return { server, sending: sendSlack({ ...config, ...settings }, notice, contextOf(http)) }
}

test('success is 200 and the word ok', async () => {
  const { server, sending } = await sent()
  expect(await sending).toEqual({ reference: null, status: 200, answer: 'ok' })
  expect(server.received[0]).toMatchObject({ method: 'POST', path })
  expect(server.json()).toEqual({
    text: '🔴 AP Ridge-3 is down: 41 clients, Acme Dental and 40 more',
    blocks: [
      {
        type: 'section',
        text: {
          type: 'mrkdwn',
          text: '*<https://beatline.example/incidents/42|🔴 AP Ridge-3 is down: 41 clients, Acme Dental and 40 more>*',
        },
      },
      {
        type: 'section',
        text: { type: 'mrkdwn', text: 'Dark since 11:53.\nThe backhaul answers, so the trouble is at the tower.' },
      },
      {
        type: 'section',
        fields: [
          { type: 'mrkdwn', text: '*Site*\nNorth Ridge' },
          { type: 'mrkdwn', text: '*Clients*\n41' },
        ],
      },
      {
        type: 'context',
        elements: [
          {
            type: 'mrkdwn',
            text: '<https://beatline.example/incidents/42|Open in Beatline> · <https://beatline.example/a/one-time-token|Acknowledge>',
          },
        ],
      },
    ],
    unfurl_links: false,
    unfurl_media: false,
  })
})

describe('answers', () => {
  test.each<[string, number, string, boolean]>([
    ['bad json', 400, 'invalid_payload', true],
    ['no text', 400, 'no_text', true],
    ['user gone', 400, 'user_not_found', true],
    ['token of a deactivated user', 400, 'invalid_token', true],
    ['workspace forbids posting', 403, 'action_prohibited', true],
    ['webhook revoked', 404, 'no_service', true],
    ['channel gone', 404, 'channel_not_found', true],
    ['channel archived', 410, 'channel_is_archived', true],
    ['server error', 500, 'rollup_error', false],
    ['error words with 200', 200, 'invalid_blocks', true],
    ['an error of the server with 200', 200, 'rollup_error', false],
    ['the page of a hotel with 200', 200, '<html><body>Welcome, please sign in</body></html>', false],
    ['nothing with 200', 200, '', false],
  ])('%s (%i %s) is permanent: %s', async (_, status, body, permanent) => {
    const failure = await failureOf((await sent({ status, headers: html, body })).sending)
    expect(failure).toMatchObject({ permanent, status, retryAfterMs: null })
    expect(failure.message).toContain(`Slack answered ${status}`)
    if (/^\w+$/.test(body)) expect(failure.message).toContain(body)
  })

  test('a limit is kept', async () => {
    const headers = { 'content-type': 'application/json; charset=utf-8', 'retry-after': '30' }
    const { sending } = await sent({ status: 429, headers, body: '{"ok":false,"error":"ratelimited"}' })
    expect(await failureOf(sending)).toMatchObject({ permanent: false, status: 429, retryAfterMs: 30_000 })
  })

  test('the word ok without its end is not known to be all', async () => {
    const { sending } = await sent({ status: 200, body: 'ok', trouble: 'hang in the body' })
    expect(await failureOf(sending)).toMatchObject({ permanent: false })
  })

  describeTroubles((server, http) => sendSlack({ webhook_url: `${server.url}${path}` }, noticeOf(), contextOf(http)), {
    secrets: ['XXXXXXXXXXXXXXXXXXXXXXXX', 'B00000000', path],
  })
})

describe('names', () => {
  test('cannot mention, link or format', async () => {
    const { server, sending } = await sent(
      ok,
      noticeOf({ title: nasty, body: nasty, facts: [{ label: nasty, value: nasty }] }),
    )
    await sending
    for (const text of textsIn(server.json())) {
      expect(text).not.toMatch(/<(!|@|b>|at>)/)
      expect(text).not.toMatch(/&(?!amp;|lt;|gt;)/)
      expect(text).not.toMatch(/(?<![\u034f\n]|^)[~`]/)
    }
    expect(server.json().text).toContain('&lt;!channel&gt;')
  })

  test('with an underscore inside stay as they are', async () => {
    const { server, sending } = await sent(ok, noticeOf({ title: 'AP_Ridge_3 _down_' }))
    await sending
    expect(server.json().text).toBe('🔴 AP_Ridge_3 \u034f_down\u034f_')
  })
})

test('lengths stay in the limits, and no family is parted', async () => {
  const long = `${manyMarks(2000)}&<>`
  const facts = Array.from({ length: 30 }, () => ({ label: long, value: '&'.repeat(5000) }))
  const { server, sending } = await sent(ok, noticeOf({ title: long, body: '&'.repeat(9000), facts }))
  await sending
  const { text, blocks } = server.json() as {
    text: string
    blocks: { text?: { text: string }; fields?: { text: string }[] }[]
  }
  expect(text.length).toBeLessThanOrEqual(1010)
  for (const block of blocks) expect(block.text?.text.length ?? 0).toBeLessThanOrEqual(3000)
  const fields = blocks.flatMap((block) => block.fields ?? [])
  expect(fields).toHaveLength(10)
  for (const field of fields) expect(field.text.length).toBeLessThanOrEqual(2000)
  expect(text).toMatch(/^🔴 (👨‍👩‍👧‍👦🇳🇴e\u0301👍🏽)+(👨‍👩‍👧‍👦(🇳🇴(e\u0301)?)?)?…$/u)
})

describe('mentions', () => {
  const mention = ['here', 'channel', 'U024BE7LH', 'SAZ94GDB8']

  test.each([
    ['opened', '<!here> <!channel> <@U024BE7LH> <!subteam^SAZ94GDB8> 🔴'],
    ['reminded', '<!here> <!channel> <@U024BE7LH> <!subteam^SAZ94GDB8> 🔴'],
    ['grew', '🔴'],
    ['resolved', '🟢'],
  ] as const)('at %s begin with %s', async (event, start) => {
    const { server, sending } = await sent(ok, noticeOf({ event, title: 'x' }), { mention })
    await sending
    expect(server.json().text).toBe(`${start} x`)
  })
})

test('opened, grew and resolved are three messages', async () => {
  const server = await standIn(ok)
  const http = clientTo({ 'https://hooks.slack.com': server.url })
  let previous = null
  for (const notice of [noticeOf(), grown, { ...resolved, late: '12 min' }])
    previous = (await sendSlack(config, notice, contextOf(http, previous))).reference
  expect(server.received.map(({ path: asked }) => asked)).toEqual([path, path, path])
  expect(textsIn(server.json())).toContain('Resolved after 14 min, at 12:07.\nLate by 12 min.')
})

describe('the configuration', () => {
  test('is the older one', async () => {
    const older = { webhook_url: 'https://hooks.slack.com/services/...', channel: '#alerts', username: 'HeartbeatBot' }
    expect(SlackConfig.parse(older)).toEqual(older)
    const { server, sending } = await sent(ok, noticeOf(), { channel: older.channel, username: older.username })
    await sending
    expect(server.json()).toMatchObject({ channel: '#alerts', username: 'HeartbeatBot' })
  })

  test.each([
    [{}],
    [{ webhook_url: 'hooks.slack.com/services/x' }],
    [{ webhook_url: 'https://me:pw@hooks.slack.com/x' }],
    [{ ...config, mention: ['<!here>'] }],
    [{ ...config, chanel: '#alerts' }],
  ])('%j is refused', (wrong) => expect(SlackConfig.safeParse(wrong).success).toBe(false))
})
