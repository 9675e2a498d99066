import type { PollCounts } from '@/lib/domain/source-poll'
import type { PollOutcome } from '@/lib/store/source-polls'

/** What the log says of a source's polls: sums since it last did, beside what the last good one said. */
export type Tally = {
  name: string
  polls: number
  good: number
  faults: number
  isolated: number
  revived: number
} & Partial<Pick<PollCounts, 'listed' | 'up' | 'dark' | 'silent' | 'unknown' | 'faulty'>>

export const newTally = (name: string): Tally => ({ name, polls: 0, good: 0, faults: 0, isolated: 0, revived: 0 })

/** With one more poll. */
export function withPoll(before: Tally, outcome: Exclude<PollOutcome, { is: 'lost' }>): Tally {
  const polls = before.polls + 1
  if (outcome.is === 'fault') return { ...before, polls, faults: before.faults + 1 }
  const { isolated, revived, ...last } = outcome.counts
  return {
    ...before,
    ...last,
    polls,
    good: before.good + 1,
    isolated: before.isolated + isolated,
    revived: before.revived + revived,
  }
}
