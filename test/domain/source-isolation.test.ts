import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { historyBefore, type Remembered } from '@/lib/domain/source-history'
import {
  type Answer,
  isImplausible,
  judgeAnswer,
  type SourceRule,
  type SourceTrouble,
} from '@/lib/domain/source-isolation'

const minute = 60_000
const rule: SourceRule = { misses: 2, polls: 3, revive: 2, forgetMs: 15 * minute }

/** An answer a minute: 'x' is dark, '.' is up, '-' is a poll that failed or said nothing of it. */
const answersOf = (picture: string): Answer[] =>
  [...picture].flatMap((mark, i) => (mark === '-' ? [] : [[i * minute, mark === 'x' ? 1 : 0] as const]))

type Seen = { is: 'isolated' | 'revived'; at: number; found: number }

function story(answers: readonly Answer[], by = rule): Seen[] {
  let trouble: SourceTrouble | null = null
  return answers.flatMap((answer) => {
    const judged = judgeAnswer(trouble, answer, by)
    trouble = judged.trouble
    if (!judged.change) return []
    const at = judged.change.kind === 'isolated' ? judged.change.beganAt : judged.change.endedAt
    return [{ is: judged.change.kind, at, found: answer[0] }]
  })
}
/** In minutes: "dark 1 (2), up 4 (5)". */
const told = (picture: string, by = rule) =>
  story(answersOf(picture), by)
    .map(({ is, at, found }) => `${is === 'isolated' ? 'dark' : 'up'} ${at / minute} (${found / minute})`)
    .join(', ')

describe('2 dark answers of the last 3 isolate, 2 up ones in a row revive', () => {
  test.each([
    ['.....', '', 'nothing'],
    ['..x..', '', 'a flap of one poll'],
    ['.x..x..x.', '', 'one of three each time'],
    ['.xx', 'dark 1 (2)', 'since the first of the two'],
    ['xx', 'dark 0 (1)', 'dark when it was first asked'],
    ['.x.x', 'dark 1 (3)', 'not in a row'],
    ['.x..xx', 'dark 4 (5)', 'the first one is too long ago'],
    ['.x---x', 'dark 1 (5)', 'polls that failed count as neither'],
    ['.x---.-x', 'dark 1 (7)', 'nor do they push out'],
    ['.xx.x..', 'dark 1 (2), up 5 (6)', 'an up answer alone revives nothing'],
    ['.xx.-.', 'dark 1 (2), up 3 (5)', 'nor does a failure between two up ones part them'],
    ['.xxxxxx..xx', 'dark 1 (2), up 7 (8), dark 9 (10)', 'what is over is over: two new ones are needed'],
    ['.xx..x.x', 'dark 1 (2), up 3 (4), dark 5 (7)', 'again'],
    [`.x${'-'.repeat(14)}x`, '', 'the source was away for too long in between'],
    [`.x${'-'.repeat(13)}x`, 'dark 1 (15)', 'not quite too long'],
  ])('%s: %s (%s)', (picture, expected) => expect(told(picture)).toBe(expected))

  test('X and Y may be one: each dark answer isolates at once', () =>
    expect(told('.x.x', { ...rule, misses: 1, polls: 1, revive: 1 })).toBe('dark 1 (1), up 2 (2), dark 3 (3)'))

  test('a clock that went back begins nothing after it was found', () => {
    const [one] = story([
      [5 * minute, 1],
      [4 * minute, 1],
    ])
    expect(one).toEqual({ is: 'isolated', at: 4 * minute, found: 4 * minute })
  })
})

/** The same asked of the whole history at each answer, without any memory. */
function bruteForce(answers: readonly Answer[], by: SourceRule): Seen[] {
  const seen: Seen[] = []
  for (let i = 0; i < answers.length; i++) {
    const now = answers[i]?.[0] ?? 0
    const last = seen.at(-1)
    const isDark = last?.is === 'isolated'
    const since = last ? answers.findIndex(([at]) => at === last.found) + 1 : 0
    const counted = answers.slice(since, i + 1)
    if (isDark) {
      const ups = counted.slice(-by.revive)
      if (ups.length === by.revive && ups.every(([, dark]) => dark === 0))
        seen.push({ is: 'revived', at: ups[0]?.[0] ?? 0, found: now })
      continue
    }
    const darkOnes = counted.slice(-by.polls).filter(([at, dark]) => dark === 1 && now - at < by.forgetMs)
    if (answers[i]?.[1] === 1 && darkOnes.length >= by.misses)
      seen.push({ is: 'isolated', at: darkOnes[0]?.[0] ?? 0, found: now })
  }
  return seen
}

describe('with any answers', () => {
  const history = fc
    .array(fc.tuple(fc.integer({ min: 1, max: 9 * minute }), fc.integer({ min: 0, max: 1 })), { maxLength: 40 })
    .map((steps) => {
      let at = 0
      return steps.map(([wait, dark]): Answer => {
        at += wait
        return [at, dark === 1 ? 1 : 0]
      })
    })
  const rules = fc
    .record({
      misses: fc.integer({ min: 1, max: 5 }),
      more: fc.integer({ min: 0, max: 4 }),
      revive: fc.integer({ min: 1, max: 4 }),
      forgetMs: fc.integer({ min: minute, max: 60 * minute }),
    })
    .map(({ more, ...one }): SourceRule => ({ ...one, polls: one.misses + more }))
  const runs = { numRuns: Number(process.env.FC ?? 300) }

  test('what is remembered decides as the whole history would', () =>
    fc.assert(
      fc.property(history, rules, (answers, by) => {
        expect(story(answers, by)).toEqual(bruteForce(answers, by))
      }),
      runs,
    ))

  test('so little is remembered, and it outlasts being written down after any answer', () =>
    fc.assert(
      fc.property(history, rules, (answers, by) => {
        let trouble: SourceTrouble | null = null
        let kept: SourceTrouble | null = null
        for (const answer of answers) {
          const one = judgeAnswer(trouble, answer, by)
          const other = judgeAnswer(JSON.parse(JSON.stringify(kept)), answer, by)
          expect(other).toEqual(one)
          trouble = one.trouble
          kept = other.trouble
          expect(trouble?.answers.length ?? 0).toBeLessThanOrEqual(Math.max(by.polls, by.revive))
        }
      }),
      runs,
    ))

  test('what a source remembers becomes spells in order, apart from each other, and none of our time', () => {
    const item = fc.record({
      kind: fc.constantFrom<Remembered['kind']>('outage', 'unreachable'),
      beganAt: fc.integer({ min: 0, max: 60 }),
      lasted: fc.option(fc.integer({ min: 0, max: 20 })),
    })
    fc.assert(
      fc.property(fc.array(item, { maxLength: 12 }), fc.integer({ min: 0, max: 70 }), (items, until) => {
        const remembered = items.map(({ lasted, ...one }) => ({
          ...one,
          endedAt: lasted === null ? null : one.beganAt + lasted,
          entry: null,
        }))
        const spells = historyBefore(remembered, until)
        const instants = Array.from({ length: 90 }, (_, at) => at)
        const within = (at: number, one: { beganAt: number; endedAt: number | null }) =>
          at < until && one.beganAt <= at && at < (one.endedAt ?? until)
        expect(instants.map((at) => spells.filter((one) => within(at, one)).length)).toEqual(
          instants.map((at) => (remembered.some((one) => within(at, one)) ? 1 : 0)),
        )
        for (const [i, spell] of spells.entries()) expect(spell.beganAt).toBeGreaterThan(spells[i - 1]?.endedAt ?? -1)
      }),
      runs,
    )
  })
})

describe('a poll that cannot be true', () => {
  test.each([
    [{ wereUp: 40, fallen: 20 }, false],
    [{ wereUp: 40, fallen: 21 }, true],
    [{ wereUp: 5, fallen: 3 }, true],
    [{ wereUp: 3, fallen: 2 }, false], // a tower with a station of a network that has no more
    [{ wereUp: 0, fallen: 0 }, false],
  ])('%o: %s', (fell, expected) => expect(isImplausible(fell)).toBe(expected))
})
