import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { findCycles } from '@/lib/domain/cycles'
import { parseDeviceCsv } from '@/lib/domain/device-csv'
import { fieldNamed, type ImportRow, planImport, readRecord, type Standing } from '@/lib/domain/device-import'

const good = { name: 'Ridge-3', address: '10.0.0.3' }
const readOne = (cells: Record<string, unknown>) => readRecord({ line: 7, cells })
const reasonOf = (cells: Record<string, unknown>) => {
  const read = readOne(cells)
  return 'reason' in read ? read.reason : null
}

describe('fieldNamed', () => {
  test.each([
    ['Name', 'name'],
    ['IP Address', 'address'],
    ['ip', 'address'],
    ['SNMP-Profile', 'snmpProfile'],
    ['Ping_Interval', 'pingInterval'],
    ['timeout', 'pingTimeout'],
    ['colour', undefined],
    ['__proto__', undefined],
  ])('%s means %s', (header, field) => expect(fieldNamed(header)).toBe(field))
})

describe('readRecord', () => {
  test('reads every field from text', () => {
    const cells = {
      ...good,
      role: 'AP',
      site: 'North Ridge',
      upstream: 'Core-1; Core-2',
      tags: 'a, b',
      client: 'School',
      interval: '30',
      timeout: '0.5',
      misses: '4',
      seconds: '20',
      snmp_profile: 'v2',
    }
    expect(readOne(cells)).toEqual({
      line: 7,
      ...good,
      role: 'ap',
      site: 'North Ridge',
      upstream: ['Core-1', 'Core-2'],
      tags: ['a', 'b'],
      client: 'School',
      pingInterval: 30,
      pingTimeout: 0.5,
      isolateMisses: 4,
      isolateSeconds: 20,
      snmpProfile: 'v2',
    })
  })
  test('a column that is not there is not said; an empty cell says none', () => {
    expect(readOne(good)).toEqual({ line: 7, ...good })
    expect(readOne({ ...good, site: '', interval: ' ', upstream: '' })).toEqual({
      line: 7,
      ...good,
      site: null,
      pingInterval: null,
      upstream: [],
    })
  })
  test.each([
    [{ address: '10.0.0.1' }, 'name: found none'],
    [{ name: ' ', address: '10.0.0.1' }, 'name: found no name, expected one'],
    [{ name: 'x'.repeat(121), address: '10.0.0.1' }, 'name: found 121 characters, expected at most 120'],
    [{ name: 'a\u0000b', address: '10.0.0.1' }, 'expected text without control characters'],
    [{ name: 'Ridge' }, 'address: found none'],
    [{ ...good, address: 'tower' }, 'address: found "tower", expected an IPv4 or IPv6 address'],
    [{ ...good, role: 'antenna' }, 'role: found "antenna", expected one of router, switch'],
    [{ ...good, interval: 'fast' }, 'ping_interval: found "fast", expected a number from 0.2 to 86400 (s)'],
    [{ ...good, interval: '-1' }, 'ping_interval: found "-1"'],
    [{ ...good, misses: '2.5' }, 'isolate_misses: found "2.5", expected a whole number from 1 to 100'],
    [{ ...good, seconds: 0 }, 'isolate_seconds: found 0, expected a number from 1 to 86400'],
    [{ ...good, tags: Array.from({ length: 40 }, (_, i) => `t${i}`) }, 'tags: found 40 tags, expected at most 32'],
    [{ ...good, client: { a: 1 } }, 'client: found {"a":1}, expected text'],
    [{ ...good, tags: { toString: 1 } }, 'tags: found {"toString":1}, expected text'],
    [{ ...good, upstream: { toString: 1 } }, 'upstream: found {"toString":1}, expected text'],
    [{ ...good, role: { toString: 1 } }, 'role: found {"toString":1}, expected one of'],
    [{ ...good, interval: { toString: 1 } }, 'ping_interval: found {"toString":1}, expected a number'],
  ])('%o is refused', (cells, reason) => expect(reasonOf(cells)).toContain(reason))
  test('names every fault of a line', () => {
    expect(reasonOf({ name: '', address: 'x', role: 'y' })?.split('; ')).toHaveLength(3)
  })
  test('whatever comes, it answers', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('name', 'ip', 'role', 'site', 'upstream', 'tags', 'misses'), fc.anything()),
        (cells) => {
          const read = readOne(cells)
          expect(read.line).toBe(7)
        },
      ),
    )
  })
})

const nothing: Standing = { nameOf: new Map(), upstreamOf: new Map() }
const row = (line: number, name: string, upstream?: (string | number)[]): ImportRow => ({
  line,
  name,
  address: '10.0.0.1',
  ...(upstream ? { upstream } : {}),
})
const named = (rows: readonly { name: string }[]) => rows.map(({ name }) => name)

describe('planImport', () => {
  test('upstreams may stand further down', () => {
    const plan = planImport([row(2, 'b', ['a']), row(3, 'a')], nothing)
    expect(named(plan.rows)).toEqual(['b', 'a'])
    expect(plan.rejected).toEqual([])
  })
  test('the second of two lines of one name is rejected, naming both', () => {
    const plan = planImport([row(2, 'a'), row(9, 'a')], nothing)
    expect(plan.rows).toHaveLength(1)
    expect(plan.rejected).toEqual([{ line: 9, reason: 'name: "a" is on line 2 and on line 9, expected it once' }])
  })
  test('an unknown upstream takes with it who builds on that line', () => {
    const plan = planImport([row(2, 'c', ['b']), row(3, 'b', ['nowhere']), row(4, 'd')], nothing)
    expect(named(plan.rows)).toEqual(['d'])
    expect(plan.rejected).toEqual([
      { line: 2, reason: 'upstream: "b" on line 3 was rejected' },
      {
        line: 3,
        reason: 'upstream: found "nowhere", expected the name of a device that exists or is in this import',
      },
    ])
  })
  test('a circle is named, every line of it rejected', () => {
    const plan = planImport([row(2, 'a', ['b']), row(3, 'b', ['c']), row(4, 'c', ['a']), row(5, 'd')], nothing)
    expect(named(plan.rows)).toEqual(['d'])
    expect(plan.rejected.map(({ line }) => line)).toEqual([2, 3, 4])
    expect(plan.rejected[0]?.reason).toBe('upstream: a -> b -> c -> a is a circle, expected a way that ends')
    expect(plan.rejected[2]?.reason).toBe('upstream: c -> a -> b -> c is a circle, expected a way that ends')
  })
  test('a circle may close through what stands already', () => {
    const standing = {
      nameOf: new Map([
        [1, 'a'],
        [2, 'b'],
      ]),
      upstreamOf: new Map([['b', ['a']]]),
    }
    expect(planImport([row(2, 'a', ['b'])], standing).rejected).toHaveLength(1)
    expect(planImport([row(2, 'a', ['b']), row(3, 'b', [])], standing).rejected).toEqual([]) // turned round
    expect(planImport([row(2, 'a', [2])], standing).rejected).toHaveLength(1) // by id
  })
  test('a line that is rejected leaves a known device as it was, for others to stand on', () => {
    const standing = { nameOf: new Map([[1, 'a']]), upstreamOf: new Map() }
    const plan = planImport([row(2, 'a', ['nowhere']), row(3, 'b', ['a'])], standing)
    expect(named(plan.rows)).toEqual(['b'])
  })
  test('what it accepts has no circle, knows every upstream, and names everything once', () => {
    const name = fc.constantFrom(...'abcdef')
    const rows = fc.array(fc.tuple(name, fc.option(fc.uniqueArray(name, { maxLength: 3 }), { nil: undefined })), {
      maxLength: 8,
    })
    fc.assert(
      fc.property(rows, (drawn) => {
        const standing = {
          nameOf: new Map([
            [1, 'a'],
            [2, 'b'],
          ]),
          upstreamOf: new Map([['b', ['a']]]),
        }
        const plan = planImport(
          drawn.map(([name, upstream], i) => row(i + 1, name, upstream)),
          standing,
        )
        expect(plan.rows.length + plan.rejected.length).toBe(drawn.length)
        expect(new Set(named(plan.rows)).size).toBe(plan.rows.length)
        const after = new Map<string, readonly string[]>(standing.upstreamOf)
        for (const { name, upstream } of plan.rows) if (upstream) after.set(name, upstream)
        expect(findCycles(after)).toEqual([])
        const known = new Set([...standing.nameOf.values(), ...named(plan.rows)])
        for (const { upstream = [] } of plan.rows) for (const one of upstream) expect(known).toContain(one)
      }),
      { numRuns: 1000 },
    )
  })
})

describe('parseDeviceCsv', () => {
  const parsed = (text: string) => {
    const csv = parseDeviceCsv(text)
    if ('fault' in csv) throw new Error(csv.fault)
    return csv
  }
  test('lines count from 1 with the header; blank ones are passed over', () => {
    const csv = parsed('\uFEFFname,ip\r\n\r\nRidge-1,10.0.0.1\r\n')
    expect(csv.records).toEqual([{ line: 3, cells: { name: 'Ridge-1', ip: '10.0.0.1' } }])
  })
  test.each([';', '\t', ','])('finds the delimiter %j by itself', (mark) => {
    expect(parsed(`Name${mark}Address\nRidge-1${mark}10.0.0.1`).records[0]?.cells).toEqual({
      Name: 'Ridge-1',
      Address: '10.0.0.1',
    })
  })
  test('quotes hold commas and line ends', () => {
    const csv = parsed('name,ip\n"Ridge, the\nold",10.0.0.1\nb,10.0.0.2')
    expect(csv.records.map(({ cells }) => cells.name)).toEqual(['Ridge, the\nold', 'b'])
  })
  test('a line with too few or too many columns is named, the others stand', () => {
    const csv = parsed('name,ip\na\nb,10.0.0.2\nc,10.0.0.3,x')
    expect(csv.records).toHaveLength(1)
    expect(csv.rejected).toEqual([
      { line: 2, reason: 'found 1 columns, expected 2 as in the header' },
      { line: 4, reason: 'found 3 columns, expected 2 as in the header' },
    ])
  })
  test('a quote within a cell and one that never closes are named', () => {
    expect(parsed('name,ip\na"b,10.0.0.1\nc,10.0.0.2').rejected[0]).toMatchObject({ line: 2 })
    const open = parsed('name,ip\nc,10.0.0.2\n"a,10.0.0.1\nd,10.0.0.3\n')
    expect(open.rejected).toHaveLength(1)
    expect(open.records).toHaveLength(1)
  })
  test('columns that mean nothing are told', () => {
    expect(parsed('name,ip,upsteam\na,10.0.0.1,b').ignoredColumns).toEqual(['upsteam'])
  })
  test.each([
    ['', 'expected a header with at least name and address'],
    ['Ridge-1,10.0.0.1', 'The first line is "Ridge-1, 10.0.0.1": expected a header'],
    ['name,ip,address\na,b,c', 'The header names address twice'],
  ])('%j is refused', (text, fault) => expect(parseDeviceCsv(text)).toEqual({ fault: expect.stringContaining(fault) }))
  test('whatever comes, it answers', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', ';', ' ', '\\') }), (text) => {
        expect(parseDeviceCsv(`name,ip\n${text}`)).toHaveProperty('records')
      }),
    )
  })
})
