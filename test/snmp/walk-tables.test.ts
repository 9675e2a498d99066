import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { askScalars } from '@/lib/snmp/ask-scalars'
import { outermost } from '@/lib/snmp/lanes'
import { follows, inOrder, isBelow } from '@/lib/snmp/oid'
import { rowsOf } from '@/lib/snmp/rows'
import { rowsOfTables } from '@/lib/snmp/rows-of-tables'
import type { Answer, Question, SnmpSession, Varbind } from '@/lib/snmp/session'
import { walkTables } from '@/lib/snmp/walk-tables'

const signal = new AbortController().signal
const limits = { mostRows: 100_000, mostTableRows: 100_000, repetitions: 25 }
const alive = async () => null

const part = fc.nat(6)
const oid = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => ['1', '3', ...parts].join('.'))
const mib = fc.uniqueArray(oid, { maxLength: 60 }).map((all) => all.sort(inOrder))
const roots = fc.array(oid, { minLength: 1, maxLength: 12 })
/** What a device can do: instances in an answer, whether it knows GETBULK, and whether it says tooBig or cuts its answer. */
const device = fc.record({
  version: fc.constantFrom('1' as const, '2c' as const, '3' as const),
  most: fc.integer({ min: 1, max: 40 }),
  bulk: fc.constantFrom('yes', 'silent', 'empty', 'genErr'),
  saysTooBig: fc.boolean(),
})
type Device = { version: '1' | '2c' | '3'; most: number; bulk: string; saysTooBig: boolean }

/** A session with a device that is honest within what it can do. */
function honest(all: readonly string[], { version, most, bulk, saysTooBig }: Device): SnmpSession {
  const next = (cursor: string): Varbind => {
    const found = all.find((one) => follows(one, cursor))
    return { oid: found ?? cursor, value: found === undefined ? null : all.indexOf(found) }
  }
  const usual = ({ kind, oids, repetitions }: Question): Varbind[] => {
    if (kind === 'get') return oids.map((one) => ({ oid: one, value: all.includes(one) ? all.indexOf(one) : null }))
    const varbinds: Varbind[] = []
    let cursors = oids
    for (let round = 0; round < repetitions; round++) {
      const found = cursors.map(next)
      varbinds.push(...found)
      cursors = found.map((one) => one.oid)
    }
    return varbinds
  }
  const ask = async (question: Question): Promise<Answer> => {
    if (question.kind === 'bulk' && bulk === 'silent') return { kind: 'silent', why: 'no answer' }
    if (question.kind === 'bulk' && bulk === 'genErr') return { kind: 'refused', status: 5, index: 1 }
    if (question.kind === 'bulk' && bulk === 'empty') return { kind: 'values', varbinds: [] }
    const varbinds = usual(question)
    const missing = varbinds.findIndex((one) => one.value === null)
    if (version === '1' && missing >= 0) return { kind: 'refused', status: 2, index: missing + 1 }
    if (varbinds.length > most && (saysTooBig || question.kind !== 'bulk'))
      return { kind: 'refused', status: 1, index: 0 }
    return { kind: 'values', varbinds: varbinds.slice(0, most) }
  }
  return { version, ask, close: () => {} }
}

describe('walkTables', () => {
  test('brings every instance of every table, in order, of any honest device', async () => {
    await fc.assert(
      fc.asyncProperty(mib, roots, device, async (all, asked, able) => {
        const walked = await walkTables(honest(all, able), asked, limits, alive, signal)
        expect(walked.faults).toEqual([])
        expect(walked.ending).toBeNull()
        const outer = asked.filter((root) => !asked.some((other) => isBelow(root, other)))
        expect([...walked.tables.keys()].sort()).toEqual([...new Set(outer)].sort())
        for (const [root, rows] of walked.tables)
          expect(rows.map((row) => row.oid)).toEqual(all.filter((one) => isBelow(one, root)))
      }),
    )
  })

  test('comes to an end with any answers at all, its rows in order and within the limits', async () => {
    const value = fc.option(fc.nat(9))
    const answer: fc.Arbitrary<Answer> = fc.oneof(
      fc.record({
        kind: fc.constant('values' as const),
        varbinds: fc.array(fc.record({ oid, value }), { maxLength: 30 }),
      }),
      fc.record({ kind: fc.constant('refused' as const), status: fc.nat(20), index: fc.integer({ min: -3, max: 12 }) }),
      fc.constant({ kind: 'silent' as const, why: 'no answer' }),
    )
    const answers = fc.array(answer, { minLength: 1, maxLength: 20 })
    await fc.assert(
      fc.asyncProperty(answers, roots, fc.constantFrom('1' as const, '2c' as const), async (all, asked, version) => {
        let questions = 0
        const ask = async () => all[questions++ % all.length] ?? { kind: 'stopped' as const }
        const hostile: SnmpSession = { version, ask, close: () => {} }
        const walked = await walkTables(hostile, asked, { ...limits, mostRows: 200, mostTableRows: 50 }, alive, signal)
        expect(questions).toBeLessThan(1000)
        for (const [root, rows] of walked.tables) {
          expect(rows.length).toBeLessThanOrEqual(50)
          for (const [i, row] of rows.entries()) {
            expect(isBelow(row.oid, root)).toBe(true)
            expect(follows(row.oid, rows[i - 1]?.oid ?? root)).toBe(true)
          }
        }
      }),
    )
  })
})

describe('askScalars', () => {
  test('brings every instance that the device has, and no other', async () => {
    await fc.assert(
      fc.asyncProperty(mib, roots, device, async (all, asked, able) => {
        const wanted = [...new Set(asked)]
        // What stands before an instance is its predecessor where nothing lies between them, as with scalars.
        const leaves = all.filter((one) => !wanted.some((other) => isBelow(one, other)))
        const found = await askScalars(honest(leaves, able), wanted, alive, signal)
        expect([...found.values.keys()].sort()).toEqual(wanted.filter((one) => leaves.includes(one)).sort())
        expect(found.faults).toEqual([])
      }),
    )
  })
})

describe('outermost', () => {
  test('leaves out what stands below another root, and doubles', () => {
    expect(outermost(['1.3.6.1', '1.3.6', '1.3.60', '1.3.6', '1.3.6.1.2'])).toEqual(['1.3.6', '1.3.60'])
  })
})

describe('rowsOfTables', () => {
  test('is the same as rows without tables', () => {
    fc.assert(
      fc.property(mib, roots, oid, (all, asked, column) => {
        const outer = outermost(asked)
        const tables = new Map(
          outer.map((root) => [root, all.filter((one) => isBelow(one, root)).map((one) => ({ oid: one, value: 1 }))]),
        )
        const scalars = new Map(all.filter((one) => !outer.some((root) => isBelow(one, root))).map((one) => [one, 1]))
        const [rows, plain] = [rowsOfTables(scalars, tables), rowsOf(all.map((one) => [one, 1] as const))]
        for (const one of [column, ...all]) {
          expect(rows.scalar(one)).toBe(plain.scalar(one))
          expect(rows.has(one)).toBe(plain.has(one))
          expect(new Map(rows.column(one))).toEqual(new Map(plain.column(one)))
        }
      }),
    )
  })
})
