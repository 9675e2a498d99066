import { describe, expect, test } from 'vitest'
import { composeWords, mailOfWords, type WordFacts } from '@/lib/delivery/client-words'
import { outcomeNote, smsFailure, smsOutcome } from '@/lib/domain/message-outcome'
import { optWord } from '@/lib/domain/message-stop'
import { instantWords, lastedWords, shippedLanguages, shippedTemplate, wordsFor } from '@/lib/domain/message-words'
import { smsSize } from '@/lib/domain/sms-text'

const now = new Date('2026-09-01T12:20:00Z')
const facts = (changed: Partial<WordFacts> = {}): WordFacts => ({
  part: 'first',
  medium: 'sms',
  language: 'en',
  client: {
    name: 'Example Feed Co (Robin Placeholder)',
    company: 'Example Feed Co',
    person: 'Robin Placeholder',
    number: '1042',
  },
  zone: 'America/Denver',
  sender: 'Example Net',
  incident: { siteName: 'North Ridge', cause: null, beganAt: new Date('2026-09-01T12:00:00Z'), resolvedAt: null },
  now,
  ...changed,
})

describe('the shipped words', () => {
  const cases = shippedLanguages.flatMap((language) =>
    (['first', 'follow_up'] as const).flatMap((part) =>
      (['sms', 'email'] as const).map((medium) => [language, part, medium] as const),
    ),
  )
  test.each(cases)(
    '%s, %s, %s: whole, with every value, a text of GSM-7 in two parts at most',
    (language, part, medium) => {
      const endedAt =
        part === 'follow_up'
          ? {
              incident: {
                ...facts().incident,
                siteName: 'North Ridge',
                cause: null,
                beganAt: new Date('2026-09-01T12:00:00Z'),
                resolvedAt: now,
              },
            }
          : {}
      const made = composeWords(shippedTemplate, facts({ language, part, medium, ...endedAt }), 3)
      if ('fault' in made) throw new Error(made.fault)
      expect(made.body).not.toMatch(/\{|\}|undefined|null/)
      expect(made.body).toMatch(part === 'first' ? /6:00/ : /6:20/)
      expect(made.body).toContain('Example Net')
      if (medium === 'email') expect(made.subject.length).toBeGreaterThan(10)
      else
        expect(smsSize(made.body)).toMatchObject({
          encoding: 'GSM-7',
          segments: expect.toSatisfy((parts) => parts <= 2),
        })
      if (part === 'first' && medium === 'sms') expect(made.body).toContain('STOP')
    },
  )
})

test('a language without words falls back to the one it is of, then to English', () => {
  expect(wordsFor(shippedTemplate.first, 'sms', 'es-MX')?.language).toBe('es')
  expect(wordsFor(shippedTemplate.first, 'sms', 'DE')?.language).toBe('de')
  expect(wordsFor(shippedTemplate.first, 'email', 'tlh')?.language).toBe('en')
  expect(wordsFor([{ language: 'fr', medium: 'sms', subject: '', body: 'x' }], 'sms', 'en')?.language).toBe('fr')
  expect(wordsFor([], 'sms', 'en')).toBeNull()
})

test.each([
  ['2026-09-01T12:05:00Z', 'en', 'America/Denver', '6:05 AM'],
  ['2026-09-01T12:05:00Z', 'de', 'Europe/Berlin', '14:05'],
  ['2026-08-31T23:05:00Z', 'en', 'UTC', 'Mon, Aug 31, 11:05 PM'],
  ['2026-08-31T23:05:00Z', 'de', 'Europe/Berlin', '1:05'], // the same day there
  ['2026-08-30T23:05:00Z', 'fr', 'UTC', 'dim. 30 août, 23:05'],
  ['2026-09-01T12:05:00Z', 'no such language', 'UTC', '12:05 PM'],
  ['2026-09-01T12:05:00Z', 'en', 'Mars/Olympus', '12:05 PM'],
])('%s in %s, %s: %s', (at, language, zone, expected) => {
  expect(instantWords(Date.parse(at), now.getTime(), { language, zone }).replace(/[\u202f\u00a0]/g, ' ')).toBe(expected)
})

test.each([
  [10_000, '1 min'],
  [14 * 60_000, '14 min'],
  [60 * 60_000, '1 h'],
  [125 * 60_000, '2 h 5 min'],
])('%i ms lasted %s', (ms, words) => expect(lastedWords(ms)).toBe(words))

test('a text never takes more parts than it may, and marks, controls and template signs in a name stay text', () => {
  const words = [{ language: 'en', medium: 'sms' as const, subject: '', body: '{{ client.name }}: {{ site }}' }]
  const nasty = facts({
    client: { name: '{{ site }} <b>&\r\nBcc: x \u202e', company: null, person: null, number: null },
  })
  expect(composeWords({ first: words, follow_up: [] }, nasty, 3)).toEqual({
    subject: '',
    body: '{{ site }} <b>& Bcc: x: North Ridge',
  })
  const long = facts({ client: { name: '€'.repeat(4000), company: null, person: null, number: null } })
  const made = composeWords({ first: words, follow_up: [] }, long, 2)
  expect('body' in made && smsSize(made.body).segments).toBe(2)
})

test.each([
  ['{{ client.name | nosuch }}', 'nosuch'],
  ['{% if %}', 'cannot be made'],
  ['{% comment %}all{% endcomment %}', 'empty message'],
  ['{% for i in (1..100000000) %}x{% endfor %}', 'cannot be made'],
])('the words %j are refused: %s', (body, why) => {
  const made = composeWords(
    { first: [{ language: 'en', medium: 'sms', subject: '', body }], follow_up: [] },
    facts(),
    3,
  )
  expect('fault' in made && made.fault).toContain(why)
})

test('a mail shows no markup of names as its own, and its end has the link', () => {
  const { text, html } = mailOfWords(
    'Hello <b>Robin</b> & Co\n\nSecond',
    'de',
    'https://beatline.example/opt-out/1.x.y',
  )
  expect(html).toContain('Hello &lt;b&gt;Robin&lt;/b&gt; &amp; Co')
  expect(html).toContain('Keine solchen Nachrichten mehr: <a href="https://beatline.example/opt-out/1.x.y"')
  expect(text).toBe(
    'Hello <b>Robin</b> & Co\n\nSecond\n\n-- \nKeine solchen Nachrichten mehr: https://beatline.example/opt-out/1.x.y\n',
  )
})

test.each([
  ['STOP', 'stop'],
  [' stop. ', 'stop'],
  ['Stop!!!', 'stop'],
  ['"STOP"', 'stop'],
  ['stop all', 'stop'],
  ['Arrêt', 'stop'],
  ['ARRE\u0302T', 'stop'],
  ['BAJA', 'stop'],
  ['Unsubscribe', 'stop'],
  ['please stop', 'stop'],
  ['START', 'start'],
  ['unstop', 'start'],
  ['Sí', 'start'],
  ['Stop by tomorrow and look at my radio', null],
  ['When is it back?', null],
  ['', null],
  ['👍', null],
])('a text %j asks for %j', (text, expected) => expect(optWord(text)).toBe(expected))

test.each([
  ['queued', 'accepted'],
  ['sent', 'accepted'],
  ['delivered', 'delivered'],
  ['undelivered', 'failed'],
  ['failed', 'failed'],
  ['receiving', null],
])('Twilio’s %s is %s', (word, expected) => expect(smsOutcome(word)).toBe(expected))

test('a failure is said in words with its code', () => {
  expect(smsFailure('30005')).toBe('the number is not known (code 30005)')
  expect(smsFailure('63018')).toBe('Twilio says 63018')
  expect(smsFailure(null)).toBe('Twilio does not say why')
})

test.each([
  ['first', { told: 38, failed: 0, doubtful: 0, left: 3 }, '38 clients told; 3 left out.'],
  [
    'first',
    { told: 1, failed: 1, doubtful: 2, left: 0 },
    '1 client told; 1 could not be reached, of 2 it is not known.',
  ],
  ['follow_up', { told: 38, failed: 0, doubtful: 0, left: 0 }, '38 clients told that it is over.'],
] as const)('%s %j: %s', (part, counts, words) => expect(outcomeNote(part, counts)).toBe(words))
