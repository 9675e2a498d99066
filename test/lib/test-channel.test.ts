import { afterAll, beforeAll, expect, test } from 'vitest'
import { sendTest } from '@/lib/test-channel'
import { headersOf, mailServer, words } from '../delivery/mail-server'
import { type TestDatabase, testDatabase } from '../setup/database'
import { addChannel, standInMedium } from '../workers/keeper/outbox-scene'

let database: TestDatabase
const sql = () => database.sql
const signal = () => AbortSignal.timeout(5000)

beforeAll(async () => {
  process.env.ALLOW_PRIVATE_WEBHOOKS = 'yes' // before the settings are first read
  database = await testDatabase()
})
afterAll(() => database?.stop())

const health = async (id: number) =>
  (
    await sql()`select failures, broken_since is not null as broken, last_answer as answer from channels where id = ${id}`
  )[0]

test('a test comes with its real answer', async () => {
  const medium = await standInMedium()
  const id = await addChannel(sql(), 'webhook', { url: medium.url() })
  expect(await sendTest(id, signal())).toEqual({ status: 200, answer: '{"id":"1","message":"as told"}', ok: true })
  expect(medium.got[0]?.payload).toMatchObject({ type: 'test', data: { title: 'Test from Beatline' } })
})

test('a refusal too, word by word, and one for good breaks the channel', async () => {
  const medium = await standInMedium()
  const id = await addChannel(sql(), 'webhook', { url: medium.url() })
  medium.answer = { status: 503 }
  expect(await sendTest(id, signal())).toEqual({
    status: 503,
    answer: 'The webhook answered 503: {"id":"1","message":"as told"}',
    ok: false,
  })
  expect(await health(id)).toMatchObject({ failures: 0, broken: false })
  medium.answer = { status: 410 }
  expect(await sendTest(id, signal())).toMatchObject({ status: 410, ok: false })
  expect(await health(id)).toMatchObject({ broken: true })
})

test('a test that arrives repairs the channel', async () => {
  const medium = await standInMedium()
  const id = await addChannel(sql(), 'webhook', { url: medium.url() })
  await sql()`update channels set failures = 9, failing_since = now(), breaker_until = now() + interval '1 hour',
    broken_since = now() where id = ${id}`
  await sendTest(id, signal())
  expect(await health(id)).toMatchObject({ failures: 0, broken: false })
})

test('nobody listens: it says so', async () => {
  const medium = await standInMedium()
  const id = await addChannel(sql(), 'webhook', { url: medium.url() })
  await medium.refuse()
  const answer = await sendTest(id, signal())
  expect(answer).toMatchObject({ status: null, ok: false })
  expect(answer.answer).toMatch(/^No answer from 127\.0\.0\.1:\d+: .*ECONNREFUSED/)
})

test('mail by a server of the channel’s own', async () => {
  const { port, mails } = await mailServer()
  const config = { to_email: 'noc@example.net', smtp_server: '127.0.0.1', smtp_port: port, tls: 'unverified' }
  const id = await addChannel(sql(), 'email', config)
  expect(await sendTest(id, signal())).toMatchObject({ ok: true, answer: expect.stringContaining('250') })
  expect(words(headersOf(mails[0]?.raw ?? '').subject)).toBe('Test from Beatline')
})

test('a configuration from before a field became stricter is named, without what it holds', async () => {
  const id = await addChannel(sql(), 'slack', { webhook_url: 'no address', secret_field: 'hunter2' })
  const { answer, ok } = await sendTest(id, signal())
  expect(ok).toBe(false)
  expect(answer).toMatch(/^The configuration cannot be used: .*webhook_url: expected an address/)
  expect(answer).not.toContain('hunter2')
})

test('there is none: it is refused', async () => {
  await expect(sendTest(987_654, signal())).rejects.toThrow('Cannot test the channel 987654: there is none')
})
