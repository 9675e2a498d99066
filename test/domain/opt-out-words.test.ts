import { expect, test } from 'vitest'
import { optOutWords } from '@/lib/domain/opt-out-words'

test.each([
  ['de-AT,de;q=0.9,en;q=0.8', 'de'],
  ['tlh, es-MX;q=0.7, en;q=0.9', 'en'],
  ['fr', 'fr'],
  ['pt-BR,es;q=0.5', 'es'],
  ['', 'en'],
  [null, 'en'],
  [',;;q=,', 'en'],
])('who reads %j reads %s', (accepted, language) => expect(optOutWords(accepted).language).toBe(language))

test('each names the address where it stands', () => {
  for (const language of ['en', 'es', 'fr', 'de']) {
    const { about, over } = optOutWords(language)
    expect([about, over].every((words) => words.includes('{address}'))).toBe(true)
  }
})
