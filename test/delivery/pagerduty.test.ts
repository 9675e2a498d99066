import { describe, expect, test } from 'vitest'
import { PagerdutyConfig, sendPagerduty } from '@/lib/delivery/pagerduty'
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

const vendor = 'https://events.pagerduty.com'
const config = { routing_key: '0123456789abcdef0123456789abcdef' }
const ok = { status: 202, body: { status: 'success', message: 'Event processed', dedup_key: 'bl-42-7' } }

async function pagerduty(...answers: Answer[]) {
  const server = await standIn(...answers)
  const http = clientTo({ [vendor]: server.url })
  return {
    server,
    send: (notice = noticeOf(), previous: Reference = null) => sendPagerduty(config, notice, contextOf(http, previous)),
  }
}

test('triggers an alert with the identity as its dedup_key', async () => {
  const { server, send } = await pagerduty(ok)
  expect(await send()).toEqual({ reference: { dedup_key: 'bl-42-7' }, status: 202, answer: 'Event processed' })
  expect(server.received[0]).toMatchObject({ method: 'POST', path: '/v2/enqueue' })
  expect(server.json()).toEqual({
    routing_key: config.routing_key,
    event_action: 'trigger',
    dedup_key: 'bl-42-7',
    payload: {
      summary: 'AP Ridge-3 is down: 41 clients, Acme Dental and 40 more',
      source: 'AP Ridge-3',
      severity: 'critical',
      timestamp: '2026-09-01T11:53:29.000Z',
      class: 'down',
      group: 'North Ridge',
      custom_details: {
        Site: 'North Ridge',
        Clients: '41',
        Details: 'Dark since 11:53.\nThe backhaul answers, so the trouble is at the tower.',
      },
    },
    client: 'Beatline',
    client_url: 'https://beatline.example/incidents/42',
    links: [
      { href: 'https://beatline.example/incidents/42', text: 'Open in Beatline' },
      { href: 'https://beatline.example/a/one-time-token', text: 'Acknowledge in Beatline' },
    ],
  })
})

test('opened, grew and resolved are one alert', async () => {
  const { server, send } = await pagerduty(ok)
  let previous: Reference = null
  for (const notice of [noticeOf(), grown, resolved]) previous = (await send(notice, previous)).reference
  expect([0, 1, 2].map((index) => [server.json(index).event_action, server.json(index).dedup_key])).toEqual([
    ['trigger', 'bl-42-7'],
    ['trigger', 'bl-42-7'],
    ['resolve', 'bl-42-7'],
  ])
})

test.each([
  ['critical', 'critical'],
  ['normal', 'error'],
  ['low', 'warning'],
] as const)('priority %s is severity %s', async (priority, severity) => {
  const { server, send } = await pagerduty(ok)
  await send(noticeOf({ priority, site: null }))
  expect(server.json()).toMatchObject({ payload: { severity } })
  expect(server.json().payload).not.toHaveProperty('group')
})

describe('answers', () => {
  test.each<[string, Answer]>([
    ['broken JSON', { status: 202, body: '{"status":' }],
    ['a huge body', { status: 202, trouble: 'huge' }],
    ['a body without its end', { status: 202, body: '{}', trouble: 'hang in the body' }],
  ])('%s with 202 is success', async (_, answer) =>
    expect(await (await pagerduty(answer)).send()).toMatchObject({ status: 202, reference: { dedup_key: 'bl-42-7' } }),
  )

  test('an invalid event is permanent and says why', async () => {
    const body = {
      status: 'invalid event',
      message: 'Event object is invalid',
      errors: ["'routing_key' is missing or blank"],
    }
    const failure = await failureOf((await pagerduty({ status: 400, body })).send())
    expect(failure).toMatchObject({ permanent: true, status: 400 })
    expect(failure.message).toBe("PagerDuty answered 400: Event object is invalid: 'routing_key' is missing or blank")
  })

  test('a limit is tried again', async () =>
    expect(await failureOf((await pagerduty({ status: 429, body: '' })).send())).toMatchObject({
      permanent: false,
      status: 429,
    }))

  describeTroubles((_, http) => sendPagerduty(config, noticeOf(), contextOf(http)), {
    vendor,
    secrets: [config.routing_key],
  })
})

test('names are data, and lengths stay in the limits', async () => {
  const { server, send } = await pagerduty(ok)
  await send(noticeOf({ title: nasty }))
  expect(server.json()).toMatchObject({ payload: { summary: nasty.replace('\r\n', ' ') } })
  await send(noticeOf({ title: manyMarks(200), name: manyMarks(99), body: 'x'.repeat(600_000) }))
  const { payload } = server.json() as { payload: { summary: string; source: string } }
  expect(payload.summary.length).toBeLessThanOrEqual(1024)
  expect(payload.summary).toMatch(/(e\u0301|👍🏽|👨‍👩‍👧‍👦|🇳🇴)…$/u)
  expect(payload.source.length).toBeLessThanOrEqual(255)
  expect(server.received.at(-1)?.body.length).toBeLessThan(512_000)
})

test.each([[{}], [{ routing_key: 'short' }], [{ routing_key: `${config.routing_key}!` }]])('%j is refused', (wrong) =>
  expect(PagerdutyConfig.safeParse(wrong).success).toBe(false),
)
