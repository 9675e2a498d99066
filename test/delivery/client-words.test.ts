import { expect, test } from 'vitest'
import { composeWords, type WordFacts } from '@/lib/delivery/client-words'
import { shippedLanguages, shippedTemplate } from '@/lib/domain/message-words'
import { smsSize } from '@/lib/domain/sms-text'

const facts = (language: string, beganAt: Date): WordFacts => ({
  ...{
    part: 'first',
    medium: 'sms',
    language,
    zone: 'UTC',
    sender: 'Example Net',
    now: new Date(+beganAt + 86_400_000),
  },
  client: { name: 'Robin Placeholder', company: null, person: null, number: null },
  incident: { siteName: 'North Ridge', cause: null, beganAt, resolvedAt: null },
})

test.each(shippedLanguages)(
  'a text in %s that names a day keeps to GSM-7, whichever day of the year it is',
  (language) => {
    for (let day = 0; day < 366; day += 1) {
      const made = composeWords(shippedTemplate, facts(language, new Date(Date.UTC(2028, 0, 1 + day, 12))), 10)
      if ('fault' in made) throw new Error(made.fault)
      expect([made.body, smsSize(made.body).encoding]).toEqual([made.body, 'GSM-7'])
    }
  },
)

test('a day in other letters than those of GSM-7 keeps its own, and a mail its accents', () => {
  const at = new Date('2026-08-01T12:00:00Z') // a Saturday in August
  const body = (language: string, medium: 'sms' | 'email') => {
    const words = { language, medium, subject: 'x', body: '{{ began }}' }
    const made = composeWords({ first: [words], follow_up: [words] }, { ...facts(language, at), medium }, 10)
    return 'fault' in made ? made.fault : made.body
  }
  expect(body('es', 'sms')).toMatch(/^sab/)
  expect(body('es', 'email')).toMatch(/^sáb/)
  expect(body('ru', 'sms')).toMatch(/^сб/)
  expect(body('hi', 'sms')).toMatch(/^शनि/)
})
