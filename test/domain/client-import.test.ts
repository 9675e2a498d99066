import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseClientCsv } from '@/lib/domain/client-csv'
import { type ClientRow, planClientImport, readClientRecord } from '@/lib/domain/client-import'

const readCsv = (text: string) => {
  const table = parseClientCsv(text)
  if ('fault' in table) throw new Error(table.fault)
  return table.records.map(readClientRecord)
}

describe('reading a line', () => {
  test('columns in any order and spelling, devices with ; between', () => {
    expect(
      readCsv(
        'E-Mail;Customer Name;Account Number;Mobile;CPE\nit@acme.example;Acme Dental;1042;+1 555 0100 11;"CPE-1; CPE-2"\n',
      ),
    ).toEqual([
      {
        line: 2,
        name: 'Acme Dental',
        number: '1042',
        email: 'it@acme.example',
        phone: '+1555010011',
        devices: ['CPE-1', 'CPE-2'],
      },
    ])
  })
  test('without a name the company and the person make it, and a company is one', () => {
    const [row] = readCsv('company,person\nExample Feed Co,Robin Placeholder')
    expect(row).toMatchObject({ name: 'Example Feed Co (Robin Placeholder)', kind: 'company' })
  })
  test('every fault of a line is told', () => {
    const [row] = readCsv('name,email,phone,kind,language\n,x,none,martian,english')
    expect(row).toEqual({
      line: 2,
      name: undefined,
      reason:
        'name: found none, nor a company or a person; email: found "x", expected an e-mail address such as noc@example.net; ' +
        'phone: found "none", expected a telephone number such as +1 555 0100; ' +
        'kind: found "martian", expected company or person; language: found "english", expected a language such as en, es or pt-BR',
    })
  })
  test('a header that names nobody is refused', () =>
    expect(parseClientCsv('email,phone\na@b.example,1')).toEqual({
      fault: 'The first line is "email, phone": expected a header with at least name or company or person',
    }))
  test('whatever the text: a table or a sentence, never a throw', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        const table = parseClientCsv(`name,email\n${text}`)
        if (!('fault' in table))
          for (const record of table.records) expect(readClientRecord(record)).toHaveProperty('line')
      }),
    )
  })
})

const standing = {
  clients: [
    { id: 1, name: 'Acme Dental', number: '1042' },
    { id: 2, name: 'J. Placeholder', number: null },
    { id: 3, name: 'Twin', number: '7' },
    { id: 4, name: 'Twin', number: '8' },
    { id: 5, name: 'Same number', number: '9' },
    { id: 6, name: 'Same number too', number: '9' },
  ],
  deviceIds: new Map([
    ['CPE-1', 11],
    ['CPE-2', 12],
  ]),
}
const plan = (...rows: Omit<ClientRow, 'line'>[]) => {
  const { rows: planned, rejected } = planClientImport(
    rows.map((row, i) => ({ ...row, line: i + 2 })),
    standing,
  )
  return [
    ...planned.map(({ name, clientId }) => `${name} ${clientId ?? 'new'}`),
    ...rejected.map(({ line, reason }) => `${line} ${reason}`),
  ]
}

describe('whom a line means', () => {
  test.each<[string, Omit<ClientRow, 'line'>[], string[]]>([
    [
      'the one of its number, whatever it was called',
      [{ name: 'Acme Dental & Co', number: '1042' }],
      ['Acme Dental & Co 1'],
    ],
    ['the one of its name', [{ name: 'Acme Dental' }], ['Acme Dental 1']],
    ['one without a number gets that of the line', [{ name: 'J. Placeholder', number: '55' }], ['J. Placeholder 2']],
    ['a new one', [{ name: 'Bolt' }, { name: 'Chip', number: '1' }], ['Bolt new', 'Chip new']],
    [
      'another number is another client',
      [{ name: 'Acme Dental', number: '1' }],
      ['2 name: "Acme Dental" is number 1042, expected that number or another name'],
    ],
    ['two of one name', [{ name: 'Twin' }], ['2 name: 2 clients are called "Twin", expected the number of one']],
    ['two of one name, told apart', [{ name: 'Twin', number: '8' }], ['Twin 4']],
    ['two of one number', [{ name: 'New', number: '9' }], ['2 number: 2 clients have "9"']],
    [
      'a second line of the same',
      [{ name: 'Bolt' }, { name: 'Bolt' }],
      ['Bolt new', '3 name: "Bolt" is on line 2 already, expected it once'],
    ],
    [
      'a device that is not there',
      [{ name: 'Bolt', devices: ['CPE-9'] }],
      ['2 devices: found "CPE-9", expected the names of devices that exist'],
    ],
    [
      'a device that another line has',
      [
        { name: 'Bolt', devices: ['CPE-1'] },
        { name: 'Chip', devices: ['CPE-1'] },
      ],
      ['Bolt new', '3 devices: "CPE-1" is on line 2 already, expected it once'],
    ],
  ])('%s', (_, rows, expected) => expect(plan(...rows)).toEqual(expected))

  test('no client, number or device is claimed twice, and every line is planned or rejected', () => {
    const anyRow = fc.record(
      {
        name: fc.constantFrom('Acme Dental', 'J. Placeholder', 'Twin', 'Bolt', 'Chip'),
        number: fc.constantFrom('1042', '7', '8', '9', '50'),
        devices: fc.subarray(['CPE-1', 'CPE-2', 'CPE-9']),
      },
      { requiredKeys: ['name'] },
    )
    fc.assert(
      fc.property(fc.array(anyRow, { maxLength: 8 }), (rows) => {
        const all = rows.map((row, i): ClientRow => ({ ...row, line: i + 2 }))
        const { rows: planned, rejected } = planClientImport(all, standing)
        expect([...planned, ...rejected].map(({ line }) => line).sort((a, b) => a - b)).toEqual(
          all.map(({ line }) => line),
        )
        const known = planned.flatMap(({ clientId }) => clientId ?? [])
        const fresh = planned.flatMap(({ clientId, name }) => (clientId === null ? name : []))
        const claims: readonly (string | number)[][] = [
          known,
          fresh,
          planned.flatMap(({ number }) => number ?? []),
          planned.flatMap(({ deviceIds }) => deviceIds),
        ]
        for (const list of claims) expect(new Set(list).size).toBe(list.length)
      }),
    )
  })
})
