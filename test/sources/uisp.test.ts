import { describe, expect, onTestFinished, test } from 'vitest'
import type { SourceSnapshot } from '@/lib/sources/records'
import { fixture, type Json } from './fixtures'
import { faultOf, opened, read } from './opened'
import { apiToken, credentials, crmKey, type UispStandIn, uispStandIn, withSecondFactor } from './uisp-stand-in'

async function standIn(): Promise<UispStandIn> {
  const server = await uispStandIn()
  onTestFinished(() => server.close())
  return server
}
const whole = { token: apiToken, crm_key: crmKey, calling_code: '1' }
const quick = { limits: { retryMs: [1, 1] } }
const paths = ({ asked }: UispStandIn) =>
  asked.map(({ method, path }) => `${method} ${path.replace(/^\/(nms|crm)\/api\//, '')}`)

describe('its test', () => {
  test('says what answers, and asks what only a reader is told', async () => {
    const server = await standIn()
    const told = await read(opened('uisp', { url: server.url, ...whole }).test())
    expect(told).toEqual({ ok: true, words: 'UISP 2.4.206 answers, with its CRM, not encrypted', version: '2.4.206' })
    expect(paths(server)).toEqual(['GET v2.1/nms/version', 'GET v2.1/outages', 'GET v1.0/clients'])
  })

  test('says that clients come from the NMS alone without a key of the CRM', async () => {
    const server = await standIn()
    const { words } = await read(opened('uisp', { url: server.url, token: apiToken }).test())
    expect(words).toContain('without its CRM')
  })

  test.each([
    ['a wrong token', { token: 'wrong' }, /UISP answers 401 .*the token is wrong/],
    ['a wrong key of the CRM', { ...whole, crm_key: 'wrong' }, /The CRM answers 401 .*the app key is wrong/],
    ['no UISP at all', { ...whole, url: '/elsewhere' }, /with a page \("UISP"\), expected JSON/],
  ])('tells %s', async (_, settings, words) => {
    const server = await standIn()
    const url = `${server.url}${'url' in settings ? settings.url : ''}`
    expect(await faultOf(opened('uisp', { ...settings, url }).test())).toMatchObject({
      words: expect.stringMatching(words),
    })
  })

  test.each(['', '/', '/nms', '/nms/', '/nms/api/v2.1', '/nms/api/v2.1/', '/nms/dashboard', '/crm/clients'])(
    'takes the address as somebody has it: https://uisp.example.net%s',
    async (path) => {
      const server = await standIn()
      await read(opened('uisp', { url: `${server.url}${path}`, token: apiToken }).test())
    },
  )
})

describe('signing in', () => {
  test('gives a token that is used again, also by the next who opens it', async () => {
    const server = await standIn()
    const source = opened('uisp', { url: server.url, ...credentials })
    await read(source.poll?.())
    await read(source.poll?.())
    await read(opened('uisp', { url: server.url, ...credentials }).poll?.())
    expect(paths(server)).toEqual(['POST v2.1/user/login', ...Array(3).fill('GET v2.1/devices')])
    expect(server.asked[0]?.body).toBe(JSON.stringify(credentials))
  })

  test('is done again when the session has ended', async () => {
    const server = await standIn()
    const source = opened('uisp', { url: server.url, ...credentials })
    await read(source.poll?.())
    server.endSessions()
    await read(source.poll?.())
    const logins = paths(server).filter((path) => path.endsWith('login'))
    expect(logins).toHaveLength(2)
  })

  test('with a second factor is refused, with what to use instead', async () => {
    const server = await standIn()
    const settings = { url: server.url, ...credentials, username: withSecondFactor }
    const told = await faultOf(opened('uisp', settings).poll?.())
    expect(told).toMatchObject({
      kind: 'refused',
      words: expect.stringMatching(/second factor.*expected an API token/),
    })
  })

  test('with a wrong password is refused once, not tried on and on', async () => {
    const server = await standIn()
    const told = await faultOf(opened('uisp', { url: server.url, ...credentials, password: 'wrong password' }).poll?.())
    expect(told).toMatchObject({ kind: 'refused', words: expect.stringContaining('Invalid username or password') })
    expect(server.asked).toHaveLength(1)
  })

  test('that was refused is not tried again by each poll, but by a test and ten minutes later', async () => {
    const server = await standIn()
    let now = 1_000_000
    const settings = { url: server.url, ...credentials, password: 'of yesterday' }
    const source = opened('uisp', settings, { now: () => now })
    const words = (await faultOf(source.poll?.())).words
    expect((await faultOf(source.poll?.())).words).toBe(words)
    expect((await faultOf(opened('uisp', settings, { now: () => now }).poll?.())).words).toBe(words)
    expect(server.asked).toHaveLength(1)
    await faultOf(source.test())
    expect(server.asked).toHaveLength(2)
    now += 10 * 60_000
    await faultOf(source.poll?.())
    expect(server.asked).toHaveLength(3)
  })
})

describe('the first reading of the fixture', () => {
  async function snapshot(settings: object = whole): Promise<SourceSnapshot> {
    const server = await standIn()
    return read(opened('uisp', { url: server.url, ...settings }).snapshot())
  }
  const named = (list: readonly { key: string; name: string }[]) => new Map(list.map(({ key, name }) => [key, name]))

  test('has 46 devices, of which one is malformed: it is named, and the rest is read', async () => {
    const { devices, sites, links, services, clients, rejected } = await snapshot()
    expect(fixture('uisp-devices')).toHaveLength(46)
    expect(devices).toHaveLength(45)
    expect(rejected).toEqual([{ what: 'device 20 (17)', reason: 'identification.id: found null, expected its id' }])
    expect(sites.filter(({ isPremises }) => !isPremises)).toHaveLength(3)
    expect([sites.length, links.length, services.length, clients.length]).toEqual([24, 17, 20, 21])
  })

  test('tells how far it is', async () => {
    const server = await standIn()
    const words: string[] = []
    await read(opened('uisp', { url: server.url, ...whole }).snapshot((one) => words.push(one)))
    expect(words).toEqual(['sites: 24', 'devices: 45', 'links: 17', 'clients: 22', 'services: 20'])
  })

  test('gives each device its role, its place and its client', async () => {
    const { devices, sites, clients } = await snapshot()
    const [place, client] = [named(sites), named(clients)]
    const rows = devices.map((one) => [
      one.name,
      one.role,
      place.get(one.siteKey ?? '') ?? null,
      client.get(one.clientKey ?? '') ?? null,
    ])
    expect(rows).toEqual(
      expect.arrayContaining([
        ['ex-hill-rtr1', 'router', 'Example Hill Tower', null],
        ['ex-hill-sw1', 'switch', 'Example Hill Tower', null],
        ['ex-hill-ups1', 'other', 'Example Hill Tower', null],
        ['ex-hill-ap-north', 'ap', 'Example Hill Tower', null],
        ['ex-ptp-ridge-from-hill', 'backhaul', 'North Ridge Tower', null],
        ['ex-water-rtr1', 'router', 'Water Street POP', null], // a third party's
        ['ex-water-olt1', 'switch', 'Water Street POP', null],
        ['example-orchards-wifi', 'cpe', 'Example Orchards LLC', 'Example Orchards LLC (Sam Illustrative)'],
        ['RPlaceholder-FeedCo', 'cpe', 'Example Feed Co - Robin Placeholder', 'Example Feed Co (Robin Placeholder)'],
        ['specimen-house', 'cpe', 'Morgan Specimen', 'Morgan Specimen'], // two services, two places,
        ['specimen-barn', 'cpe', 'Morgan Specimen - barn', 'Morgan Specimen'], // one client
        ['field-test-kit', 'cpe', 'Unlinked endpoint', null], // no link to the CRM
        ['ari-fiber-onu', 'cpe', 'Ari Fiber-Test', 'Ari Fiber-Test'],
        ['ubnt', 'cpe', null, null],
        ['blackBox 00:00:5e:00:53:2b', 'other', 'Example Hill Tower', null], // without a name
        ['minimal-record', 'cpe', 'Avery Sample', 'Avery Sample'],
      ]),
    )
  })

  test('takes addresses as a CIDR and bare, and none of what is disconnected: one stands at three clients', async () => {
    const { devices } = await snapshot()
    const address = new Map(devices.map((one) => [one.name, one.address]))
    expect(address.get('ex-hill-rtr1')).toBe('192.0.2.1')
    expect(address.get('ex-hill-sw1')).toBe('192.0.2.2')
    const three = ['parker-example-cpe', 'rowan-example-cpe', 'sky-mockup-cpe']
    const listed = fixture('uisp-devices').filter(({ ipAddress }) => ipAddress === '198.51.100.77/24')
    expect(listed.map((one) => (one.identification as Json).name)).toEqual(three)
    expect(three.map((name) => address.get(name))).toEqual([null, '198.51.100.77', null])
  })

  test('knows what hangs on what, a tower behind a tower down to the client', async () => {
    const { devices } = await snapshot()
    const [name, above] = [named(devices), new Map(devices.map((one) => [one.name, one.upstreamKeys]))]
    const upstream = (one: string) => (above.get(one) ?? []).map((key) => name.get(key))
    expect(upstream('ex-ptp-ridge-from-hill')).toEqual(['ex-ptp-hill-to-ridge'])
    expect(upstream('ex-ptp-water-from-ridge')).toEqual(['ex-ptp-ridge-to-water'])
    expect(upstream('jules-template-cpe')).toEqual(['ex-water-ap1'])
    expect(upstream('ari-fiber-onu')).toEqual(['ex-water-olt1'])
    expect(upstream('ex-ptp-hill-to-ridge')).toEqual([])
  })

  test('knows what is out of service, and keeps the word for it', async () => {
    const { devices } = await snapshot()
    const out = devices.filter(({ isExpected }) => !isExpected).map(({ status }) => status)
    const words =
      'inactive disabled maintenance unmonitored unauthorized discovered proposed unplaced unassigned preregistration'
    expect(out.sort()).toEqual(words.split(' ').sort())
    expect(devices.map(({ status }) => status)).toEqual(expect.arrayContaining(['hibernating', null]))
  })

  test('joins services with the devices at their place', async () => {
    const { services, devices } = await snapshot()
    const name = named(devices)
    const rows = services.map((one) => [
      one.name,
      one.clientKey,
      one.status,
      one.downMbps,
      one.upMbps,
      one.deviceKeys.map((key) => name.get(key)),
    ])
    expect(rows).toEqual(
      expect.arrayContaining([
        ['Home 50', '1004', 'active', 50, 10, ['specimen-house']],
        ['Barn link', '1004', 'active', 10, 2, ['specimen-barn']],
        ['Home 25', '1007', 'suspended', 25, 5, ['1007-cpe']],
        ['Internal', '1015', 'active', null, null, ['example-networks-office']],
        ['Business 100', '1002', 'active', 100, 20, ['example-orchards-cpe', 'example-orchards-wifi']],
      ]),
    )
  })

  // Every odd client of the fixture, and what is made of its name and its telephone.
  test.each([
    ['1001', 'person', 'Avery Sample', null, 'Avery Sample', '+14065550101', true],
    [
      '1002',
      'company',
      'Example Orchards LLC (Sam Illustrative)',
      'Example Orchards LLC',
      'Sam Illustrative',
      '+14065550102',
      true,
    ],
    [
      '1003',
      'company',
      'Example Feed Co (Robin Placeholder)',
      'Example Feed Co',
      'Robin Placeholder',
      '+14065550103',
      true,
    ],
    ['1004', 'person', 'Morgan Specimen', null, 'Morgan Specimen', '+14065550104', true],
    ['1005', 'company', 'Müller & Söhne <Test> *GmbH*', 'Müller & Söhne <Test> *GmbH*', null, '+14065550105', true],
    ['1006', 'person', 'Quinn', null, 'Quinn', '555-0106', true], // no area code: as it was given
    ['1007', 'person', 'only-an-email@example.org', null, null, undefined, undefined],
    ['1008', 'person', 'ACCT-1008', null, null, undefined, undefined],
    ['1010', 'company', 'Sample Valley School (Pat)', 'Sample Valley School', 'Pat', '+1 406 555 0110 x12', false],
    ['1014', 'person', 'Reese Dummy', null, 'Reese Dummy', undefined, undefined], // "not given"
    ['1015', 'company', 'Example Networks', null, 'Example Networks', '+14065550115', true], // a company of blanks
    [
      '1018',
      'company',
      'Lakeside Sample Motel (Lee Innkeeper)',
      'Lakeside Sample Motel',
      'Lee Innkeeper',
      '+14065550118',
      true,
    ],
    ['1021', 'company', 'Archived Example Inc', 'Archived Example Inc', null, undefined, undefined],
    [
      '1022',
      'company',
      '@everyone Farms <!channel> [link](https://example.com)',
      '@everyone Farms <!channel> [link](https://example.com)',
      null,
      '+14065550122',
      true,
    ],
  ])('calls client %s as one does', async (key, kind, name, company, person, phone, smsOk) => {
    const { clients } = await snapshot()
    const client = clients.find((one) => one.key === key)
    expect(client).toMatchObject({ kind, name, company, person, isArchived: key === '1021' })
    const contact = client?.contacts.find((one) => one.phone !== null)
    expect([contact?.phone, contact?.smsOk]).toEqual([phone, smsOk])
  })

  test('has no lead among its clients', async () => {
    const { clients } = await snapshot()
    expect(clients.map(({ key }) => key)).not.toContain('1020')
  })

  test('without the CRM has the clients that the NMS names, and its own premises where it names none', async () => {
    const { clients, devices, services } = await snapshot({ token: apiToken })
    const client = new Map(clients.map((one) => [one.key, one]))
    expect(clients).toHaveLength(20) // 21 places, two of them one client's
    expect(client.get('1003')?.name).toBe('Robin Placeholder')
    expect(client.get('1007')?.name).toBe('1007') // without a name: as its place is called
    const kit = devices.find(({ name }) => name === 'field-test-kit')
    expect(client.get(kit?.clientKey ?? '')?.name).toBe('Unlinked endpoint')
    expect(services).toContainEqual(
      expect.objectContaining({ key: '3003', downMbps: 100, upMbps: 20, status: 'active' }),
    )
  })

  test('reads the same twice', async () => {
    const server = await standIn()
    const source = opened('uisp', { url: server.url, ...whole })
    const [first, second] = [await read(source.snapshot()), await read(source.snapshot())]
    expect({ ...second, readAt: 0 }).toEqual({ ...first, readAt: 0 })
  })
})

describe('a reading of everything', () => {
  test('tries a list three times, and is a fault when it goes on failing', async () => {
    const server = await standIn()
    const source = opened('uisp', { url: server.url, ...whole }, quick)
    server.fault({ kind: 'close' }, /data-links/)
    const reading = source.snapshot()
    await expect.poll(() => server.asked.filter(({ path }) => path.endsWith('data-links')).length).toBeGreaterThan(0)
    expect(await faultOf(reading)).toMatchObject({ kind: 'unreachable' })
    expect(server.asked.filter(({ path }) => path.endsWith('data-links'))).toHaveLength(3)
  })

  test('takes the second answer where the first was a proxy in trouble', async () => {
    const server = await standIn()
    let asked = 0
    server.fault({ kind: 'answer', status: 502, body: 'x' }, {
      test: (path: string) => path.endsWith('/sites') && asked++ === 0,
    } as RegExp)
    const { sites } = await read(opened('uisp', { url: server.url, ...whole }, quick).snapshot())
    expect([sites.length, asked]).toEqual([24, 2])
  })

  test('waits as long as it is asked to, and gives up where that is long', async () => {
    const server = await standIn()
    server.fault({ kind: 'answer', status: 429, headers: { 'retry-after': '3600' } })
    const told = await faultOf(opened('uisp', { url: server.url, ...whole }, quick).snapshot())
    expect([told.retryAfterSeconds, server.asked.length]).toEqual([3600, 1])
    server.fault({ kind: 'answer', status: 429, headers: { 'retry-after': '1' } })
    const began = Date.now()
    await faultOf(opened('uisp', { url: server.url, ...whole }, quick).snapshot())
    expect(server.asked).toHaveLength(4)
    expect(Date.now() - began).toBeGreaterThanOrEqual(1990)
  })

  test.each([
    ['devices', /devices$/, 'devices: found an empty list, expected at least one device'],
    ['sites', /sites$/, 'sites: found an empty list, expected those that the devices name'],
    ['clients', /clients$/, 'clients: found an empty list, expected at least one client'],
  ])('is a fault when the list of %s is empty all at once', async (_, path, words) => {
    const server = await standIn()
    server.fault({ kind: 'answer', body: [] }, path)
    expect(await faultOf(opened('uisp', { url: server.url, ...whole }).snapshot())).toMatchObject({
      kind: 'empty',
      words,
    })
  })

  test('is a fault when the CRM refuses the key: clients do not vanish for it', async () => {
    const server = await standIn()
    const told = await faultOf(opened('uisp', { url: server.url, ...whole, crm_key: 'revoked' }).snapshot())
    expect(told).toMatchObject({ kind: 'refused', words: expect.stringContaining('The CRM answers 401') })
  })

  test('reads every page of the CRM, also where it gives fewer than asked for', async () => {
    const server = await standIn()
    const many = Array.from({ length: 1234 }, (_, i) => ({ id: i + 1, clientType: 1, firstName: `Client ${i + 1}` }))
    server.set('clients', many)
    const { clients } = await read(opened('uisp', { url: server.url, ...whole }).snapshot())
    expect(clients).toHaveLength(1234)
    const pages = server.asked.filter(({ path }) => path.endsWith('/clients')).map(({ query }) => query.get('offset'))
    expect(pages).toEqual(['0', '500', '1000', '1234'])
  })

  test('leaves one bad client out, also where it is alone on the last page', async () => {
    const server = await standIn()
    const many = Array.from({ length: 500 }, (_, i) => ({ id: i + 1, clientType: 1, firstName: `Client ${i + 1}` }))
    server.set('clients', [...many, { id: null, companyName: 'Broken Inc' }])
    const { clients, rejected } = await read(opened('uisp', { url: server.url, ...whole }).snapshot())
    expect(clients).toHaveLength(500)
    expect(rejected).toContainEqual({ what: 'client 0 (Broken Inc)', reason: 'id: found null, expected its id' })
  })

  test('ends where a CRM gives the same page for ever', async () => {
    const server = await standIn()
    server.fault({ kind: 'answer', body: [{ id: 1, firstName: 'Only' }] }, /\/clients$/)
    const { clients } = await read(opened('uisp', { url: server.url, ...whole }).snapshot())
    expect(clients.map(({ name }) => name)).toEqual(['Only'])
  })
})

describe('the outages that it remembers', () => {
  test('come with their devices and times; what lasts has no end', async () => {
    const server = await standIn()
    const { items, rejected, complete } = await read(opened('uisp', { url: server.url, token: apiToken }).history?.(30))
    expect([items.length, rejected, complete]).toEqual([12, [], true])
    expect(items.filter(({ endedAt }) => endedAt === null)).toHaveLength(9)
    expect(items.filter(({ kind }) => kind === 'unreachable')).toHaveLength(7)
    const rowan = items.find(({ deviceName }) => deviceName === 'rowan-example-cpe')
    expect(rowan).toMatchObject({ deviceMac: '00005e00531d', kind: 'outage' })
    expect((rowan?.endedAt ?? 0) - (rowan?.beganAt ?? 0)).toBe(464_220)
  })

  test('are read page by page, and only as far back as asked', async () => {
    const server = await standIn()
    const now = Date.now()
    const day = 86_400_000
    const outages = Array.from({ length: 250 }, (_, i) => ({
      id: `o${i}`,
      startTimestamp: new Date(now - i * (day / 5) - 60_000).toISOString(),
      endTimestamp: new Date(now - i * (day / 5)).toISOString(),
      type: 'outage',
      device: { id: 'd1', name: 'one' },
    }))
    server.set('outages', outages)
    const source = opened('uisp', { url: server.url, token: apiToken }, { now: () => now })
    const { items } = await read(source.history?.(10))
    expect(items).toHaveLength(51)
    const pages = server.asked.map(({ query }) => `${query.get('page')}/${query.get('count')}`)
    expect(pages).toEqual(['1/100', '2/100', '3/100'])
  })

  test('are each read apart', async () => {
    const server = await standIn()
    const good = {
      id: 'a',
      startTimestamp: '2026-09-01T11:00:00.000Z',
      endTimestamp: null,
      device: { id: 'd', name: 'one' },
    }
    server.set('outages', [
      good,
      { ...good, id: 'b', startTimestamp: 'yesterday' },
      { ...good, id: 'c', device: null }, // of a site
      { ...good, id: 'd', endTimestamp: '2026-09-01T10:00:00.000Z' },
      { ...good, id: 'e' },
    ])
    const { items, rejected } = await read(opened('uisp', { url: server.url, token: apiToken }).history?.(30))
    expect(items.map(({ key }) => key)).toEqual(['a', 'e'])
    expect(rejected).toEqual([
      { what: 'page 1, outage 1 (one)', reason: 'startTimestamp: found "yesterday", expected an instant' },
      { what: 'page 1, outage 3 (one)', reason: 'found an end before its beginning' },
    ])
  })
})
