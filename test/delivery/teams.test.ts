import { describe, expect, test } from 'vitest'
import { sendTeams, TeamsConfig } from '@/lib/delivery/teams'
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

const host = 'https://0123.07.environment.api.powerplatform.com'
const path =
  '/powerautomate/automations/direct/workflows/0a1b2c/triggers/manual/paths/invoke?api-version=1&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=sIgNaTuRe-0001_x'
const config: TeamsConfig = { webhook_url: `${host}:443${path}` }
const queued = { status: 202, headers: { 'content-length': '0', 'x-ms-workflow-run-id': '0858CU00' } }

async function sent(answer: Answer = queued, notice = noticeOf(), settings: Partial<TeamsConfig> = {}) {
  const server = await standIn(answer)
  const http = clientTo({ [host]: server.url })
  return { server, sending: sendTeams({ ...config, ...settings }, notice, contextOf(http)) }
}

type Card = {
  attachments: [
    { contentType: string; content: { body: object[]; actions: object[]; msteams: object; fallbackText: string } },
  ]
}
const cardOf = (json: unknown) => (json as Card).attachments[0]

test('hands a card to the workflow, its whole query kept', async () => {
  const { server, sending } = await sent()
  expect(await sending).toEqual({ reference: null, status: 202, answer: 'Queued by the workflow' })
  expect(server.received[0]).toMatchObject({ method: 'POST', path })
  const { contentType, content } = cardOf(server.json())
  expect(contentType).toBe('application/vnd.microsoft.card.adaptive')
  const run = (text: string) => ({ type: 'TextRun', text })
  const title = 'AP Ridge-3 is down: 41 clients, Acme Dental and 40 more'
  expect(content).toMatchObject({
    type: 'AdaptiveCard',
    version: '1.4',
    fallbackText: title,
    msteams: { width: 'Full' },
  })
  expect(content.body).toEqual([
    { type: 'RichTextBlock', inlines: [{ ...run(title), size: 'Medium', weight: 'Bolder', color: 'Attention' }] },
    { type: 'RichTextBlock', inlines: [run('Dark since 11:53.')] },
    { type: 'RichTextBlock', inlines: [run('The backhaul answers, so the trouble is at the tower.')] },
    { type: 'RichTextBlock', inlines: [{ ...run('Site: '), weight: 'Bolder' }, run('North Ridge')] },
    { type: 'RichTextBlock', inlines: [{ ...run('Clients: '), weight: 'Bolder' }, run('41')] },
  ])
  expect(content.actions).toEqual([
    { type: 'Action.OpenUrl', title: 'Open in Beatline', url: 'https://beatline.example/incidents/42' },
    { type: 'Action.OpenUrl', title: 'Acknowledge', url: 'https://beatline.example/a/one-time-token' },
  ])
})

describe('answers', () => {
  test.each<[string, Answer]>([
    ['a workflow with a response', { status: 200, headers: { 'content-type': 'application/json' }, body: '' }],
    ['a body of one', { status: 200, headers: { 'content-type': 'text/plain' }, body: '1' }],
    ['a huge body', { status: 200, trouble: 'huge' }],
    ['broken JSON', { status: 200, body: '{"x":' }],
  ])('%s is success', async (_, answer) =>
    expect(await (await sent(answer)).sending).toMatchObject({ reference: null, status: 200 }),
  )

  const refused = (code: string, message: string) => ({ error: { code, message } })
  test.each<[number, unknown, boolean, string]>([
    [400, refused('MissingApiVersionParameter', 'The api-version is required.'), true, 'MissingApiVersionParameter'],
    [401, refused('DirectApiAuthorizationRequired', 'Shared Access scheme.'), true, 'Shared Access scheme.'],
    [404, refused('WorkflowNotFound', 'The workflow could not be found.'), true, 'WorkflowNotFound: The workflow'],
    [413, '', true, 'Teams answered 413'],
    [
      200,
      'Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429 with ContextId tcid=0',
      false,
      'HTTP error 429',
    ],
    [200, 'Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 404', true, '404'],
    [200, 'Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 502', false, '502'],
  ])('%i %j is permanent: %s', async (status, body, permanent, words) => {
    const failure = await failureOf((await sent({ status, body })).sending)
    expect(failure).toMatchObject({ permanent, status })
    expect(failure.message).toContain(words)
  })

  test('a limit is kept', async () => {
    const { sending } = await sent({
      status: 429,
      headers: { 'content-type': 'application/json', 'retry-after': '20' },
      body: refused('429', 'Rate limit is exceeded.'),
    })
    expect(await failureOf(sending)).toMatchObject({ permanent: false, status: 429, retryAfterMs: 20_000 })
  })

  describeTroubles((server, http) => sendTeams({ webhook_url: `${server.url}${path}` }, noticeOf(), contextOf(http)), {
    secrets: ['sIgNaTuRe-0001_x', path],
  })
})

test('names stand in runs, which are shown as they are', async () => {
  const facts = [{ label: nasty, value: nasty }]
  const { server, sending } = await sent(queued, noticeOf({ title: nasty, body: nasty, facts }))
  await sending
  const { content } = cardOf(server.json())
  expect(content.msteams).toEqual({ width: 'Full', entities: [] })
  expect(content.body.map((block) => (block as { type: string }).type)).not.toContain('TextBlock')
  expect(textsIn(content.body).join('\n')).toContain('<at>Al</at>')
})

test('a card stays under 28 KB, and no family is parted', async () => {
  const long = `${manyMarks(5000)}"\\\n`
  const facts = Array.from({ length: 50 }, () => ({ label: long, value: '"'.repeat(5000) }))
  for (const body of [long, '\n"'.repeat(9000)]) {
    const { server, sending } = await sent(queued, noticeOf({ title: long, body, facts }))
    await sending
    expect(Buffer.byteLength(server.received[0]?.body ?? '')).toBeLessThan(28_000)
    expect(cardOf(server.json()).content.fallbackText).toMatch(/(e\u0301|👍🏽|👨‍👩‍👧‍👦|🇳🇴)…$/u)
  }
})

test('mentions are named where someone has to look', async () => {
  const mention = [{ id: 'oncall@example.net', name: 'On <call>' }]
  const { server, sending } = await sent(queued, noticeOf(), { mention })
  await sending
  const { content } = cardOf(server.json())
  expect(content.body).toContainEqual({ type: 'TextBlock', text: '<at>On call</at>', wrap: true })
  expect(content.msteams).toEqual({
    width: 'Full',
    entities: [
      { type: 'mention', text: '<at>On call</at>', mentioned: { id: 'oncall@example.net', name: 'On <call>' } },
    ],
  })
  const later = await sent(queued, resolved, { mention })
  await later.sending
  expect(later.server.received[0]?.body).not.toContain('<at>')
})

test('opened, grew and resolved are three cards, the last in green', async () => {
  const server = await standIn(queued)
  const http = clientTo({ [host]: server.url })
  for (const notice of [noticeOf(), grown, resolved]) await sendTeams(config, notice, contextOf(http))
  expect(server.received).toHaveLength(3)
  expect(JSON.stringify(cardOf(server.json()).content.body[0])).toContain('"color":"Good"')
})

describe('the configuration', () => {
  test.each([
    'https://example.webhook.office.com/webhookb2/0000@0000/IncomingWebhook/0/0',
    'https://outlook.office.com/webhook/0000',
  ])('a retired connector (%s) is refused with a hint', (webhook_url) =>
    expect(TeamsConfig.safeParse({ webhook_url }).error?.issues[0]?.message).toContain('make a workflow'),
  )

  test('an address of a workflow is accepted', () =>
    expect(TeamsConfig.safeParse({ ...config, mention: [{ id: 'a@example.net', name: 'A' }] }).success).toBe(true))
})
