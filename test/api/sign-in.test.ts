import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { POST as addDevice, GET as listDevices } from '@/app/api/devices/route'
import { PATCH as changeUser } from '@/app/api/users/[id]/route'
import { GET as listUsers } from '@/app/api/users/route'
import { changeOwnPassword, listOwnSessions, signOutOwn } from '@/lib/account'
import { authOptions } from '@/lib/auth'
import { forgetSessions, renewedCookie, sessionOfBasic, sessionOfBearer, sessionOfCookieHeader } from '@/lib/session'
import { forgetVerified, verifySignIn } from '@/lib/sign-in'
import { deleteKey, listKeys } from '@/lib/store/keys'
import { createSession, listSessions, revokeSession } from '@/lib/store/sessions'
import { createUser, deleteUser, setPassword } from '@/lib/store/users'
import { call, password, settingsForSignIn, site, somebody } from '../setup/credentials'
import { type TestDatabase, testDatabase } from '../setup/database'
import { costOf } from '../setup/measure'

let database: TestDatabase
let operator: Awaited<ReturnType<typeof somebody>>
let admin: Awaited<ReturnType<typeof somebody>>
beforeAll(async () => {
  settingsForSignIn()
  database = await testDatabase()
  operator = await somebody('operator')
  admin = await somebody('admin')
})
afterAll(() => database.stop())
beforeEach(async () => {
  await database.sql`delete from sign_in_failures`
  forgetSessions()
  forgetVerified()
})

const basic = (email: string, secret: string) => Buffer.from(`${email}:${secret}`).toString('base64')

describe('a session cookie', () => {
  test('says who it is', async () => {
    const session = await sessionOfCookieHeader(`other=1; ${operator.cookie}`)
    expect(session).toMatchObject({ email: 'operator@beatline.test', role: 'operator', via: 'cookie' })
  })
  test.each([
    '',
    'x=y',
    'next-auth.session-token=',
    'next-auth.session-token=abc.def',
    `next-auth.session-token=${'a'.repeat(9000)}`,
  ])('that is none of ours (%#) is nobody', async (header) => expect(await sessionOfCookieHeader(header)).toBeNull())
  test('altered in one letter it is nobody', async () => {
    const at = operator.cookie.length - 10
    const letter = operator.cookie[at] === 'A' ? 'B' : 'A'
    expect(
      await sessionOfCookieHeader(operator.cookie.slice(0, at) + letter + operator.cookie.slice(at + 1)),
    ).toBeNull()
  })
  test('ends when the session is revoked, the others go on', async () => {
    const second = await somebody('viewer', 'two@beatline.test')
    expect(await sessionOfCookieHeader(second.cookie)).not.toBeNull()
    expect(await revokeSession(operator.user.id, second.sessionId)).toBe(false) // somebody else's
    expect(await revokeSession(second.user.id, second.sessionId)).toBe(true)
    forgetSessions()
    expect(await sessionOfCookieHeader(second.cookie)).toBeNull()
    expect(await sessionOfCookieHeader(operator.cookie)).not.toBeNull()
  })
  test('ends with the other sessions when the password changes, but for the one that changed it', async () => {
    const third = await somebody('operator', 'three@beatline.test')
    const kept = await createSession({ userId: third.user.id, userAgent: null, address: null })
    await setPassword(third.user.id, 'another long password', kept)
    expect((await listSessions(third.user.id)).map((row) => row.id)).toEqual([kept])
    expect(await sessionOfCookieHeader(third.cookie)).toBeNull()
  })
  test('is asked of the database at most once in 10 s', async () => {
    await sessionOfCookieHeader(operator.cookie)
    await database.sql`update sessions set revoked_at = now() where id = ${operator.sessionId}`
    expect(await sessionOfCookieHeader(operator.cookie)).not.toBeNull()
    await database.sql`update sessions set revoked_at = null where id = ${operator.sessionId}`
  })
  test('not used for 30 days is nobody; used, it goes on', async () => {
    const age = (column: string, days: number) =>
      database.sql`update sessions set ${database.sql({ [column]: new Date(Date.now() - days * 86_400_000) })}
        where id = ${operator.sessionId}`
    await age('created_at', 90)
    await age('last_seen_at', 29)
    expect(await sessionOfCookieHeader(operator.cookie)).not.toBeNull()
    expect((await listSessions(operator.user.id)).map(({ id }) => id)).toContain(operator.sessionId)
    await age('last_seen_at', 31)
    forgetSessions()
    expect(await sessionOfCookieHeader(operator.cookie)).toBeNull()
    await database.sql`update sessions set created_at = now(), last_seen_at = now() where id = ${operator.sessionId}`
  })
})

describe('the cookie is renewed while it is used', () => {
  const day = 86_400_000
  test('after a day, with the same session in it', async () => {
    expect(await renewedCookie(operator.cookie, Date.now() + 0.9 * day)).toBeNull()
    const renewed = (await renewedCookie(operator.cookie, Date.now() + 1.1 * day)) ?? ''
    expect(renewed).toMatch(/^next-auth\.session-token=[^;]+; Path=\/; Max-Age=2592000; HttpOnly; SameSite=Lax$/)
    const [fresh = ''] = renewed.split(';')
    expect(fresh).not.toBe(operator.cookie)
    expect(await sessionOfCookieHeader(fresh)).toMatchObject({ sessionId: operator.sessionId })
  })
  test('what is none of ours, or is over, is not made anew', async () => {
    for (const cookie of [undefined, '', 'x=y', 'next-auth.session-token=abc'])
      expect(await renewedCookie(cookie, Date.now() + 2 * day)).toBeNull()
    expect(await renewedCookie(operator.cookie, Date.now() + 31 * day)).toBeNull()
  })
})

describe('writes by cookie come from our own pages', () => {
  const device = { name: 'x', address: 'not one' } // let in it is 422: refused for another reason
  const write = (headers: Record<string, string>) =>
    call(addDevice, { body: device, headers: { cookie: operator.cookie, ...headers } })
  test.each([
    ['the same origin', { origin: site }, 422],
    ['the same origin, told by the browser', { 'sec-fetch-site': 'same-origin', origin: site }, 422],
    ['the host asked, behind another name', { origin: 'http://10.0.0.9:3000', host: '10.0.0.9:3000' }, 422],
    ['another site', { origin: 'https://evil.example' }, 403],
    ['another site, told by the browser', { 'sec-fetch-site': 'cross-site' }, 403],
    ['a neighbour under the same domain', { 'sec-fetch-site': 'same-site', origin: 'http://x.beatline.test' }, 403],
    ['a sandboxed frame', { origin: 'null' }, 403],
    ['nobody says where', {}, 403],
  ])('%s', async (_, headers, status) => expect((await write(headers)).status).toBe(status))
  test('reading needs no origin, nor do keys and Basic', async () => {
    expect((await call(listDevices, { headers: { cookie: operator.cookie } })).status).toBe(200)
    expect((await call(addDevice, { body: device, headers: operator.bearer })).status).toBe(422)
    expect((await call(addDevice, { body: device, headers: operator.basic })).status).toBe(422)
  })
})

describe('an API key', () => {
  test('has the rights of its role', async () => {
    expect(await sessionOfBearer(operator.key)).toMatchObject({ role: 'operator', via: 'key', userId: null })
    expect((await call(listUsers, { headers: operator.bearer })).status).toBe(403)
    expect((await call(listUsers, { headers: admin.bearer })).status).toBe(200)
  })
  test('is kept as a hash alone', async () => {
    const rows = await database.sql`select * from api_keys`
    expect(JSON.stringify(rows)).not.toContain(operator.key.slice(3))
    expect((await listKeys())[0]?.hint).toHaveLength(8)
  })
  test('that is wrong, malformed or removed is refused with what was expected', async () => {
    for (const key of [`bl_${'a'.repeat(43)}`, 'bl_', 'x', "bl_' or 1=1 --"]) {
      const answer = await call(listDevices, { headers: { authorization: `Bearer ${key}` } })
      expect(answer.status).toBe(401)
      expect(answer.body).toMatchObject({ type: '/problems/unauthorized', status: 401 })
    }
    const gone = await somebody('viewer', 'gone@beatline.test')
    expect((await call(listDevices, { headers: gone.bearer })).status).toBe(200)
    const row = (await listKeys()).at(-1)
    await deleteKey(row?.id ?? 0)
    forgetSessions()
    expect((await call(listDevices, { headers: gone.bearer })).status).toBe(401)
  })
})

describe('HTTP Basic', () => {
  test('lets scripts in with e-mail and password, whatever the case of the e-mail', async () => {
    const session = await sessionOfBasic(basic('Operator@Beatline.test', password), '10.0.0.1')
    expect(session).toMatchObject({ userId: operator.user.id, via: 'basic' })
  })
  test('runs argon2 once for many requests', async () => {
    const one = basic('operator@beatline.test', password)
    const { result: sessions, wall } = await costOf(async () => {
      const found = await Promise.all(Array.from({ length: 200 }, () => sessionOfBasic(one, '10.0.0.1')))
      for (let i = 0; i < 200; i++) found.push(await sessionOfBasic(one, '10.0.0.1'))
      return found
    })
    expect(sessions.every((session) => session !== null)).toBe(true)
    expect(wall).toBeLessThan(20) // 400 runs would take some 10 s
  })
  test('a wrong password is refused, and is not remembered as anything', async () => {
    expect(await sessionOfBasic(basic('operator@beatline.test', 'wrong'), '10.0.0.1')).toBeNull()
    expect(await sessionOfBasic(basic('operator@beatline.test', password), '10.0.0.1')).not.toBeNull()
    const answer = await call(listDevices, {
      headers: { authorization: `Basic ${basic('operator@beatline.test', 'x')}` },
    })
    expect(answer.status).toBe(401)
  })
  test('follows a changed password at once in the process that changed it', async () => {
    const made = await createUser({ email: 'b@beatline.test', name: 'b', password, role: 'viewer' })
    expect(await sessionOfBasic(basic('b@beatline.test', password), '10.0.0.1')).not.toBeNull()
    const changed = await call(
      changeUser,
      { method: 'PATCH', body: { password: 'another long password' }, headers: admin.bearer },
      { id: String(made?.id) },
    )
    expect(changed.status).toBe(200)
    expect(await sessionOfBasic(basic('b@beatline.test', password), '10.0.0.1')).toBeNull()
    expect(await sessionOfBasic(basic('b@beatline.test', 'another long password'), '10.0.0.1')).not.toBeNull()
  })
  test.each(['', 'aGVsbG8=', '!!!', basic('', 'x'), basic('a'.repeat(400), 'x')])(
    'rubbish (%#) is nobody',
    async (encoded) => {
      expect(await sessionOfBasic(encoded, '10.0.0.1')).toBeNull()
    },
  )
})

describe('the throttle', () => {
  const attempt = (email: string, secret: string, address = '10.9.9.9') => verifySignIn(email, secret, address)
  test('after five wrong passwords the account waits, the right one included, and says how long', async () => {
    for (let i = 0; i < 5; i++) expect(await attempt('operator@beatline.test', 'wrong')).toEqual({ wrong: true })
    const refused = await attempt('operator@beatline.test', password)
    expect(refused).toMatchObject({ waitSeconds: expect.any(Number) })
    const other = await attempt('admin@beatline.test', password)
    expect(other).toHaveProperty('user') // another account is not held up by it
  })
  test('a hundred attempts at once get no more tries than one after another', async () => {
    const startedAt = performance.now()
    const results = await Promise.all(Array.from({ length: 100 }, () => attempt('operator@beatline.test', 'wrong')))
    // Five are free, and waits of 1, 2, 4, ... s may pass while a slow machine is at it.
    const waited = Math.floor(Math.log2(1 + (performance.now() - startedAt) / 1000))
    const tries = results.filter((result) => 'wrong' in result).length
    expect(tries).toBeGreaterThanOrEqual(5)
    expect(tries).toBeLessThanOrEqual(5 + waited)
  })
  test('unknown accounts are throttled alike, so that nothing tells them apart', async () => {
    for (let i = 0; i < 5; i++) expect(await attempt('nobody@beatline.test', 'wrong')).toEqual({ wrong: true })
    expect(await attempt('nobody@beatline.test', 'wrong')).toHaveProperty('waitSeconds')
  })
  test('an address that tries many accounts waits as well; others do not', async () => {
    for (let i = 0; i < 20; i++) await attempt(`a${i}@beatline.test`, 'wrong', '2001:db8::1')
    expect(await attempt('a99@beatline.test', 'wrong', '2001:db8::ffff')).toHaveProperty('waitSeconds') // same /64
    expect(await attempt('operator@beatline.test', password, '2001:db9::1')).toHaveProperty('user')
  })
  test('the right password clears the count', async () => {
    for (let i = 0; i < 4; i++) await attempt('operator@beatline.test', 'wrong')
    expect(await attempt('operator@beatline.test', password)).toHaveProperty('user')
    for (let i = 0; i < 4; i++) expect(await attempt('operator@beatline.test', 'wrong')).toEqual({ wrong: true })
  })
  test('a stranger who keeps guessing does not lock the operator out from where they were let in before', async () => {
    expect(await attempt('operator@beatline.test', password, '10.4.4.4')).toHaveProperty('user')
    for (let i = 0; i < 8; i++) await attempt('operator@beatline.test', 'wrong', `10.66.0.${i}`)
    expect(await attempt('operator@beatline.test', password, '10.77.0.1')).toHaveProperty('waitSeconds')
    expect(await attempt('operator@beatline.test', password, '10.4.4.4')).toHaveProperty('user')
  })
  test('nor where one of their sessions came from, by the same household of IPv6', async () => {
    await createSession({ userId: operator.user.id, userAgent: null, address: '2001:db8:7::1' })
    for (let i = 0; i < 8; i++) await attempt('operator@beatline.test', 'wrong', `10.66.0.${i}`)
    expect(await attempt('operator@beatline.test', password, '2001:db8:7::99')).toHaveProperty('user')
  })
  test('nor by guessing at other accounts from the same address, such as the one proxy everybody comes through', async () => {
    expect(await attempt('operator@beatline.test', password, '10.4.4.4')).toHaveProperty('user')
    for (let i = 0; i < 22; i++) await attempt(`b${i}@beatline.test`, 'wrong', '10.4.4.4')
    expect(await attempt('b99@beatline.test', 'wrong', '10.4.4.4')).toHaveProperty('waitSeconds')
    expect(await attempt('operator@beatline.test', password, '10.4.4.4')).toHaveProperty('user')
  })
  test('there, too, guessing is slowed down', async () => {
    expect(await attempt('operator@beatline.test', password, '10.4.4.4')).toHaveProperty('user')
    for (let i = 0; i < 5; i++)
      expect(await attempt('operator@beatline.test', 'wrong', '10.4.4.4')).toEqual({ wrong: true })
    expect(await attempt('operator@beatline.test', password, '10.4.4.4')).toHaveProperty('waitSeconds')
  })
  test('over HTTP it is 429 with Retry-After', async () => {
    const headers = {
      authorization: `Basic ${basic('operator@beatline.test', 'wrong')}`,
      'x-beatline-address': '10.1.1.1',
    }
    for (let i = 0; i < 5; i++) expect((await call(listDevices, { headers })).status).toBe(401)
    const answer = await call(listDevices, { headers })
    expect(answer.status).toBe(429)
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(answer.body.detail).toMatch(/try again in \d+ s/)
  })
  test('unknown accounts take as long as known ones', async () => {
    const fastest = { known: Number.POSITIVE_INFINITY, unknown: Number.POSITIVE_INFINITY }
    const emails = { known: 'operator@beatline.test', unknown: 'nobody@beatline.test' }
    await attempt(emails.known, 'wrong')
    // By turns, and the fastest of each: what else the machine does only adds.
    for (let i = 0; i < 8; i++) {
      for (const kind of ['known', 'unknown'] as const) {
        await database.sql`delete from sign_in_failures`
        const start = performance.now()
        await attempt(emails[kind], 'wrong')
        fastest[kind] = Math.min(fastest[kind], performance.now() - start)
      }
    }
    const { known, unknown } = fastest
    expect(unknown / known).toBeGreaterThan(0.5)
    expect(unknown / known).toBeLessThan(2)
  })
})

describe('next-auth', () => {
  const authorize = async (given: Record<string, string>) => {
    const [provider] = authOptions().providers as unknown as [
      { options: { authorize: (a: object, b: object) => Promise<unknown> } },
    ]
    return provider.options.authorize(given, { headers: { 'x-beatline-address': '10.2.2.2', 'user-agent': 'Firefox' } })
  }
  test('a sign-in makes a session that can be listed', async () => {
    const user = await authorize({ email: 'operator@beatline.test', password })
    expect(user).toMatchObject({ email: 'operator@beatline.test', session_id: expect.any(String) })
    const [latest] = await listSessions(operator.user.id)
    expect(latest).toMatchObject({ userAgent: 'Firefox', address: '10.2.2.2' })
  })
  test('says throttled:N when it was too often', async () => {
    for (let i = 0; i < 5; i++) expect(await authorize({ email: 'operator@beatline.test', password: 'x' })).toBeNull()
    await expect(authorize({ email: 'operator@beatline.test', password })).rejects.toThrow(/^throttled:\d+$/)
  })
  test('a fault of ours is told to nobody', async () => {
    await database.sql`alter table users rename to users_away`
    try {
      await expect(authorize({ email: 'operator@beatline.test', password })).rejects.toThrow(/^unavailable$/)
    } finally {
      await database.sql`alter table users_away rename to users`
    }
  })
  test('nothing, too much, or what no account is called, is nobody', async () => {
    expect(await authorize({})).toBeNull()
    expect(await authorize({ email: 'operator\u0000@beatline.test', password })).toBeNull()
    expect(await sessionOfBasic(basic('operator\u0000@beatline.test', password), '10.0.0.1')).toBeNull()
    expect(await authorize({ email: 'operator@beatline.test', password: 'x'.repeat(5000) })).toBeNull()
  })
})

describe('the last admin', () => {
  test('can be neither removed nor made less', async () => {
    const [only] = await database.sql<{ id: number }[]>`select id from users where role = 'admin'`
    expect(await deleteUser(only?.id ?? 0)).toBe('last-admin')
    const answer = await call(
      changeUser,
      { method: 'PATCH', body: { role: 'viewer' }, headers: admin.bearer },
      { id: String(only?.id) },
    )
    expect(answer.status).toBe(409)
  })
})

describe("one's own account", () => {
  test('lists and ends its sessions, never those of others', async () => {
    const me = await somebody('viewer', 'me@beatline.test')
    const session = await sessionOfCookieHeader(me.cookie)
    if (!session) throw new Error('not signed in')
    const phone = await createSession({ userId: me.user.id, userAgent: 'phone', address: null })
    const tablet = await createSession({ userId: me.user.id, userAgent: 'tablet', address: null })
    const rows = await listOwnSessions(session)
    expect(rows.filter(({ current }) => current).map(({ id }) => id)).toEqual([me.sessionId])
    expect(rows).toHaveLength(3)
    expect(await signOutOwn(session, operator.sessionId)).toBe(0)
    expect(await signOutOwn(session, phone)).toBe(1)
    expect(await signOutOwn(session, 'others')).toBe(1)
    expect((await listOwnSessions(session)).map(({ id }) => id)).toEqual([me.sessionId])
    expect(tablet).not.toBe(phone)
  })
  test('changes its password with the old one only', async () => {
    const me = await somebody('viewer', 'me2@beatline.test')
    const session = await sessionOfCookieHeader(me.cookie)
    if (!session) throw new Error('not signed in')
    const change = (old: string, chosen: string) => changeOwnPassword(session, old, chosen, '10.3.3.3')
    await expect(change('wrong', 'a long enough one')).rejects.toThrow('The old password does not match')
    await expect(change(password, 'short')).rejects.toThrow('at least 10 characters, found 5')
    await change(password, 'a long enough one')
    expect(await verifySignIn('me2@beatline.test', 'a long enough one', '10.3.3.3')).toHaveProperty('user')
    expect(await sessionOfCookieHeader(me.cookie)).not.toBeNull() // the one that changed it stays
    await expect(changeOwnPassword({ ...session, userId: null }, 'x', 'y', '::1')).rejects.toThrow('no account')
  })
})
