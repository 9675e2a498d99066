import { describe, expect, test } from 'vitest'
import type { TestState } from '@/app/ui/push/push-api'
import { testWords } from '@/app/ui/push/test-words'

const asked: TestState = {
  delivery_id: 1,
  created_at: '2026-11-21T04:00:00.000Z',
  accepted_at: null,
  shown_at: null,
  failed_at: null,
  answer: null,
}
const accepted = { ...asked, accepted_at: '2026-11-21T04:00:00.400Z', answer: '201' }

describe('testWords', () => {
  test.each<[string, TestState | null, number, string, boolean]>([
    ['before the server answered', null, 0, 'Asking for a test…', false],
    ['asked', asked, 1000, 'Sending…', false],
    ['accepted', accepted, 1000, 'The push service took it after 0.4 s; waiting', false],
    ['shown', { ...accepted, shown_at: '2026-11-21T04:00:00.900Z' }, 1000, 'It arrived: shown 0.9 s', true],
    ['shown though the answer was lost', { ...asked, shown_at: '2026-11-21T04:00:00.900Z' }, 1000, 'It arrived', true],
    ['accepted, silent for 20 s', accepted, 20_000, 'The push service took it after 0.4 s, but', false],
    ['accepted, silent for a minute', accepted, 60_000, 'The push service took it after 0.4 s, but', true],
    [
      'refused',
      { ...asked, failed_at: '2026-11-21T04:00:01.000Z', answer: '410 gone' },
      1000,
      'Not accepted: 410 gone.',
      true,
    ],
    ['not sent for 20 s', asked, 20_000, 'Not sent within 20 s; it is tried again. Is the keeper running', false],
    [
      'failing for 20 s',
      { ...asked, answer: '500' },
      20_000,
      'Not sent within 20 s; it is tried again. The last answer: 500.',
      false,
    ],
  ])('%s', (_, state, elapsedMs, words, done) => {
    const told = testWords(state, elapsedMs)
    expect(told.words.startsWith(words), told.words).toBe(true)
    expect(told.done).toBe(done)
  })
})
