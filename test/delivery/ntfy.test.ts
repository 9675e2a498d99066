import { describe, expect, test } from 'vitest'
import { NtfyConfig, sendNtfy } from '@/lib/delivery/ntfy'
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
} from './stand-in'

const ok = {
  status: 200,
  body: { id: 'abcdefghijkl', time: 1788264002, expires: 1788307202, event: 'message', topic: 'beatline-demo' },
}
const problem = (code: number, error: string) => ({
  status: Math.floor(code / 100),
  body: { code, http: Math.floor(code / 100), error, link: 'https://ntfy.sh/docs/publish/#limitations' },
})

async function ntfy(settings: object = {}, ...answers: Answer[]) {
  const server = await standIn(...answers)
  const config = NtfyConfig.parse({ server: server.url, topic: 'beatline-demo', ...settings })
  return { server, send: (notice = noticeOf()) => sendNtfy(config, notice, contextOf(clientTo())) }
}

test('publishes JSON to the root of the server', async () => {
  const { server, send } = await ntfy({}, ok)
  expect(await send()).toEqual({ reference: null, status: 200, answer: 'Published as abcdefghijkl' })
  expect(server.received[0]).toMatchObject({ method: 'POST', path: '/' })
  expect(server.received[0]?.headers.authorization).toBeUndefined()
  expect(server.json()).toEqual({
    topic: 'beatline-demo',
    title: 'AP Ridge-3 is down: 41 clients, Acme Dental and 40 more',
    message: 'Dark since 11:53.\nThe backhaul answers, so the trouble is at the tower.',
    priority: 5,
    tags: ['red_circle'],
    click: 'https://beatline.example/incidents/42',
    actions: [
      { action: 'view', label: 'Open', url: 'https://beatline.example/incidents/42' },
      { action: 'view', label: 'Acknowledge', url: 'https://beatline.example/a/one-time-token' },
    ],
    sequence_id: 'bl-42-7',
  })
})

test('opened, grew and resolved are one entry; a reminder is its own, so that it is heard', async () => {
  const { server, send } = await ntfy({}, ok)
  for (const notice of [noticeOf(), grown, noticeOf({ event: 'reminded' }), resolved]) await send(notice)
  expect([0, 1, 2, 3].map((index) => server.json(index).sequence_id)).toEqual([
    'bl-42-7',
    'bl-42-7',
    undefined,
    'bl-42-7',
  ])
  expect(server.json()).toMatchObject({ priority: 3, tags: ['green_circle'] })
})

test.each([
  [{ token: 'tk_AgQdq7mVBoFD37zQVN29RhuMzNIz2' }, 'Bearer tk_AgQdq7mVBoFD37zQVN29RhuMzNIz2'],
  [{ username: 'phil', password: 'mypass' }, 'Basic cGhpbDpteXBhc3M='],
])('signs in with %j', async (settings, authorization) => {
  const { server, send } = await ntfy(settings, ok)
  await send()
  expect(server.received[0]?.headers.authorization).toBe(authorization)
})

describe('answers', () => {
  test.each<[Answer, boolean, string]>([
    [problem(42901, 'limit reached: too many requests'), false, 'limit reached: too many requests (code 42901)'],
    [problem(42908, 'limit reached: daily message quota reached'), false, 'code 42908'],
    [problem(40301, 'forbidden'), true, 'forbidden (code 40301)'],
    [problem(40101, 'unauthorized'), true, 'unauthorized (code 40101)'],
  ])('%j is permanent: %s', async (answer, permanent, words) => {
    const failure = await failureOf((await ntfy({}, answer)).send())
    expect(failure).toMatchObject({ permanent, status: answer.status })
    expect(failure.message).toContain(words)
  })

  test.each<[string, Answer]>([
    ['broken JSON', { status: 200, body: '{"id":' }],
    ['a huge body', { status: 200, trouble: 'huge' }],
    ['a body without its end', { status: 200, body: '{}', trouble: 'hang in the body' }],
  ])('%s with 200 is success', async (_, answer) =>
    expect(await (await ntfy({}, answer)).send()).toMatchObject({ status: 200 }),
  )

  describeTroubles(
    (server, http) =>
      sendNtfy(
        NtfyConfig.parse({ server: server.url, topic: 'secret-topic-1', username: 'phil', password: 'my pass/word' }),
        noticeOf(),
        contextOf(http),
      ),
    { secrets: ['secret-topic-1', 'my pass/word', Buffer.from('phil:my pass/word').toString('base64').slice(0, -2)] },
  )
})

test('names are plain text, and lengths stay in the limits', async () => {
  const { server, send } = await ntfy({}, ok)
  await send(noticeOf({ title: nasty, body: nasty }))
  expect(server.json()).toMatchObject({ title: nasty.replace('\r\n', ' '), message: nasty.replace('\r\n', '\n') })
  expect(server.json()).not.toHaveProperty('markdown')
  await send(noticeOf({ title: manyMarks(99), body: manyMarks(999) }))
  const { title, message } = server.json() as { title: string; message: string }
  expect(Buffer.byteLength(title)).toBeLessThanOrEqual(250)
  expect(Buffer.byteLength(message)).toBeLessThanOrEqual(4096)
  expect(message).toMatch(/(e\u0301|👍🏽|👨‍👩‍👧‍👦|🇳🇴)…$/u)
})

describe('the configuration', () => {
  test('needs a topic alone', () =>
    expect(NtfyConfig.parse({ topic: 'x' })).toEqual({ server: 'https://ntfy.sh', topic: 'x' }))

  test.each([
    [{}],
    [{ topic: 'a/b' }],
    [{ topic: 'x'.repeat(65) }],
    [{ topic: 'x', server: 'https://ntfy.sh/x' }],
    [{ topic: 'x', server: 'nowhere' }],
    [{ topic: 'x', token: 't', username: 'u' }],
  ])('%j is refused', (wrong) => expect(NtfyConfig.safeParse(wrong).success).toBe(false))
})
