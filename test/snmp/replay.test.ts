import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { planOf } from '@/lib/snmp/identify'
import { openSnmp } from '@/lib/snmp/session'
import { vendors } from '@/lib/snmp/vendors'
import { type WalkOptions, walkDevice } from '@/lib/snmp/walk-device'
import { walkTables } from '@/lib/snmp/walk-tables'
import { instancesOf, recordingNames, recordingsHint, snmpFolder, walkOf } from './recordings'
import { profileFor, type ReplayAgent, replayAgent } from './replay'

const names = recordingNames()
const addressOf = (name: string) => `127.71.1.${names.indexOf(name) + 1}`
const small = 'routeros_rb760igs'
const signal = new AbortController().signal
const hint = snmpFolder === null ? ` (skipped: ${recordingsHint})` : ''

describe.skipIf(snmpFolder === null)(`walkDevice, with recordings of real devices${hint}`, () => {
  let agent: ReplayAgent
  let port = 0
  beforeAll(async () => {
    const started = await replayAgent(Object.fromEntries(names.map((name) => [addressOf(name), name])))
    agent = started.agent
    port = started.port
  })
  afterAll(() => agent?.close())

  const walk = (name: string, more = {}, options: Partial<WalkOptions> = {}) =>
    walkDevice(profileFor(port, more), addressOf(name), vendors, { signal, ...options })

  test.each(names)('%s: the facts are those of its recording', async (name) => {
    const found = await walk(name)
    if ('failure' in found) throw new Error(found.failure)
    expect(found.facts).toEqual(walkOf(name).facts)
    expect(found.oids).toBeGreaterThan(10)
  })

  test.each(names.filter((name) => name !== 'junos_mx960-12-3r6-6'))(
    '%s: every instance comes over the wire as it is',
    async (name) => {
      const session = openSnmp({ address: addressOf(name), ...times, port })
      const roots = ['1.0', '1.1', '1.2', '1.3']
      const { tables, faults } = await walkTables(session, roots, limits, async () => null, signal)
      session.close()
      const found = new Map(
        roots.flatMap((root) => [...(tables.get(root) ?? [])].map(({ oid, value }) => [oid, value] as const)),
      )
      expect(faults).toEqual([])
      expect(found).toEqual(new Map(instancesOf(name)))
    },
  )

  test('v1 brings the same facts where no counter of 64 bits is asked for', async () => {
    const found = await walk(small, { credentials: { version: '1', community: 'public' } })
    expect(found).toMatchObject({ facts: { ...walkOf(small).facts, faults: [] } })
  })

  describe('with one fault', () => {
    const withFault = async (fault: Record<string, unknown>, more = {}, options: Partial<WalkOptions> = {}) => {
      agent.fault(addressOf(small), fault)
      try {
        return await walk(small, { timeout_ms: 120, retries: 1, ...more }, options)
      } finally {
        agent.clear(addressOf(small))
      }
    }

    test.each([
      ['cut to a half', { truncate: true }, 'malformed'],
      ['cut to nearly all of it', { truncate: 0.97 }, 'malformed'],
      ['of random octets', { garbage: true }, 'malformed'],
      ['with a wrong length', { badLength: true }, 'malformed'],
      ['with a wrong request id', { wrongId: true }, 'answer to another question'],
      ['of a wrong community', { wrongCommunity: true }, 'answer of another community'],
      ['from another port', { wrongPort: true }, 'no answer from'],
      ['never', { mute: true }, 'no answer from'],
      ['only to v1', { v1only: true }, 'no answer from'],
      ['lost, all of them', { loss: 1 }, 'no answer from'],
      ['after three seconds', { latency: 3000 }, 'no answer from'],
    ])('answers %s: a failure that says so', async (_what, fault, words) => {
      expect(await withFault(fault)).toEqual({ failure: expect.stringContaining(words) })
    })

    test.each([
      ['every answer twice', { dup: true }],
      ['GETBULK ignored', { noBulk: true }],
      ['GETBULK answered with nothing', { emptyBulk: true }],
      ['GETBULK of three rounds at most', { maxReps: 3 }],
      ['answers of 850 octets at most', { maxPdu: 850 }],
      ['answers after 30 ms and more', { latency: 30, jitter: 40 }],
    ])('%s: all facts all the same', async (_what, fault) => {
      expect(await withFault(fault)).toMatchObject({ facts: walkOf(small).facts, faults: [] })
    })

    test('v2only with v2c, v1only with v1: all facts', async () => {
      expect(await withFault({ v2only: true })).toMatchObject({ facts: walkOf(small).facts })
      const v1 = { credentials: { version: '1', community: 'public' } }
      expect(await withFault({ v1only: true }, v1)).toMatchObject({ facts: walkOf(small).facts })
    })

    test.each([
      ['tooBig', { tooBig: true }, 'error status 1'],
      ['genErr', { errorStatus: 5 }, 'error status 5'],
      ['authorizationError', { errorStatus: 16 }, 'error status 16'],
    ])('%s to everything: a failure that says so', async (_what, fault, words) => {
      expect(await withFault(fault)).toEqual({ failure: expect.stringMatching(`shows nothing.*${words}`) })
    })

    test.each(['same', 'cycle', 'endless'])('object ids that go round (%s): an end within the limits', async (loop) => {
      const found = await withFault({ loop }, {}, { maxRows: 4000 })
      if ('failure' in found) throw new Error(found.failure)
      expect(found.oids).toBeLessThan(5000)
      expect(found.faults.join()).toMatch(/out of order|more than/)
    })

    test('a table that takes longer than the timeout: that table is missing', async () => {
      const [slow = ''] = planOf(walkOf(small).vendor).tables
      const found = await withFault({ slow: { oid: slow, ms: 1500 } })
      if ('failure' in found) throw new Error(found.failure)
      expect(found.faults).toEqual([expect.stringContaining(`${slow}: no answer, though the device answers to others`)])
      expect(found.facts.neighbours).toEqual(walkOf(small).facts.neighbours)
    })

    test('mute from the middle on: what came is kept, and the rest is said', async () => {
      agent.fault(addressOf(small), { latency: 25 })
      const walking = walk(small, { timeout_ms: 150, retries: 0 })
      setTimeout(() => agent.fault(addressOf(small), { mute: true }), 180)
      const found = await walking
      agent.clear(addressOf(small))
      if ('failure' in found) throw new Error(found.failure)
      expect(found.faults[0]).toContain('it fell silent in the middle of the walk')
      expect(found.faults.join()).toContain('not walked to the end')
      expect(found.facts.system.name).toBe(walkOf(small).facts.system.name)
    })

    test('a restart in the middle: what came is kept, and it is said', async () => {
      agent.fault(addressOf(small), { latency: 25 })
      const walking = walk(small, { timeout_ms: 200, retries: 0 })
      setTimeout(() => agent.reboot(addressOf(small), 150), 180)
      const found = await walking
      agent.clear(addressOf(small))
      if ('failure' in found) throw new Error(found.failure)
      expect(found.faults[0]).toBe('it restarted in the middle of the walk')
    })
  })
})

const times = { credentials: { version: '2c', community: 'public' }, timeoutMs: 2000, retries: 2 } as const
const limits = { mostRows: 200_000, mostTableRows: 200_000, repetitions: 25 }
