import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { GET as readKey } from '@/app/api/push/key/route'
import { POST as sendReceipt } from '@/app/api/push/receipts/route'
import { DELETE, PATCH } from '@/app/api/push/subscriptions/[id]/route'
import { POST as sendTest, GET as testState } from '@/app/api/push/subscriptions/[id]/test/route'
import { GET as list, POST as save } from '@/app/api/push/subscriptions/route'
import { markAccepted, markLost } from '@/lib/store/push-devices'
import { call, settingsForSignIn, site, somebody } from '../setup/credentials'
import { type TestDatabase, testDatabase } from '../setup/database'

let database: TestDatabase
let alice: Awaited<ReturnType<typeof somebody>>
let charlie: typeof alice
let vapidKey: string
beforeAll(async () => {
  settingsForSignIn()
  database = await testDatabase()
  alice = await somebody('viewer', 'alice@beatline.test')
  charlie = await somebody('admin', 'charlie@beatline.test')
  vapidKey = (await call(readKey, { headers: alice.basic })).body.public_key
})
afterAll(() => database.stop())

const ownPage = (who: typeof alice) => ({ cookie: who.cookie, origin: site, 'sec-fetch-site': 'same-origin' })
const endpointOf = (token: string) => `https://updates.push.services.mozilla.com/wpush/v2/${token}`
/** A browser as it reports itself. */
function browser(token: string, change: object = {}) {
  const keys = { p256dh: 'B'.repeat(87), auth: 'a'.repeat(22) }
  return {
    device_key: randomUUID(),
    permission: 'granted',
    subscription: { endpoint: endpointOf(token), keys, expirationTime: null },
    vapid_key: vapidKey,
    user_agent: 'Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0',
    ...change,
  }
}
const report = (body: object, who = alice) => call(save, { body, headers: ownPage(who) })
const devicesOf = async (who = alice) => (await call(list, { headers: ownPage(who) })).body.items
const at = (id: number) => ({ id: String(id) })
const deviceOf = async (id: number) => (await devicesOf()).find((one: { id: number }) => one.id === id)

describe('a browser reports itself', () => {
  test('once or often, it is one device, named after what it is; keys and endpoint are not told', async () => {
    const mine = browser('one')
    const first = await report(mine)
    expect([first.status, first.body]).toEqual([200, { id: first.body.id, known: false, dead: false, removed: false }])
    expect((await report(mine)).body).toEqual({ id: first.body.id, known: true, dead: false, removed: false })
    const device = await deviceOf(first.body.id)
    expect(device).toMatchObject({ name: 'Firefox on Linux', state: 'ok', permission: 'granted', last_shown_at: null })
    expect(JSON.stringify(device)).not.toMatch(/wpush|device_key|BBBB/)
  })

  test('a new endpoint takes the place of the old one', async () => {
    const mine = browser('before')
    const { id } = (await report(mine)).body
    const moved = browser('after', { device_key: mine.device_key, old_endpoint: endpointOf('before') })
    expect((await report(moved)).body).toEqual({ id, known: true, dead: false, removed: false })
  })

  test('two at once that say they have the same endpoint: both are taken, one of them has it', async () => {
    for (let i = 0; i < 10; i++) {
      const said = [browser(`shared-${i}`), browser(`shared-${i}`), browser(`shared-${i}`)]
      const answers = await Promise.all(said.map((one) => report(one)))
      expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200])
    }
  })

  test('without permission it is muted, and with it again it is told', async () => {
    const mine = browser('muted')
    const { id } = (await report(mine)).body
    await report({ ...mine, permission: 'denied', subscription: null })
    expect(await deviceOf(id)).toMatchObject({ state: 'muted', permission: 'denied' })
    await report(mine)
    expect(await deviceOf(id)).toMatchObject({ state: 'ok' })
  })

  test('with an endpoint that answered 410 it hears that it is dead', async () => {
    const mine = browser('gone')
    const { id } = (await report(mine)).body
    await markLost(id, endpointOf('gone'), 'The push service answered 410')
    expect(await deviceOf(id)).toMatchObject({ state: 'lost' })
    expect((await report(mine)).body).toEqual({ id, known: true, dead: true, removed: false })
    await report(browser('fresh', { device_key: mine.device_key }))
    expect(await deviceOf(id)).toMatchObject({ state: 'ok' })
  })

  test.each([
    'http://updates.push.services.mozilla.com/wpush/v2/x',
    'https://127.0.0.1/wpush/v2/x',
    'https://192.168.1.1/x',
    'https://[::1]/x',
    'https://localhost/x',
    'https://intranet/x',
    'https://user:secret@fcm.googleapis.com/fcm/send/x',
    'https://fcm.googleapis.com:8443/fcm/send/x',
    'file:///etc/passwd',
  ])('%s is not posted to', async (endpoint) => {
    const { subscription } = browser('x')
    expect((await report(browser('x', { subscription: { ...subscription, endpoint } }))).status).toBe(422)
  })

  test.each([
    ['no key', { device_key: 'mine' }],
    ['no permission', { permission: 'maybe' }],
    ['a key that is none', { subscription: { endpoint: endpointOf('x'), keys: { p256dh: '<>', auth: '' } } }],
  ])('%s: it is refused', async (_, change) => expect((await report(browser('x', change))).status).toBe(422))

  test('an API key is nobody: it has no phone', async () => {
    expect((await call(save, { body: browser('key'), headers: alice.bearer })).status).toBe(403)
    expect((await call(list, { headers: charlie.bearer })).status).toBe(403)
  })

  test('another site cannot report one, nor a stranger', async () => {
    const headers = { cookie: alice.cookie, origin: 'https://elsewhere.example', 'sec-fetch-site': 'cross-site' }
    expect((await call(save, { body: browser('foreign'), headers })).status).toBe(403)
    expect((await call(save, { body: browser('foreign') })).status).toBe(401)
    expect((await call(readKey)).status).toBe(401)
  })
})

describe('the list', () => {
  test('a device is renamed and removed by its operator, and by nobody else', async () => {
    const { id } = (await report(browser('mine'))).body
    const rename = (who: typeof alice, name: string) =>
      call(PATCH, { method: 'PATCH', body: { name }, headers: ownPage(who) }, at(id))
    const remove = (who: typeof alice) => call(DELETE, { method: 'DELETE', headers: ownPage(who) }, at(id))
    expect((await rename(charlie, 'Mine now')).status).toBe(404)
    expect((await remove(charlie)).status).toBe(404)
    expect((await rename(alice, ' ')).status).toBe(422)
    expect((await rename(alice, 'Phone by the bed')).body).toEqual({ id, name: 'Phone by the bed' })
    expect((await deviceOf(id)).name).toBe('Phone by the bed')
    expect((await remove(alice)).status).toBe(204)
    expect(await deviceOf(id)).toBeUndefined()
  })

  test('a device that was removed stays off until its own button is pressed', async () => {
    const mine = browser('taken-off')
    const { id } = (await report(mine)).body
    await call(DELETE, { method: 'DELETE', headers: ownPage(alice) }, at(id))
    expect((await report(mine)).body).toEqual({ id, known: true, dead: false, removed: true })
    expect(await deviceOf(id)).toBeUndefined()
    expect((await report({ ...mine, asked: true })).body).toEqual({ id, known: true, dead: false, removed: false })
    expect((await deviceOf(id)).state).toBe('ok')
  })

  test('the name given stays when the browser reports itself again', async () => {
    const mine = browser('named')
    const { id } = (await report(mine)).body
    await call(PATCH, { method: 'PATCH', body: { name: 'Wall' }, headers: ownPage(alice) }, at(id))
    await report(mine)
    expect((await deviceOf(id)).name).toBe('Wall')
  })
})

describe('tests and receipts', () => {
  test('a test is followed from the asking to the receipt, which needs only the device key', async () => {
    const mine = browser('tested')
    const { id } = (await report(mine)).body
    const asked = await call(sendTest, { body: {}, headers: ownPage(alice) }, at(id))
    expect(asked.body).toMatchObject({ accepted_at: null, shown_at: null, failed_at: null })
    const delivery = asked.body.delivery_id
    const state = (who = alice) =>
      call(
        testState,
        { path: `/api/push/subscriptions/${id}/test?delivery=${delivery}`, headers: ownPage(who) },
        at(id),
      )
    expect((await state(charlie)).status).toBe(404)
    await markAccepted(id)

    const receipt = (body: object) => call(sendReceipt, { body })
    expect((await receipt({ device_key: randomUUID(), delivery_id: delivery, shown: true })).status).toBe(404)
    expect((await receipt({ device_key: mine.device_key, delivery_id: delivery })).status).toBe(422)
    expect((await state()).body.shown_at).toBeNull()
    expect((await receipt({ device_key: mine.device_key, delivery_id: delivery, shown: true })).status).toBe(204)
    expect((await receipt({ device_key: mine.device_key, delivery_id: delivery, opened: true })).status).toBe(204)
    expect((await state()).body.shown_at).not.toBeNull()
    const device = await deviceOf(id)
    expect([device.last_shown_at, device.last_opened_at, device.last_accepted_at]).not.toContain(null)
  })

  test('a lost device cannot be tested, and says what to do', async () => {
    const { id } = (await report(browser('lost'))).body
    await markLost(id, endpointOf('lost'), 'The push service answered 410')
    const asked = await call(sendTest, { body: {}, headers: ownPage(alice) }, at(id))
    expect([asked.status, asked.body.detail]).toEqual([409, expect.stringContaining('open Beatline on it')])
    expect((await call(sendTest, { body: {}, headers: ownPage(charlie) }, at(id))).status).toBe(404)
  })
})
