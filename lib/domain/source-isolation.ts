/** What one poll of a source said of a device, and when it was answered (epoch ms); 1: dark. */
export type Answer = readonly [at: number, dark: 0 | 1]

/** X dark answers of the last Y isolate, so many up ones in a row revive; those older than `forgetMs` count no more. */
export type SourceRule = { misses: number; polls: number; revive: number; forgetMs: number }

/** What is remembered of a device that is not simply up. answers: of one that is dark, the up ones since; oldest first. */
export type SourceTrouble = { darkSince: number | null; answers: readonly Answer[] }

export type SourceChange =
  | { kind: 'isolated'; beganAt: number; answers: readonly Answer[] }
  | { kind: 'revived'; endedAt: number; answers: readonly Answer[] }

/**
 * Takes one more answer into what is known of a device, and says whether that isolates or revives it. Answers come in the
 * order in which they were given; polls that failed, and those that said nothing of it, are not told at all. It began when
 * the first of the dark answers that count was given, and ended with the first of the up ones.
 * Source: rules, "Isolation"; README, "A second witness".
 */
export function judgeAnswer(
  trouble: SourceTrouble | null,
  answer: Answer,
  rule: SourceRule,
): { trouble: SourceTrouble | null; change: SourceChange | null } {
  const known = trouble ?? { darkSince: null, answers: [] }
  return known.darkSince === null ? judgeUp(known, answer, rule) : judgeDark(known, answer, rule)
}

function judgeUp(known: SourceTrouble, answer: Answer, { misses, polls, forgetMs }: SourceRule) {
  const last = [...known.answers, answer].slice(-polls).filter(([at]) => at > answer[0] - forgetMs)
  const first = last.findIndex(([, dark]) => dark === 1)
  if (first === -1) return { trouble: null, change: null }
  const answers = last.slice(first)
  const darkOnes = answers.filter(([, dark]) => dark === 1)
  if (answer[1] === 0 || darkOnes.length < misses) return { trouble: { darkSince: null, answers }, change: null }
  // Clocks of two keepers may differ: nothing begins after it was found.
  const beganAt = Math.min(...darkOnes.map(([at]) => at))
  return {
    trouble: { darkSince: beganAt, answers: [] },
    change: { kind: 'isolated' as const, beganAt, answers },
  }
}

function judgeDark(known: SourceTrouble, answer: Answer, { revive }: SourceRule) {
  if (answer[1] === 1) return { trouble: { ...known, answers: [] }, change: null }
  const answers = [...known.answers, answer].slice(-revive)
  if (answers.length < revive) return { trouble: { ...known, answers }, change: null }
  const endedAt = Math.min(...answers.map(([at]) => at))
  return { trouble: null, change: { kind: 'revived' as const, endedAt, answers } }
}

/** The memory of a device whose outage is open, whoever found it: so many up answers end it. */
export const heldDarkBySource = (darkSince: number): SourceTrouble => ({ darkSince, answers: [] })

const fewestFallen = 3

/**
 * Whether a poll is more likely the source's fault than that of so many devices: more than half of those that were up, and
 * at least 3, are said to be dark at once.
 */
export const isImplausible = ({ wereUp, fallen }: { wereUp: number; fallen: number }): boolean =>
  fallen >= fewestFallen && fallen * 2 > wereUp
