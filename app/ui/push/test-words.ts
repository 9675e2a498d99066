import type { TestState } from './push-api'

/** Where a test push is, in a sentence; `done` once nothing more is to be waited for. */
export function testWords(
  test: TestState | null,
  elapsedMs: number,
): { words: string; tone: 'still' | 'up' | 'amber' | 'down'; done: boolean } {
  if (!test) return { words: 'Asking for a test…', tone: 'still', done: false }
  const after = (at: string) => `${(Math.max(0, Date.parse(at) - Date.parse(test.created_at)) / 1000).toFixed(1)} s`
  if (test.shown_at)
    return { words: `It arrived: shown ${after(test.shown_at)} after it was asked for.`, tone: 'up', done: true }
  if (test.failed_at)
    return { words: `Not accepted: ${test.answer ?? 'the push service gave no reason'}.`, tone: 'down', done: true }
  const seconds = Math.floor(elapsedMs / 1000)
  if (test.accepted_at) {
    const accepted = `The push service took it after ${after(test.accepted_at)}`
    if (elapsedMs < patienceMs)
      return { words: `${accepted}; waiting for the device to show it…`, tone: 'still', done: false }
    const silent = `${accepted}, but the device has not shown it within ${seconds} s. It may be off, offline or silenced.`
    return { words: silent, tone: 'amber', done: elapsedMs >= giveUpMs }
  }
  if (elapsedMs < patienceMs) return { words: 'Sending…', tone: 'still', done: false }
  const answer = test.answer ? ` The last answer: ${test.answer}.` : ' Is the keeper running? Settings says so.'
  return {
    words: `Not sent within ${seconds} s; it is tried again.${answer}`,
    tone: 'amber',
    done: elapsedMs >= giveUpMs,
  }
}

const patienceMs = 15_000
const giveUpMs = 60_000 // after which the server calls the device doubtful
