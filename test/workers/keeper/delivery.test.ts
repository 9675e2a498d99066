import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { queueTestPush, recordReceipt, savePushDevice } from '@/lib/store/push-devices'
import { vapidKeys } from '@/lib/store/settings'
import { startPushService } from '../../push/push-service.mjs'
import { type TestDatabase, testDatabase } from '../../setup/database'
import { addDevice, addPhone, addUser, comeBack, goDark, startKeeper, textsOf, until } from './scene'

let database: TestDatabase
let service: Awaited<ReturnType<typeof startPushService>>
let keeper: Awaited<ReturnType<typeof startKeeper>>
const sql = () => database.sql

beforeAll(async () => {
  database = await testDatabase()
  service = await startPushService()
  keeper = await startKeeper(database.url, service, { attemptMs: 1500 })
})
afterAll(async () => {
  await keeper?.stop()
  await service?.stop()
  await database?.stop()
})
afterEach(async () => {
  service.clearFaults()
  await wipe()
})

/** Empties the scene while the keeper is at work in it: where their locks cross, PostgreSQL ends one of the two. */
async function wipe(tries = 5): Promise<void> {
  try {
    for (const table of ['users', 'incidents', 'targets']) await sql()`delete from ${sql()(table)}`
  } catch (error) {
    if (tries === 0) throw error
    await wipe(tries - 1)
  }
}

async function ridge(name = 'Ridge-3') {
  const userId = await addUser(sql())
  const phone = await addPhone(sql(), service, userId)
  const device = await addDevice(sql(), name, [], 'North Ridge')
  return { userId, phone, device }
}
const deliveryOf = async (event: string) =>
  (
    await sql()<
      {
        id: number
        attempts: { status: number | null; answer: string }[]
        due: number
        delivered: boolean
        failed: boolean
      }[]
    >`
      select id::float8 as id, attempts, extract(epoch from due_at - now())::float8 as due, delivered_at is not null as delivered,
        failed_at is not null as failed from deliveries where event = ${event} order by id`
  )[0]
const hurry = () => sql()`update deliveries set due_at = now() where delivered_at is null and failed_at is null`
/** The same again, and a word to the keeper. */
const hurryNow = async () => {
  await hurry()
  await sql()`select pg_notify('beatline_outbox', '')`
}
const phoneRow = async (id: number) =>
  (
    await sql()<
      { state: string; endpoint: string | null; name: string; lastError: string | null; lostReason: string | null }[]
    >`
      select state, endpoint, name, last_error as "lastError", lost_reason as "lostReason" from push_devices where id = ${id}`
  )[0]

describe('a device goes dark and comes back', () => {
  test('the phone gets down, then back under the same tag, with who, since when and how long', async () => {
    const { phone, device } = await ridge()
    await goDark(sql(), device)
    await until('down', () => phone.messages().length === 1)
    await comeBack(sql(), device)
    await until('back', () => phone.messages().length === 2)
    const [down, back] = phone.messages()
    expect(down?.title).toBe('Ridge-3 is down')
    expect(down?.body).toMatch(/^Dark since \d\d:\d\d:\d\d \(UTC\)\. North Ridge\.$/)
    expect(down?.data).toMatchObject({ event: 'opened', open_incidents: 1 })
    expect(down?.actions.map((one) => one.action)).toEqual(['acknowledge', 'open'])
    expect(back?.title).toBe('Ridge-3 is back')
    expect(back?.body).toMatch(/^Resolved after \d s, at \d\d:\d\d:\d\d \(UTC\)\. North Ridge\.$/)
    expect(back?.data).toMatchObject({ event: 'resolved', open_incidents: 0 })
    expect(back?.tag).toBe(down?.tag)
    const posts = service.received(phone.stub.endpoint)
    expect(posts.map((post) => [post.topic, post.ttl, post.urgency])).toEqual([
      [`i${down?.data.incident_id}`, '14400', 'high'],
      [`i${down?.data.incident_id}`, '3600', 'high'],
    ])
  })
})

describe('what the push service may answer', () => {
  test.each([404, 410])('%i: the device is lost, keeps its name, and is sent nothing more', async (status) => {
    const { phone, device } = await ridge()
    service.fault({ status, times: 1 })
    await goDark(sql(), device)
    await until('lost', async () => (await phoneRow(phone.id))?.state === 'lost')
    expect(await phoneRow(phone.id)).toMatchObject({ endpoint: null, name: 'Pixel' })
    expect((await phoneRow(phone.id))?.lostReason).toContain(String(status))
    await until('failed for good', async () => (await deliveryOf('opened'))?.failed)
  })

  test('gone, then healed with a new endpoint: the notice of the open incident comes at once, once', async () => {
    const { userId, phone, device } = await ridge()
    service.drop(phone.stub.endpoint)
    await goDark(sql(), device)
    await until('lost', async () => (await phoneRow(phone.id))?.state === 'lost')
    const { publicKey } = await vapidKeys()
    const again = {
      userId,
      deviceKey: phone.deviceKey,
      permission: 'granted' as const,
      userAgent: 'x',
      vapidKey: publicKey,
    }
    const dead = await savePushDevice({ ...again, subscription: phone.stub })
    expect(dead).toMatchObject({ id: phone.id, known: true, dead: true, removed: false })
    const stub = service.createStub({ key: publicKey })
    const healed = await savePushDevice({ ...again, subscription: stub })
    expect(healed).toEqual({ id: phone.id, known: true, dead: false, removed: false })
    await until('the notice', () => textsOf(service, stub.id).length === 1)
    await savePushDevice({ ...again, subscription: stub })
    await comeBack(sql(), device)
    await until('the end', () => textsOf(service, stub.id).length === 2)
    expect(textsOf(service, stub.id).map((one) => one.title)).toEqual(['Ridge-3 is down', 'Ridge-3 is back'])
    expect(await phoneRow(phone.id)).toMatchObject({ state: 'ok', lastError: null })
  })

  test.each([
    [429, 7, 7],
    [503, undefined, 5],
    [500, undefined, 5],
    [406, 900, 900],
  ])(
    '%i with Retry-After %s: again after %i s, not before, and then delivered',
    async (status, retryAfter, seconds) => {
      const { phone, device } = await ridge()
      service.fault({ status, times: 1, ...(retryAfter ? { retryAfter } : {}) })
      await goDark(sql(), device)
      const waiting = await until('a failed attempt', async () => {
        const row = await deliveryOf('opened')
        return row?.attempts.length === 1 ? row : null
      })
      expect(waiting).toMatchObject({ delivered: false, failed: false, attempts: [{ status }] })
      expect(waiting?.due).toBeGreaterThan(seconds - 2)
      expect(waiting?.due).toBeLessThan(seconds * 1.2 + 1)
      expect(phone.messages()).toEqual([])
    },
  )

  test.each([400, 401, 403])(
    '%i is our fault: the subscription stays, the fault is shown, and it is tried again',
    async (status) => {
      const { phone, device } = await ridge()
      service.fault({ status, times: 1, body: '{"reason":"BadJwtToken"}' })
      await goDark(sql(), device)
      await until('the fault', async () => (await phoneRow(phone.id))?.state === 'doubtful')
      expect(await phoneRow(phone.id)).toMatchObject({
        endpoint: phone.stub.endpoint,
        lastError: expect.stringContaining('BadJwtToken'),
      })
      await hurryNow()
      await until('delivered', () => phone.messages().length === 1)
      await until('mended', async () => (await phoneRow(phone.id))?.lastError === null)
    },
  )

  test('413 is not sent again', async () => {
    const { device } = await ridge()
    service.fault({ status: 413, times: 1 })
    await goDark(sql(), device)
    await until('failed', async () => (await deliveryOf('opened'))?.failed)
  })

  test.each(['hang', 'reset'] as const)('%s: no answer, so it is sent again', async (mode) => {
    const { phone, device } = await ridge()
    service.fault({ mode, times: 1 })
    await goDark(sql(), device)
    const row = await until('the attempt', async () => {
      const found = await deliveryOf('opened')
      return found?.attempts.length === 1 ? found : null
    })
    expect(row?.attempts[0]).toMatchObject({ status: null, answer: expect.stringContaining('No answer') })
    await hurryNow()
    await until('delivered', () => phone.messages().length === 1)
  })

  test('the answer was lost, but the phone said that it showed the notice: it is not sent again', async () => {
    const { phone, device } = await ridge()
    service.fault({ mode: 'reset', deliver: true, times: 1 })
    await goDark(sql(), device)
    const shown = await until('the notice', () => phone.messages()[0])
    await until('the attempt', async () => (await deliveryOf('opened'))?.attempts.length === 1)
    const deliveryId = shown?.data.delivery_id ?? 0
    expect(await recordReceipt({ deliveryId, deviceKey: crypto.randomUUID(), shown: true })).toBe(false)
    expect(await recordReceipt({ deliveryId, deviceKey: phone.deviceKey, shown: true })).toBe(true)
    await hurryNow()
    await comeBack(sql(), device)
    await until('the end', () => phone.messages().length === 2)
    expect(phone.messages().map((one) => one.data.event)).toEqual(['opened', 'resolved'])
  })

  test('the answer was lost and no receipt came: the same notice again, under the same identity', async () => {
    const { phone, device } = await ridge()
    service.fault({ mode: 'hang', deliver: true, times: 1 })
    await goDark(sql(), device)
    await until('the attempt', async () => (await deliveryOf('opened'))?.attempts.length === 1)
    await hurryNow()
    await until('again', () => phone.messages().length === 2)
    const [first, second] = phone.messages()
    expect([second?.tag, second?.data.delivery_id]).toEqual([first?.tag, first?.data.delivery_id])
  })
})

describe('beginning and end', () => {
  test('over before it could be sent: one notice says both, the beginning is never sent', async () => {
    const { phone, device } = await ridge()
    service.fault({ status: 503, times: 1 })
    await goDark(sql(), device)
    await until('the failed attempt', async () => (await deliveryOf('opened'))?.attempts.length === 1)
    await comeBack(sql(), device)
    await until('the end', () => phone.messages().length === 1)
    await hurryNow()
    expect(phone.messages()[0]).toMatchObject({
      title: 'Ridge-3 is back',
      body: expect.stringMatching(/^It was dark for 3 s, from /),
    })
    expect((await deliveryOf('opened'))?.failed).toBe(true)
  })

  test('the end waits while the beginning is being sent', async () => {
    const { phone, device } = await ridge()
    service.fault({ delayMs: 400, times: 1 })
    await goDark(sql(), device)
    await until('the send', () => service.received(phone.stub.endpoint).length === 1)
    await comeBack(sql(), device)
    await until('both', () => phone.messages().length === 2)
    expect(phone.messages().map((one) => one.data.event)).toEqual(['opened', 'resolved'])
  })

  test('accepted, and its answer never ends: it is not sent again', async () => {
    const { phone, device } = await ridge()
    service.fault({ mode: 'stall', deliver: true })
    await goDark(sql(), device)
    await until('accepted', async () => (await deliveryOf('opened'))?.delivered, 4000)
    expect((await deliveryOf('opened'))?.attempts).toMatchObject([{ status: 201 }])
    expect(phone.messages()).toHaveLength(1)
  })

  test('a device whose kept keys cannot be opened is lost and told so; the others are sent theirs', async () => {
    const { userId, phone, device } = await ridge()
    const other = await addPhone(sql(), service, userId, 'Tablet')
    await sql()`update push_devices set auth = 'none of ours' where id = ${phone.id}`
    await goDark(sql(), device)
    await until('the other', () => other.messages().length === 1, 4000)
    await until('lost', async () => (await phoneRow(phone.id))?.state === 'lost')
    expect((await phoneRow(phone.id))?.lostReason).toContain('cannot be opened')
    await until('its delivery to end', async () => {
      const [open] = await sql()`select 1 from deliveries where delivered_at is null and failed_at is null`
      return open === undefined
    })
  })

  test('a person in a time zone that is none is told all the same', async () => {
    const { userId, phone, device } = await ridge()
    await sql()`update users set time_zone = 'Mars/Base' where id = ${userId}`
    await goDark(sql(), device)
    await until('the notice', () => phone.messages().length === 1, 4000)
    expect(phone.messages()[0]?.body).toContain('(UTC)')
  })

  test('what no message can be made of ends as failed, and is not taken up for ever', async () => {
    const { phone, device } = await ridge()
    service.fault({ mode: 'hang', times: 1 })
    await goDark(sql(), device)
    await until('the first try', () => service.received(phone.stub.endpoint).length === 1)
    await sql()`update deliveries set message = '{"event": "opened"}'`
    await until('the try to be over', async () => ((await deliveryOf('opened'))?.attempts.length ?? 0) > 0)
    await hurryNow()
    await until('failed', async () => (await deliveryOf('opened'))?.failed, 6000)
  })

  test('a test push goes to one device and says so', async () => {
    const { userId, phone } = await ridge()
    const other = await addPhone(sql(), service, userId, 'Tablet')
    const queued = await queueTestPush(userId, phone.id)
    await until('the test', () => phone.messages().length === 1)
    expect(phone.messages()[0]).toMatchObject({ tag: 'test', data: { event: 'test', delivery_id: queued?.deliveryId } })
    expect(service.received(phone.stub.endpoint)[0]).toMatchObject({ ttl: '60' })
    expect(other.messages()).toEqual([])
    expect(await queueTestPush(userId + 1, phone.id)).toBeNull()
  })
})
