import { describe, expect, test } from 'vitest'
import { OpsgenieConfig, sendOpsgenie } from '@/lib/delivery/opsgenie'
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

const vendor = 'https://api.opsgenie.com'
const config = OpsgenieConfig.parse({ api_key: '00000000-aaaa-4000-8000-000000000001', tags: ['wisp'] })
const ok = {
  status: 202,
  body: { result: 'Request will be processed', took: 0.015, requestId: '00000000-0000-4000-8000-000000000042' },
}

async function opsgenie(...answers: Answer[]) {
  const server = await standIn(...answers)
  const http = clientTo({ [vendor]: server.url })
  return {
    server,
    send: (notice = noticeOf(), previous: Reference = null) => sendOpsgenie(config, notice, contextOf(http, previous)),
  }
}

test('opens an alert with the identity as its alias', async () => {
  const { server, send } = await opsgenie(ok)
  expect(await send()).toEqual({ reference: { alias: 'bl-42-7' }, status: 202, answer: 'Request will be processed' })
  expect(server.received[0]).toMatchObject({
    path: '/v2/alerts',
    headers: { authorization: 'GenieKey 00000000-aaaa-4000-8000-000000000001' },
  })
  expect(server.json()).toEqual({
    message: 'AP Ridge-3 is down: 41 clients, Acme Dental and 40 more',
    alias: 'bl-42-7',
    description:
      'Dark since 11:53.\nThe backhaul answers, so the trouble is at the tower.\nhttps://beatline.example/incidents/42',
    details: { Site: 'North Ridge', Clients: '41' },
    priority: 'P1',
    source: 'Beatline',
    entity: 'AP Ridge-3',
    tags: ['wisp'],
  })
})

test('growth is a note to it, and the end closes it', async () => {
  const { server, send } = await opsgenie(ok)
  let previous: Reference = null
  for (const notice of [noticeOf(), grown, noticeOf({ event: 'reminded' }), resolved])
    previous = (await send(notice, previous)).reference
  expect(server.received.map(({ path }) => path)).toEqual([
    '/v2/alerts',
    '/v2/alerts/bl-42-7/notes?identifierType=alias',
    '/v2/alerts',
    '/v2/alerts/bl-42-7/close?identifierType=alias',
  ])
  expect(server.json().note).toBe('AP Ridge-3 is back\nResolved after 14 min, at 12:07.')
})

test('growth of what it was never told of opens it', async () => {
  const { server, send } = await opsgenie(ok)
  await send(grown)
  expect(server.received[0]?.path).toBe('/v2/alerts')
})

describe('answers', () => {
  test('a bad key is permanent', async () => {
    const body = {
      message: 'Api Key is not authorized',
      took: 0.001,
      requestId: '00000000-0000-4000-8000-000000000043',
    }
    const failure = await failureOf((await opsgenie({ status: 403, body })).send())
    expect(failure).toMatchObject({ permanent: true, status: 403 })
    expect(failure.message).toBe('Opsgenie answered 403: Api Key is not authorized')
  })

  test('a limit is tried again', async () => {
    const headers = { 'x-ratelimit-state': 'THROTTLED', 'x-ratelimit-reason': 'INTEGRATION' }
    const { send } = await opsgenie({ status: 429, headers, body: { message: 'You are making too many requests!' } })
    expect(await failureOf(send())).toMatchObject({ permanent: false, status: 429, retryAfterMs: null })
  })

  test.each<[string, Answer]>([
    ['broken JSON', { status: 202, body: '{"result":' }],
    ['a huge body', { status: 202, trouble: 'huge' }],
  ])('%s with 202 is success', async (_, answer) =>
    expect(await (await opsgenie(answer)).send()).toMatchObject({ status: 202 }),
  )

  describeTroubles((_, http) => sendOpsgenie(config, noticeOf(), contextOf(http)), {
    vendor,
    secrets: [config.api_key],
  })
})

test('the European one is another address', async () => {
  const server = await standIn(ok)
  const http = clientTo({ 'https://api.eu.opsgenie.com': server.url })
  await sendOpsgenie({ ...config, region: 'eu' }, noticeOf(), contextOf(http))
  expect(server.received).toHaveLength(1)
})

test('names are data, and lengths stay in the limits', async () => {
  const { server, send } = await opsgenie(ok)
  const facts = Array.from({ length: 99 }, (_, index) => ({ label: `${nasty}${index}`, value: manyMarks(999) }))
  await send(noticeOf({ title: manyMarks(99), name: manyMarks(99), body: 'x'.repeat(50_000), facts }))
  const { message, description, entity, details } = server.json() as Record<string, string>
  expect(message?.length).toBeLessThanOrEqual(130)
  expect(message).toMatch(/(e\u0301|👍🏽|👨‍👩‍👧‍👦|🇳🇴)…$/u)
  expect(description?.length).toBeLessThanOrEqual(15_000)
  expect(entity?.length).toBeLessThanOrEqual(512)
  expect(JSON.stringify(details).length).toBeLessThanOrEqual(8000)
})

test.each([[{}], [{ api_key: 'a b' }], [{ api_key: 'k', region: 'mars' }]])('%j is refused', (wrong) =>
  expect(OpsgenieConfig.safeParse(wrong).success).toBe(false),
)
