import { describe, expect, test } from 'vitest'
import webPush from 'web-push'
import { endpointProblem, isPublicAddress, pushAgent } from '@/lib/delivery/push-endpoint'
import { sendWebPush } from '@/lib/delivery/web-push'

describe('endpoints are user input', () => {
  test.each([
    'https://fcm.googleapis.com/fcm/send/eXaMpLe0001:APA91bEXAMPLE',
    'https://updates.push.services.mozilla.com/wpush/v2/gAAAAABexample',
    'https://web.push.apple.com/QExampleToken0001',
    'https://wns2-by3p.notify.windows.com/w/?token=x',
    'https://push.somebody.net/abc',
    'https://[2606:4700::1111]/x',
  ])('%s is a place to POST to', (endpoint) => expect(endpointProblem(endpoint, { allowPrivate: false })).toBeNull())

  test.each([
    'http://fcm.googleapis.com/x',
    'http://169.254.169.254/latest/meta-data/',
    'https://169.254.169.254/latest/meta-data/',
    'https://127.0.0.1/x',
    'https://2130706433/x', // 127.0.0.1 in one number
    'https://0x7f.1/x',
    'https://10.1.2.3/x',
    'https://[::1]/x',
    'https://[::ffff:10.0.0.1]/x',
    'https://[64:ff9b::a00:1]/x',
    'https://[fd00::1]/x',
    'https://[fe80::1]/x',
    'https://localhost/x',
    'https://db.internal/x',
    'https://printer/x',
    'https://fcm.googleapis.com:8443/x',
    'https://me:secret@fcm.googleapis.com/x',
    'ftp://fcm.googleapis.com/x',
    'file:///etc/passwd',
    'not an address',
    `https://push.somebody.net/${'x'.repeat(2050)}`,
  ])('%s is refused', (endpoint) =>
    expect(endpointProblem(endpoint, { allowPrivate: false })).toEqual(expect.any(String)),
  )

  test('with the setting for tests a local one may be used, still by https alone', () => {
    expect(endpointProblem('https://127.0.0.1:8443/x', { allowPrivate: true })).toBeNull()
    expect(endpointProblem('http://127.0.0.1:8443/x', { allowPrivate: true })).toEqual(expect.any(String))
  })
})

test.each([
  ['8.8.8.8', true],
  ['192.168.1.1', false],
  ['100.64.0.1', false],
  ['198.19.0.1', false],
  ['224.0.0.1', false],
  ['2606:4700::1111', true],
  ['2002:a00:1::', false],
  ['2001:db8::1', false],
  ['::', false],
  ['nonsense', false],
])('%s is public: %s', (address, expected) => expect(isPublicAddress(address)).toBe(expected))

test('a name that leads to a private address is refused when it is resolved', async () => {
  const agent = pushAgent({ allowPrivate: false })
  const keys = webPush.generateVAPIDKeys()
  const p256dh = 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4'
  const target = { endpoint: 'https://localhost:9/x', keys: { p256dh, auth: 'BTBZMqHH6r4Tts7J_aSIgg' } }
  const vapid = { subject: 'mailto:operator@example.net', ...keys }
  const message = {} as Parameters<typeof sendWebPush>[2]
  // The name itself is let through here, as a public one with a private answer would be: the agent must refuse.
  const sender = { vapid, allowPrivate: true, agent }
  const answer = await sendWebPush(sender, target, message, { ttlSeconds: 60, topic: null }, AbortSignal.timeout(5000))
  expect(answer).toMatchObject({ status: 403, text: expect.stringContaining('localhost leads to') })
  agent.destroy()
})
