import { createHmac, timingSafeEqual } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { renderPayload, templateFault } from '@/lib/delivery/payload-template'
import { signedHeaders } from '@/lib/delivery/standard-webhook'
import { sendWebhook, WebhookConfig, webhookPayload } from '@/lib/delivery/webhook'
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
  now,
  resolved,
  standIn,
} from './stand-in'

async function sent(settings: object = {}, answer: Answer = { body: 'thanks' }, notice = noticeOf()) {
  const server = await standIn(answer)
  const config = WebhookConfig.parse({ url: `${server.url}/in?key=k3y-0000`, ...settings })
  return { server, sending: sendWebhook(config, notice, contextOf(clientTo())) }
}

// Test vectors: a current key, an older one, and what each of them makes of one message.
const current = 'whsec_c6u44sD/RuALw2AvI74lmpa0+BOBLelOb1e5A3s7O/Y='
const old = 'whsec_Vokilrrj+cOG7d6NUCqeWpbbppj4PkFwJrz5kMQ4MiI='
const id = 'msg_beatlinefixture0001'
const message =
  '{"type":"outage.resolved","timestamp":"2026-09-01T12:08:00.000Z","data":{"id":42,"site":"Water Street POP","durationSeconds":840}}'
const byCurrent = 'v1,xYkudxj/DsTutUqCGAc9a5KyN3r7237OIcoQfojOLZM='
const byOld = 'v1,osMSklTyVHycUfI9JiCH+SPrzFubsibkoHL8WxHR5OY='

/** What the specification has a receiver do. */
function verifies(secret: string, headers: Record<string, string>, body: string, receivedAt: number): boolean {
  const timestamp = headers['webhook-timestamp'] ?? ''
  if (Math.abs(receivedAt - Number(timestamp)) > 300) return false
  const key = Buffer.from(secret.slice(6), 'base64')
  const expected = createHmac('sha256', key).update(`${headers['webhook-id']}.${timestamp}.${body}`).digest()
  return (headers['webhook-signature'] ?? '').split(' ').some((signature) => {
    const [version, value = ''] = signature.split(',')
    const given = Buffer.from(value, 'base64')
    return version === 'v1' && given.length === expected.length && timingSafeEqual(given, expected)
  })
}

describe('signatures of Standard Webhooks', () => {
  const at = new Date(1788264482 * 1000)
  const signature = (keys: string[], when = at, body = message) =>
    signedHeaders(keys, id, when, body)['webhook-signature']

  test('the current key', () => expect(signature([current])).toBe(byCurrent))
  test('the old key', () => expect(signature([old])).toBe(byOld))
  test('both while a key changes', () => expect(signature([current, old])).toBe(`${byCurrent} ${byOld}`))
  test('another byte, another signature', () =>
    expect(signature([current], at, message.replace('840', '841'))).not.toBe(byCurrent))
  test('ten minutes earlier', () =>
    expect(signature([current], new Date(1788263882 * 1000))).toBe('v1,fq0VWQ3msDgnIRpzcckNWIMQ3BpmjNbZ37MnASok+9c='))
  test('without a key there is none', () => expect(signature([])).toBeUndefined())

  test.each([
    ['current key', byCurrent, true],
    ['rotation', `${byOld} ${byCurrent}`, true],
    ['old key only', byOld, false],
    ['unknown scheme first', `v9,AAAA ${byCurrent}`, true],
  ])('the receiver of these tests agrees: %s', (_, given, valid) => {
    const headers = { 'webhook-id': id, 'webhook-timestamp': '1788264482', 'webhook-signature': given }
    expect(verifies(current, headers, message, 1788264482)).toBe(valid)
    expect(verifies(current, headers, message, 1788264482 + 600)).toBe(false)
  })

  test('what is sent verifies with both keys, over the very bytes', async () => {
    const { server, sending } = await sent(
      { secret: current, old_secret: old },
      {},
      noticeOf({ title: nasty, body: '👨‍👩‍👧‍👦' }),
    )
    await sending
    const headers = Object.fromEntries(
      Object.entries(server.received[0]?.headers ?? {}).map(([name, one]) => [name, `${one}`]),
    )
    const body = server.received[0]?.body ?? ''
    for (const key of [current, old]) expect(verifies(key, headers, body, now.getTime() / 1000)).toBe(true)
    expect(verifies(current, headers, `${body} `, now.getTime() / 1000)).toBe(false)
  })
})

test('sends the event in the shape of Standard Webhooks', async () => {
  const { server, sending } = await sent()
  expect(await sending).toEqual({ reference: null, status: 200, answer: 'thanks' })
  expect(server.received[0]).toMatchObject({
    method: 'POST',
    path: '/in?key=k3y-0000',
    headers: { 'content-type': 'application/json', 'webhook-id': 'bl-42-7-1', 'webhook-timestamp': '1788264000' },
  })
  expect(server.json()).toEqual({
    type: 'incident.opened',
    timestamp: '2026-09-01T12:00:00.000Z',
    data: {
      key: 'bl-42-7',
      sequence: 1,
      title: 'AP Ridge-3 is down: 41 clients, Acme Dental and 40 more',
      body: 'Dark since 11:53.\nThe backhaul answers, so the trouble is at the tower.',
      url: 'https://beatline.example/incidents/42',
      acknowledge_url: 'https://beatline.example/a/one-time-token',
      priority: 'critical',
      facts: [
        { label: 'Site', value: 'North Ridge' },
        { label: 'Clients', value: '41' },
      ],
      began_at: '2026-09-01T11:53:29.000Z',
      ended_at: null,
      name: 'AP Ridge-3',
      site: 'North Ridge',
      kind: 'down',
      incident_id: 42,
      late: null,
      data: { affected_clients: 41 },
    },
  })
})

test('opened, grew and resolved have one stem and an id each, which a retry keeps', async () => {
  const server = await standIn({})
  const config = WebhookConfig.parse({ url: server.url })
  for (const notice of [noticeOf(), noticeOf(), grown, resolved])
    await sendWebhook(config, notice, contextOf(clientTo()))
  expect(server.received.map(({ headers }) => headers['webhook-id'])).toEqual([
    'bl-42-7-1',
    'bl-42-7-1',
    'bl-42-7-2',
    'bl-42-7-3',
  ])
  expect(server.json()).toMatchObject({ type: 'incident.resolved' })
})

describe('answers', () => {
  test.each([200, 201, 204, 299])('%i is success', async (status) =>
    expect(await (await sent({}, { status })).sending).toMatchObject({ status }),
  )
  test('a huge one and a broken one are too', async () => {
    expect((await (await sent({}, { trouble: 'huge' })).sending).answer.length).toBeLessThanOrEqual(500)
    expect(await (await sent({}, { status: 200, body: '{', trouble: 'hang in the body' })).sending).toMatchObject({
      status: 200,
    })
  })
  test('410 is the end of it', async () =>
    expect(await failureOf((await sent({}, { status: 410 })).sending)).toMatchObject({ permanent: true, status: 410 }))
  test.each([400, 401, 404, 422, 429, 500, 502, 504])(
    '%i is tried again: a receiver may be in the middle of a change',
    async (status) =>
      expect(await failureOf((await sent({}, { status })).sending)).toMatchObject({ permanent: false, status }),
  )

  describeTroubles(
    (server, http) =>
      sendWebhook(
        WebhookConfig.parse({
          url: `${server.url}/in/3f9c2a7b1d?key=k3y-0000`,
          headers: { Authorization: 'Bearer b34r3r-t0k3n', 'X-Key': 'shh "quoted"' },
          secret: current,
        }),
        noticeOf(),
        contextOf(http),
      ),
    { secrets: ['b34r3r-t0k3n', 'shh ', 'k3y-0000', '3f9c2a7b1d', current.slice(6)], retriedOn: [400, 403] },
  )

  test('redirects are followed where the configuration says so', async () => {
    const end = await standIn({ body: 'end' })
    const answer = { status: 307, headers: { location: `${end.url}/there` } }
    const { sending } = await sent({ follow_redirects: true, headers: { authorization: 'Bearer x' } }, answer)
    expect(await sending).toMatchObject({ status: 200, answer: 'end' })
    expect(end.received[0]?.headers.authorization).toBeUndefined()
    expect(end.received[0]?.body).toContain('incident.opened')
  })
})

describe('method and headers', () => {
  test('are those of the configuration', async () => {
    const { server, sending } = await sent({ method: 'PUT', headers: { 'X-Api-Key': 'k' } })
    await sending
    expect(server.received[0]).toMatchObject({ method: 'PUT', headers: { 'x-api-key': 'k' } })
  })

  test('GET has no body; its address takes values, percent-encoded', async () => {
    const server = await standIn({})
    const url = `${server.url}/go/{{ incident_id }}?name={{ name }}&n={{ affected_clients }}`
    await sendWebhook(
      WebhookConfig.parse({ url, method: 'GET' }),
      noticeOf({ name: 'a&b=c #/?é' }),
      contextOf(clientTo()),
    )
    expect(server.received[0]).toMatchObject({
      method: 'GET',
      path: '/go/42?name=a%26b%3Dc%20%23%2F%3F%C3%A9&n=41',
      body: '',
    })
    expect(server.received[0]?.headers['content-type']).toBeUndefined()
  })

  test.each([
    [{ headers: { 'X-A': 'one\r\nX-B: two' } }],
    [{ headers: { 'X A': 'one' } }],
    [{ headers: { Host: 'evil.example' } }],
    [{ headers: { 'Webhook-Signature': 'v1,x' } }],
    [{ headers: { 'X-A': '👍' } }],
    [{ method: 'CONNECT' }],
    [{ secret: 'whsec_short' }],
    [{ secret: 'no secret of theirs at all' }],
    [{ url: 'ftp://example.net/' }],
    [{ template: '{{ name' }],
    [{ template: '{{ name | no_such_filter }}' }],
    [{ template: '{% if x %}' }],
    [{ template: 'x'.repeat(20_001) }],
    [{ colour: 'red' }],
  ])('%j is refused', (wrong) =>
    expect(WebhookConfig.safeParse({ url: 'https://example.net/', ...wrong }).success).toBe(false),
  )
})

describe('templates', () => {
  const render = (template: string, notice = noticeOf(), headers = {}) => webhookPayload({ template, headers }, notice)
  const parsed = (template: string, notice = noticeOf()) => {
    const made = render(template, notice)
    return 'payload' in made ? JSON.parse(made.payload) : made
  }

  test('make a payload of any shape', () =>
    expect(
      parsed(
        '{"t":"{{ title }}","n":{{ affected_clients }},"site":"{{ site }}","all":{{ facts | json }},"none":{{ ended_at | json }}{% for f in facts %},"{{ f.label }}":"{{ f.value }}"{% endfor %}}',
      ),
    ).toEqual({
      t: 'AP Ridge-3 is down: 41 clients, Acme Dental and 40 more',
      n: 41,
      site: 'North Ridge',
      all: noticeOf().facts,
      none: null,
      Site: 'North Ridge',
      Clients: '41',
    }))

  test('any name is safe between quotes', () =>
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(nasty, '","x":"', '\\', '\u2028', manyMarks(3))),
        (name) => {
          const whole = noticeOf({ name })
          expect(parsed('{"name":"{{ name }}","again":{{ name | json }}}', whole)).toEqual({ name, again: name })
        },
      ),
    ))

  test('escape by the content type', () => {
    const named = noticeOf({ name: '<a href="x">&\'' })
    expect(render('<n>{{ name }}</n>', named, { 'Content-Type': 'application/xml' })).toEqual({
      payload: '<n>&lt;a href=&quot;x&quot;&gt;&amp;&#39;</n>',
    })
    expect(render('n={{ name }}', named, { 'content-type': 'application/x-www-form-urlencoded' })).toEqual({
      payload: "n=%3Ca%20href%3D%22x%22%3E%26'",
    })
    expect(render('{{ name }}', named, { 'content-type': 'text/plain' })).toEqual({ payload: '<a href="x">&\'' })
  })

  test('a value is never a template', () =>
    expect(parsed('{"name":"{{ name }}"}', noticeOf({ name: '{{ key }}{% raw %}' }))).toEqual({
      name: '{{ key }}{% raw %}',
    }))

  test.each([
    ['{{ name', 1],
    ['{\n{% if %}', 2],
    ['{{ name | shout }}', 1],
  ])('a fault (%j) says where it is', (template, at) => {
    expect(templateFault(template)).toMatchObject({ line: at, message: expect.any(String) })
  })

  test('what is not JSON is not sent', async () => {
    const { server, sending } = await sent({ template: '{"name": {{ name }}}' })
    const failure = await failureOf(sending)
    expect(failure).toMatchObject({ permanent: true })
    expect(failure.message).toContain('not JSON')
    expect(server.received).toHaveLength(0)
  })

  test.each([
    "{% include '/etc/passwd' %}",
    "{% render 'package.json' %}",
    "{% layout '../secret' %}",
    '{% for i in (1..100000000) %}x{% endfor %}',
    '{% for i in (1..9000) %}{% for j in (1..9000) %}{% assign k = j %}{% endfor %}{% endfor %}',
    "{% assign a = 'x,x' | split: ',' %}{% for i in (1..40) %}{% assign a = a | concat: a %}{% endfor %}",
  ])('%s ends in a fault, soon', (template) => {
    const startedAt = performance.now()
    expect(renderPayload(template, {}, 'text')).toHaveProperty('fault')
    expect(performance.now() - startedAt).toBeLessThan(5000)
  })

  test('sees nothing but the notice', () =>
    expect(
      renderPayload(
        '{{ constructor.name }}{{ name.constructor }}{{ __proto__ }}{{ process.env }}',
        { name: 'x' },
        'text',
      ),
    ).toEqual({
      payload: '',
    }))
})
