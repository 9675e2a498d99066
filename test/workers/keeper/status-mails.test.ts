import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createHttp } from '@/lib/delivery/http'
import { codeOf, confirmToken, stopToken } from '@/lib/status-tokens'
import { claimStatusMails, markHandedOver } from '@/lib/store/status-outbox'
import { askSubscriber } from '@/lib/store/status-subscribers'
import { tellSubscribers } from '@/lib/store/status-tellings'
import { Bell } from '@/workers/keeper/loop'
import { statusMails } from '@/workers/keeper/status-mails'
import { headersOf, type Mail, partsOf } from '../../delivery/mail-server'
import { settingsForSignIn } from '../../setup/credentials'
import { type TestDatabase, testDatabase } from '../../setup/database'
import { addIncident, addPage, addSubscriber, addTarget, endIncident, minute } from '../../store/status-scene'
import { quiet, until } from './scene'

const siteUrl = 'https://status.example.net'
const account = {
  account_sid: 'AC00000000000000000000000000000001',
  auth_token: 'fixture',
  from_number: '+14065550199',
}
const now = new Date('2026-11-21T12:00:00Z')
const at = (minutes: number) => new Date(now.getTime() + minutes * minute)

let database: TestDatabase
let pageId: number
let slug: string
beforeAll(async () => {
  settingsForSignIn()
  database = await testDatabase()
})
afterAll(() => database.stop())

const closing: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})
beforeEach(async () => {
  await database.sql`truncate targets, clients, sites, incidents, outages, status_pages, status_subscribers, status_deliveries, sign_in_failures, opt_outs restart identity cascade`
  const page = await addPage({ title: 'North Valley Net' })
  ;[pageId, slug] = [page.id, page.slug]
})

/** A mail server that keeps what it takes; `refuse` answers a mail by an error. */
async function mailServer(refuse: (count: number) => Error | null = () => null) {
  const mails: Mail[] = []
  let count = 0
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    closeTimeout: 50,
    onData(stream, session, done) {
      let raw = ''
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        raw += chunk
      })
      stream.on('end', () => {
        const fault = refuse(++count)
        if (fault) return done(fault)
        const { rcptTo } = session.envelope
        mails.push({ from: '', to: rcptTo.map(({ address }) => address), raw, secure: false, user: undefined })
        done(null)
      })
    },
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  closing.push(() => new Promise<void>((done) => server.close(() => done())))
  const { port } = server.server.address() as AddressInfo
  const house = {
    host: '127.0.0.1',
    port,
    implicitTls: false,
    username: null,
    password: null,
    tls: 'none' as const,
    from: 'status@example.net',
  }
  return { mails, house }
}

type Text = { to: string; body: string }

/** Twilio as far as it is used: keeps what it takes, or answers as told. */
async function twilio(serve: (response: ServerResponse, request: IncomingMessage) => boolean = () => false) {
  const texts: Text[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString()
    })
    request.on('end', () => {
      const form = new URLSearchParams(body)
      texts.push({ to: form.get('To') ?? '', body: form.get('Body') ?? '' })
      if (serve(response, request)) return
      response.writeHead(201, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ sid: `SM${texts.length}`, status: 'queued' }))
    })
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  const { port } = server.address() as AddressInfo
  const http = createHttp({ allowPrivate: true, instead: { 'https://api.twilio.com': `http://127.0.0.1:${port}` } })
  closing.push(async () => {
    await http.close()
    server.closeAllConnections()
    await new Promise<void>((done) => void server.close(() => done()))
  })
  return { texts, http }
}

type Tools = { mail: Awaited<ReturnType<typeof mailServer>>; phone: Awaited<ReturnType<typeof twilio>> }
const tools = async (): Promise<Tools> => ({ mail: await mailServer(), phone: await twilio() })

function keeper({ mail, phone }: Tools, clock: () => Date) {
  return statusMails({
    http: phone.http,
    house: mail.house,
    account,
    siteUrl,
    bell: new Bell(),
    log: quiet,
    now: clock,
    tellEveryMs: 0,
    settleMs: 5 * minute,
    random: () => 0,
  })
}

/** Rounds of a keeper until nothing more is due. */
async function work(what: Tools, minutes: number) {
  const one = keeper(what, () => at(minutes))
  for (let round = 0; round < 4; round++) {
    await one.step(new AbortController().signal)
    await one.idle()
  }
}

const ask = (medium: 'email' | 'sms', address: string, minutes = 0) =>
  askSubscriber({ audience: { pageId, clientId: null }, medium, address, from: '198.51.100.7' }, at(minutes))
const rowOf = async (address: string) => {
  const [row] = await database.sql<{ id: number; nonce: string }[]>`
    select id, token_hash as nonce from status_subscribers where address = ${address}`
  return row ?? { id: 0, nonce: '' }
}

describe('to confirm', () => {
  test('a mail brings the link that does, once', async () => {
    const all = await tools()
    await ask('email', 'robin@example.net')
    await work(all, 0)
    await work(all, 1)
    const { id, nonce } = await rowOf('robin@example.net')
    expect(all.mail.mails).toHaveLength(1)
    const raw = all.mail.mails[0]?.raw ?? ''
    expect(headersOf(raw)).toMatchObject({ to: 'robin@example.net', subject: 'Be told of North Valley Net?' })
    expect(headersOf(raw)).not.toHaveProperty('list-unsubscribe')
    const [text, html] = partsOf(raw)
    expect(text?.body).toContain(`${siteUrl}/status/subscription/${confirmToken(id, nonce)}`)
    expect(html?.body).toContain(confirmToken(id, nonce))
  })

  test('a text brings the code, and nothing else is told of', async () => {
    const all = await tools()
    await ask('sms', '+14065550142')
    await work(all, 0)
    const { id, nonce } = await rowOf('+14065550142')
    expect(all.phone.texts).toEqual([
      {
        to: '+14065550142',
        body: `${codeOf(id, nonce)} is your code for news of North Valley Net. If you did not ask for it, do nothing.`,
      },
    ])
    const [kept] = await database.sql`select to_jsonb(d)::text as text from status_deliveries d`
    expect(kept?.text).not.toContain(codeOf(id, nonce))
  })

  test('nothing is sent to a page that is hidden meanwhile, nor when link or code hold no longer', async () => {
    const all = await tools()
    await ask('sms', '+14065550142')
    await work(all, 31)
    await ask('email', 'robin@example.net', 40)
    await database.sql`update status_pages set is_public = false`
    await work(all, 41)
    expect([all.phone.texts, all.mail.mails]).toEqual([[], []])
    expect(await database.sql`select attempts -> -1 ->> 'answer' as why from status_deliveries order by id`).toEqual([
      { why: 'It was not sent while it held' },
      { why: 'The page is not public any more' },
    ])
  })
})

describe('of an incident', () => {
  test('mail and text say what is wrong in plain words, the end goes under the beginning', async () => {
    const all = await tools()
    const { sql } = database
    const id = await addSubscriber(sql, pageId, 'robin@example.net')
    await addSubscriber(sql, pageId, '+14065550142', { medium: 'sms' })
    const incident = await addIncident(sql, [await addTarget(sql, 'AP Ridge-3')], { beganAt: now })
    await work(all, 6)
    await endIncident(sql, incident, at(20))
    await work(all, 20)
    expect(all.mail.mails.map(({ raw }) => headersOf(raw).subject)).toEqual([
      'Service interrupted: North Ridge',
      'Service is back: North Ridge',
    ])
    const [first, second] = all.mail.mails.map(({ raw }) => headersOf(raw))
    expect(second?.['in-reply-to']).toBe(first?.['message-id'])
    expect(first).toMatchObject({
      'list-unsubscribe': `<${siteUrl}/status/stop/${stopToken(id)}/now>`,
      'list-unsubscribe-post': 'List-Unsubscribe=One-Click',
    })
    expect(partsOf(all.mail.mails[0]?.raw ?? '')[0]?.body).toContain(
      `To get no more of these: ${siteUrl}/status/stop/${stopToken(id)}`,
    )
    expect(all.phone.texts.map(({ body }) => body)).toEqual([
      `Service interrupted: North Ridge. Some or all customers at North Ridge are without service. We know of it. Since 12:00 (UTC).\n${siteUrl}/status/${slug}\nSTOP ends these texts.`,
      `Service is back: North Ridge. It lasted 20 min, until 12:20 (UTC).\n${siteUrl}/status/${slug}\nSTOP ends these texts.`,
    ])
    expect(JSON.stringify([all.mail.mails, all.phone.texts])).not.toMatch(/Ridge-3|10\.20\.30/)
  })

  test('a server that is busy is asked again, and one that refuses for good is not', async () => {
    const busy = Object.assign(new Error('Try later'), { responseCode: 451 })
    const all = { mail: await mailServer((count) => (count === 1 ? busy : null)), phone: await twilio() }
    await addSubscriber(database.sql, pageId, 'robin@example.net')
    await addIncident(database.sql, [await addTarget(database.sql, 'AP')], { beganAt: now })
    await work(all, 6)
    expect(all.mail.mails).toHaveLength(0)
    await work(all, 7)
    expect(all.mail.mails).toHaveLength(1)
    const gone = Object.assign(new Error('No such user'), { responseCode: 550 })
    const dead = { mail: await mailServer(() => gone), phone: await twilio() }
    await addSubscriber(database.sql, pageId, 'gone@example.net')
    await work(dead, 8)
    const [row] =
      await database.sql`select failed_at is not null as failed from status_deliveries order by id desc limit 1`
    expect(row?.failed).toBe(true)
  })

  test('a text that may have gone out is not sent again: Twilio’s answer was lost', async () => {
    const lost = await twilio((response) => {
      response.socket?.destroy()
      return true
    })
    const all = { mail: await mailServer(), phone: lost }
    await addSubscriber(database.sql, pageId, '+14065550142', { medium: 'sms' })
    await addIncident(database.sql, [await addTarget(database.sql, 'AP')], { beganAt: now })
    await work(all, 6)
    await work(all, 60)
    expect(lost.texts).toHaveLength(1)
  })

  test('a text that Twilio refused for now goes out later', async () => {
    let count = 0
    const full = await twilio((response) => {
      if (++count > 1) return false
      response.writeHead(429, { 'content-type': 'application/json', 'retry-after': '2' })
      response.end('{"code": 20429, "message": "Too many requests"}')
      return true
    })
    const all = { mail: await mailServer(), phone: full }
    await addSubscriber(database.sql, pageId, '+14065550142', { medium: 'sms' })
    await addIncident(database.sql, [await addTarget(database.sql, 'AP')], { beganAt: now })
    await work(all, 6)
    await work(all, 7)
    await work(all, 8)
    expect(full.texts).toHaveLength(2)
  })
})

describe('a keeper that ended in the middle', () => {
  test('a text it had in hand is given up as doubtful, a text it had not begun goes out', async () => {
    const all = await tools()
    const { sql } = database
    await addSubscriber(sql, pageId, '+14065550142', { medium: 'sms' })
    await addSubscriber(sql, pageId, '+14065550143', { medium: 'sms' })
    await addIncident(sql, [await addTarget(sql, 'AP')], { beganAt: now })
    await tellSubscribers(at(6), 5 * minute)
    const claimed = await claimStatusMails(at(6), { limit: 6, leaseMs: minute })
    expect(claimed.map(({ address }) => address).sort()).toEqual(['+14065550142', '+14065550143'])
    const [begun] = claimed.filter(({ address }) => address === '+14065550142')
    if (!begun) throw new Error('nothing was claimed')
    expect(await markHandedOver(begun, at(6))).toBe(true) // and then it died
    await work(all, 6.5)
    expect(all.phone.texts).toHaveLength(0) // still leased
    await work(all, 8)
    expect(all.phone.texts.map(({ to }) => to)).toEqual(['+14065550143'])
    const [row] =
      await sql`select attempts -> -1 ->> 'answer' as why from status_deliveries where failed_at is not null`
    expect(row?.why).toBe('Cut off while it was sent: it may have arrived')
  })

  test('who said STOP a moment ago gets nothing more, before their address is forgotten', async () => {
    const { sql } = database
    await addSubscriber(sql, pageId, '+14065550142', { medium: 'sms' })
    await addSubscriber(sql, pageId, 'robin@example.net')
    await addSubscriber(sql, pageId, 'kim@example.net')
    await addIncident(sql, [await addTarget(sql, 'AP')], { beganAt: now })
    await tellSubscribers(at(6), 5 * minute)
    await sql`insert into opt_outs (medium, address, at, how) values ('sms', '+14065550142', ${at(6)}, 'STOP'),
      ('email', 'robin@example.net', ${at(6)}, 'link'), ('email', 'kim@example.net', '2025-01-01', 'link')`
    const claimed = await claimStatusMails(at(6), { limit: 6, leaseMs: minute })
    expect(claimed.map(({ address }) => address)).toEqual(['kim@example.net']) // who agreed anew since
  })

  test('several keepers at once send each message once', async () => {
    const all = await tools()
    for (let i = 0; i < 40; i++) await addSubscriber(database.sql, pageId, `p${i}@example.net`)
    await addIncident(database.sql, [await addTarget(database.sql, 'AP')], { beganAt: now })
    const keepers = Array.from({ length: 4 }, () => keeper(all, () => at(6)))
    await until('all are told', async () => {
      await Promise.all(keepers.map((one) => one.step(new AbortController().signal)))
      await Promise.all(keepers.map((one) => one.idle()))
      return all.mail.mails.length >= 40
    })
    expect(new Set(all.mail.mails.map(({ to }) => to[0])).size).toBe(40)
    expect(all.mail.mails).toHaveLength(40)
  })
})
