import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { smsSize } from '@/lib/domain/sms-text'
import { statusFeed } from '@/lib/domain/status-feed'
import { codeSms, statusMailHtml, statusMailText, statusSms } from '@/lib/domain/status-mail'
import { overallState, type PlaceState, type PublicIncident, placeState, slugFault } from '@/lib/domain/status-page'
import { eventWords, incidentTitle, lastedWords, placesText } from '@/lib/domain/status-words'

const began = Date.parse('2026-11-21T13:05:00Z')
const minute = 60_000
const incident = (change: Partial<PublicIncident> = {}): PublicIncident => ({
  ref: 'abc',
  kind: 'interrupted',
  places: ['North Ridge'],
  beganAt: began,
  endedAt: null,
  attended: false,
  updates: [],
  ...change,
})
const about = { whose: 'place' as const, zone: 'Europe/Berlin', now: began + 6 * minute, update: null }

describe('what a subscriber is told', () => {
  test.each([
    [
      'opened',
      incident(),
      null,
      'Service interrupted: North Ridge',
      'Some or all customers at North Ridge are without service. We know of it. Since 14:05 (Europe/Berlin).',
    ],
    [
      'opened',
      incident({ attended: true, kind: 'unstable', places: ['A', 'B'] }),
      null,
      'Service unstable: A and B',
      'Service at A and B comes and goes. We are working on it. Since 14:05 (Europe/Berlin).',
    ],
    [
      'opened',
      incident({ places: [] }),
      'A truck is on its way.',
      'Service interrupted',
      'Some or all customers are without service. We know of it. Since 14:05 (Europe/Berlin).\n\nA truck is on its way.',
    ],
    [
      'opened',
      incident({ kind: 'partly', places: [] }),
      null,
      'Service interrupted for some',
      'Some customers are without service. We know of it. Since 14:05 (Europe/Berlin).',
    ],
    ['updated', incident(), 'Power is back.', 'Service interrupted: North Ridge', 'Power is back.'],
    [
      'resolved',
      incident({ endedAt: began + 74 * minute }),
      null,
      'Service is back: North Ridge',
      'It lasted 1 h 14 min, until 15:19 (Europe/Berlin).',
    ],
  ] as const)('%s', (event, what, text, title, body) => {
    const update = text === null ? null : { id: 1, at: began, text }
    expect(eventWords(event, what, { ...about, update })).toEqual({ title, body })
  })

  test('of one client’s own connection no place is named', () => {
    const own = { ...about, whose: 'client' as const }
    expect(eventWords('opened', incident(), own).title).toBe('Your connection is interrupted')
    expect(eventWords('opened', incident(), own).body).toBe(
      'You are without service. We know of it. Since 14:05 (Europe/Berlin).',
    )
    expect(eventWords('resolved', incident({ endedAt: began + minute }), own).title).toBe('Your connection is back')
    const part = incident({ kind: 'partly', places: [] })
    expect(eventWords('opened', part, own)).toEqual({
      title: 'Part of your connection is interrupted',
      body: 'Some of your devices cannot be reached, others can. We know of it. Since 14:05 (Europe/Berlin).',
    })
    expect(eventWords('resolved', { ...part, endedAt: began + minute }, own).title).toBe(
      'All of your connection is back',
    )
  })
})

test('many places are counted, not listed', () => {
  expect(placesText(['A', 'B', 'C', 'D'])).toBe('A, B, C and D')
  expect(placesText(['A', 'B', 'C', 'D', 'E'])).toBe('A, B, C and 2 more')
  expect(
    incidentTitle(incident({ places: Array.from({ length: 90 }, (_, i) => `S${i}`) }), 'place').length,
  ).toBeLessThan(60)
})

test.each([
  [0, '0 s'],
  [59_400, '59 s'],
  [59_600, '1 min'],
  [89 * minute, '1 h 29 min'],
  [60 * minute, '1 h'],
  [24 * 60 * minute, '1 d'],
  [50 * 60 * minute, '2 d 2 h'],
  [-5, '0 s'],
])('%d ms are %s', (ms, words) => expect(lastedWords(ms)).toBe(words))

describe('the state of a place', () => {
  test.each([
    [[], 0, 4, 'working'],
    [['interrupted'], 4, 4, 'interrupted'],
    [['interrupted'], 1, 4, 'partly'],
    [['interrupted'], 0, 0, 'partly'],
    [['planned', 'unstable'], 4, 4, 'unstable'],
    [['planned'], 4, 4, 'planned'],
  ] as const)('%j with %d of %d dark is %s', (kinds, dark, watched, state) => {
    expect(placeState(kinds, { dark, watched })).toBe(state)
  })

  test.each([
    [[], 'working'],
    [['working', 'interrupted'], 'partly'],
    [['interrupted', 'interrupted'], 'interrupted'],
    [['working', 'planned'], 'planned'],
  ] as [PlaceState[], PlaceState][])('%j together are %s', (states, all) => expect(overallState(states)).toBe(all))
})

test.each([
  ['north-valley', null],
  ['a', null],
  ['c', 'c leads elsewhere: expected another word'],
  ['stop', 'stop leads elsewhere: expected another word'],
  ['North', expect.stringContaining('expected 1 to 60 small letters')],
  ['-a', expect.stringContaining('expected')],
  ['a/b', expect.stringContaining('expected')],
  ['', expect.stringContaining('expected')],
])('%j in an address: %s', (slug, fault) => expect(slugFault(slug)).toEqual(fault))

const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 400 }), fc.string({ unit: 'grapheme', maxLength: 2000 }))
const nasty = '<script>alert(1)</script> & "quoted" \u202egnp.exe \u0000'

describe('whatever operators and sites are called', () => {
  test('a text fits into two parts and holds its link whole', () => {
    const url = 'https://status.example.net/status/north-valley'
    fc.assert(
      fc.property(text, text, (title, body) => {
        const said = statusSms({ title, body }, url)
        expect(smsSize(said).segments).toBeLessThanOrEqual(2)
        expect(said).toContain(`${url}\nSTOP ends these texts.`)
      }),
    )
  })

  test('a code comes first, and in at most two parts', () => {
    fc.assert(
      fc.property(text, (page) => {
        const said = codeSms('012345', page)
        expect(said.startsWith('012345 ')).toBe(true)
        expect(smsSize(said).segments).toBeLessThanOrEqual(2)
      }),
    )
  })

  test('a mail has no markup but ours', () => {
    const mail = {
      title: nasty,
      body: `${nasty}\n\n${nasty}`,
      page: nasty,
      button: 'Open',
      url: 'https://x.example/?a=1&b="',
      note: nasty,
      stopUrl: null,
    }
    const html = statusMailHtml(mail)
    expect(html).not.toContain('<script')
    for (const sign of ['\u202e', '\0']) expect(html).not.toContain(sign)
    expect(html).toContain('href="https://x.example/?a=1&amp;b=&quot;"')
    expect(statusMailText({ ...mail, stopUrl: 'https://x.example/stop' })).toContain(
      'To get no more of these: https://x.example/stop',
    )
  })

  test('a feed is XML: every sign of markup in it is ours, and nothing that XML may not hold', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ places: fc.array(text, { maxLength: 3 }), say: text, over: fc.boolean() }), {
          maxLength: 6,
        }),
        text,
        (all, title) => {
          const incidents = all.map(({ places, say, over }, i) =>
            incident({
              ref: `r${i}`,
              places,
              endedAt: over ? began + minute : null,
              updates: [{ id: i + 1, at: began + 1, text: say }],
            }),
          )
          const feed = statusFeed(incidents, {
            title,
            url: 'https://x.example/status/a',
            feedUrl: 'https://x.example/status/a/rss',
            whose: 'place',
            at: began,
          })
          const bare = feed.replace(
            /<\/?(?:rss|channel|title|link|description|lastBuildDate|ttl|item|guid|pubDate|atom:link|\?xml)(?: [^<>]*)?\/?>/g,
            '',
          )
          expect(bare).not.toMatch(/[<>]/)
          expect(bare).not.toMatch(/&(?!amp;|lt;|gt;|quot;)/)
          // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly these are not allowed
          expect(feed).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/)
          expect(feed).not.toMatch(/\p{Surrogate}/u)
          const guids = [...feed.matchAll(/<guid[^>]*>([^<]*)</g)].map(([, guid]) => guid)
          expect(new Set(guids).size).toBe(guids.length)
          expect(guids).toHaveLength(incidents.reduce((sum, { endedAt }) => sum + 2 + (endedAt === null ? 0 : 1), 0))
        },
      ),
    )
  })

  test('calls a word of an operator the same when an earlier one was taken back, as readers show each name once', () => {
    const [first, second] = [1, 2].map((id) => ({ id, at: began + id * minute, text: `Word ${id}` }))
    const guidOf = (updates: PublicIncident['updates']) =>
      /<guid[^>]*>([^<]*)<[\s\S]*?Word 2/.exec(
        statusFeed([incident({ updates })], {
          ...{ title: 'x', url: 'https://x.example', feedUrl: 'https://x.example/rss' },
          ...{ whose: 'place', at: began },
        }),
      )?.[1]
    if (!first || !second) throw new Error('there are two')
    expect(guidOf([second])).toBe(guidOf([first, second]))
  })
})
