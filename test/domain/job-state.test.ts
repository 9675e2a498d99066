import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  applyBeat,
  type Beat,
  excused,
  expectAnew,
  expectedPassed,
  type JobChange,
  type JobRule,
  type JobState,
  judge,
  nextAlarm,
  paused,
  type Signal,
  silent,
} from '@/lib/domain/job-state'

const s = 1000
const every = (period: number, grace = 2, permissibleMisses = 0): JobRule => ({
  schedule: { next: (after) => after + period * s },
  graceMs: grace * s,
  permissibleMisses,
})
/** Due at every full `period`, as cron has it. */
const onTheFull = (period: number, grace = 2, permissibleMisses = 0): JobRule => ({
  schedule: { next: (after) => (Math.floor(after / (period * s)) + 1) * period * s },
  graceMs: grace * s,
  permissibleMisses,
})
const beat = (at: number, signal: Signal = 'success', run: string | null = null): Beat => ({
  at: at * s,
  signal,
  run,
  exitStatus: null,
  durationMs: null,
})
const heard = (rule: JobRule, ...beats: Beat[]): JobState =>
  beats.reduce((state, one) => applyBeat(state, one, rule).state, silent)
const words = (change: JobChange) => {
  if (change === null) return 'nothing'
  if (change.to !== 'down') return `${change.to} at ${change.at / s}`
  return `down (${change.reason}) since ${change.beganAt / s} at ${change.isolatedAt / s}`
}

/** Judges every second up to `until`; says what changed and when, and what was missed. */
function watch(state: JobState, rule: JobRule, from: number, until: number) {
  const changes: string[] = []
  const missed: number[] = []
  let now = state
  for (let t = from; t <= until; t++) {
    const judged = judge(now, rule, t * s)
    if (judged.change) changes.push(`${t}: ${words(judged.change)}`)
    missed.push(...judged.missed.map((due) => due / s))
    now = judged.state
  }
  return { state: now, changes, missed }
}

describe('silence', () => {
  test('with permissible misses 2, every 10 s, grace 2 s: late after the first, down after the third and not before', () => {
    const rule = every(10, 2, 2)
    const { changes, missed } = watch(heard(rule, beat(0)), rule, 1, 45)
    expect(changes).toEqual(['12: late at 12', '32: down (missed) since 10 at 32'])
    expect(missed).toEqual([10, 20, 30, 40])
  })
  test('without permissible misses the first takes it down', () =>
    expect(watch(heard(every(10), beat(0)), every(10), 1, 30).changes).toEqual(['12: down (missed) since 10 at 12']))
  test('a keeper that comes late says the same of all of it', () => {
    const rule = every(10, 2, 2)
    const judged = judge(heard(rule, beat(0)), rule, 45 * s)
    expect(words(judged.change)).toBe('down (missed) since 10 at 32')
    expect(judged.missed).toEqual([10 * s, 20 * s, 30 * s, 40 * s])
    expect(judged.alarmAt).toBe(52 * s)
  })
  test('a beat between two misses starts the count anew', () => {
    const rule = every(10, 2, 1)
    const late = watch(heard(rule, beat(0)), rule, 1, 15).state
    expect(late).toMatchObject({ phase: 'late', misses: 1 })
    const { state } = applyBeat(late, beat(16), rule)
    expect(watch(state, rule, 17, 40).changes).toEqual(['28: late at 28', '38: down (missed) since 26 at 38'])
  })
  test('a job that was never heard of is new, and stays so', () => {
    expect(judge(silent, every(10), 1e9).change).toBeNull()
    expect(nextAlarm(silent, every(10))).toBeNull()
  })
  test('a job that only logged is waited for by nobody', () =>
    expect(judge(heard(every(10), beat(0, 'log')), every(10), 1e9)).toMatchObject({
      change: null,
      state: { phase: 'new' },
    }))
  test('a schedule that has ended expects nothing more', () => {
    const once: JobRule = { ...every(10), schedule: { next: (after) => (after < 10 * s ? 10 * s : null) } }
    expect(watch(heard(once, beat(10)), once, 11, 100).changes).toEqual([])
    expect(watch(heard(once, beat(1)), once, 2, 100).missed).toEqual([10])
  })
  test('after a thousand misses nobody counts on', () => {
    const rule = every(1, 0)
    const judged = judge(heard(rule, beat(0)), rule, 5000 * s)
    expect(judged).toMatchObject({ missedCount: 1000, alarmAt: null, state: { misses: 1000 } })
    expect(judged.missed).toHaveLength(100)
    expect(judge(judged.state, rule, 9000 * s).missedCount).toBe(0)
  })
})

describe('signals', () => {
  const rule = every(10)
  test.each<[string, Beat[], Beat, string, Partial<JobState>]>([
    ['the first success', [], beat(3), 'up at 3', { phase: 'up', anchorAt: 3 * s, firstBeatAt: 3 * s, beatCount: 1 }],
    [
      'one more success',
      [beat(3)],
      beat(9),
      'nothing',
      { phase: 'up', anchorAt: 9 * s, lastSuccessAt: 9 * s, beatCount: 2 },
    ],
    [
      'a fail takes it down at once',
      [beat(3)],
      beat(5, 'fail'),
      'down (failed) since 5 at 5',
      { phase: 'down', lastSuccessAt: 3 * s },
    ],
    ['a first fail as well', [], beat(5, 'fail'), 'down (failed) since 5 at 5', { phase: 'down', firstBeatAt: 5 * s }],
    ['a fail while it is down', [beat(3), beat(5, 'fail')], beat(6, 'fail'), 'nothing', { phase: 'down' }],
    ['a success brings it back', [beat(3), beat(5, 'fail')], beat(6), 'up at 6', { phase: 'up', misses: 0 }],
    [
      'a start brings nothing back',
      [beat(3), beat(5, 'fail')],
      beat(6, 'start'),
      'nothing',
      { phase: 'down', startedAt: 6 * s },
    ],
    [
      'a first start is a first beat',
      [],
      beat(6, 'start', 'a'),
      'up at 6',
      { phase: 'up', startedAt: 6 * s, startedRun: 'a' },
    ],
    [
      'a log changes nothing',
      [beat(3)],
      beat(6, 'log'),
      'nothing',
      { phase: 'up', anchorAt: 3 * s, lastBeatAt: 6 * s, lastSignal: 'log' },
    ],
    ['a finish ends the run', [beat(1, 'start')], beat(4), 'nothing', { startedAt: null, lastDurationMs: 3 * s }],
    [
      'so does the finish of that run',
      [beat(1, 'start', 'a')],
      beat(4, 'success', 'a'),
      'nothing',
      { startedAt: null, lastDurationMs: 3 * s },
    ],
    [
      'and a fail',
      [beat(1, 'start', 'a')],
      beat(4, 'fail', 'a'),
      'down (failed) since 4 at 4',
      { startedAt: null, lastDurationMs: 3 * s },
    ],
    [
      'the finish of another run does not',
      [beat(1, 'start', 'a')],
      beat(3, 'success', 'b'),
      'nothing',
      { startedAt: 1 * s, lastDurationMs: null },
    ],
    [
      'the next start counts',
      [beat(1, 'start', 'a')],
      beat(4, 'start', 'b'),
      'nothing',
      { startedAt: 4 * s, startedRun: 'b' },
    ],
  ])('%s', (_, before, last, change, state) => {
    const counted = applyBeat(heard(rule, ...before), last, rule)
    expect(words(counted.change)).toBe(change)
    expect(counted.state).toMatchObject(state)
  })
  test('what the job says of its duration counts before what we measured', () => {
    const counted = applyBeat(heard(rule, beat(1, 'start')), { ...beat(4), durationMs: 42 }, rule)
    expect([counted.durationMs, counted.state.lastDurationMs]).toEqual([42, 42])
  })
  test('start and finish more than 72 h apart are no run', () =>
    expect(applyBeat(heard(every(1e6), beat(1, 'start')), beat(72 * 3600 + 2), every(1e6)).durationMs).toBeNull())
  test('a failing job that reports in time misses nothing', () => {
    const failed = heard(rule, beat(0), beat(10, 'fail'), beat(20, 'fail'))
    expect(watch(failed, rule, 21, 31).missed).toEqual([])
    expect(watch(failed, rule, 21, 32).missed).toEqual([30])
  })
})

describe('a run', () => {
  test('that is not finished within its grace is down', () => {
    const rule = every(100, 5)
    expect(watch(heard(rule, beat(0), beat(50, 'start')), rule, 51, 70).changes).toEqual([
      '55: down (ran_too_long) since 55 at 55',
    ])
  })
  test('that is finished in time is not', () =>
    expect(watch(heard(every(100, 5), beat(0), beat(50, 'start'), beat(55)), every(100, 5), 55, 70).changes).toEqual(
      [],
    ))
  test('of a job that never finished one is watched too', () =>
    expect(watch(heard(every(100, 5), beat(0, 'start')), every(100, 5), 1, 9).changes).toEqual([
      '5: down (ran_too_long) since 5 at 5',
    ]))
  test('that ran too long and finishes brings the job back', () => {
    const rule = every(100, 5)
    const { state } = watch(heard(rule, beat(0), beat(50, 'start')), rule, 51, 70)
    expect(applyBeat(state, beat(71), rule)).toMatchObject({ change: { to: 'up' }, durationMs: 21 * s })
  })
  test('is named before the beat that it made late', () => {
    const rule = every(10, 5)
    expect(words(judge(heard(rule, beat(0), beat(9, 'start')), rule, 30 * s).change)).toBe(
      'down (ran_too_long) since 14 at 14',
    )
  })
})

describe('in time or late', () => {
  const rule = every(10)
  test.each([
    ['the first ever', silent, 5, 'on_time'],
    ['early', heard(rule, beat(0)), 4, 'on_time'],
    ['when due', heard(rule, beat(0)), 10, 'on_time'],
    ['at the end of its grace', heard(rule, beat(0)), 12, 'on_time'],
    ['after it', heard(rule, beat(0)), 13, 'late'],
    ['in time for the second, as the first never came', heard(rule, beat(0)), 21, 'on_time'],
    ['late for the second', heard(rule, beat(0)), 27, 'late'],
  ])('%s', (_, before, at, timing) => expect(applyBeat(before, beat(at), rule).timing).toBe(timing))
})

describe('beats that lay in a spool while newer ones were stored', () => {
  const rule = every(10)
  const cases: [string, Beat[]][] = [
    ['a success before a fail', [beat(2), beat(3, 'fail')]],
    ['a fail before a success', [beat(2, 'fail'), beat(3)]],
    ['a start before its finish', [beat(2, 'start', 'a'), beat(3, 'success', 'a')]],
    ['a success before the next start', [beat(2), beat(3, 'start', 'a')]],
    ['a success before a log', [beat(2), beat(3, 'log')]],
    ['a fail before a log', [beat(2, 'fail'), beat(3, 'log')]],
    ['a start before a log', [beat(2, 'start'), beat(3, 'log')]],
    ['a start before the next one', [beat(2, 'start', 'a'), beat(3, 'start', 'b')]],
  ]
  test.each(cases)('%s: the job stands as if they had come in order', (_, [first = beat(0), second = beat(0)]) => {
    const { lastDurationMs: _a, ...inOrder } = heard(rule, beat(0), first, second)
    const { lastDurationMs: _b, ...turned } = heard(rule, beat(0), second, first)
    expect(turned).toEqual(inOrder)
  })
  test('successes, fails and logs in any order leave the same', () => {
    const some = fc.uniqueArray(
      fc.record({ at: fc.integer({ min: 1, max: 40 }), signal: fc.constantFrom<Signal>('success', 'fail', 'log') }),
      {
        selector: (one) => one.at,
        maxLength: 8,
      },
    )
    fc.assert(
      fc.property(
        some.chain((beats) => fc.tuple(fc.constant(beats), fc.shuffledSubarray(beats, { minLength: beats.length }))),
        ([beats, order]) => {
          const sorted = [...beats].sort((a, b) => a.at - b.at).map((one) => beat(one.at, one.signal))
          expect(heard(rule, ...order.map((one) => beat(one.at, one.signal)))).toEqual(heard(rule, ...sorted))
        },
      ),
      { numRuns: Number(process.env.FC ?? 300) },
    )
  })
  test('they take nothing down and bring nothing back', () => {
    expect(applyBeat(heard(rule, beat(5)), beat(3, 'fail'), rule)).toMatchObject({
      change: null,
      state: { phase: 'up' },
    })
    expect(applyBeat(heard(rule, beat(5, 'fail')), beat(3), rule)).toMatchObject({
      change: null,
      state: { phase: 'down' },
    })
  })
  test('one that clears up a silence does bring the job back', () => {
    const dark = watch(heard(rule, beat(0)), rule, 1, 14).state
    const logged = applyBeat(dark, beat(15, 'log'), rule).state
    expect(words(applyBeat(logged, beat(11), rule).change)).toBe('up at 11')
  })
})

describe('pause and changed rule', () => {
  const rule = every(10, 2, 1)
  test('paused: nothing is said to be dark, late or running', () => {
    const late = watch(heard(rule, beat(0), beat(1, 'start')), rule, 1, 2).state
    expect(paused({ ...late, phase: 'late', misses: 1 })).toMatchObject({ phase: 'up', misses: 0, startedAt: null })
    expect(paused(silent).phase).toBe('new')
    expect(paused(heard(rule, beat(0, 'log'))).phase).toBe('new')
  })
  test('resumed: counted from then', () => {
    const state = expectAnew(paused(heard(rule, beat(0))), 100 * s)
    expect(watch(state, rule, 100, 130).changes).toEqual(['112: late at 112', '122: down (missed) since 110 at 122'])
  })
  test('a changed rule counts from the change, and a job that is dark stays so until it answers', () => {
    const dark = watch(heard(rule, beat(0)), rule, 1, 25).state
    expect(dark.phase).toBe('down')
    const anew = expectAnew(dark, 30 * s)
    expect(anew).toMatchObject({ phase: 'down', misses: 0 })
    expect(watch(anew, rule, 30, 60).changes).toEqual([])
    expect(expectAnew({ ...dark, phase: 'late' }, 30 * s).phase).toBe('up')
  })
  test('a job that never succeeded is not waited for after a pause either', () =>
    expect(nextAlarm(expectAnew(silent, 100 * s), rule)).toBeNull())
})

describe('expected beats that pass', () => {
  const rule = every(10)
  const missed = (count: number) => ({ ...heard(rule, beat(0)), misses: count })
  test.each([
    ['the first ever is none', silent, 5, 0],
    ['when due', missed(0), 10, 1],
    ['a little early', missed(0), 6, 1],
    ['much too early is one more', missed(0), 4, 0],
    ['late, not yet counted as missed', missed(0), 13, 1],
    ['late, counted as missed', missed(1), 13, 0],
    ['the second one, the first was missed', missed(1), 20, 1],
    ['a little early for the second one', missed(1), 17, 1],
    ['two that nobody counted', missed(0), 21, 2],
  ])('%s', (_, before, at, passed) => expect(expectedPassed(before, rule, at * s)).toBe(passed))
})

describe('a gap in which no intake could take beats', () => {
  const rule = every(10)
  const gap = { beganAt: 5 * s, endedAt: 35 * s }
  test('a job whose beats were due then is expected anew from its end', () => {
    const state = excused(heard(rule, beat(0)), rule, gap)
    expect(watch(state, rule, 36, 60).changes).toEqual(['47: down (missed) since 45 at 47'])
  })
  test('one that has been heard of since is as it was', () => {
    const state = heard(rule, beat(0), beat(36))
    expect(excused(state, rule, gap)).toBe(state)
  })
  test('one that was missed before it stays missed', () => {
    const state = heard(rule, beat(0))
    expect(excused(state, rule, { beganAt: 13 * s, endedAt: 35 * s })).toBe(state)
  })
  test('a daily one is not left alone for a day', () => {
    const daily = onTheFull(86_400, 3600)
    const state = heard(daily, beat(1))
    expect(excused(state, daily, { beganAt: 86_300 * s, endedAt: 86_500 * s })).toBe(state)
  })
  test('a run that may have ended then is forgotten', () => {
    const long = every(1000, 20)
    expect(excused(heard(long, beat(0), beat(4, 'start')), long, gap)).toMatchObject({ startedAt: null, anchorAt: 0 })
  })
  test('a job that is dark stays dark', () => {
    const dark = heard(rule, beat(0), beat(4, 'fail'))
    expect(excused(dark, rule, gap)).toBe(dark)
  })
  test('once is enough', () => {
    const once = excused(heard(rule, beat(0)), rule, gap)
    expect(excused(once, rule, gap)).toBe(once)
  })
})

// ---- by brute force ----

type Heard = { at: number; signal: Signal; run: string | null }
type Example = { period: number; onTheFull: boolean; grace: number; permissible: number; beats: Heard[]; until: number }

/** Walks second by second with nothing but the rule as it is written: what changes when, and which beats were missed. */
function walk({ period, onTheFull: full, grace, permissible, beats, until }: Example) {
  const said: string[] = []
  const missed: number[] = []
  let phase = 'new'
  const phases: string[] = []
  let countedFrom: number | null = null
  let series: number[] = [] // missed since
  let run: { at: number; name: string | null } | null = null
  for (let t = 0; t <= until; t++) {
    for (const { signal, run: name } of beats.filter((one) => one.at === t)) {
      if (signal === 'start') run = { at: t, name }
      if (signal === 'success' || signal === 'fail') {
        // Another run that ran too long was said to: that is over.
        if (run && (name === null || name === run.name || run.at + grace < t)) run = null
        countedFrom = t
        series = []
      }
      const to =
        signal === 'success' ? 'up' : signal === 'fail' ? 'down' : signal === 'start' && phase === 'new' ? 'up' : phase
      if (to !== phase) said.push(to === 'down' ? `${t} down (failed) since ${t} at ${t}` : `${t} up at ${t}`)
      phase = to
    }
    const due = t - grace
    const isDue =
      countedFrom !== null && due > countedFrom && (full ? due % period === 0 : (due - countedFrom) % period === 0)
    if (isDue) {
      series.push(due)
      missed.push(due)
    }
    phases[t] = phase
    if (phase === 'down') continue
    if (run && run.at + grace === t) {
      phase = 'down'
      said.push(`${t} down (ran_too_long) since ${t} at ${t}`)
    } else if (isDue && series.length > permissible) {
      phase = 'down'
      said.push(`${t} down (missed) since ${series[0]} at ${t}`)
    } else if (isDue && phase !== 'late') {
      phase = 'late'
      said.push(`${t} late at ${t}`)
    }
    phases[t] = phase
  }
  return { phases, said, missed, phase, misses: series.length }
}

/** The same by the functions: `looksAt` says when the keeper looks, given the alarm. */
function play(example: Example, looksAt: (t: number, alarmAt: number | null) => boolean) {
  const make = example.onTheFull ? onTheFull : every
  const rule = make(example.period, example.grace, example.permissible)
  const said: string[] = []
  const missed: number[] = []
  let state = silent
  let alarmAt: number | null = null
  for (let t = 0; t <= example.until; t++) {
    for (const one of example.beats.filter((found) => found.at === t)) {
      const counted = applyBeat(state, beat(t, one.signal, one.run), rule)
      if (counted.change) said.push(`${t} ${words(counted.change)}`)
      state = counted.state
      // As the intake has it: a beat may bring the alarm nearer, never put it off.
      if (counted.alarmAt !== null) alarmAt = Math.min(alarmAt ?? counted.alarmAt, counted.alarmAt)
    }
    if (!looksAt(t, alarmAt)) continue
    const judged = judge(state, rule, t * s)
    if (judged.change) said.push(`${t} ${words(judged.change)}`)
    missed.push(...judged.missed.map((due) => due / s))
    state = judged.state
    alarmAt = judged.alarmAt
  }
  return { said, missed, phase: state.phase, misses: state.misses }
}

function truth(one: Example) {
  const { phases: _, ...rest } = walk(one)
  return rest
}

const example = fc
  .record({
    period: fc.integer({ min: 1, max: 12 }),
    onTheFull: fc.boolean(),
    grace: fc.integer({ min: 0, max: 8 }),
    permissible: fc.integer({ min: 0, max: 3 }),
    until: fc.integer({ min: 10, max: 120 }),
  })
  .chain((rule) =>
    fc
      .array(
        fc.record({
          at: fc.integer({ min: 0, max: rule.until }),
          signal: fc.constantFrom<Signal>('success', 'success', 'success', 'start', 'fail', 'log'),
          run: fc.constantFrom(null, null, 'a', 'b'),
        }),
        { maxLength: 14 },
      )
      .map((beats): Example => ({ ...rule, beats: beats.sort((a, b) => a.at - b.at) })),
  )
const runs = { numRuns: Number(process.env.FC ?? 500) }

describe('by brute force, second by second', () => {
  test('a keeper that looks every second says what the rule says', () => {
    fc.assert(
      fc.property(example, (one) => {
        expect(play(one, () => true)).toEqual(truth(one))
      }),
      runs,
    )
  })
  test('a keeper that looks only when the alarm says so misses nothing', () => {
    fc.assert(
      fc.property(example, (one) => {
        expect(play(one, (t, alarmAt) => alarmAt !== null && alarmAt <= t * s)).toEqual(truth(one))
      }),
      runs,
    )
  })
  test('a keeper that looks now and then calls nothing dark that was not, and each time with the moment at which it was', () => {
    fc.assert(
      fc.property(example, fc.integer({ min: 2, max: 30 }), (one, gap) => {
        const { phases } = walk(one)
        const { said } = play(one, (t) => t % gap === 0)
        const since = said.flatMap((line) => /down \((?!failed).* at (\d+)$/.exec(line)?.[1] ?? [])
        expect(since.filter((at) => phases[Number(at)] !== 'down')).toEqual([])
      }),
      runs,
    )
  })
  test('before its alarm nothing happens, and at it something does', () => {
    fc.assert(
      fc.property(example, ({ beats, ...one }) => {
        const rule = (one.onTheFull ? onTheFull : every)(one.period, one.grace, one.permissible)
        const state = heard(rule, ...beats.map((found) => beat(found.at, found.signal, found.run)))
        const alarmAt = nextAlarm(state, rule)
        if (alarmAt === null)
          return void expect(judge(state, rule, 1e9)).toMatchObject({ change: null, missedCount: 0 })
        expect(judge(state, rule, alarmAt - 1)).toMatchObject({ change: null, missedCount: 0, alarmAt })
        const judged = judge(state, rule, alarmAt)
        expect(judged.missedCount > 0 || judged.change !== null).toBe(true)
        expect(judged.alarmAt ?? alarmAt + 1).toBeGreaterThan(alarmAt)
      }),
      runs,
    )
  })
})
