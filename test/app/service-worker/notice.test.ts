import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readNotice, unreadNotice } from '@/app/service-worker/notice'
import { pushMessage } from '@/lib/domain/message'

const moment = {
  deliveryId: 123,
  incidentId: 7,
  behind: 0,
  openIncidents: 2,
  toldBefore: true,
  timeZone: null,
  siteUrl: 'https://noc.example.net',
  now: new Date('2026-11-21T04:12:09Z'),
}
const facts = {
  kind: 'down' as const,
  event: 'opened' as const,
  name: 'Ridge-3',
  site: 'North Ridge',
  began_at: '2026-11-21T04:12:07.000Z',
  ended_at: null,
  tell_from: '2026-11-21T04:12:09.000Z',
}
const message = (change: (notification: Record<string, unknown>) => void) => {
  const whole = JSON.parse(JSON.stringify(pushMessage(facts, moment)))
  change(whole.notification)
  return readNotice(JSON.stringify(whole))
}

describe('readNotice', () => {
  test('reads what the keeper sends', () => {
    expect(message(() => {})).toMatchObject({
      title: 'Ridge-3 is down',
      tag: 'incident-7',
      url: '/incidents/7',
      deliveryId: 123,
      incidentId: 7,
      event: 'opened',
      openIncidents: 2,
      actions: [
        { action: 'acknowledge', title: 'Acknowledge' },
        { action: 'open', title: 'Open' },
      ],
    })
  })

  test('whatever arrives can be shown: it has a title, a tag and a path of ours', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.json().map((json) => `{"notification":${json}}`),
        ),
        (text) => {
          const { title, tag, url } = readNotice(text)
          expect(title.trim()).not.toBe('')
          expect(tag).not.toBe('')
          expect(new URL(url, 'https://noc.example.net').host).toBe('noc.example.net')
        },
      ),
    )
  })

  test('nothing at all is shown in general words', () => expect(readNotice(null)).toBe(unreadNotice))

  test.each(['https://elsewhere.example', '//elsewhere.example', '/\\elsewhere.example', 'javascript:alert(1)', 7, ''])(
    'a click never leaves the site: %j leads to the board',
    (url) => expect(message((n) => Object.assign(n.data as object, { url })).url).toBe('/'),
  )

  test('fields of a wrong kind are left out, the words are shown', () => {
    const notice = message((n) => Object.assign(n, { tag: 7, data: 'none', actions: 'many', body: null }))
    expect(notice).toMatchObject({ title: 'Ridge-3 is down', body: '', tag: 'beatline', deliveryId: null, actions: [] })
  })
})
