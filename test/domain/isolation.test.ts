import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  heldDark,
  isolatedSince,
  isReviving,
  isSuspect,
  type Judging,
  judge,
  type Ping,
  revivedSince,
  type Trouble,
  withoutMisses,
} from '@/lib/domain/isolation'

const now = Date.parse('2026-03-29T00:59:55Z')
const secondsAgo = (seconds: number) => now - seconds * 1000
const rule = { misses: 3, withinSeconds: 20 }

/** A ping every 5 s, the last one at `now`: '.' was answered, 'x' was not. */
const timeline = (picture: string): Ping[] =>
  [...picture].map((mark, i) => ({ sentAt: secondsAgo((picture.length - 1 - i) * 5), rttMs: mark === '.' ? 12 : null }))

describe('isolatedSince, with 3 misses in 20 seconds', () => {
  const since = (picture: string) => isolatedSince(timeline(picture), rule, now)

  test('two misses are only a hiccup', () => expect(since('....xx')).toBeNull())
  test('the third miss cuts the device off', () => expect(since('...xxx')).not.toBeNull())
  test('a lone reply between misses changes nothing', () => expect(since('..xx.x')).not.toBeNull())
  test('a miss exactly 20 s old no longer counts', () => expect(since('.x.xx.')).toBeNull())
  test('the outage starts at its first miss', () => expect(since('..xxx.')).toBe(secondsAgo(15)))
})

describe('revivedSince, with 2 hits', () => {
  const since = (picture: string) => revivedSince(timeline(picture), 2)

  test('one hit is not yet a revival', () => expect(since('xxxx.')).toBeNull())
  test('the second hit in a row is, since the first', () => expect(since('xxx..')).toBe(secondsAgo(5)))
  test('a miss between them starts the count again', () => expect(since('xx.x.')).toBeNull())
  test('without any miss the first hit counts', () => expect(since('..')).toBe(secondsAgo(5)))
})

type Seen = { change: string; at: number; after: number }

/** Feeds a picture ping by ping; tells what changed after which ping. */
function story(picture: string, judging: Partial<Judging> = {}): { seen: Seen[]; trouble: Trouble | null } {
  let trouble: Trouble | null = null
  let countsFrom = Number.NEGATIVE_INFINITY
  const seen: Seen[] = []
  for (const [after, ping] of timeline(picture).entries()) {
    const judgement = judge(trouble, ping, { rule, reviveHits: 2, countsFrom, provenAt: Infinity, ...judging })
    trouble = judgement.trouble
    const { change } = judgement
    if (change?.kind === 'isolated') seen.push({ change: 'isolated', at: change.beganAt, after })
    if (change?.kind === 'revived') {
      countsFrom = change.endedAt
      seen.push({ change: 'revived', at: change.endedAt, after })
    }
  }
  return { seen, trouble }
}

describe('judge, ping by ping', () => {
  test('a device that answers leaves no memory behind', () => expect(story('.....').trouble).toBeNull())
  test('a first miss makes it suspect', () => expect(isSuspect(story('...x').trouble)).toBe(true))
  test('an answer ends the suspicion but keeps the miss', () => {
    const { trouble } = story('..x.')
    expect(isSuspect(trouble)).toBe(false)
    expect(trouble?.misses).toHaveLength(1)
  })
  test('the third miss isolates, once, from the first', () =>
    expect(story('..xxxxxx').seen).toEqual([{ change: 'isolated', at: secondsAgo(25), after: 4 }]))
  test('a revival is dated by its first hit', () =>
    expect(story('xxxx.x..').seen).toEqual([
      { change: 'isolated', at: secondsAgo(35), after: 2 },
      { change: 'revived', at: secondsAgo(5), after: 7 },
    ]))
  test('one hit while dark asks for the confirm interval', () => expect(isReviving(story('xxx.').trouble)).toBe(true))
  test('the misses of an outage that ended do not open the next', () =>
    expect(story('xxx..x').seen.map((one) => one.change)).toEqual(['isolated', 'revived']))
  test('misses wait until the link is proven, and then decide', () => {
    const { seen, trouble } = story('..xxx', { provenAt: secondsAgo(1) })
    expect(seen).toEqual([])
    const judging = { rule, reviveHits: 2, countsFrom: 0, provenAt: now }
    expect(judge(trouble, null, judging).change).toEqual({
      kind: 'isolated',
      beganAt: secondsAgo(10),
      misses: [secondsAgo(10), secondsAgo(5), now],
    })
  })
  test('what is held dark is not isolated again, and revives', () => {
    const judging = { rule, reviveHits: 1, countsFrom: 0, provenAt: Infinity }
    const held = heldDark(secondsAgo(600))
    expect(judge(held, { sentAt: now, rttMs: null }, judging).change).toBeNull()
    expect(judge(held, { sentAt: now, rttMs: 3 }, judging).change).toMatchObject({ kind: 'revived', endedAt: now })
  })
  test('misses of a time in which the probe saw nothing are forgotten', () => {
    const { trouble } = story('.xx.')
    if (!trouble) throw new Error('no trouble')
    expect(withoutMisses(trouble, secondsAgo(7), now)?.misses).toEqual([secondsAgo(10)])
    expect(withoutMisses(trouble, secondsAgo(60), now)).toBeNull()
  })
})

/** Pings as they become known: hits soon after they were sent, misses later, so the order is not the one of sending. */
const history = fc
  .array(
    fc.record({
      gapMs: fc.integer({ min: 1, max: 9000 }),
      missed: fc.boolean(),
      knownAfterMs: fc.integer({ min: 0, max: 20_000 }),
    }),
    { maxLength: 80 },
  )
  .map((steps) => {
    let sentAt = 1_000_000
    const pings = steps.map(({ gapMs, missed, knownAfterMs }) => {
      sentAt += gapMs
      return { ping: { sentAt, rttMs: missed ? null : 1 } satisfies Ping, knownAt: sentAt + knownAfterMs }
    })
    return pings.sort((a, b) => a.knownAt - b.knownAt).map(({ ping }) => ping)
  })
const anyRule = fc.record({ misses: fc.integer({ min: 1, max: 6 }), withinSeconds: fc.integer({ min: 1, max: 40 }) })

/** The same by asking the plain rules over everything that is known, each time. */
class Oracle {
  known: Ping[] = []
  darkSince: number | null = null
  from = Number.NEGATIVE_INFINITY
  lastMissAt = 0

  constructor(
    readonly rule: { misses: number; withinSeconds: number },
    readonly reviveHits: number,
  ) {}

  take(ping: Ping): string | null {
    if (ping.rttMs === null || this.inTrouble(ping.sentAt)) this.known.push(ping)
    return this.darkSince === null ? this.isolated() : this.revived()
  }

  /** A hit that is known before any miss leaves no memory, so it dates no revival. */
  private inTrouble(sentAt: number): boolean {
    const memoryMs = this.rule.withinSeconds * 1000 + 60_000
    const remembered = (ping: Ping) =>
      ping.rttMs === null && ping.sentAt >= this.from && ping.sentAt > sentAt - memoryMs
    return this.darkSince !== null || this.known.some(remembered)
  }

  private isolated(): string | null {
    const counting = this.known.filter((ping) => ping.sentAt >= this.from)
    const missedAt = counting.filter((ping) => ping.rttMs === null).map((ping) => ping.sentAt)
    for (const at of missedAt.sort((a, b) => a - b)) {
      const since = isolatedSince(counting, this.rule, at)
      if (since === null) continue
      this.darkSince = since
      this.lastMissAt = Math.max(...missedAt)
      return `isolated ${since}`
    }
    return null
  }

  private revived(): string | null {
    const since = revivedSince(
      this.known.filter((ping) => ping.sentAt > this.lastMissAt),
      this.reviveHits,
    )
    if (since === null) return null
    this.darkSince = null
    this.from = since
    this.known = this.known.filter((ping) => ping.rttMs === null)
    return `revived ${since}`
  }
}

describe('deciding ping by ping', () => {
  test('equals the plain rules over the whole history, in whatever order results come', () => {
    fc.assert(
      fc.property(history, anyRule, fc.integer({ min: 1, max: 4 }), (pings, anyOne, reviveHits) => {
        const oracle = new Oracle(anyOne, reviveHits)
        let trouble: Trouble | null = null
        let countsFrom = Number.NEGATIVE_INFINITY
        for (const ping of pings) {
          const judgement = judge(trouble, ping, { rule: anyOne, reviveHits, countsFrom, provenAt: Infinity })
          trouble = judgement.trouble
          const { change } = judgement
          if (change?.kind === 'revived') countsFrom = change.endedAt
          const said = change && `${change.kind} ${change.kind === 'isolated' ? change.beganAt : change.endedAt}`
          expect(said).toBe(oracle.take(ping))
        }
      }),
      { numRuns: 1500 },
    )
  })

  test('isolates only what is not dark, revives only what is, and dates both by a ping that decided', () => {
    fc.assert(
      fc.property(history, anyRule, fc.integer({ min: 1, max: 4 }), (pings, anyOne, reviveHits) => {
        let trouble: Trouble | null = null
        let countsFrom = Number.NEGATIVE_INFINITY
        for (const ping of pings) {
          const open: boolean = trouble?.darkSince != null
          const judgement = judge(trouble, ping, { rule: anyOne, reviveHits, countsFrom, provenAt: Infinity })
          trouble = judgement.trouble
          const { change } = judgement
          if (change?.kind === 'isolated') {
            expect(open).toBe(false)
            expect(change.misses).toHaveLength(anyOne.misses)
            expect(change.beganAt).toBe(change.misses[0])
            expect(Math.max(...change.misses) - change.beganAt).toBeLessThan(anyOne.withinSeconds * 1000)
          }
          if (change?.kind === 'revived') {
            expect(open).toBe(true)
            expect(change.endedAt).toBe(change.hits[0])
            countsFrom = change.endedAt
          }
        }
      }),
    )
  })

  test('never opens anything while the link is not proven', () => {
    fc.assert(
      fc.property(history, anyRule, (pings, anyOne) => {
        let trouble: Trouble | null = null
        for (const ping of pings) {
          const judging = { rule: anyOne, reviveHits: 2, countsFrom: Number.NEGATIVE_INFINITY, provenAt: 0 }
          const judgement = judge(trouble, ping, judging)
          trouble = judgement.trouble
          expect(judgement.change).toBeNull()
        }
      }),
    )
  })
})
