import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { SourceSnapshot } from '@/lib/sources/records'
import { everyPage } from '@/lib/sources/sonar-api'
import { accountOf } from '@/lib/sources/sonar-records'
import { accountStatus } from '@/lib/sources/sonar-status'
import { isFault } from '@/lib/sources/source'
import { uispSnapshot } from '@/lib/sources/uisp-snapshot'
import { fixture, type Json } from './fixtures'

const runs = { numRuns: Number(process.env.FC ?? 200) }

const lists: Record<string, Json[]> = {
  sites: fixture('uisp-sites'),
  devices: fixture('uisp-devices'),
  'data-links': fixture('uisp-data-links'),
  clients: fixture('uisp-crm-clients'),
  'clients/services': fixture('uisp-crm-services'),
}

/** One value somewhere in the JSON, by steps that choose among what there is, is another. */
function mutated(value: unknown, steps: readonly number[], put: unknown): unknown {
  const [step, ...rest] = steps
  if (step === undefined || value === null || typeof value !== 'object') return put
  const keys = Object.keys(value)
  const key = keys[step % Math.max(1, keys.length)]
  if (key === undefined) return put
  const inner = mutated((value as Json)[key], rest, put)
  if (Array.isArray(value)) return value.map((one, i) => (String(i) === key ? inner : one))
  return { ...value, [key]: inner }
}

const odd = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom(
    null,
    '',
    ' ',
    'disconnected',
    1001,
    '1001',
    '\0\u202e\ud800',
    'x'.repeat(5000),
    [],
    {},
    -1,
    1e300,
    true,
  ),
  fc.constantFrom(...(lists.devices ?? []).map((one) => (one.identification as Json).id)),
)
const mutation = fc.record({
  list: fc.constantFrom(...Object.keys(lists)),
  steps: fc.array(fc.nat(60), { minLength: 1, maxLength: 6 }),
  put: odd,
})

function expectWhole({ sites, devices, clients, services, links }: SourceSnapshot): void {
  const keys = (list: readonly { key: string }[]) => new Set(list.map(({ key }) => key))
  for (const list of [sites, devices, clients, services, links]) expect(keys(list).size).toBe(list.length)
  const [site, device, client] = [keys(sites), keys(devices), keys(clients)]
  for (const one of sites) if (one.parentKey !== null) expect(site).toContain(one.parentKey)
  for (const one of devices) {
    if (one.siteKey !== null) expect(site).toContain(one.siteKey)
    if (one.clientKey !== null) expect(client).toContain(one.clientKey)
    for (const above of one.upstreamKeys) expect(device.has(above) && above !== one.key).toBe(true)
    if (one.mac !== null) expect(one.mac).toMatch(/^[0-9a-f]{12}$/)
    if (one.status === 'disconnected') expect(one.address).toBeNull()
  }
  for (const one of services) expect(client).toContain(one.clientKey)
  for (const one of links) expect(device.has(one.fromKey) && device.has(one.toKey)).toBe(true)
  for (const { name } of [...sites, ...devices, ...clients, ...services]) {
    expect(name).not.toBe('')
    expect(name).not.toMatch(/[\p{Cc}\p{Cs}\u202e]/u)
    expect(name.length).toBeLessThanOrEqual(403) // a company of 200 (and a person of 200)
  }
}

test('a UISP in which anything is something else is read without it, or is a fault', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 4 }), fc.boolean(), async (mutations, withCrm) => {
      const ask = async (path: string) => {
        const name = path.split('?')[0] ?? ''
        const own = mutations.filter(({ list }) => list === name)
        const offset = Number(/offset=(\d+)/.exec(path)?.[1] ?? 0)
        const value = own.reduce<unknown>((list, { steps, put }) => mutated(list, steps, put), lists[name])
        return { value: Array.isArray(value) ? value.slice(offset) : value, answeredAt: 1 }
      }
      const settings = { most: 1000, callingCode: '1', onProgress: () => {} }
      const read = await uispSnapshot({ nms: ask, crm: withCrm ? ask : null }, settings)
      if (isFault(read)) expect(read.words).toMatch(/found|cannot be read/)
      else expectWhole(read)
    }),
    runs,
  )
}, 480_000)

test('a Sonar in which anything is something else is read without it, or is a fault', async () => {
  type Page = { data: { accounts: Json } }
  const { data } = fixture<Page>('sonar-accounts')
  const steps = fc.array(fc.nat(60), { minLength: 1, maxLength: 9 })
  await fc.assert(
    fc.asyncProperty(fc.array(fc.record({ steps, put: odd }), { minLength: 1, maxLength: 4 }), async (mutations) => {
      const value = mutations.reduce<unknown>((one, { steps, put }) => mutated(one, steps, put), data)
      let asked = 0
      const ask = async () => {
        if (++asked > 1100) throw new Error('asked for ever')
        return { data: value as Json, answeredAt: 1 }
      }
      const all = { name: 'accounts', query: '', most: 1000 }
      for (const read of [(one: Json) => accountOf(one, null), accountStatus]) {
        asked = 0
        const page = await everyPage<{ key: string }>(ask, all, read)
        if (isFault(page)) expect(page.words).toMatch(/found|cannot be read/)
        else expect(JSON.stringify(page.items).length).toBeLessThan(5_000_000)
      }
    }),
    runs,
  )
}, 480_000)
