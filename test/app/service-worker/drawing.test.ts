import { describe, expect, test } from 'vitest'
import { type Browser, browserOf, drawingOf } from '@/app/service-worker/drawing'
import { type Notice, unreadNotice } from '@/app/service-worker/notice'

const now = Date.parse('2026-11-21T04:20:00Z')
const down: Notice = {
  ...unreadNotice,
  title: 'Ridge-3 is down',
  tag: 'incident-7',
  deliveryId: 10,
  incidentId: 7,
  event: 'opened',
}
const back: Notice = { ...down, title: 'Ridge-3 is back', deliveryId: 20, event: 'resolved' }

describe('drawingOf', () => {
  const draws = (
    arrived: Notice,
    before: Notice | null,
    { browser = 'firefox' as Browser, onDisplay = 1, minutesAgo = 1 } = {},
  ) => drawingOf(arrived, before && { notice: before, at: now - minutesAgo * 60_000 }, { browser, onDisplay, now })

  test.each([
    ['the first of an incident', down, null],
    ['"resolved" after "down"', back, down],
    ['a reminder under the same tag', { ...down, deliveryId: 11, event: 'reminded' }, down],
    ['the same number with other words: a restored database counts anew', { ...down, title: 'Hill-1 is down' }, down],
    ['a message that could not be read, again', unreadNotice, unreadNotice],
    ['another incident with a lower number', { ...down, incidentId: 6 }, back],
  ])('%s is drawn aloud', (_, arrived, before) =>
    expect(draws(arrived, before)).toEqual({ how: 'aloud', notice: arrived }),
  )

  test('what is to ring for nobody is drawn without a sound', () => {
    const under: Notice = { ...back, title: 'Ridge-3 is behind Tower', silent: true }
    expect(draws(under, down)).toEqual({ how: 'silent', notice: under })
    expect(draws(under, null)).toEqual({ how: 'silent', notice: under })
  })

  test('what was drawn yesterday silences nothing', () =>
    expect(draws(down, down, { minutesAgo: 24 * 60 })).toEqual({ how: 'aloud', notice: down }))

  // arrived again, or overtaken by "resolved"
  const again: [Browser, number, string][] = [
    ['firefox', 1, 'nothing'],
    ['firefox', 0, 'nothing'],
    ['chromium', 1, 'nothing'],
    ['chromium', 0, 'silent'], // it would show a text of its own
    ['webkit', 1, 'silent'], // three pushes without a notice end the subscription
    ['webkit', 0, 'silent'],
  ]
  test.each(again)('twice in %s with %i on display: %s', (browser, onDisplay, how) => {
    expect(draws(down, down, { browser, onDisplay }).how).toBe(how)
    expect(draws(down, back, { browser, onDisplay }).how).toBe(how)
  })

  test('where it must draw, it draws the newest, not what arrived', () =>
    expect(draws(down, back, { browser: 'webkit' })).toEqual({ how: 'silent', notice: back }))
})

describe('browserOf', () => {
  test.each([
    ['Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0', 'firefox'],
    [
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36',
      'chromium',
    ],
    [
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36 Edg/156.0',
      'chromium',
    ],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1',
      'webkit',
    ],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/140.0 Mobile/15E148 Safari/604.1',
      'webkit',
    ],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) FxiOS/140.0 Mobile/15E148 Safari/605.1.15',
      'webkit',
    ],
  ])('%s', (userAgent, browser) => expect(browserOf(userAgent)).toBe(browser))
})
