import { describe, expect, onTestFinished, test } from 'vitest'
import { fixture, type Json } from './fixtures'
import { faultOf, opened, read } from './opened'
import { type Fault, type SonarStandIn, sonarStandIn, sonarToken } from './sonar-stand-in'

async function standIn(more: Parameters<typeof sonarStandIn>[0] = {}): Promise<SonarStandIn> {
  const server = await sonarStandIn(more)
  onTestFinished(() => server.close())
  return server
}
const quick = { limits: { retryMs: [1, 1] } }
const sonar = (server: { url: string }, more: object = {}) =>
  opened('sonar', { url: server.url, token: sonarToken, ...more }, quick)

describe('Sonar', () => {
  test('is tested by asking who one is; its address is taken as somebody has it', async () => {
    const server = await standIn()
    for (const path of ['', '/', '/api/graphql', '/graphiql', '/app']) {
      const told = await read(sonar({ url: `${server.url}${path}` }).test())
      expect(told).toEqual({ ok: true, words: 'Sonar answers to Beatline, not encrypted', version: null })
    }
    expect(server.asked.every(({ path, method }) => method === 'POST' && path === '/api/graphql')).toBe(true)
    expect(server.asked[0]?.headers.authorization).toBe(`Bearer ${sonarToken}`)
  })

  test('is read page by page: sites, accounts, and what is at them', async () => {
    const server = await standIn()
    const words: string[] = []
    const all = await read(sonar(server).snapshot((one) => words.push(one)))
    expect(words).toEqual(['sites: 2', 'accounts: 6', 'accounts: 10'])
    expect(all.sites.map(({ name }) => name)).toEqual(['Example Hill Tower', 'South Mesa'])
    expect(all.rejected).toEqual([])
    const client = new Map(all.clients.map(({ key, name }) => [key, name]))
    const rows = all.devices.map((one) => [
      one.key,
      one.name,
      one.mac,
      one.address,
      one.role,
      client.get(one.clientKey ?? '') ?? one.siteKey,
    ])
    expect(rows).toEqual([
      ['item-8001', 'Example Hill Tower', null, '192.0.2.11', 'other', 'site-31'],
      ['item-8002', 'South Mesa', null, '192.0.2.51', 'other', 'site-32'],
      [
        'item-9001',
        'Casey Sonar-Sample: LiteBeam 5AC Gen2',
        '00005e0053a1',
        '198.51.100.101',
        'cpe',
        'Casey Sonar-Sample',
      ],
      [
        'item-9002',
        'Example Bakery Ltd: ePMP Force 300',
        '00005e0053a2',
        '198.51.100.102',
        'cpe',
        'Example Bakery Ltd',
      ],
      ['item-9003', 'Blair Twohouse: C5x', '00005e0053a3', '198.51.100.103', 'cpe', 'Blair Twohouse'],
      ['radius-88', 'Radius Only Customer: radius.only', null, '198.51.100.104', 'cpe', 'Radius Only Customer'],
      ['item-9006', 'Suspended Sample: LiteBeam 5AC Gen2', '00005e0053a6', '198.51.100.106', 'cpe', 'Suspended Sample'],
      [
        'item-9007',
        'Example Holdings - branch: PMP 450b',
        '00005e0053a7',
        '198.51.100.107',
        'cpe',
        'Example Holdings - branch',
      ],
      ['item-9009', 'Unmonitored Item: Generic Router', '00005e0053a9', null, 'cpe', 'Unmonitored Item'],
      ['mac-555', 'Unmonitored Item: 00005e0053aa', '00005e0053aa', '198.51.100.109', 'cpe', 'Unmonitored Item'],
    ])
    expect(all.devices.filter(({ isExpected }) => !isExpected).map(({ key }) => key)).toEqual(['item-9006'])
  })

  test.each([
    ['501', 'person', 'Casey Sonar-Sample', '+14065550131', true, false],
    ['502', 'company', 'Example Bakery Ltd', '+14065550132 x204', false, false], // an office with an extension
    ['503', 'person', 'Blair Twohouse', null, false, false],
    ['504', 'person', 'Radius Only Customer', '+14065550134', false, false], // a telephone at home
    ['505', 'company', 'Example Holdings (parent)', undefined, undefined, false],
    ['508', 'person', 'No Equipment Yet', null, false, false],
    ['510', 'company', '<script>alert(1)</script> & Co *bold* @here', undefined, undefined, true],
  ])('names account %s and its first contact', async (key, kind, name, phone, smsOk, isArchived) => {
    const { clients } = await read(sonar(await standIn()).snapshot())
    const client = clients.find((one) => one.key === key)
    expect(client).toMatchObject({ kind, name, number: key, isArchived })
    expect([client?.contacts[0]?.phone, client?.contacts[0]?.smsOk]).toEqual([phone, smsOk])
  })

  test('texts go to the contact who can take them and agreed to', async () => {
    const { clients } = await read(sonar(await standIn()).snapshot())
    const bakery = clients.find(({ key }) => key === '502')
    expect(bakery?.contacts.map(({ name, phone, smsOk, isBilling }) => [name, phone, smsOk, isBilling])).toEqual([
      ['Drew Ledger', '+14065550132 x204', false, true],
      ['Night baker', '+14065550133', true, false],
    ])
  })

  test('says what its own monitoring says: DOWN is dark, WARNING is up, and a suspended account says nothing', async () => {
    const { devices } = await read(sonar(await standIn()).poll?.())
    const rows = devices.map(({ key, status, says, lastSeenAt }) => [key, status, says, lastSeenAt !== null])
    expect(rows).toEqual([
      ['item-8001', 'GOOD', 'up', false],
      ['item-8002', 'DOWN', 'dark', true],
      ['item-9001', 'GOOD', 'up', false],
      ['item-9002', 'DOWN', 'dark', true],
      ['item-9003', 'WARNING', 'up', false],
      ['item-9006', 'DOWN', 'none', true],
      ['item-9007', 'DOWN', 'dark', true], // set by hand, though it answers
      ['item-9009', null, 'none', false],
    ])
    expect(devices[3]?.entry).toMatchObject({ owner: { id: '502' }, icmp_threshold_violation: 'TOTAL_PACKET_LOSS' })
  })

  test('polls are stamped with when the last page was answered', async () => {
    const server = await standIn()
    server.fault({ kind: 'slow', ms: 60 })
    const asked = Date.now()
    const { answeredAt } = await read(sonar(server).poll?.())
    expect(answeredAt).toBeGreaterThanOrEqual(asked + 3 * 55) // sites, and two pages of accounts
  })

  type Recorded = { name: string; status: number | null; headers?: Record<string, string>; body?: unknown }
  const recorded = (start: string): Fault => {
    const { status, headers, body } =
      fixture<Recorded[]>('sonar-errors').find(({ name }) => name.startsWith(start)) ?? {}
    return { kind: 'answer', status: status ?? 200, body, ...(headers ? { headers } : {}) }
  }
  test.each([
    ['GraphQL validation', 'shape', /answers with an error: "Cannot query field "acounts"/],
    ['partial data', 'refused', /You do not have permission to view accounts/],
    ['bad token', 'refused', /401 .*the token is wrong/],
    ['wrong host', 'not_json', /with a page \("Sonar"\), expected JSON/],
    ['rate limit', 'status', /429 .*asks for 60 s of rest/],
  ])('%s is a fault, though it may come with a 200', async (name, kind, words) => {
    const server = await standIn()
    server.fault(recorded(name))
    expect(await faultOf(sonar(server).poll?.())).toMatchObject({ kind, words: expect.stringMatching(words) })
    if (name !== 'rate limit') expect(await faultOf(sonar(server).snapshot())).toMatchObject({ kind })
  })

  test('a poll that is told to wait gives up, a reading of everything waits', async () => {
    const server = await standIn()
    server.fault({ kind: 'answer', status: 429, headers: { 'retry-after': '1' } })
    expect(await faultOf(sonar(server).poll?.())).toMatchObject({ retryAfterSeconds: 1 })
    expect(server.asked).toHaveLength(1)
    const reading = sonar(server).snapshot()
    await expect.poll(() => server.asked.length).toBe(2)
    server.fault(null)
    expect((await read(reading)).clients).toHaveLength(10)
  })

  test.each([
    ['no data', { data: null }, 'shape'],
    ['data without a list', { data: { network_sites: { entities: 3 }, accounts: null } }, 'shape'],
    ['a list', [], 'shape'],
  ])('%s is a fault of shape', async (_, body, kind) => {
    const server = await standIn()
    server.fault({ kind: 'answer', body })
    expect(await faultOf(sonar(server).poll?.())).toMatchObject({ kind, words: expect.stringMatching(/found|with/) })
  })

  test('no accounts at all is a fault', async () => {
    const server = await standIn()
    server.accounts.length = 0
    expect(await faultOf(sonar(server).poll?.())).toMatchObject({ kind: 'empty' })
    expect(await faultOf(sonar(server).snapshot())).toMatchObject({ kind: 'empty' })
  })

  test('an account without an id is named and left out, the others are read', async () => {
    const server = await standIn()
    server.accounts.splice(1, 0, { id: null, name: 'Broken' })
    const { clients, rejected } = await read(sonar(server).snapshot())
    expect(clients).toHaveLength(10)
    expect(rejected).toEqual([{ what: 'account 1 (Broken)', reason: 'id: found null, expected its id' }])
  })

  test('what moves to the next page while it is read comes once', async () => {
    const server = await standIn({ perPage: 3 })
    const [first] = server.accounts
    server.accounts.push(first as Json)
    const { clients, devices } = await read(sonar(server).snapshot())
    expect(clients).toHaveLength(10)
    expect(new Set(devices.map(({ key }) => key)).size).toBe(devices.length)
  })

  test('a page is asked for three times before the reading is given up', async () => {
    const server = await standIn()
    server.fault({ kind: 'close' })
    expect(await faultOf(sonar(server).snapshot())).toMatchObject({ kind: 'unreachable' })
    expect(server.asked).toHaveLength(3)
  })

  test('remembers no outages', async () => {
    expect(sonar(await standIn()).history).toBeNull()
  })
})
