import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { POST as codeConfirm } from '@/app/status/[slug]/confirm/route'
import { GET as feed } from '@/app/status/[slug]/rss/route'
import { POST as subscribe } from '@/app/status/[slug]/subscribe/route'
import { GET as clientFeed } from '@/app/status/c/[token]/rss/route'
import { POST as clientSubscribe } from '@/app/status/c/[token]/subscribe/route'
import { POST as stopNow, GET as stopPage } from '@/app/status/stop/[token]/now/route'
import { POST as confirm } from '@/app/status/subscription/[token]/confirm/route'
import { codeOf, confirmToken, stopToken } from '@/lib/status-tokens'
import { forgetStatusViews } from '@/lib/store/status-cache'
import { renewClientLink, revokeClientLink } from '@/lib/store/status-links'
import { type StatusPage, updateStatusPage } from '@/lib/store/status-pages'
import { settingsForSignIn } from '../setup/credentials'
import { type TestDatabase, testDatabase } from '../setup/database'
import { addIncident, addPage, addSubscriber, addTarget, clientId } from '../store/status-scene'

let database: TestDatabase
let page: StatusPage
beforeAll(async () => {
  settingsForSignIn()
  Object.assign(process.env, {
    SMTP_URL: 'smtp://127.0.0.1:2525',
    TWILIO_ACCOUNT_SID: 'AC1',
    TWILIO_AUTH_TOKEN: 'fixture',
    TWILIO_FROM: '+14065550199',
  })
  database = await testDatabase()
})
afterAll(() => database.stop())
beforeEach(async () => {
  await database.sql`truncate targets, clients, sites, incidents, outages, status_pages, status_subscribers, status_deliveries, sign_in_failures restart identity cascade`
  forgetStatusViews()
  page = await addPage({ slug: 'valley' })
})

type Handler<P> = (request: Request, context: { params: Promise<P> }) => Promise<Response>
type Headers_ = Record<string, string>
const own = { 'sec-fetch-site': 'same-origin' }
async function send<P>(
  handler: Handler<P>,
  params: P,
  body?: Record<string, string> | string,
  headers: Headers_ = own,
) {
  const request = new Request('http://beatline.test/status/x', {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      host: 'beatline.test',
      'x-beatline-address': '198.51.100.7',
      ...(body === undefined || typeof body === 'string'
        ? {}
        : { 'content-type': 'application/x-www-form-urlencoded' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : new URLSearchParams(body).toString() }),
  })
  const answer = await handler(request, { params: Promise.resolve(params) })
  return {
    status: answer.status,
    to: answer.headers.get('location'),
    headers: answer.headers,
    text: await answer.text(),
  }
}
/** The first sign of the signature is another one. */
const changed = (token: string) => token.replace(/-(.)/, (_, sign) => (sign === 'A' ? '-B' : '-A'))
const count = async () => (await database.sql`select 1 from status_subscribers`).length
const slug = { slug: 'valley' }
const byMail = (address: string) => ({ medium: 'email', address })
const byText = (address: string) => ({ medium: 'sms', address })

describe('the form that asks to be told', () => {
  test('leads to the same place for everybody, and its address says nothing of theirs', async () => {
    await addSubscriber(database.sql, page.id, 'in@example.net')
    for (const address of ['new@example.net', 'in@example.net', 'new@example.net'])
      expect(await send(subscribe, slug, byMail(address))).toMatchObject({
        status: 303,
        to: '/status/valley?note=asked#subscribe',
        text: '',
      })
    const first = await send(subscribe, slug, byText('+1 406 555 0142'))
    expect(first.to).toMatch(/^\/status\/valley\/code\?n=v1\.[\w.-]+$/)
    expect(first.to).not.toContain('4065550142')
  })

  test.each([
    ['no address', byMail('')],
    ['two addresses', byMail('a@example.net,b@example.net')],
    ['a second header', byMail('a@example.net\r\nBcc: b@example.net')],
    ['a long one', byMail(`${'a'.repeat(390)}@example.net`)],
  ])('does nothing with %s', async (_, form) => {
    expect(await send(subscribe, slug, form)).toMatchObject({ status: 303, to: '/status/valley?note=email#subscribe' })
    expect(await count()).toBe(0)
  })

  test.each([
    ['another site, by what the browser says', { 'sec-fetch-site': 'cross-site' }],
    ['a neighbour’s site', { 'sec-fetch-site': 'same-site' }],
    ['another origin', { origin: 'https://evil.example' }],
    ['an origin that hides', { origin: 'null' }],
  ] as [string, Headers_][])('is not taken from %s', async (_, headers) => {
    expect((await send(subscribe, slug, byMail('a@example.net'), headers)).status).toBe(403)
    expect(await count()).toBe(0)
  })

  test('is taken from our own origin, as the host or as SITE_URL', async () => {
    for (const headers of [
      { origin: 'http://beatline.test' },
      { origin: 'http://beatline.test', host: '10.0.0.1:3000' },
    ])
      expect((await send(subscribe, slug, byMail('a@example.net'), headers)).status).toBe(303)
  })

  test('is taken as a form alone, of 4 KiB at most', async () => {
    expect((await send(subscribe, slug, '{}', { ...own, 'content-type': 'application/json' })).status).toBe(415)
    expect((await send(subscribe, slug, byMail('a'.repeat(5000)))).status).toBe(413)
    expect(await count()).toBe(0)
  })

  test('is not there for a page that is hidden, takes nobody, or is none', async () => {
    const none = await send(subscribe, { slug: 'nothing' }, byMail('a@example.net'))
    for (const change of [{ isPublic: false }, { isPublic: true, takesSubscribers: false }]) {
      await updateStatusPage(page.id, change)
      forgetStatusViews()
      const { status, text } = await send(subscribe, slug, byMail('a@example.net'))
      expect([status, text]).toEqual([none.status, none.text])
    }
    expect((await send(subscribe, { slug: '../etc' }, byMail('a@example.net'))).status).toBe(404)
    expect(await count()).toBe(0)
  })

  test('says when to come back after too many from one place', async () => {
    for (let i = 0; i < 20; i++) await send(subscribe, slug, byMail(`p${i}@example.net`))
    expect((await send(subscribe, slug, byMail('q@example.net'))).to).toBe('/status/valley?wait=60#subscribe')
  })
})

test('a link in a mail confirms by its button; a code in a text by the form that carries the number sealed', async () => {
  await send(subscribe, slug, byMail('robin@example.net'))
  const asked = await send(subscribe, slug, byText('+14065550142'))
  const rows = await database.sql<{ id: number; nonce: string; medium: string }[]>`
    select id, token_hash as nonce, medium from status_subscribers order by id`
  const [mail, text] = rows
  if (!mail || !text) throw new Error('nothing was asked')
  const token = confirmToken(mail.id, mail.nonce)
  expect((await send(confirm, { token: changed(token) }, {})).status).toBe(404)
  expect((await send(confirm, { token: stopToken(mail.id) }, {})).status).toBe(404)
  expect(await send(confirm, { token }, {}, { origin: 'https://evil.example' })).toMatchObject({ status: 403 })
  expect((await send(confirm, { token }, {})).to).toBe('/status/valley?note=subscribed#subscribe')
  const n = new URL(asked.to ?? '', 'http://beatline.test').searchParams.get('n') ?? ''
  const code = codeOf(text.id, text.nonce)
  const wrong = code === '111111' ? '222222' : '111111'
  expect((await send(codeConfirm, slug, { n, code: wrong })).to).toMatch(/^\/status\/valley\/code\?n=.+&wrong=1$/)
  expect((await send(codeConfirm, slug, { n: n.slice(0, -2), code })).to).toBe('/status/valley#subscribe')
  expect((await send(codeConfirm, slug, { n, code })).to).toBe('/status/valley?note=subscribed#subscribe')
  expect(await database.sql`select 1 from status_subscribers where confirmed_at is not null`).toHaveLength(2)
})

test('the button of a mail program ends it in one go, a page asks first, a stranger’s link does nothing', async () => {
  const [one, two] = [
    await addSubscriber(database.sql, page.id, 'a@example.net'),
    await addSubscriber(database.sql, page.id, 'b@example.net'),
  ]
  expect(await send(stopPage, { token: stopToken(one) })).toMatchObject({
    status: 303,
    to: `/status/stop/${stopToken(one)}`,
  })
  expect(await count()).toBe(2)
  // as RFC 8058 has it: from a server, without cookies or origin, in either kind of form
  const parts = '--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n'
  expect(
    (await send(stopNow, { token: stopToken(one) }, parts, { 'content-type': 'multipart/form-data; boundary=b' }))
      .status,
  ).toBe(200)
  expect((await send(stopNow, { token: stopToken(one) }, { 'List-Unsubscribe': 'One-Click' }, {})).status).toBe(200)
  expect(await count()).toBe(1)
  expect((await send(stopNow, { token: changed(stopToken(two)) }, {})).status).toBe(404)
  expect((await send(stopNow, { token: stopToken(two) }, {}, { origin: 'https://evil.example' })).status).toBe(403)
  expect(await count()).toBe(1)
  expect((await send(stopNow, { token: stopToken(two) }, {})).to).toBe(`/status/stop/${stopToken(two)}`)
  expect(await count()).toBe(0)
})

describe('a feed', () => {
  test('tells what happened, may be kept for seconds, and is not sent twice', async () => {
    const incident = await addIncident(database.sql, [await addTarget(database.sql, 'AP Ridge-3')], {
      beganAt: new Date(),
    })
    const first = await send(feed, slug)
    expect(first.headers.get('content-type')).toBe('application/rss+xml; charset=utf-8')
    expect(first.headers.get('cache-control')).toBe('public, max-age=30')
    expect(first.text).toContain('<title>Service interrupted: North Ridge</title>')
    expect(first.text).not.toMatch(/Ridge-3|10\.20\.30/)
    expect(first.text).not.toContain(`>${incident}-`)
    const etag = first.headers.get('etag') ?? ''
    expect(await send(feed, slug, undefined, { 'if-none-match': `"x", W/${etag}` })).toMatchObject({
      status: 304,
      text: '',
    })
    await updateStatusPage(page.id, { isPublic: false })
    forgetStatusViews()
    expect((await send(feed, slug)).status).toBe(404)
  })

  test('of one client’s own page is nobody’s to keep, and ends with its link', async () => {
    await addTarget(database.sql, 'CPE', { role: 'cpe', client: 'Acme Dental' })
    const id = await clientId(database.sql, 'Acme Dental')
    const token = (await renewClientLink(id))?.replace('/status/c/', '') ?? ''
    const answer = await send(clientFeed, { token })
    expect([answer.status, answer.headers.get('cache-control'), answer.headers.get('x-robots-tag')]).toEqual([
      200,
      'private, no-store',
      'noindex',
    ])
    expect((await send(clientSubscribe, { token }, byMail('a@example.net'))).to).toBe(
      `/status/c/${token}?note=asked#subscribe`,
    )
    await revokeClientLink(id)
    expect((await send(clientFeed, { token })).status).toBe(404)
    expect((await send(clientSubscribe, { token }, byMail('a@example.net'))).status).toBe(404)
    expect(await count()).toBe(0)
  })
})
