import { describe, expect, test } from 'vitest'
import { isTwilioCallback, SmsConfig, sendSms } from '@/lib/delivery/sms'
import { smsSize } from '@/lib/domain/sms-text'
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
  resolved,
  standIn,
} from './stand-in'

const vendor = 'https://api.twilio.com'
const account = {
  to_number: '+14065550142',
  account_sid: 'AC00000000000000000000000000000001',
  auth_token: 'beatline-fixture-auth-token',
  from_number: '+14065550199',
}
const ok = {
  status: 201,
  headers: { 'content-type': 'application/json' },
  body: {
    account_sid: account.account_sid,
    body: 'Beatline: Water Street POP is down since 11:53 UTC (4 clients).',
    date_created: 'Tue, 01 Sep 2026 12:00:02 +0000',
    error_code: null,
    error_message: null,
    num_segments: '1',
    sid: 'SM000000000000000000000000000000a1',
    status: 'queued',
    to: account.to_number,
  },
}
const refused = (status: number, code: number, message: string): Answer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status },
})

async function twilio(settings: object, ...answers: Answer[]) {
  const server = await standIn(...answers)
  const http = clientTo({ [vendor]: server.url })
  const config = SmsConfig.parse({ ...account, ...settings })
  return { server, send: (notice = noticeOf()) => sendSms(config, notice, contextOf(http)) }
}

test('posts a form with the account as its name', async () => {
  const { server, send } = await twilio({ status_callback: 'https://beatline.example/hooks/twilio/status?d=42' }, ok)
  expect(await send()).toEqual({
    reference: { sid: 'SM000000000000000000000000000000a1' },
    status: 201,
    answer: 'queued as SM000000000000000000000000000000a1',
  })
  expect(server.received[0]).toMatchObject({
    method: 'POST',
    path: '/2010-04-01/Accounts/AC00000000000000000000000000000001/Messages.json',
    headers: {
      authorization: `Basic ${Buffer.from(`${account.account_sid}:${account.auth_token}`).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
  })
  expect(server.form()).toEqual({
    To: '+14065550142',
    From: '+14065550199',
    Body: 'AP Ridge-3 is down: 41 clients, Acme Dental and 40 more\nDark since 11:53.\nThe backhaul answers, so the trouble is at the tower.\nhttps://beatline.example/incidents/42',
    StatusCallback: 'https://beatline.example/hooks/twilio/status?d=42',
  })
})

test('a messaging service stands for the sender', async () => {
  const body = {
    ...ok.body,
    from: null,
    messaging_service_sid: `MG${'0'.repeat(31)}1`,
    num_segments: '0',
    status: 'accepted',
  }
  const { server, send } = await twilio({ from_number: `MG${'0'.repeat(31)}1` }, { ...ok, body })
  expect(await send()).toMatchObject({ answer: 'accepted as SM000000000000000000000000000000a1' })
  expect(server.form()).toMatchObject({ MessagingServiceSid: `MG${'0'.repeat(31)}1` })
  expect(server.form()).not.toHaveProperty('From')
})

test('opened, grew and resolved are three messages', async () => {
  const { server, send } = await twilio({}, ok)
  for (const notice of [noticeOf(), grown, { ...resolved, late: '12 min' }]) await send(notice)
  expect(server.received).toHaveLength(3)
  expect(server.form().Body).toBe(
    'AP Ridge-3 is back\nResolved after 14 min, at 12:07.\nLate by 12 min.\nhttps://beatline.example/incidents/42',
  )
})

describe('answers', () => {
  test.each<[Answer, boolean, string]>([
    [refused(400, 21211, "The 'To' number 5550142 is not a valid phone number."), true, '(code 21211)'],
    [refused(400, 21610, 'Attempt to send to unsubscribed recipient'), true, '(code 21610)'],
    [refused(400, 21606, "The 'From' phone number is not valid for your account."), true, '(code 21606)'],
    [refused(400, 21603, "A 'From' phone number is required."), true, '(code 21603)'],
    [refused(400, 21408, 'Permission has not been enabled for the region.'), true, '(code 21408)'],
    [refused(401, 20003, 'Authenticate'), true, 'Twilio answered 401: Authenticate (code 20003)'],
    [refused(404, 20404, 'The requested resource was not found'), true, '(code 20404)'],
    [refused(429, 20429, 'Too Many Requests'), false, '(code 20429)'],
    [refused(500, 20500, 'Internal Server Error'), false, '(code 20500)'],
  ])('%j is permanent: %s', async (answer, permanent, words) => {
    const failure = await failureOf((await twilio({}, answer)).send())
    expect(failure).toMatchObject({ permanent, status: answer.status })
    expect(failure.message).toContain(words)
  })

  test.each<[string, Answer]>([
    ['broken JSON', { status: 201, body: '{"sid":' }],
    ['a huge body', { status: 201, trouble: 'huge' }],
    ['a body without its end', { status: 201, body: '{}', trouble: 'hang in the body' }],
  ])('%s with 201 is success', async (_, answer) =>
    expect(await (await twilio({}, answer)).send()).toMatchObject({ status: 201, reference: null }),
  )

  const quotable = `${account.account_sid}:${account.auth_token}`
  describeTroubles((_, http) => sendSms(SmsConfig.parse(account), noticeOf(), contextOf(http)), {
    vendor,
    secrets: [account.auth_token, Buffer.from(quotable).toString('base64').replace(/=+$/, '')],
  })
})

test.each([
  [1, manyMarks(300)],
  [2, nasty.repeat(20)],
  [3, '€'.repeat(4000)],
  [10, 'x'.repeat(4000)],
])('in %i segments at most', async (max_segments, text) => {
  const { server, send } = await twilio({ max_segments }, ok)
  await send(noticeOf({ title: text, body: text }))
  const body = `${server.form().Body}`
  expect(smsSize(body).segments).toBe(max_segments)
  expect(body.length).toBeLessThanOrEqual(1600)
  expect(body).toMatch(/\.\.\.(\nhttps:\/\/beatline\.example\/incidents\/42)?$/)
})

describe('status callbacks', () => {
  const url = 'https://beatline.example/hooks/twilio/status?d=42'
  const form = (status: string, extra: Record<string, string> = {}) => ({
    AccountSid: account.account_sid,
    ApiVersion: '2010-04-01',
    From: '+14065550199',
    MessageSid: 'SM000000000000000000000000000000a1',
    MessageStatus: status,
    SmsSid: 'SM000000000000000000000000000000a1',
    SmsStatus: status,
    To: '+14065550142',
    ...extra,
  })
  const delivered = 'lvA7C/ptvJY9mlGjrg75R8duz6c='

  test.each([
    [form('sent'), 'z0PHDAsgnQCErVsxsBg3uvlovN0='],
    [form('delivered'), delivered],
    [form('undelivered', { ErrorCode: '30005' }), 'wMKzZU5SNRcp1yRXDXFGYrmAn4Y='],
    [form('failed', { ErrorCode: '30007' }), 'DGrMcsygmISu3ILsSCNA3EF/Qtk='],
  ])('%j is signed by Twilio', (fields, signature) =>
    expect(isTwilioCallback(account.auth_token, url, fields, signature)).toBe(true),
  )

  test.each<[string, string, Record<string, string>, string | null]>([
    ['forged', url, form('delivered'), 'AAAAAAAAAAAAAAAAAAAAAAAAAAA='],
    ['empty', url, form('delivered'), ''],
    ['absent', url, form('delivered'), null],
    ['of another status', url, form('failed'), delivered],
    ['with a field more', url, form('delivered', { X: '1' }), delivered],
    ['for another notice', url.replace('42', '43'), form('delivered'), delivered],
    ['cut', url, form('delivered'), delivered.slice(0, 10)],
  ])('one that is %s is not', (_, address, fields, signature) =>
    expect(isTwilioCallback(account.auth_token, address, fields, signature)).toBe(false),
  )

  test('nor with another token', () => expect(isTwilioCallback('x', url, form('delivered'), delivered)).toBe(false))

  test('the standard port may be named or not, another one counts', () => {
    const at = (port: string) => url.replace('.example/', `.example${port}/`)
    expect(isTwilioCallback(account.auth_token, at(':443'), form('delivered'), delivered)).toBe(true)
    expect(isTwilioCallback(account.auth_token, at(':8443'), form('delivered'), delivered)).toBe(false)
  })
})

describe('the configuration', () => {
  test('is the older one', () => {
    const older = {
      to_number: '+1234567890',
      account_sid: 'your-twilio-sid',
      auth_token: 'your-twilio-token',
      from_number: '+1987654321',
    }
    expect(SmsConfig.parse(older)).toEqual({ ...older, max_segments: 2 })
  })

  test('a number may be written as people do', () =>
    expect(SmsConfig.parse({ ...account, to_number: '+1 (406) 555-0142' }).to_number).toBe('+14065550142'))

  test.each([
    [{ to_number: '5550142' }],
    [{ from_number: 'a name too long' }],
    [{ account_sid: '../x' }],
    [{ auth_token: '' }],
    [{ max_segments: 11 }],
  ])('%j is refused', (wrong) => expect(SmsConfig.safeParse({ ...account, ...wrong }).success).toBe(false))
})
