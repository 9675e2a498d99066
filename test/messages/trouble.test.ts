import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { sendClientSms } from '@/lib/delivery/client-sms'
import { createHttp } from '@/lib/delivery/http'
import { listRecipients } from '@/lib/store/client-message-history'
import { sendAgain } from '@/lib/store/client-messages'
import { headersOf, mailServer, partsOf, words } from '../delivery/mail-server'
import { failureOf } from '../delivery/stand-in'
import { type TestDatabase, testDatabase } from '../setup/database'
import { addDevice } from '../workers/keeper/scene'
import {
  account,
  addClient,
  anna,
  endIncident,
  make,
  openIncident,
  outboxAt,
  recipientsOf,
  type SceneClient,
  standInTwilio,
  stateOf,
} from './scene'

let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database?.stop())
// Each begins at the same instant: what the one before sent must not hold it up.
beforeEach(() => database.sql`delete from settings where name = 'message_pace'`)

const start = new Date('2026-09-01T12:00:00Z')
let scenes = 0

async function few(count: number, given: Parameters<typeof addClient>[3] = {}) {
  const { sql } = database
  const name = `Pop-${++scenes}`
  const root = await addDevice(sql, name)
  const clients: SceneClient[] = []
  for (let n = 1; n <= count; n++) clients.push(await addClient(sql, `${name} client ${n}`, root, given))
  return { sql, root, clients, incident: await openIncident(sql, root, name, start) }
}

describe('texts', () => {
  test('a limit is obeyed: tried again when Twilio says so, and told once', async () => {
    const { sql, incident } = await few(1)
    const twilio = await standInTwilio()
    let refusals = 2
    twilio.answer = () =>
      refusals-- > 0 ? { status: 429, code: 20429, message: 'Too Many Requests', retryAfter: 40 } : undefined
    const { pass } = outboxAt(start, twilio)
    const id = await make(incident, start)
    await pass(39, 1)
    expect(twilio.asked).toBe(1)
    await pass(10 * 60, 5)
    expect(twilio.texts).toHaveLength(1)
    expect(await stateOf(sql, id)).toMatchObject({ state: 'done' })
    const [told] = await listRecipients(id)
    expect(told?.attempts.map(({ status }) => status)).toEqual([429, 429, 201])
  })

  test('a number that Twilio refuses is failed for good, and one that said STOP there is opted out here', async () => {
    const { sql, incident, clients } = await few(2)
    const twilio = await standInTwilio()
    const [first, second] = clients
    twilio.answer = (to) =>
      to === first?.phone
        ? { status: 400, code: 21211, message: "The 'To' number is not a valid phone number." }
        : { status: 400, code: 21610, message: 'Attempt to send to unsubscribed recipient' }
    const { pass } = outboxAt(start, twilio)
    const id = await make(incident, start)
    await pass(60 * 60, 60)
    expect(twilio.asked).toBe(2)
    expect((await recipientsOf(sql, id)).map(({ state, why }) => [state, why])).toEqual([
      ['failed', "Twilio answered 400: The 'To' number is not a valid phone number. (code 21211)"],
      ['failed', 'Twilio answered 400: Attempt to send to unsubscribed recipient (code 21610)'],
    ])
    expect(await sql`select address, how from opt_outs where address = ${second?.phone ?? ''}`).toMatchObject([
      { how: 'STOP by text, says Twilio' },
    ])
    await endIncident(sql, incident, start)
    await pass(10 * 60, 30)
    expect(twilio.asked).toBe(2) // who was not told hears no end
  })

  test.each([
    ['does not answer in time', { status: 0, hang: true }],
    ['breaks the connection off', { status: 0, drop: true }],
    ['fails on its side', { status: 500, code: 20500, message: 'Internal Server Error' }],
  ])('Twilio %s: it may have gone out, so it is in doubt and never sent again by itself', async (_, answer) => {
    const { sql, incident } = await few(1)
    const twilio = await standInTwilio()
    twilio.answer = () => answer
    const { pass } = outboxAt(start, twilio)
    const id = await make(incident, start)
    await pass(10, 1)
    twilio.answer = () => undefined
    await pass(60 * 60, 60)
    expect(twilio.asked).toBe(1)
    const [one] = await recipientsOf(sql, id)
    expect(one).toMatchObject({ state: 'doubtful', why: expect.stringContaining('it may have gone out: ') })
    // Somebody decides.
    const [row] = await listRecipients(id)
    await sendAgain(row?.id ?? 0, anna, new Date(start.getTime() + 3700_000))
    await pass(200, 1)
    expect(twilio.asked).toBe(2)
    expect(await recipientsOf(sql, id)).toMatchObject([{ state: 'sent' }])
    await expect(sendAgain(row?.id ?? 0, anna)).rejects.toThrow('Only what failed or is doubtful')
  })

  test('Twilio cannot be reached at all: nothing went out, so it is tried again until it can', async () => {
    const { sql, incident } = await few(1)
    const twilio = await standInTwilio()
    const away = { url: 'http://127.0.0.1:9' }
    const { pass } = outboxAt(start, away)
    const id = await make(incident, start)
    await pass(60, 1)
    expect((await recipientsOf(sql, id))[0]?.state).toBe('waiting')
    const back = outboxAt(new Date(start.getTime() + 60_000), twilio)
    await back.pass(10 * 60, 5)
    expect(twilio.texts).toHaveLength(1)
    expect((await recipientsOf(sql, id))[0]?.state).toBe('sent')
  })

  test('what waits to be tried again is not told once it is over', async () => {
    const { sql, incident } = await few(1)
    const twilio = await standInTwilio()
    twilio.answer = () => ({ status: 503, message: 'busy' })
    const { pass, now } = outboxAt(start, twilio)
    const id = await make(incident, start)
    await pass(10, 1)
    twilio.answer = () => undefined
    await endIncident(sql, incident, now())
    await pass(60 * 60, 30)
    expect(twilio.texts).toHaveLength(0)
    expect((await recipientsOf(sql, id)).map(({ state, why }) => [state, why])).toEqual([
      ['skipped', 'over before it was told'],
    ])
  })

  test('without an account they fail and say what to set', async () => {
    const { sql, incident } = await few(1)
    const { pass } = outboxAt(start, await standInTwilio(), { account: null })
    const id = await make(incident, start)
    await pass(5, 1)
    expect((await recipientsOf(sql, id))[0]).toMatchObject({
      state: 'failed',
      why: expect.stringContaining('TWILIO_ACCOUNT_SID'),
    })
  })

  test('at most so many a second go out', async () => {
    const { sql, incident } = await few(12)
    await sql`insert into settings (name, value) values ('client_messages', ${sql.json({ smsPerSecond: 2 })})
      on conflict (name) do update set value = excluded.value`
    try {
      const twilio = await standInTwilio()
      const { pass } = outboxAt(start, twilio)
      await make(incident, start)
      const counts: number[] = []
      for (let second = 0; second < 6; second++) {
        await pass(1, 0.25)
        counts.push(twilio.texts.length)
      }
      // Two at once, then two each second.
      expect(counts.at(-1)).toBeGreaterThanOrEqual(11)
      for (const [i, count] of counts.entries()) expect(count).toBeLessThanOrEqual(2 + 2 * (i + 1))
    } finally {
      await sql`delete from settings where name = 'client_messages'`
    }
  })

  test('an error tells nothing of the account', async () => {
    const twilio = await standInTwilio()
    twilio.answer = () => ({ status: 400, message: `no ${account.auth_token}` })
    const http = createHttp({ allowPrivate: true, timeoutMs: 1000, instead: { 'https://api.twilio.com': twilio.url } })
    const signal = new AbortController().signal
    const text = { to: '+14065550142', body: 'x', identity: 'i', statusCallback: 'https://b.example/s?x=1' }
    const failure = await failureOf(sendClientSms(text, { http, account, signal, now: start }))
    expect(failure.message).toBe('Twilio answered 400: no •••')
    twilio.answer = () => undefined
    await sendClientSms(text, { http, account, signal, now: start })
    expect(twilio.texts[0]?.callback).toBe('https://b.example/s?x=1&identity=i')
    await http.close()
  })
})

describe('e-mail, to a real server', () => {
  const house = (port: number) => ({
    ...{ host: '127.0.0.1', port, implicitTls: false, username: null, password: null },
    ...{ tls: 'none' as const, from: 'noc@beatline.example.net' },
  })

  test('in the language of the client, with a way out, and its end goes under it', async () => {
    const { sql, incident, clients } = await few(1, { phone: null, email: 'robin@example.net', language: 'de' })
    const { port, mails } = await mailServer()
    const { pass, now } = outboxAt(start, await standInTwilio(), { house: house(port) })
    const id = await make(incident, start)
    await pass(5, 1)
    await endIncident(sql, incident, now())
    await pass(120, 5)
    expect(mails.map(({ to }) => to)).toEqual([['robin@example.net'], ['robin@example.net']])
    const [first, second] = mails.map(({ raw }) => headersOf(raw))
    expect(words(first?.subject)).toBe('Ihr Internet ist gestört')
    expect(words(second?.subject)).toBe('Ihr Internet läuft wieder')
    expect(first?.['message-id']).toBe(`<bl-message-${id}-first-${clients[0]?.id}@beatline.example.net>`)
    expect(second?.['in-reply-to']).toBe(first?.['message-id'])
    expect(first?.['auto-submitted']).toBe('auto-generated')
    expect(first?.['list-unsubscribe']).toMatch(/^<https:\/\/beatline\.example\.net\/opt-out\/1\.[\w.-]+\/now>$/)
    expect(first?.['list-unsubscribe-post']).toBe('List-Unsubscribe=One-Click')
    const [text, html] = partsOf(mails[0]?.raw ?? '')
    expect(text?.body).toContain('Ihr Internet (North Ridge) ist seit')
    expect(text?.body).toContain('Keine solchen Nachrichten mehr: https://beatline.example.net/opt-out/1.')
    expect(html?.body).toContain('<p style')
    expect((await recipientsOf(sql, id)).map(({ part, state, provider }) => [part, state, provider])).toEqual([
      ['first', 'sent', first?.['message-id']],
      ['follow_up', 'sent', second?.['message-id']],
    ])
  })

  test('says which language it is in, where the template lacks that of the client', async () => {
    const { incident } = await few(1, { phone: null, email: 'robin@example.net', language: 'pt' })
    const { port, mails } = await mailServer()
    const { pass } = outboxAt(start, await standInTwilio(), { house: house(port) })
    await make(incident, start)
    await pass(5, 1)
    const [, html] = partsOf(mails[0]?.raw ?? '')
    expect(html?.body).toContain('<html lang="en">')
  })

  test('a server that is busy is tried again, one that refuses the address is not', async () => {
    const { sql, incident } = await few(2, { phone: null })
    await sql`update client_contacts set email = 'c' || client_id || '@example.net'
      where client_id in (select client_id from devices where client like ${`Pop-${scenes} %`})`
    let busy = true
    const { port, mails } = await mailServer({
      onRcptTo({ address }, _, done) {
        if (address === `c${refused}@example.net`) done(Object.assign(new Error('no such user'), { responseCode: 550 }))
        else if (busy) done(Object.assign(new Error('try later'), { responseCode: 451 }))
        else done()
      },
    })
    const [{ id: refused } = { id: 0 }] = await sql<{ id: number }[]>`
      select client_id as id from devices where client = ${`Pop-${scenes} client 1`}`
    const { pass } = outboxAt(start, await standInTwilio(), { house: house(port) })
    const id = await make(incident, start)
    await pass(20, 1)
    expect(mails).toHaveLength(0)
    busy = false
    await pass(10 * 60, 5)
    expect(mails.map(({ to }) => to.length)).toEqual([1])
    expect((await recipientsOf(sql, id)).map(({ state }) => state)).toEqual(['failed', 'sent'])
  })
})
