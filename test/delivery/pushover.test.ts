import { describe, expect, test } from 'vitest'
import { PushoverConfig, sendPushover } from '@/lib/delivery/pushover'
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
} from './stand-in'

const vendor = 'https://api.pushover.net'
const keys = { token: 'azGDORePK8gMaC0QOYAMyEEuzJnyUi', user: 'uQiRzpo4DXghDmr9QzzfQu27cmVRsG' }
const limits = { 'x-limit-app-limit': '10000', 'x-limit-app-remaining': '0', 'x-limit-app-reset': '1790812800' }
const ok = { status: 200, headers: limits, body: { status: 1, request: '00000000-0000-4000-8000-000000000044' } }

async function pushover(settings: object, ...answers: Answer[]) {
  const server = await standIn(...answers)
  const http = clientTo({ [vendor]: server.url })
  const config = PushoverConfig.parse({ ...keys, ...settings })
  return {
    server,
    send: (notice = noticeOf(), previous: Reference = null) => sendPushover(config, notice, contextOf(http, previous)),
  }
}

test('sends a form', async () => {
  const { server, send } = await pushover({ device: 'phone', sound: 'siren' }, ok)
  expect(await send()).toEqual({
    reference: null,
    status: 200,
    answer: 'Accepted as 00000000-0000-4000-8000-000000000044',
  })
  expect(server.received[0]).toMatchObject({ method: 'POST', path: '/1/messages.json' })
  expect(server.form()).toEqual({
    ...keys,
    title: 'AP Ridge-3 is down: 41 clients, Acme Dental and 40 more',
    message: 'Dark since 11:53.\nThe backhaul answers, so the trouble is at the tower.\nSite: North Ridge\nClients: 41',
    url: 'https://beatline.example/incidents/42',
    url_title: 'Open in Beatline',
    priority: '1',
    timestamp: '1788264000',
    device: 'phone',
    sound: 'siren',
  })
})

test('opened, grew and resolved are three messages', async () => {
  const { server, send } = await pushover({}, ok)
  for (const notice of [noticeOf(), grown, resolved]) await send(notice)
  expect(server.received.map((_, index) => server.form(index).priority)).toEqual(['1', '1', '0'])
})

describe('an emergency', () => {
  test('sounds until acknowledged, and its end ends the alarm', async () => {
    const { server, send } = await pushover({ emergency: true }, ok)
    const { reference } = await send()
    expect(server.form()).toMatchObject({ priority: '2', retry: '60', expire: '3600', tags: 'bl-42-7' })
    expect(reference).toEqual({ tag: 'bl-42-7' })
    await send(resolved, reference)
    expect(server.received.map(({ path }) => path)).toEqual([
      '/1/messages.json',
      '/1/receipts/cancel_by_tag/bl-42-7.json',
      '/1/messages.json',
    ])
    expect(server.form(1)).toEqual({ token: keys.token })
    expect(server.form()).toMatchObject({ priority: '0' })
  })

  test('an alarm that is over already holds nothing back', async () => {
    const { send } = await pushover(
      { emergency: true },
      { status: 400, body: { status: 0, errors: ['not found'] } },
      ok,
    )
    expect(await send(resolved, { tag: 'bl-42-7' })).toMatchObject({ status: 200 })
  })

  test('an alarm that cannot be ended now is ended later', async () => {
    const { server, send } = await pushover({ emergency: true }, { status: 503 })
    expect(await failureOf(send(resolved, { tag: 'bl-42-7' }))).toMatchObject({ permanent: false })
    expect(server.received).toHaveLength(1)
  })

  test.each([{ priority: 'normal' }, { event: 'test' }] as const)('is not made of %j', async (changed) => {
    const { server, send } = await pushover({ emergency: true }, ok)
    await send(noticeOf(changed))
    expect(server.form()).not.toHaveProperty('retry')
  })
})

describe('answers', () => {
  const request = '00000000-0000-4000-8000-000000000045'
  test('a bad user is permanent', async () => {
    const body = { user: 'invalid', errors: ['user identifier is invalid'], status: 0, request }
    const failure = await failureOf((await pushover({}, { status: 400, body })).send())
    expect(failure).toMatchObject({ permanent: true, status: 400 })
    expect(failure.message).toBe('Pushover answered 400: user identifier is invalid')
  })

  test('over the limit of the month it waits for the next', async () => {
    const body = { status: 0, errors: ['application is over its monthly limit'], request }
    const failure = await failureOf((await pushover({}, { status: 429, headers: limits, body })).send())
    expect(failure).toMatchObject({ permanent: false, status: 429, retryAfterMs: (1790812800 - 1788264000) * 1000 })
  })

  test('status 0 inside a 200 is a refusal', async () =>
    expect(
      await failureOf((await pushover({}, { status: 200, body: { status: 0, errors: ['no'] } })).send()),
    ).toMatchObject({
      permanent: true,
    }))

  test.each<[string, Answer]>([
    ['broken JSON', { status: 200, body: '{"status":' }],
    ['a huge body', { status: 200, trouble: 'huge' }],
    ['a body without its end', { status: 200, body: '{}', trouble: 'hang in the body' }],
  ])('%s with 200 is success', async (_, answer) =>
    expect(await (await pushover({}, answer)).send()).toMatchObject({ status: 200 }),
  )

  describeTroubles((_, http) => sendPushover(PushoverConfig.parse(keys), noticeOf(), contextOf(http)), {
    vendor,
    secrets: Object.values(keys),
  })
})

test('names are plain text, and lengths stay in the limits', async () => {
  const { server, send } = await pushover({}, ok)
  await send(noticeOf({ title: nasty }))
  expect(server.form().title).toBe(nasty.replace('\r\n', ' '))
  expect(server.form()).not.toHaveProperty('html')
  const url = `https://beatline.example/${'x'.repeat(500)}`
  await send(noticeOf({ title: manyMarks(99), body: manyMarks(999), facts: [], url }))
  const { title = '', message = '', ...rest } = server.form() as Record<string, string>
  expect(title.length).toBeLessThanOrEqual(250)
  expect(message.length).toBeLessThanOrEqual(1024)
  expect(message).toMatch(/(e\u0301|👍🏽|👨‍👩‍👧‍👦|🇳🇴)…$/u)
  expect(rest).not.toHaveProperty('url')
})

test.each([[{}], [{ ...keys, user: 'me' }], [{ ...keys, emergency: 'yes' }]])('%j is refused', (wrong) =>
  expect(PushoverConfig.safeParse(wrong).success).toBe(false),
)
