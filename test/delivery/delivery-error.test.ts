import { describe, expect, test } from 'vitest'
import { answerText, isPermanent, refusal } from '@/lib/delivery/delivery-error'
import { costOf } from '../setup/measure'
import { now } from './stand-in'

test.each([
  [301, true],
  [302, false],
  [308, true],
  [400, true],
  [401, true],
  [404, true],
  [408, false],
  [410, true],
  [425, false],
  [429, false],
  [451, true],
  [500, false],
  [503, false],
])('%i is permanent: %s', (status, permanent) => expect(isPermanent(status)).toBe(permanent))

describe('refusal', () => {
  const of = (text: string, headers: Record<string, string> = {}) =>
    refusal('Slack', { status: 503, headers, text }, now)

  test('says what was answered, in one line of bounded length', () => {
    expect(of(' no\r\nroom ').message).toBe('Slack answered 503: no room')
    expect(of('').message).toBe('Slack answered 503')
    expect(of('👨‍👩‍👧‍👦'.repeat(1000)).message).toMatch(/^Slack answered 503: (👨‍👩‍👧‍👦)+…$/u)
    expect(of('x'.repeat(60_000)).message.length).toBeLessThan(330)
  })

  test('reads the text of a page', () =>
    expect(of('<html><style>p{}</style><script>1<2</script><h1>Bad&nbsp;gateway</h1></html>').message).toBe(
      'Slack answered 503: Bad&nbsp;gateway',
    ))

  test.each([
    ['30', 30_000],
    ['Tue, 01 Sep 2026 12:00:30 GMT', 30_000],
    ['soon', null],
    ['-5', null],
  ])('Retry-After %j is %s ms', (header, retryAfterMs) =>
    expect(of('', { 'retry-after': header })).toMatchObject({ permanent: false, status: 503, retryAfterMs }),
  )
})

test('a page made of tags is no work', async () => {
  const { cpu } = await costOf(() => answerText('<script'.repeat(9000)))
  expect(cpu).toBeLessThan(10)
})
