import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { csvHeader, csvLine, parseJobCsv, type RegistryRecord } from '@/lib/domain/job-csv'
import { jobLimits, textFault } from '@/lib/domain/job-fields'
import { readJobRecord } from '@/lib/domain/job-record'

const characters = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.string({ unit: fc.constantFrom(...'=+-@\'";,|[]{}\\\n\r\t #aé日📦\u2028\uFEFF'), maxLength: 12 }),
)
/** What a job may be called, and tagged with. */
const words = characters.map((text) => text.trim()).filter((text) => textFault(text, jobLimits.tag) === null)
const instants = fc.integer({ min: Date.UTC(2001, 0), max: Date.UTC(2199, 0) }).map((at) => new Date(at).toISOString())
const maybe = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: null })
const set = (values: fc.Arbitrary<string>) => fc.uniqueArray(values, { maxLength: 5 })
const expressions = fc.constantFrom('*/5 * * * *', '@daily', '0 2 * * *\n30 4 * * 1', '# nightly\r\n0 2 * * *')
const records: fc.Arbitrary<RegistryRecord> = fc.record({
  name: words,
  uuid: fc.uuid(),
  badge_key: fc.uuid(),
  aliases: set(fc.stringMatching(/^[\w.~-]{4,20}$/)),
  slug: fc.stringMatching(/^[a-z0-9_-]{1,100}$/),
  tags: set(words),
  site: maybe(words),
  schedule_kind: fc.constantFrom('period', 'cron', 'oncalendar'),
  expected_interval: maybe(fc.integer({ min: 1, max: 366 * 86_400 })),
  schedule: maybe(expressions),
  timezone: fc.constantFrom('UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires'),
  grace_period: fc.integer({ min: 0, max: 366 * 86_400 }),
  permissible_misses: fc.integer({ min: 0, max: 100 }),
  sticky_pause: fc.boolean(),
  channels: maybe(set(words)),
  runs_behind: maybe(words),
  paused_at: maybe(instants),
  created_at: instants,
  status: fc.constantFrom('new', 'up', 'late', 'down'),
  status_since: instants,
  down_since: maybe(instants),
  misses: fc.integer({ min: 0, max: 1000 }),
  anchor_at: maybe(instants),
  first_heartbeat_at: maybe(instants),
  last_heartbeat_at: maybe(instants),
  last_signal: maybe(fc.constantFrom('success', 'start', 'fail', 'log')),
  last_success_at: maybe(instants),
  started_at: maybe(instants),
  started_run: maybe(characters.filter((text) => text !== '' && !/[\0\p{Cs}]/u.test(text))),
  last_duration_ms: maybe(fc.integer({ min: 0, max: 1e11 })),
  heartbeat_count: fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
})

describe('a registry written as CSV', () => {
  test('is read back as JSON would be, whatever its texts hold', () => {
    fc.assert(
      fc.property(fc.array(records, { minLength: 1, maxLength: 5 }), (all) => {
        const parsed = parseJobCsv(csvHeader + all.map(csvLine).join(''))
        if ('fault' in parsed) throw new Error(parsed.fault)
        expect(parsed.rejected).toEqual([])
        const fromCsv = parsed.records.map((record) => ({ ...readJobRecord(record), line: 0 }))
        const fromJson = all.map((cells) => readJobRecord({ line: 0, cells: JSON.parse(JSON.stringify(cells)) }))
        expect(fromCsv).toEqual(fromJson)
        for (const row of fromJson) expect(row).not.toHaveProperty('reason')
      }),
    )
  })

  test('runs nothing in a spreadsheet', () => {
    fc.assert(
      fc.property(records, (record) => {
        const [cells] = parse(csvLine(record)) as string[][]
        for (const cell of cells ?? ['=']) expect(cell).not.toMatch(/^[=+\-@\t\r]/)
        expect(csvLine({ ...record, name: '=cmd|x' })).toMatch(/^'=cmd/)
      }),
    )
  })
})

describe('a CSV file made by hand', () => {
  const rows = (text: string) => {
    const parsed = parseJobCsv(text)
    return 'fault' in parsed ? parsed : parsed.records.map(readJobRecord)
  }
  test('may have its columns in any order and spelling, few of them, and semicolons', () => {
    const [row] = rows('\uFEFFTZ;Cron;Tags;Job\r\nEurope/Berlin;0 2 * * *;a, b|a;Nightly\r\n\r\n') as object[]
    expect(row).toMatchObject({
      line: 2,
      name: 'Nightly',
      tags: ['a', 'b'],
      schedule: { expression: '0 2 * * *', zone: 'Europe/Berlin', interval: undefined },
      pausedAt: undefined,
      channels: undefined,
    })
  })
  test.each([
    ['', 'expected a header with at least name'],
    ['a,b\n1,2', 'The first line is "a, b": expected a header with at least name'],
    ['name,job\na,b', 'The header names name twice'],
  ])('%j will not do', (text, fault) => expect(rows(text)).toMatchObject({ fault: expect.stringContaining(fault) }))
  test('names the columns that it does not know, and lines that are too short', () => {
    const parsed = parseJobCsv('name,colour\na,red\nb\n')
    expect(parsed).toMatchObject({
      ignoredColumns: ['colour'],
      rejected: [{ line: 3, reason: 'found 1 columns, expected 2 as in the header' }],
    })
  })
})

describe('a record', () => {
  test.each([
    [{}, 'name: found none'],
    [{ name: 7 }, undefined],
    [{ name: 'a', uuid: 'x' }, 'uuid: found "x", expected a uuid'],
    [{ name: 'a', tags: ['x\u0000'] }, 'tags: found "x\\u0000", expected text without control characters'],
    [{ name: 'a', tags: 'x'.repeat(61) }, 'tags: found 61 characters, expected at most 60'],
    [{ name: 'a', tags: { x: 1 } }, 'tags: found {"x":1}, expected a list'],
    [{ name: 'a', grace_period: '1e3' }, 'grace_period: found "1e3", expected a whole number from 0 to 31622400'],
    [{ name: 'a', timezone: '+02:00' }, 'timezone: found "+02:00", expected an IANA time zone'],
    [{ name: 'a', created_at: 'yesterday' }, 'created_at: found "yesterday", expected an instant such as'],
    [{ name: 'a', sticky_pause: 'maybe' }, 'sticky_pause: found "maybe", expected true or false'],
    [{ name: 'a', status: 'gone' }, 'status: found "gone", expected one of new, up, late, down, paused'],
    [{ name: 'a', slug: 'A' }, 'slug: found "A", expected a to z'],
    [{ name: 'a', aliases: ['a/b'] }, 'aliases: found "a/b", expected a token of an address'],
    [{ name: 'a', misses: -1, site: [] }, 'misses: found -1, expected a whole number from 0 to 1000; site: found []'],
  ])('%j is refused with every reason', (cells, reason) => {
    const read = readJobRecord({ line: 3, cells })
    if (reason === undefined) expect(read).toMatchObject({ line: 3, name: '7' })
    else expect(read).toMatchObject({ line: 3, reason: expect.stringContaining(reason) })
  })
  test('says paused by a flag, by an instant, by its status, or nothing', () => {
    const pausedAt = (cells: object) =>
      readJobRecord({ line: 1, cells: { name: 'a', ...cells } }) as { pausedAt?: unknown }
    expect(pausedAt({}).pausedAt).toBeUndefined()
    expect(pausedAt({ paused: true }).pausedAt).toBe('now')
    expect(pausedAt({ paused: false }).pausedAt).toBeNull()
    expect(pausedAt({ paused_at: '' }).pausedAt).toBeNull()
    expect(pausedAt({ status: 'paused' }).pausedAt).toBe('now')
    expect(pausedAt({ status: 'up' }).pausedAt).toBeUndefined()
    expect(pausedAt({ paused_at: '2026-01-01T00:00:00.000Z' }).pausedAt).toBe(Date.UTC(2026, 0))
  })
})

describe('a file that is not quite CSV', () => {
  const read = (text: string) => {
    const parsed = parseJobCsv(text)
    return 'fault' in parsed ? parsed.fault : parsed.rejected
  }
  test('a quote that is not closed is said to be where it begins', () => {
    expect(read('name,tags\na,b\nc,"d\ne,f\ng,h\n')).toEqual([
      { line: 3, reason: 'found a quote that is not closed up to the end, on line 5' },
    ])
  })
  test('a header that cannot be read is not taken for absent, nor the next line for a header', () => {
    expect(read('na"me,tags\nname,b\nc,d\n')).toMatch(/^The first line: found .*quote.*: expected a header/)
    expect(read(`name,${'x'.repeat(200_000)}\na,b\n`)).toMatch(/^The first line: found .*100000.*: expected a header/)
  })
  test('one cell of ten million characters is one line that is not taken', () => {
    const parsed = parseJobCsv(`name,tags\n"${'x'.repeat(10_000_000)}",b\n`)
    expect(parsed).toMatchObject({ records: [], rejected: [{ line: 2 }] })
  })
})

test.each([
  ['paused', { toString: 1 }],
  ['tags', JSON.parse('['.repeat(10_000) + ']'.repeat(10_000))],
  ['name', JSON.parse('['.repeat(10_000) + ']'.repeat(10_000))],
  ['paused', JSON.parse('['.repeat(10_000) + ']'.repeat(10_000))],
])('%s that is a thing nobody expects is refused in words', (column, value) => {
  expect(readJobRecord({ line: 1, cells: { name: 'a', [column]: value } })).toMatchObject({
    reason: expect.stringMatching(new RegExp(`^${column}: found .{2,70}, expected `)),
  })
})
