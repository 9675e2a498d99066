import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Audience } from '@/lib/status-tokens'
import { codeOf, confirmToken, stopToken } from '@/lib/status-tokens'
import {
  askSubscriber,
  confirmByCode,
  confirmByLink,
  forgetOptedOut,
  forgetUnconfirmed,
  readConfirmLink,
  readStopLink,
  stopByLink,
} from '@/lib/store/status-subscribers'
import { settingsForSignIn } from '../setup/credentials'
import { type TestDatabase, testDatabase } from '../setup/database'
import { addPage, addSubscriber, addTarget, clientId, minute } from './status-scene'

let database: TestDatabase
let audience: Audience
beforeAll(async () => {
  settingsForSignIn()
  database = await testDatabase()
})
afterAll(() => database.stop())
beforeEach(async () => {
  await database.sql`truncate status_pages, status_subscribers, status_deliveries, sign_in_failures, opt_outs, clients, targets restart identity cascade`
  audience = { pageId: (await addPage()).id, clientId: null }
})

const now = new Date('2026-11-21T12:00:00Z')
const later = (minutes: number) => new Date(now.getTime() + minutes * minute)
const robin = 'robin@example.net'
const phone = '+14065550142'
let places = 0
/** From another place each time, unless one is named. */
const ask = (address: string, { at = now, from = `198.51.100.${++places % 250}`, of = audience } = {}) =>
  askSubscriber({ audience: of, medium: address.startsWith('+') ? 'sms' : 'email', address, from }, at)
type Row = { id: number; nonce: string; confirmed: boolean; tries: number }
const rowOf = async (address: string): Promise<Row> => {
  const [row] = await database.sql<Row[]>`
    select id, token_hash as nonce, confirmed_at is not null as confirmed, tries from status_subscribers where address = ${address}`
  return row ?? { id: 0, nonce: '', confirmed: false, tries: 0 }
}
const waiting = async () =>
  (await database.sql`select 1 from status_deliveries where failed_at is null and delivered_at is null`).length

describe('asking', () => {
  test('makes one message, which alone can confirm', async () => {
    expect(await ask(robin)).toEqual({ asked: true })
    expect(await waiting()).toBe(1)
    const { id, nonce, confirmed } = await rowOf(robin)
    expect(confirmed).toBe(false)
    const token = confirmToken(id, nonce)
    expect(await readConfirmLink(token, now)).toMatchObject({ address: robin, confirmed: false, audience })
    expect((await rowOf(robin)).confirmed).toBe(false) // looking changes nothing
    expect(await confirmByLink(token, now)).toEqual(audience)
    expect((await rowOf(robin)).confirmed).toBe(true)
    expect(await confirmByLink(token, later(3000))).toEqual(audience) // once more is no fault
  })

  test('again before that voids the link before, and what was not sent yet', async () => {
    await ask(robin)
    const first = await rowOf(robin)
    await ask(robin, { at: later(1) })
    const second = await rowOf(robin)
    expect(second.id).toBe(first.id)
    expect(await waiting()).toBe(1)
    expect(await confirmByLink(confirmToken(first.id, first.nonce), later(2))).toBeNull()
    expect(await confirmByLink(confirmToken(second.id, second.nonce), later(2))).toEqual(audience)
  })

  test('answers alike for one who is new, asked, subscribed, opted out, or asked too often', async () => {
    const { sql } = database
    await sql`insert into opt_outs (medium, address, how) values ('email', 'Out@Example.net', 'link')`
    await addSubscriber(sql, audience.pageId, 'in@example.net')
    for (let i = 0; i < 3; i++) await ask('often@example.net', { at: later(i) })
    const before = await waiting()
    const answers = await Promise.all(
      ['new@example.net', 'in@example.net', 'out@example.net', 'often@example.net', 'of+ten@example.net'].map((to) =>
        ask(to, { at: later(5) }),
      ),
    )
    expect(answers).toEqual(answers.map(() => ({ asked: true })))
    // the new one, the one who is told so, and `of+ten`, who is another person
    expect((await waiting()) - before).toBe(3)
    expect(await sql`select address from status_subscribers where address = 'out@example.net'`).toEqual([])
    const [told] =
      await sql`select message from status_deliveries d join status_subscribers s on s.id = d.subscriber_id where s.address = 'in@example.net'`
    expect(told?.message).toMatchObject({ already: true })
  })

  test('a person is asked three times a day, however its address is spelled and on whichever page', async () => {
    const other: Audience = { pageId: (await addPage()).id, clientId: null }
    const spelled = [
      'robin@gmail.com',
      'r.obin@gmail.com',
      'robin+isp@googlemail.com',
      'rob.in@gmail.com',
      'robin+2@gmail.com',
    ]
    for (const [i, address] of spelled.entries()) await ask(address, { at: later(i), of: i % 2 ? other : audience })
    expect(await database.sql`select 1 from status_deliveries`).toHaveLength(3)
    await ask('robin@gmail.com', { at: later(24 * 60 + 1) })
    expect(await database.sql`select 1 from status_deliveries`).toHaveLength(4)
  })

  test('a place asks 20 times an hour by e-mail and 6 times by text, an IPv6 household counting as one', async () => {
    const many = async (count: number, address: (i: number) => string, from: (i: number) => string) => {
      const answers = []
      for (let i = 0; i < count; i++) answers.push(await ask(address(i), { from: from(i) }))
      return answers.filter(({ asked }) => asked).length
    }
    expect(
      await many(
        25,
        (i) => `p${i}@example.net`,
        () => '198.51.100.7',
      ),
    ).toBe(20)
    expect(
      await many(
        9,
        (i) => `+1406555${1000 + i}`,
        (i) => `2001:db8:1:2::${i + 1}`,
      ),
    ).toBe(6)
    expect(await ask('p99@example.net', { from: '198.51.100.7' })).toEqual({ asked: false, waitSeconds: 3600 })
    expect(await ask('p99@example.net', { from: '198.51.100.8' })).toEqual({ asked: true })
    expect(await ask('p98@example.net', { from: '198.51.100.7', at: later(61) })).toEqual({ asked: true })
  })

  test('of many at once no more get through than one after another', async () => {
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, i) => ask(`q${i}@example.net`, { from: '198.51.100.9' })),
    )
    expect(answers.filter(({ asked }) => asked)).toHaveLength(20)
    expect(await waiting()).toBe(20)
    await Promise.all(Array.from({ length: 12 }, () => ask(robin)))
    expect(await database.sql`select 1 from status_subscribers where address = ${robin}`).toHaveLength(1)
    expect(
      await database.sql`select 1 from status_deliveries d join status_subscribers s on s.id = d.subscriber_id where s.address = ${robin}`,
    ).toHaveLength(3)
  })

  test('a client’s own link takes no more than twenty', async () => {
    await addTarget(database.sql, 'CPE', { role: 'cpe', client: 'Acme Dental' })
    const of: Audience = { pageId: null, clientId: await clientId(database.sql, 'Acme Dental') }
    for (let i = 0; i < 23; i++) expect(await ask(`c${i}@example.net`, { of })).toEqual({ asked: true })
    expect(await waiting()).toBe(20)
  })
})

describe('a code', () => {
  const tell = (code: string, { at = now, address = phone, of = audience } = {}) =>
    confirmByCode({ audience: of, address, code, from: `198.51.100.${++places % 250}` }, at)
  const right = async () => {
    const { id, nonce } = await rowOf(phone)
    return codeOf(id, nonce)
  }

  test('confirms the number it was sent to, on its page alone', async () => {
    await ask(phone)
    const code = await right()
    const other: Audience = { pageId: (await addPage()).id, clientId: null }
    expect(await tell(code, { of: other })).toBe('wrong')
    expect(await tell(code, { address: '+14065550143' })).toBe('wrong')
    expect(await tell(code)).toBe('confirmed')
    expect((await rowOf(phone)).confirmed).toBe(true)
  })

  test('is void after five wrong ones, after half an hour, and once another was asked for', async () => {
    await ask(phone)
    const code = await right()
    const wrong = code === '000000' ? '000001' : '000000'
    for (let i = 0; i < 5; i++) expect(await tell(wrong)).toBe('wrong')
    expect(await tell(code)).toBe('wrong')
    await ask(phone, { at: later(1) })
    const second = await right()
    if (second !== code) expect(await tell(code, { at: later(2) })).toBe('wrong')
    expect(await tell(second, { at: later(32) })).toBe('wrong')
    expect(await tell(second, { at: later(30) })).toBe('confirmed')
  })

  test('many tries at once are counted as many', async () => {
    await ask(phone)
    const code = await right()
    const wrong = code === '000000' ? '000001' : '000000'
    await Promise.all(Array.from({ length: 15 }, () => tell(wrong)))
    expect((await rowOf(phone)).tries).toBe(5)
  })

  test('is tried twenty times an hour from one place, whatever the number', async () => {
    const answers = []
    for (let i = 0; i < 22; i++)
      answers.push(
        await confirmByCode({ audience, address: `+1406555${2000 + i}`, code: '000000', from: '203.0.113.4' }, now),
      )
    expect(answers.filter((answer) => answer === 'wrong')).toHaveLength(20)
    expect(answers.at(-1)).toEqual({ waitSeconds: 3600 })
  })
})

describe('the end', () => {
  test('by its link forgets the address, and what was still to be sent', async () => {
    await ask(robin)
    const { id } = await rowOf(robin)
    expect(await readStopLink(stopToken(id))).toEqual({ id, audience })
    expect((await rowOf(robin)).id).toBe(id)
    expect(await stopByLink(stopToken(id))).toBe(true)
    expect(await rowOf(robin)).toMatchObject({ id: 0 })
    expect(await waiting()).toBe(0)
    expect(await readStopLink(stopToken(id))).toEqual({ id, audience: null })
    expect(await stopByLink(stopToken(id))).toBe(true)
    expect(
      await stopByLink(
        stopToken(id)
          .replace(/.$/, (sign) => (sign === 'A' ? 'E' : 'A'))
          .replace(/^./, '9'),
      ),
    ).toBe(false)
  })

  test('comes to who never confirmed, and to who said STOP since', async () => {
    const { sql } = database
    await ask(robin)
    await addSubscriber(sql, audience.pageId, phone, { medium: 'sms' })
    await addSubscriber(sql, audience.pageId, '+14065550199', { medium: 'sms' })
    expect(await forgetUnconfirmed(later(23 * 60))).toBe(0)
    expect(
      await readConfirmLink(confirmToken((await rowOf(robin)).id, (await rowOf(robin)).nonce), later(24 * 60)),
    ).toBeNull()
    expect(await forgetUnconfirmed(later(24 * 60 + 1))).toBe(1)
    await sql`insert into opt_outs (medium, address, at, how) values ('sms', ${phone}, '2026-06-01', 'STOP'), ('sms', '+14065550199', '2025-01-01', 'STOP')`
    expect(await forgetOptedOut()).toBe(1)
    expect(await sql`select address from status_subscribers`).toEqual([{ address: '+14065550199' }])
  })
})
