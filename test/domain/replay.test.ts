import { describe, expect, test } from 'vitest'
import { type PastIncident, type PastNotice, type ReplayRules, replay } from '@/lib/domain/replay'
import { replayDifference, unknownTimes } from '@/lib/domain/replay-difference'
import { costOf } from '../setup/measure'
import { aBlackout, aHouse, aMonth, aPast, aReplayChannel, minute, someRules, start } from './replay-cases'
import { aRoute, waking } from './telling-cases'

const farEnd = start + 60 * 1_440 * minute
/** Notices as "event of incident to channel at minute", a digest marked by a star. */
const told = (past: PastIncident[], rules: ReplayRules) =>
  replay(past, rules, farEnd).map(
    ({ event, incidentId, channelId, at, digest }) =>
      `${event} ${incidentId} to ${channelId} at ${(at - start) / minute}${digest ? '*' : ''}`,
  )
const robin = aReplayChannel({ coolOffMinutes: null })

describe('what would have been told', () => {
  test('an incident and its end', () =>
    expect(told([aPast(7, 10)], someRules({ channels: [robin] }))).toEqual([
      'opened 7 to 1 at 10',
      'resolved 7 to 1 at 50',
    ]))
  test('reminders until someone acknowledges', () => {
    const acts = [{ at: start + 80 * minute, kind: 'acknowledged' as const, by: 'Anna' }]
    expect(told([aPast(7, 10, { resolvedAt: start + 200 * minute, acts })], someRules())).toEqual([
      'opened 7 to 1 at 10',
      'reminded 7 to 1 at 40',
      'reminded 7 to 1 at 70',
      'resolved 7 to 1 at 200',
    ])
  })
  test('reminders pause while snoozed', () => {
    const acts = [{ at: start + 20 * minute, kind: 'snoozed' as const, until: start + 100 * minute }]
    expect(told([aPast(7, 10, { resolvedAt: start + 120 * minute, acts })], someRules())).toEqual([
      'opened 7 to 1 at 10',
      'reminded 7 to 1 at 100',
      'resolved 7 to 1 at 120',
    ])
  })
  test('nothing more once muted', () => {
    const acts = [{ at: start + 20 * minute, kind: 'muted' as const, for: 'everyone' as const }]
    expect(told([aPast(7, 10, { acts })], someRules())).toEqual(['opened 7 to 1 at 10'])
  })
  test('the night comes as one digest in the morning, with what was over by then', () =>
    // 07:00 in Berlin is minute 360; the third is told at once.
    expect(
      told([aPast(1, 60), aPast(2, 340), aPast(3, 370)], someRules({ channels: [{ ...robin, hours: waking }] })),
    ).toEqual([
      'resolved 1 to 1 at 360*',
      'opened 2 to 1 at 360*',
      'opened 3 to 1 at 370',
      'resolved 2 to 1 at 380',
      'resolved 3 to 1 at 410',
    ]))
  test('what is alone in the morning is no digest', () =>
    expect(told([aPast(1, 60)], someRules({ channels: [{ ...robin, hours: waking }] }))).toEqual([
      'resolved 1 to 1 at 360',
    ]))
  test('what grows critical in the night does not wait', () => {
    const acts = [{ at: start + 70 * minute, kind: 'grew' as const, size: 9, affectedClients: 40, affectedTargets: 9 }]
    const rules = { ...aHouse(), routes: [], blackouts: [], channels: [{ ...robin, hours: waking }] }
    expect(told([aPast(1, 60, { acts })], rules)).toEqual(['grew 1 to 1 at 70', 'resolved 1 to 1 at 100'])
  })
  test('a blackout withholds; what is still dark when it ends is told then, and what is over is not', () => {
    const blackouts = [aBlackout({ untilAt: start + 100 * minute })]
    expect(told([aPast(1, 20), aPast(2, 80)], someRules({ channels: [robin], blackouts }))).toEqual([
      'opened 2 to 1 at 100',
      'resolved 2 to 1 at 120',
    ])
  })
  test('a blackout of another target withholds nothing', () => {
    const blackouts = [aBlackout({ coversAll: false, targetIds: [99], untilAt: start + 100 * minute })]
    expect(told([aPast(1, 20)], someRules({ channels: [robin], blackouts }))).toHaveLength(2)
  })
  test('escalation goes down the chain until someone acknowledges, and each one told hears the end', () => {
    const link = (id: number, escalateTo: number | null) =>
      aReplayChannel({ id, name: `C${id}`, escalateTo, escalateAfterMinutes: 15, coolOffMinutes: null })
    const acts = [{ at: start + 35 * minute, kind: 'acknowledged' as const, by: 'Anna' }]
    const rules = someRules({ channels: [link(1, 2), link(2, 3), link(3, null)], routes: [aRoute({}, 1)] })
    expect(told([aPast(7, 0, { acts })], rules)).toEqual([
      'opened 7 to 1 at 0',
      'escalated 7 to 2 at 15',
      'escalated 7 to 3 at 30',
      'resolved 7 to 1 at 40',
      'resolved 7 to 2 at 40',
      'resolved 7 to 3 at 40',
    ])
    const sooner = [{ at: start + 20 * minute, kind: 'acknowledged' as const, by: 'Anna' }]
    expect(told([aPast(7, 0, { acts: sooner })], rules).filter((one) => one.startsWith('escalated'))).toHaveLength(1)
  })
  test('what was over before anyone could be told is told once, by its end', () =>
    expect(told([aPast(1, 10, { resolvedAt: start + 5 * minute })], someRules({ channels: [robin] }))).toEqual([
      'resolved 1 to 1 at 10',
    ]))
  test('a storm of 5,000 in 10 s over 4 channels: no more than 12 messages a channel in its first minute, none lost', () => {
    const storm = Array.from({ length: 5_000 }, (_, i) => aPast(i, 0, { openedAt: start + i * 2, resolvedAt: null }))
    const channels = [1, 2, 3, 4].map((id) => aReplayChannel({ id, coolOffMinutes: null }))
    const notices = replay(storm, someRules({ channels }), farEnd)
    for (const { id } of channels) {
      const mine = notices.filter(({ channelId }) => channelId === id)
      expect(new Set(mine.map(({ incidentId }) => incidentId)).size).toBe(5_000)
      const messages = new Set(mine.map(({ at, digest, incidentId }) => (digest ? `digest ${at}` : incidentId)))
      expect(messages.size).toBe(11)
    }
  })
  test('nothing past the end', () => expect(replay([aPast(7, 10)], someRules(), start + 9 * minute)).toEqual([]))
})

describe('under another rule', () => {
  const past = [aPast(1, 60, { role: 'router' }), aPast(2, 600)]
  const under = (change: Partial<ReplayRules>) => replay(past, someRules({ channels: [robin], ...change }), farEnd)
  const words = (notices: PastNotice[]) => notices.map(({ event, incidentId }) => `${event} ${incidentId}`)
  const now = under({})

  test('nothing differs from itself', () =>
    expect(replayDifference(now, under({}))).toEqual({ come: [], go: [], move: [], same: 4 }))
  test('what goes, and what comes the other way round', () => {
    const routed = under({ routes: [aRoute({ roles: ['router'] })] })
    const { come, go, move, same } = replayDifference(now, routed)
    expect([words(go), come, move, same]).toEqual([['opened 2', 'resolved 2'], [], [], 2])
    expect(words(replayDifference(routed, now).come)).toEqual(['opened 2', 'resolved 2'])
  })
  test('what moves', () => {
    const { move, go } = replayDifference(now, under({ channels: [{ ...robin, hours: waking }] }))
    expect(words(go)).toEqual(['opened 1'])
    expect(move.map(({ from, to }) => [from.event, (to.at - from.at) / minute])).toEqual([['resolved', 260]])
  })
  test('what comes with a digest instead of by itself moved', () => {
    const digests = now.map((notice) => ({ ...notice, digest: true }))
    expect(replayDifference(now, digests).move).toHaveLength(4)
  })
  test('what went out a few seconds after its turn did not move', () => {
    const late = now.map((notice) => ({ ...notice, at: notice.at + 59_999 }))
    expect(replayDifference(late, now).same).toBe(4)
    expect(
      replayDifference(
        late.map((notice) => ({ ...notice, at: notice.at + 1 })),
        now,
      ).move,
    ).toHaveLength(4)
  })
  test('how long outages would have been unknown', () => {
    const later = under({ channels: [{ ...robin, hours: waking }], routes: [aRoute({ roles: ['router'] })] })
    expect(unknownTimes(past, now, farEnd).map(({ unknownMs }) => unknownMs)).toEqual([5_000, 5_000])
    expect(unknownTimes(past, later, farEnd)).toEqual([
      { incidentId: 1, unknownMs: 40 * minute + 5_000, told: true },
      { incidentId: 2, unknownMs: 40 * minute + 5_000, told: false },
    ])
  })
})

test('30 days of 10,000 incidents take no more than some 2 s of a quiet machine', async () => {
  const past = aMonth(10_000)
  const rules = aHouse()
  const { result: notices, cpu } = await costOf(() => replay(past, rules, farEnd))
  expect(notices.length).toBeGreaterThan(20_000)
  console.log(`30 days of 10,000 incidents cost ${cpu.toFixed(1)} units of work`)
  expect(cpu).toBeLessThan(40)
})
