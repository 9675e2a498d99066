import { replay } from '@/lib/domain/replay'
import { replayDifference, unknownTimes } from '@/lib/domain/replay-difference'
import { aHouse, aMonth } from '../domain/replay-cases'

/** `npm run bench -- replay [incidents]`. What would have been told over 30 days, under two rules, and what differs. */
export default async function benchReplay([incidents = '10000']: string[]): Promise<void> {
  const past = aMonth(Number(incidents))
  const end = Math.max(...past.map(({ resolvedAt, openedAt }) => resolvedAt ?? openedAt)) + 7 * 86_400_000
  const rules = aHouse()
  const other = { ...rules, channels: rules.channels.map((channel) => ({ ...channel, criticalBreaksThrough: false })) }
  let decisions = 0
  const begun = performance.now()
  const before = replay(past, rules, end, () => decisions++)
  const once = performance.now() - begun
  const after = replay(past, other, end)
  const { come, go, move, same } = replayDifference(before, after)
  const unknown = unknownTimes(past, after, end).filter(({ told }) => !told).length
  const took = performance.now() - begun
  console.log(
    JSON.stringify({
      bench: 'replay',
      incidents: past.length,
      decisions,
      notices: before.length,
      one_replay_ms: Math.round(once),
      two_and_difference_ms: Math.round(took),
      come: come.length,
      go: go.length,
      move: move.length,
      same,
      never_told: unknown,
    }),
  )
}
