import fc from 'fast-check'
import { expect, test } from 'vitest'
import { deviceListFormats, readRecord } from '@/lib/domain/device-import'
import { readDeviceList } from '@/lib/sources/device-list'
import { isRouterOs, readRouterOs } from '@/lib/sources/routeros-text'
import { xmlElements } from '@/lib/sources/xml-elements'
import { costOf } from '../setup/measure'

const runs = { numRuns: Number(process.env.FC ?? 300) }

const scraps = fc.constantFrom(
  ...[
    '/ppp secret',
    '/ip/neighbor/print terse',
    'add ',
    'set ',
    ' 0 ',
    ' 1 X ',
    'name=',
    'identity=',
    'mac-address=',
    '=',
    '"',
  ],
  ...[
    '\\',
    '\\\n    ',
    '\n',
    '\r\n',
    ';;; ',
    'last-ip=10.0.0.1 ',
    'remote-address=10.0.0.2 ',
    'comment=',
    '[a@b] > ',
    '#',
    '\u001b[1m',
  ],
  ...[
    'name,addresses,maps\n',
    'Core,10.0.0.1,Ridge\n',
    ',',
    ';',
    '<device',
    '>',
    '/>',
    '</device>',
    '<name>',
    '</name>',
    '&amp;',
    '&#0;',
  ],
  ...[
    '<![CDATA[',
    ']]>',
    '<!--',
    '-->',
    '{"devices":[',
    '{"device_id":1,"hostname":"a","sysName":"b"',
    ':',
    '}',
    ']',
    '10.0.0.1',
    'MikroTik',
  ],
)
const text = fc.oneof(
  fc
    .array(fc.oneof(scraps, fc.string({ unit: 'binary', maxLength: 8 })), { maxLength: 60 })
    .map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 200 }),
)
const entry = fc.record(
  Object.fromEntries(
    [
      ...[
        'device_id',
        'hostname',
        'sysName',
        'display',
        'ip',
        'overwrite_ip',
        'os',
        'type',
        'hardware',
        'location',
        'lat',
        'lng',
      ],
      ...['status', 'ignore', 'disabled', 'snmp_disable', 'snmpver', 'community', 'port', 'transport', 'notes'],
      ...[
        'authlevel',
        'authname',
        'authpass',
        'authalgo',
        'cryptopass',
        'cryptoalgo',
        'dependency_parent_id',
        'dependency_parent_hostname',
      ],
    ].map((key) => [
      key,
      fc.oneof(
        fc.constantFrom<unknown>(
          null,
          '',
          '0',
          '1',
          0,
          1,
          true,
          'v2c',
          'v3',
          'authPriv',
          'SHA',
          'AES',
          '10.0.0.1',
          'a,b',
          '[1, 2]',
        ),
        fc.jsonValue({ maxDepth: 1 }),
      ),
    ]),
  ),
  { requiredKeys: [] },
)

test('whatever the text and the format, reading ends in words or in records of our import', () => {
  fc.assert(
    fc.property(text, fc.option(fc.constantFrom(...deviceListFormats), { nil: undefined }), (said, format) => {
      const list = readDeviceList(said, { format })
      if ('fault' in list) {
        expect(list.fault.length).toBeGreaterThan(0)
        expect(list.fault.length).toBeLessThan(1000)
        return
      }
      for (const record of list.records) expect(() => readRecord(record)).not.toThrow()
      for (const { line, reason } of [...list.rejected, ...list.notes]) {
        expect(line).toBeGreaterThanOrEqual(0)
        expect(reason).not.toBe('')
      }
    }),
    runs,
  )
})

test('whatever LibreNMS answers, each entry is taken or named, once, and names do not repeat', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(entry, fc.jsonValue({ maxDepth: 1 })), { maxLength: 20 }), (devices) => {
      const list = readDeviceList(JSON.stringify({ status: 'ok', devices }), { format: 'librenms' })
      if ('fault' in list) throw new Error(list.fault)
      const lines = [...list.records, ...list.rejected].map(({ line }) => line).sort((a, b) => a - b)
      expect(lines).toEqual(devices.map((_, i) => i + 1))
      const names = list.records.map(({ cells }) => cells.name)
      expect(new Set(names).size).toBe(names.length)
      const known = new Set([...list.profiles.map(({ name }) => name), 'none', undefined])
      for (const { cells } of list.records) expect(known).toContain(cells.snmp_profile)
    }),
    runs,
  )
})

const word = fc
  .string({ unit: fc.constantFrom(...'abcXYZ0189 .:-_/äß'), minLength: 1, maxLength: 12 })
  .map((one) => one.trim() || 'x')
const quoted = (value: string) => `"${value.replace(/["\\$]/g, '\\$&')}"`

test('what an export quotes is read back as it was, broken over lines or not', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom('name', 'comment', 'service', 'x.y-z'), fc.string({ maxLength: 30 })), {
        minLength: 1,
        maxLength: 4,
      }),
      fc.integer({ min: 1, max: 40 }),
      (pairs, width) => {
        const values = new Map([...new Map(pairs)].map(([key, value]) => [key, value.replace(/[^ -~]/g, '').trim()]))
        const said = `add ${[...values].map(([key, value]) => `${key}=${quoted(value)}`).join(' ')}`
        expect(readRouterOs(`/ppp secret\n${said}`).statements[0]?.values).toEqual(values)
        const cut = said.slice(0, 4 + width)
        const ragged = /[\\ ]$/.test(cut) || said.slice(4 + width).startsWith(' ') || cut === said
        if (ragged) return
        expect(readRouterOs(`/ppp secret\n${cut}\\\n    ${said.slice(4 + width)}`).statements[0]?.values).toEqual(
          values,
        )
      },
    ),
    runs,
  )
})

test('a row of print terse without quotes is read back, blanks in values and all', () => {
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 5 }), (said) => {
      const row = said.map((value, i) => `key-${'abcde'[i]}=${value}`).join(' ')
      expect([...(readRouterOs(`/a b\n 3 D ${row}`).statements[0]?.values.values() ?? [])]).toEqual(said)
    }),
    runs,
  )
})

test.each([
  ['backslashes', '\\'.repeat(200_000)],
  ['quotes', 'add x="'.repeat(30_000)],
  ['keys', `/a b add ${'a='.repeat(100_000)}`],
  ['blanks', `/a b add ${' '.repeat(400_000)}`],
  ['slashes', '/a '.repeat(100_000)],
  ['broken lines', 'a\\\n'.repeat(100_000)],
  ['prompts', '[a@'.repeat(100_000)],
  ['open tags', '<device '.repeat(50_000)],
  ['nested elements', '<device>'.repeat(50_000)],
  ['entities', `<device>${'&amp'.repeat(100_000)}`],
  ['attributes', `<device ${'a="b" '.repeat(50_000)}/>`],
  ['comments', '<!--'.repeat(100_000)],
])('a megabyte of %s is read at once', async (_, said) => {
  const { cpu } = await costOf(() => {
    for (const format of deviceListFormats) readDeviceList(said, { format })
    readDeviceList(said)
    isRouterOs(said)
    xmlElements(said, () => true)
  })
  expect(cpu).toBeLessThan(40)
})
