import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { costOf } from '../setup/measure'
import {
  account,
  addClient,
  make,
  openIncident,
  outboxAt,
  recipientsOf,
  type SceneClient,
  standInTwilio,
} from './scene'

const site = 'https://beatline.example'
process.env.SITE_URL = site
process.env.SECRET_KEY ??= 'a secret that is only used in tests, and long enough'
process.env.TWILIO_ACCOUNT_SID = account.account_sid
process.env.TWILIO_AUTH_TOKEN = account.auth_token
process.env.TWILIO_FROM = account.from_number

const { POST: status } = await import('@/app/api/twilio/status/route')
const { POST: incoming } = await import('@/app/api/twilio/incoming/route')
const { POST: optOutNow, GET: optOutAsk } = await import('@/app/opt-out/[token]/now/route')
const { optOutUrl, readOptOut } = await import('@/lib/opt-out-links')
const { findClient } = await import('@/lib/store/clients')
const { listOptOuts } = await import('@/lib/store/opt-outs')
const { testDatabase } = await import('../setup/database')
const { addDevice } = await import('../workers/keeper/scene')

let database: Awaited<ReturnType<typeof testDatabase>>
beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database?.stop())
beforeEach(() => database.sql`delete from settings where name = 'message_pace'`)

/** A form as Twilio posts it, signed for the public address and sent to where the proxy hands it on. */
function signed(path: string, form: Record<string, string>, token = account.auth_token): Request {
  const fields = Object.keys(form)
    .sort()
    .map((name) => `${name}${form[name]}`)
    .join('')
  const signature = createHmac('sha1', token).update(`${site}${path}${fields}`).digest('base64')
  return new Request(`http://127.0.0.1:3000${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-twilio-signature': signature },
    body: new URLSearchParams(form).toString(),
  })
}

const start = new Date('2026-09-01T12:00:00Z')
let scenes = 0
async function told(count = 1) {
  const { sql } = database
  const root = await addDevice(sql, `Callback-${++scenes}`)
  const clients: SceneClient[] = []
  for (let n = 1; n <= count; n++) clients.push(await addClient(sql, `Callback-${scenes} client ${n}`, root))
  const incident = await openIncident(sql, root, `Callback-${scenes}`, start)
  const twilio = await standInTwilio()
  const { pass } = outboxAt(start, twilio, { siteUrl: site })
  const id = await make(incident, start)
  return { sql, id, twilio, pass, clients }
}
const pathOf = (callback: string) => callback.slice(site.length)
const form = (sid: string, word: string, extra: Record<string, string> = {}) => ({
  ...{ AccountSid: account.account_sid, MessageSid: sid, SmsSid: sid, MessageStatus: word, SmsStatus: word },
  ...{ To: '+14065550142', From: account.from_number, ...extra },
})

describe('what became of a text', () => {
  test('is known of each recipient, in whatever order it is said', async () => {
    const { sql, id, twilio, pass } = await told(3)
    await pass(3, 1)
    const [a, b, c] = twilio.texts
    const say = (text: typeof a, word: string, extra = {}) =>
      status(signed(pathOf(text?.callback ?? ''), form(text?.sid ?? '', word, extra)))
    for (const [text, word, extra] of [
      [a, 'queued', {}],
      [a, 'delivered', {}],
      [a, 'sent', {}], // late
      [b, 'sent', {}],
      [c, 'undelivered', { ErrorCode: '30005' }],
    ] as const)
      expect((await say(text, word, extra)).status).toBe(204)
    const rows = await recipientsOf(sql, id)
    const of = (text: typeof a) => rows.find(({ address }) => address === text?.to)
    expect(of(a)).toMatchObject({ state: 'delivered', why: null })
    expect(of(b)).toMatchObject({ state: 'sent', why: null })
    expect(of(c)).toMatchObject({ state: 'failed', why: 'the number is not known (code 30005)' })
  })

  test('comes before the answer does, and clears the doubt where none came', async () => {
    const { sql, id, twilio, pass } = await told()
    twilio.answer = () => ({ status: 0, drop: true })
    await pass(5, 1)
    expect(await recipientsOf(sql, id)).toMatchObject([{ state: 'doubtful' }])
    const [text] = twilio.texts
    await status(signed(pathOf(text?.callback ?? ''), form(text?.sid ?? '', 'sent')))
    expect(await recipientsOf(sql, id)).toMatchObject([{ state: 'sent', why: null, provider: text?.sid }])
    // Another text's id under our identity changes nothing any more.
    await status(signed(pathOf(text?.callback ?? ''), form('SM9', 'failed')))
    expect(await recipientsOf(sql, id)).toMatchObject([{ state: 'sent' }])
  })

  test('is not believed without the signature of Twilio over our address', async () => {
    const { sql, id, twilio, pass } = await told()
    await pass(2, 1)
    const [text] = twilio.texts
    const path = pathOf(text?.callback ?? '')
    const fields = form(text?.sid ?? '', 'failed')
    const good = signed(path, fields)
    const forged = [
      signed(path, fields, 'another token'),
      new Request(`${site}${path}`, { method: 'POST', body: new URLSearchParams(fields).toString() }),
      // Signed, but called at another address.
      new Request(`${site}/api/twilio/status`, { method: 'POST', headers: good.headers, body: await good.text() }),
    ]
    for (const request of forged) expect((await status(request)).status).toBe(403)
    expect(await recipientsOf(sql, id)).toMatchObject([{ state: 'sent' }])
  })

  test('of something that is not ours says nothing', async () => {
    expect((await status(signed('/api/twilio/status', form('SM77', 'delivered')))).status).toBe(204)
    expect((await status(signed('/api/twilio/status', {}))).status).toBe(204)
  })
})

describe('a text that comes in', () => {
  const from = '+14065557777'
  const optedOut = async () =>
    (await database.sql<{ how: string }[]>`select how from opt_outs where address = ${from}`).map(({ how }) => how)
  const say = (Body: string, extra: Record<string, string> = {}) =>
    incoming(signed('/api/twilio/incoming', { From: from, To: account.from_number, Body, MessageSid: 'SM1', ...extra }))

  test('STOP ends texts to that number, START takes it back, anything else does nothing', async () => {
    const answer = await say('When is it back?')
    expect([answer.status, answer.headers.get('content-type'), await answer.text()]).toEqual([
      200,
      'text/xml; charset=utf-8',
      '<?xml version="1.0" encoding="UTF-8"?><Response></Response>',
    ])
    expect(await optedOut()).toEqual([])
    await say(' Stop. ')
    expect(await optedOut()).toEqual(['Stop. by text'])
    await say('STOP')
    expect(await optedOut()).toHaveLength(1)
    await say('start')
    expect(await optedOut()).toEqual([])
    await say('Genug', { OptOutType: 'STOP' })
    expect(await optedOut()).toEqual(['Genug by text'])
    await say('START')
    await say('STOP\u0000') // PostgreSQL keeps no NUL
    expect(await optedOut()).toEqual(['STOP by text'])
  })

  test('is listed with the clients that the number is of, however they wrote it', async () => {
    const client = await addClient(database.sql, 'Written Otherwise', null, { phone: '+1 (406) 555-7777' })
    const other = await addClient(database.sql, 'Written Yet Otherwise', null, { phone: '001 (0) 406 555-7777' })
    await say('STOP')
    expect((await listOptOuts()).find(({ address }) => address === from)?.clients).toEqual([
      { id: client.id, name: 'Written Otherwise' },
      { id: other.id, name: 'Written Yet Otherwise' },
    ])
    expect((await findClient(other.id))?.contacts).toMatchObject([{ smsStopped: true }])
  })

  test('a thousand of them are listed at once among ten thousand contacts', async () => {
    const { sql } = database
    await sql`insert into clients (name) select 'Crowd ' || n from generate_series(1, 10000) n`
    await sql`
      insert into client_contacts (client_id, phone) select id, '+1 (406) 6' || lpad(id::text, 6, '0') from clients where name like 'Crowd %'`
    await sql`
      insert into opt_outs (medium, address, how)
      select 'sms', '+14066' || lpad(id::text, 6, '0'), 'STOP by text' from clients where name like 'Crowd %' order by id limit 1000`
    const { result: listed, wall } = await costOf(() => listOptOuts({ limit: 1000 }))
    expect(wall).toBeLessThan(30) // it took a pass over all contacts for each: half a minute
    expect(listed.filter(({ clients }) => clients.length === 1).length).toBeGreaterThan(990)
    await sql`delete from clients where name like 'Crowd %'`
  })

  test('a forged one does nothing', async () => {
    await say('START')
    const forged = signed('/api/twilio/incoming', { From: from, Body: 'STOP' }, 'x')
    expect((await incoming(forged)).status).toBe(403)
    expect(await optedOut()).toEqual([])
  })
})

describe('the link under a mail', () => {
  const address = 'Robin@example.net'
  const token = optOutUrl(site, address).split('/').at(-1) ?? ''
  const context = (text: string) => ({ params: Promise.resolve({ token: text }) })
  const isOut = async () =>
    (await database.sql`select 1 from opt_outs where medium = 'email' and address = 'robin@example.net'`).length > 0

  test('ends mails to that address by POST alone, as mail programs ask it (RFC 8058)', async () => {
    const led = await optOutAsk(new Request(`${site}/opt-out/${token}/now`), context(token))
    expect([led.status, led.headers.get('location')]).toEqual([303, `/opt-out/${token}`])
    expect(await isOut()).toBe(false)
    const body = 'List-Unsubscribe=One-Click'
    const answer = await optOutNow(
      new Request(`${site}/opt-out/${token}/now`, { method: 'POST', body }),
      context(token),
    )
    expect(answer.status).toBe(204)
    expect(await isOut()).toBe(true)
  })

  test('the button of its page leads back to it', async () => {
    const answer = await optOutNow(new Request(`${site}/opt-out/${token}/now`, { method: 'POST' }), context(token))
    expect([answer.status, answer.headers.get('location')]).toEqual([303, `/opt-out/${token}`])
  })

  test.each([
    ['cut', token.slice(0, -3)],
    [
      'with another address',
      token.replace(/\.[\w-]+\./, `.${Buffer.from('other@example.net').toString('base64url')}.`),
    ],
    ['of nothing', 'x'],
  ])('one that is %s is refused', async (_, forged) => {
    expect(readOptOut(forged)).toBeNull()
    expect((await optOutNow(new Request(site, { method: 'POST' }), context(forged))).status).toBe(404)
  })
})
