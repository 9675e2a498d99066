import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Answer, judgeAnswer, type SourceRule, type SourceTrouble } from '@/lib/domain/source-isolation'
import { doubtOf, judgeDevice, type PolledDevice, type SaidOfDevice } from '@/lib/domain/source-poll'

const minute = 60_000
const rule: SourceRule = { misses: 2, polls: 3, revive: 2, forgetMs: 60 * minute }

const device = (more: Partial<PolledDevice> = {}): PolledDevice => ({
  deviceId: 1,
  trouble: null,
  isKnown: true,
  status: 'active',
  isolatedAt: null,
  bootedAt: null,
  signalDbm: null,
  isPaused: false,
  pingedUntil: null,
  isForemost: true,
  otherwise: null,
  open: null,
  shown: 'up',
  ...more,
})
const said = (says: SaidOfDevice['says'], more: Partial<SaidOfDevice> = {}): SaidOfDevice => ({
  key: 'a',
  mac: null,
  name: 'a',
  says,
  status: { dark: 'disconnected', up: 'active', none: 'maintenance' }[says],
  uptimeSeconds: null,
  signalDbm: null,
  powerCut: false,
  entry: null,
  ...more,
})
const at = (answeredAt: number) => ({ answeredAt, rule, everyMs: minute })

describe('what is kept of a device', () => {
  test.each([
    ['that is up as before', device(), said('up'), false],
    ['that was never in a poll', device({ isKnown: false }), said('up'), true],
    ['that is called otherwise', device(), said('up', { status: 'misconfigured' }), true],
    ['that is dark for the first time', device(), said('dark', { status: 'active' }), true],
    ['whose uptime goes on', device({ bootedAt: 4 * minute }), said('up', { uptimeSeconds: 359 }), false],
    ['that started anew', device({ bootedAt: 0 }), said('up', { uptimeSeconds: 30 }), true],
    ['whose signal moves a little', device({ signalDbm: -60 }), said('up', { signalDbm: -62 }), false],
    ['whose signal falls', device({ signalDbm: -60 }), said('up', { signalDbm: -71 }), true],
  ])('%s', (_, known, word, isKept) => expect(judgeDevice(known, word, at(10 * minute)).kept !== null).toBe(isKept))
})

test('too many that fell are doubted, those that were dark before or are new count neither way', () => {
  const up = { device: device(), said: said('up') }
  const fell = { device: device(), said: said('dark') }
  const stays = { device: device({ trouble: { darkSince: 1, answers: [] } }), said: said('dark') }
  const fresh = { device: device({ isKnown: false }), said: said('dark') }
  expect(doubtOf([fell, fell, fell, up, up, up, stays, stays, fresh, fresh])).toBeNull()
  expect(doubtOf([fell, fell, fell, up, up, stays])).toMatch(/3 of 5 devices/)
})

type Minute = {
  says: SaidOfDevice['says'] | 'failed'
  isPinged: boolean
  isPaused: boolean
  pings: 'dark' | 'up' | null
}

/** Plays minutes through what the store does with each judgement: one outage at a time, opened and ended by either. */
function play(minutes: readonly Minute[]) {
  let trouble: SourceTrouble | null = null
  let open: PolledDevice['open'] = null
  let isolatedAt: number | null = null
  let pingedUntil: number | null = null
  const log: { at: number; what: string; isPinged: boolean; isPaused: boolean; wasOpen: boolean; from: number }[] = []
  for (const [i, { says, isPinged, isPaused, pings }] of minutes.entries()) {
    const now = (i + 1) * minute
    if (isPinged) {
      pingedUntil = now + minute / 2
      if (pings === 'dark' && !open && !isPaused) open = { outageId: i, beganAt: now }
      if (pings === 'up') open = null
    }
    if (isPaused) open = null
    if (says === 'failed') continue
    const known = device({ trouble, open, isolatedAt, pingedUntil, isPaused, shown: open ? 'down' : 'up' })
    const { kept, step } = judgeDevice(known, said(says), at(now))
    const wasOpen = open !== null
    const entry = { at: now, isPinged: pingedUntil !== null && pingedUntil > now, isPaused, wasOpen }
    if (step?.to === 'dark') {
      log.push({ ...entry, what: 'dark', from: step.beganAt })
      open = { outageId: i, beganAt: step.beganAt }
    }
    if (step?.to === 'up') {
      log.push({ ...entry, what: 'up', from: step.endedAt })
      open = null
    }
    if (kept) {
      trouble = kept.darkSince === null && kept.answers.length === 0 ? null : kept
      isolatedAt = kept.isolatedAt
    }
  }
  return { log, trouble, open }
}

describe('through any minutes', () => {
  const says = fc.constantFrom<Minute['says']>('dark', 'up', 'none', 'failed')
  const any = fc.record({
    says,
    isPinged: fc.boolean(),
    isPaused: fc.boolean(),
    pings: fc.constantFrom<Minute['pings']>('dark', 'up', null),
  })
  const runs = { numRuns: Number(process.env.FC ?? 300) }

  test('a source opens nothing and ends nothing of what is pinged or paused, nor twice, nor in the future', () =>
    fc.assert(
      fc.property(fc.array(any, { maxLength: 40 }), (minutes) => {
        for (const one of play(minutes).log) {
          expect(one.isPinged || one.isPaused).toBe(false)
          expect(one.wasOpen).toBe(one.what === 'up')
          expect(one.from).toBeLessThanOrEqual(one.at)
        }
      }),
      runs,
    ))

  test('of a device that nothing pings the outages are those that its answers alone give', () =>
    fc.assert(
      fc.property(fc.array(says, { maxLength: 40 }), (words) => {
        let trouble: SourceTrouble | null = null
        const expected: [string, number][] = []
        for (const [i, word] of words.entries()) {
          if (word === 'none' || word === 'failed') continue
          const answer: Answer = [(i + 1) * minute, word === 'dark' ? 1 : 0]
          const judged = judgeAnswer(trouble, answer, rule)
          trouble = judged.trouble
          if (judged.change?.kind === 'isolated') expected.push(['dark', judged.change.beganAt])
          if (judged.change?.kind === 'revived') expected.push(['up', judged.change.endedAt])
        }
        const minutes = words.map((word): Minute => ({ says: word, isPinged: false, isPaused: false, pings: null }))
        expect(play(minutes).log.map(({ what, from }) => [what, from])).toEqual(expected)
      }),
      runs,
    ))

  test('once nothing but the source watches, it comes to be as the source says', () =>
    fc.assert(
      fc.property(fc.array(any, { maxLength: 20 }), fc.boolean(), (minutes, isDark) => {
        const after = Array.from(
          { length: 6 },
          (): Minute => ({
            says: isDark ? 'dark' : 'up',
            isPinged: false,
            isPaused: false,
            pings: null,
          }),
        )
        expect(play([...minutes, ...after]).open !== null).toBe(isDark)
      }),
      runs,
    ))
})
