import { describe, expect, test } from 'vitest'
import { faultOf, opened, read } from './opened'

const csv = (...lines: string[]) => opened('csv', { text: lines.join('\n'), calling_code: '1' }, { now: () => 1000 })

describe('a list of clients', () => {
  test('has a client a line, and a device where there is a MAC or an address', async () => {
    const list = csv(
      'Number;Company;Person;E-mail;Phone;Address;Language;Device;MAC;IP;Tower',
      '1;Example Feed Co;Robin Placeholder;robin@feedco.example;(406) 555-0103;7 Placeholder Way;es;feed-cpe;00:00:5E:00:53:13;198.51.100.13;Example Hill',
      '2;;Avery Sample;avery@example.com;+1 406 555 0101;;;;;;',
    )
    const all = await read(list.snapshot())
    expect(all).toMatchObject({ readAt: 1000, rejected: [], services: [], links: [] })
    expect(all.clients).toMatchObject([
      {
        key: 'number:1',
        kind: 'company',
        name: 'Example Feed Co (Robin Placeholder)',
        number: '1',
        language: 'es',
        address: '7 Placeholder Way',
      },
      { key: 'number:2', kind: 'person', name: 'Avery Sample', language: 'en', contacts: [{ phone: '+14065550101' }] },
    ])
    expect(all.clients[0]?.contacts).toMatchObject([
      { email: 'robin@feedco.example', phone: '+14065550103', smsOk: true },
    ])
    expect(all.devices).toMatchObject([
      {
        key: 'mac:00005e005313',
        name: 'feed-cpe',
        mac: '00005e005313',
        address: '198.51.100.13',
        siteKey: 'site:Example Hill',
        clientKey: 'number:1',
      },
    ])
    expect(all.sites.map(({ name }) => name)).toEqual(['Example Hill'])
    expect((await read(list.test())).words).toBe('The list has 2 clients and 1 devices; 0 lines cannot be read')
  })

  test('has a further device of a client in a second line of its number', async () => {
    const all = await read(csv('name,number,ip', 'Morgan,4,198.51.100.14', 'Morgan,4,198.51.100.15').snapshot())
    expect([all.clients.length, all.devices.map(({ key, clientKey }) => [key, clientKey])]).toEqual([
      1,
      [
        ['ip:198.51.100.14', 'number:4'],
        ['ip:198.51.100.15', 'number:4'],
      ],
    ])
  })

  test('is read line by line: what cannot be is named', async () => {
    const all = await read(
      csv(
        'name,mac,ip',
        'Good,,',
        ',,',
        'Bad,not-a-mac,',
        'Worse,,999.1.2.3',
        'Twice,,198.51.100.1',
        'Again,,198.51.100.1',
      ).snapshot(),
    )
    expect(all.rejected).toEqual([
      { what: 'line 4 (Bad)', reason: 'mac: found "not-a-mac", expected 12 hex digits' },
      { what: 'line 5 (Worse)', reason: 'ip: found "999.1.2.3", expected an address' },
      { what: 'line 7 (Again)', reason: 'found the device ip:198.51.100.1 a second time' },
    ])
    expect(all.clients.map(({ name }) => name)).toEqual(['Good', 'Twice', 'Again'])
  })

  test.each([
    [
      'without a header that it knows',
      'a,b\n1,2',
      'shape',
      /expected a header with at least name or company or person/,
    ],
    ['without a line', 'name,number', 'empty', /found no client/],
    ['that is a page', '<html><body>x</body></html>', 'shape', /The first line is/],
  ])('%s is a fault', async (_, text, kind, words) => {
    const source = opened('csv', { text })
    expect(await faultOf(source.snapshot())).toMatchObject({ kind, words: expect.stringMatching(words) })
    expect(await faultOf(source.test())).toMatchObject({ kind })
  })

  test('says nothing of what is dark', () => {
    expect([csv('name', 'x').poll, csv('name', 'x').history]).toEqual([null, null])
  })
})
