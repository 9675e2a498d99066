import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { noFacts, type StationFact } from '@/lib/domain/device-facts'
import { bootOf, uptimeWords } from '@/lib/domain/reboot'
import { stationChanges } from '@/lib/domain/station-changes'

const at = Date.parse('2026-03-17T12:00:00Z')
const wrap = 2 ** 32 / 100
const day = 86_400

describe('a reboot', () => {
  const earlier = (uptimeSeconds: number, ago: number) => ({
    at: at - ago * 1000,
    bootedAt: at - ago * 1000 - Math.round(uptimeSeconds * 1000),
    uptimeSeconds,
  })
  test.each<[string, number, number, number, boolean]>([
    ['it is up for longer', 1000, 300, 1300, false],
    ['its clock is a little slow', 1000, 300, 1280, false],
    ['its uptime fell', 1000, 300, 100, true],
    ['it was started anew just after the walk before, and is up for longer than it was then', 10, 300, 250, true],
    ['its clock of 32 bits ran over', wrap - 100, 300, 200, false],
    ['it was started anew as its clock was about to run over', wrap - 100, 300, 20, true],
    ['its clock ran over while nobody looked for two days', wrap - day, 2 * day, day, false],
    ['its uptime fell, and yet is more than the time that has passed: a clock was set', 10 * day, 300, 5 * day, false],
    ['it says that it is up for far longer than before', 1000, 300, 50 * day, false],
  ])('%s', (_, was, ago, uptimeSeconds, rebooted) => {
    expect(bootOf({ at, uptimeSeconds, before: earlier(was, ago) }).rebooted).toBe(rebooted)
  })

  test('a device that does not say has no time of boot', () => {
    expect(bootOf({ at, uptimeSeconds: null, before: earlier(10, 10) })).toEqual({
      bootedAt: null,
      rebooted: false,
      words: '',
    })
  })

  test.each([1e10, 4.5e13, 1e300])('an uptime of %d s is none', (uptimeSeconds) => {
    expect(bootOf({ at, uptimeSeconds, before: earlier(10, 10) }).bootedAt).toBeNull()
  })

  test('for any life of a device with walks and reboots, each reboot is told once and nothing else is', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ wait: fc.integer({ min: 60, max: 3000 }), boots: fc.boolean() }), { maxLength: 30 }),
        fc.integer({ min: 0, max: Math.floor(wrap) }),
        (steps, start) => {
          let [now, booted] = [at, at - start * 1000]
          let known: ReturnType<typeof earlier> | null = null
          for (const { wait, boots } of steps) {
            const walkedBefore = now
            now += wait * 1000
            if (boots) booted = walkedBefore + Math.round(wait * 900) // in the last tenth of the wait
            const uptimeSeconds = ((now - booted) / 1000) % wrap
            const { rebooted, bootedAt } = bootOf({ at: now, uptimeSeconds, before: known })
            const wasToRun = known && (known.uptimeSeconds ?? 0) + wait >= wrap - 30 - wait * 0.01
            if (known && !wasToRun) expect(rebooted).toBe(boots)
            known = { at: now, bootedAt: bootedAt ?? 0, uptimeSeconds }
          }
        },
      ),
      { numRuns: Number(process.env.FC ?? 300) },
    )
  })

  test.each([
    [40, '40 s'],
    [600, '10 min'],
    [20_000, '6 h'],
    [1_000_000, '11 days'],
  ])('%s s is %s', (seconds, words) => expect(uptimeWords(seconds)).toBe(words))
})

describe('stations', () => {
  const station = (mac: string | null): StationFact => ({
    mac,
    ip: null,
    name: null,
    ifIndex: null,
    signalDbm: null,
    snrDb: null,
    distanceM: null,
    uptimeSeconds: null,
    txBps: null,
    rxBps: null,
  })
  const of = (...macs: (string | null)[]) => macs.map(station)
  test.each<[string, StationFact[] | null, StationFact[], string[], { joined: string[]; left: string[] }]>([
    ['join and leave', of('a', 'b'), of('b', 'c'), [], { joined: ['c'], left: ['a'] }],
    ['are not told of the first time', null, of('a'), [], { joined: [], left: [] }],
    [
      'do not leave when the walk was cut short',
      of('a'),
      of(),
      ['not walked to the end: 1.3.6'],
      { joined: [], left: [] },
    ],
    [
      'leave though some other table always fails',
      of('a'),
      of(),
      ['1.3.6.1.2.1.25: error status 5'],
      { joined: [], left: ['a'] },
    ],
    ['without a MAC are nobody', of(null), of(null, null), [], { joined: [], left: [] }],
  ])('%s', (_, before, stations, faults, expected) =>
    expect(stationChanges(before, { ...noFacts(), stations, faults })).toEqual(expected),
  )
})
