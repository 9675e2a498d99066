import pino from 'pino'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { importClients } from '@/lib/store/client-imports'
import { mergeClients } from '@/lib/store/client-merging'
import { listClientOutages } from '@/lib/store/client-outages'
import { createClient, deleteClient, updateClient } from '@/lib/store/client-writes'
import { type ClientQuery, countClients, findClient, listClients, searchClients } from '@/lib/store/clients'
import { createDevice, findDevice, listDevices, updateDevice } from '@/lib/store/devices'
import { listAffectedDevices } from '@/lib/store/incident-clients'
import { listIncidents } from '@/lib/store/incidents'
import { listOutages } from '@/lib/store/outage-lists'
import { correlation } from '@/workers/keeper/correlation'
import { type TestDatabase, testDatabase } from '../setup/database'
import { addDevice, ago, goDark } from '../workers/keeper/scene'

let database: TestDatabase
const sql = () => database.sql
beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database?.stop())
beforeEach(async () => {
  await sql()`truncate targets, clients, sites, incidents, probes, opt_outs restart identity cascade`
  await sql()`insert into probes (name, token_hash, last_seen_at, connected_at) values ('Here', 'x', now() + interval '1 hour', now())`
})

const addClient = async (name: string, values: Record<string, string | boolean | null> = {}) => {
  const [row] = await sql()<
    { id: number }[]
  >`insert into clients ${sql()({ name, by_hand: false, ...values })} returning id`
  return row?.id ?? 0
}
const serve = async (client: number, device: string, { dark = '', site = '' } = {}) => {
  const id = await addDevice(sql(), device, [], site || undefined)
  await sql()`update devices set client_id = ${client} where id = ${id}`
  if (dark) {
    await goDark(sql(), id, 60)
    await sql()`update outages set state = ${dark} where target_id = ${id}`
  }
  return id
}
const names = async (query: ClientQuery) => (await listClients(query)).items.map(({ name }) => name)
const idOf = (made: { id: number } | { fault: string } | null) => {
  if (!made || 'fault' in made) throw new Error(JSON.stringify(made))
  return made.id
}

describe('the list', () => {
  beforeEach(async () => {
    await serve(await addClient('Acme 10', { number: '1042' }), 'CPE-1', { site: 'Ridge' })
    await serve(await addClient('Acme 2'), 'CPE-2', { dark: 'down', site: 'Ridge' })
    const both = await addClient('Bolt')
    await serve(both, 'CPE-3', { dark: 'unreachable', site: 'Water Street' })
    await serve(both, 'CPE-4', { site: 'Ridge' })
    const cut = await addClient('Chip')
    await serve(cut, 'CPE-5', { dark: 'unreachable' })
    await addClient('Nobody serves')
    await addClient('Was here', { archived_at: '2026-01-01T00:00:00Z' })
  })

  test('comes in natural order, narrowed by state, site and words', async () => {
    expect(await names({})).toEqual(['Acme 2', 'Acme 10', 'Bolt', 'Chip', 'Nobody serves', 'Was here'])
    expect(await names({ state: 'dark' })).toEqual(['Acme 2', 'Chip'])
    expect(await names({ state: 'degraded' })).toEqual(['Bolt'])
    expect(await names({ state: 'up' })).toEqual(['Acme 10'])
    expect(await names({ state: 'none', archived: false })).toEqual(['Nobody serves'])
    expect(await names({ site: 'Ridge' })).toEqual(['Acme 2', 'Acme 10', 'Bolt'])
    expect(await names({ site: 'Ridge', state: 'dark' })).toEqual(['Acme 2'])
    expect(await names({ search: 'acme' })).toEqual(['Acme 2', 'Acme 10'])
    expect(await names({ search: '104' })).toEqual(['Acme 10'])
    expect(await names({ search: '%' })).toEqual([])
    expect(await names({ archived: true })).toEqual(['Was here'])
  })

  test('worst first, and the latest change first', async () => {
    expect(await names({ sort: 'status' })).toEqual(['Acme 2', 'Chip', 'Bolt', 'Acme 10', 'Nobody serves', 'Was here'])
    await sql()`update outages set began_at = ${ago(5)} from targets t where t.id = target_id and t.name = 'CPE-5'`
    await sql()`update targets set status_since = ${ago(9000)} where status = 'up'`
    expect((await names({ sort: 'since', state: 'dark' })).slice(0, 2)).toEqual(['Chip', 'Acme 2'])
  })

  test.each(['name', 'status', 'since'] as const)('pages by %s give everybody once, in order', async (sort) => {
    const whole = await names({ sort })
    const paged: string[] = []
    let cursor: string | undefined
    do {
      const page = await listClients({ sort, limit: 1, cursor })
      paged.push(...page.items.map(({ name }) => name))
      cursor = page.next ?? undefined
    } while (cursor)
    expect(paged).toEqual(whole)
  })

  test('says how each is served since when, of how many devices, and where', async () => {
    const [bolt] = (await listClients({ search: 'Bolt' })).items
    expect(bolt).toMatchObject({ sites: ['Ridge', 'Water Street'], now: { status: 'degraded', devices: 2, dark: 1 } })
    expect(Math.abs((bolt?.now.since ?? 0) - ago(60).getTime())).toBeLessThan(5000)
  })

  test('its counts are those of who has not left', async () => {
    expect(await countClients()).toEqual({ counts: { up: 1, dark: 2, degraded: 1, none: 1 }, total: 5 })
  })

  test('the search for a field offers names and numbers, and nobody who has left', async () => {
    expect((await searchClients('a', 8)).map(({ name }) => name)).toEqual(['Acme 2', 'Acme 10'])
    expect(await searchClients('1042', 8)).toMatchObject([{ name: 'Acme 10', sites: ['Ridge'], devices: 1 }])
    expect(await searchClients('was', 8)).toEqual([])
  })
})

describe('writing', () => {
  test('a client is made with contacts and devices, and changed in what is said alone', async () => {
    const device = await addDevice(sql(), 'CPE-1')
    const contact = {
      name: 'Robin',
      email: 'r@x.example',
      phone: '+15550100',
      isContact: true,
      isBilling: false,
      smsOk: true,
    }
    const id = idOf(await createClient({ name: 'Acme', number: '7', devices: ['CPE-1'], contacts: [contact] }))
    expect(await findDevice(device)).toMatchObject({ client: 'Acme', clientId: id })
    const first = await findClient(id)
    const known = first?.contacts[0]?.id
    await updateClient(id, {
      language: 'es',
      contacts: [
        { ...contact, name: 'Sam' },
        { ...contact, id: known, name: 'Robin P' },
      ],
    })
    expect(await findClient(id)).toMatchObject({
      number: '7',
      language: 'es',
      contacts: [{ name: 'Sam' }, { id: known, name: 'Robin P' }],
      now: { devices: 1 },
    })
    await updateClient(id, { devices: [] })
    expect(await findDevice(device)).toMatchObject({ client: null, clientId: null })
  })

  test('a name made by hand is one client; a device that is not there is refused and nothing is kept', async () => {
    idOf(await createClient({ name: 'Acme' }))
    expect(await createClient({ name: 'Acme' })).toEqual({
      fault: 'name: another client is called "Acme"',
      conflict: true,
    })
    const other = idOf(await createClient({ name: 'Bolt' }))
    expect(await updateClient(other, { name: 'Acme' })).toMatchObject({ conflict: true })
    expect(await updateClient(other, { name: 'Chip', devices: ['no'] })).toEqual({
      fault: 'devices: found "no", expected names or ids of devices',
      conflict: false,
    })
    expect(await names({})).toEqual(['Acme', 'Bolt'])
    expect(await updateClient(999, { name: 'x' })).toBeNull()
  })

  test('who has left keeps the day they left', async () => {
    const id = idOf(await createClient({ name: 'Acme', archived: true }))
    const left = (await findClient(id))?.archivedAt
    await updateClient(id, { archived: true, number: '1' })
    expect((await findClient(id))?.archivedAt).toEqual(left)
    await updateClient(id, { archived: false })
    expect((await findClient(id))?.archivedAt).toBeNull()
  })

  test('deleted, its devices stay', async () => {
    const id = await addClient('Acme')
    const device = await serve(id, 'CPE-1')
    expect(await deleteClient(id)).toBe(true)
    expect(await deleteClient(id)).toBe(false)
    expect(await findDevice(device)).toMatchObject({ client: null, clientId: null })
  })

  test('a device takes a client by its id, of two with one name the one that was meant', async () => {
    await addClient('Twin')
    const second = await addClient('Twin')
    const id = idOf(await createDevice({ name: 'CPE-1', address: '203.0.113.5', client: second }))
    expect(await findDevice(id)).toMatchObject({ client: 'Twin', clientId: second })
    expect(await updateDevice(id, { client: 'Twin' })).toEqual({ id })
    expect((await findDevice(id))?.clientId).toBe(second)
    expect(await updateDevice(id, { client: 999 })).toMatchObject({
      fault: 'client: found 999, expected the id of a client, or a name',
    })
    expect((await listDevices({ client: second })).items.map(({ name }) => name)).toEqual(['CPE-1'])
  })

  test('what an opted-out contact said is shown, however its number is written', async () => {
    await sql()`insert into opt_outs (medium, address, how) values ('sms', '+15550100', 'STOP by text'), ('email', 'r@x.example', 'link')`
    const contact = {
      name: '',
      email: 'R@x.example',
      phone: '+1 555 0100',
      isContact: true,
      isBilling: false,
      smsOk: true,
    }
    const id = idOf(await createClient({ name: 'Acme', contacts: [contact] }))
    expect((await findClient(id))?.contacts).toMatchObject([{ smsStopped: true, emailStopped: true }])
  })
})

describe('merging', () => {
  test('brings over devices, contacts, services and messages, fills in, and heeds who allowed less', async () => {
    const [into, from] = [
      await addClient('Acme', { number: '1' }),
      await addClient('Acme Dental', { number: '2', sms_allowed: false, company: 'Acme Dental' }),
    ]
    await serve(into, 'CPE-1')
    const moved = await serve(from, 'CPE-2')
    await sql()`insert into client_contacts (client_id, email, phone) values (${into}, 'a@x.example', null), (${from}, 'A@x.example', null), (${from}, 'b@x.example', null)`
    await sql()`insert into client_services (client_id, name) values (${from}, 'Gold')`
    const [incident] = await sql()<{ id: number }[]>`
      insert into incidents (kind, root_name, opened_at) values ('down', 'Ridge', now()) returning id`
    const [message] = await sql()<{ id: number }[]>`
      insert into client_messages (template, media, state, words, created_by) values ('x', '{sms}', 'done', '{}', 'Anna') returning id`
    const tell = (client: number, identity: string, incidentId: number | null) => sql()`
      insert into message_recipients (message_id, incident_id, client_id, client_name, part, state, identity)
      values (${message?.id ?? 0}, ${incidentId}, ${client}, 'x', 'first', 'sent', ${identity})`
    await tell(into, 'a', incident?.id ?? 0)
    await tell(from, 'b', incident?.id ?? 0) // both were told of it: the second keeps its name alone
    await tell(from, 'c', null)
    expect(await mergeClients(into, from)).toEqual({ devices: 1, contacts: 1, services: 1, messages: 1 })
    expect(await findClient(from)).toBeNull()
    expect(await findClient(into)).toMatchObject({
      name: 'Acme',
      number: '1',
      company: 'Acme Dental',
      smsAllowed: false,
      emailAllowed: true,
      contacts: [{ email: 'a@x.example' }, { email: 'b@x.example' }],
      services: [{ name: 'Gold' }],
      now: { devices: 2 },
    })
    expect(await findDevice(moved)).toMatchObject({ client: 'Acme', clientId: into })
    const told = await sql()`select identity, client_id from message_recipients order by identity`
    expect(told).toEqual([
      { identity: 'a', client_id: into },
      { identity: 'b', client_id: null },
      { identity: 'c', client_id: into },
    ])
  })

  test('sources that listed either lead to the one that stays', async () => {
    const [into, from] = [await addClient('Acme'), await addClient('Acme')]
    await sql()`insert into sources (kind, name, config) values ('uisp', 'UISP', 'x')`
    await sql()`
      insert into source_records (source_id, kind, key, name, client_id, record, seen_at)
      select 1, 'client', k, 'Acme', c, '{}', now() from (values ('a', ${into}::int), ('b', ${from}::int)) v(k, c)`
    await mergeClients(into, from)
    expect(await sql()`select distinct client_id from source_records`).toEqual([{ client_id: into }])
    expect((await findClient(into))?.sources).toEqual(['UISP'])
    await sql()`truncate sources cascade`
  })

  test('with itself, or nobody, is refused', async () => {
    const id = await addClient('Acme')
    expect(await mergeClients(id, id)).toMatchObject({ fault: expect.stringContaining('expected another one') })
    expect(await mergeClients(id, 99)).toMatchObject({ fault: 'from: found 99, expected the id of a client' })
    expect(await mergeClients(99, id)).toBeNull()
    expect(await findClient(id)).not.toBeNull()
  })
})

describe('importing', () => {
  const rows = [
    { line: 2, name: 'Acme Dental', number: '1', email: 'it@acme.example', phone: '+15550100', devices: ['CPE-1'] },
    { line: 3, name: 'Bolt', language: 'es' },
    { line: 4, name: 'Chip', devices: ['CPE-9'] },
  ]

  test('adds, changes and says what it leaves out; the same again changes nothing', async () => {
    await addDevice(sql(), 'CPE-1')
    await addClient('Bolt', { note: 'stays' })
    const answer = { created: 1, updated: 1, rejected: [{ line: 4, reason: expect.stringContaining('"CPE-9"') }] }
    expect(await importClients(rows, { preview: true })).toEqual(answer)
    expect(await names({})).toEqual(['Bolt'])
    expect(await importClients(rows)).toEqual(answer)
    const [acme, bolt] = (await listClients()).items
    expect(acme).toMatchObject({
      number: '1',
      contacts: [{ email: 'it@acme.example', phone: '+15550100' }],
      now: { devices: 1 },
    })
    expect(bolt).toMatchObject({ language: 'es', note: 'stays' })
    expect(await importClients(rows)).toMatchObject({ created: 0, updated: 2 })
    expect((await listClients()).items.map(({ contacts }) => contacts.length)).toEqual([1, 0])
  })

  test('all or nothing where asked', async () => {
    expect(await importClients(rows, { atomic: true })).toMatchObject({ created: 0, updated: 0 })
    expect(await names({})).toEqual([])
  })

  test('two lines that would have one name leave the second out, and the rest is imported', async () => {
    await addClient('Old One', { number: '1', by_hand: true })
    await addClient('Old Two', { number: '2', by_hand: true })
    const both = [
      { line: 2, name: 'Same Name', number: '1' },
      { line: 3, name: 'Same Name', number: '2' },
      { line: 4, name: 'Same Name', number: '3' },
      { line: 5, name: 'Another' },
    ]
    expect(await importClients(both)).toEqual({
      created: 1,
      updated: 1,
      rejected: [3, 4].map((line) => ({ line, reason: 'name: "Same Name" is on line 2 already, expected it once' })),
    })
    expect(await names({})).toEqual(['Another', 'Old Two', 'Same Name'])
  })

  test('a contact from a source is left alone, another stands beside it', async () => {
    const id = await addClient('Bolt')
    await sql()`insert into client_contacts (client_id, email, source_key) values (${id}, 'crm@x.example', 'k')`
    await importClients([{ line: 2, name: 'Bolt', email: 'new@x.example' }])
    expect((await findClient(id))?.contacts.map(({ email }) => email)).toEqual(['crm@x.example', 'new@x.example'])
    await importClients([{ line: 2, name: 'Bolt', email: 'CRM@x.example', phone: '+15550100' }])
    expect((await findClient(id))?.contacts).toHaveLength(2)
  })
})

describe('whom an incident concerns', () => {
  test('everybody behind the root without another way, and after it is over those that were', async () => {
    const file = correlation({ log: pino({ level: 'silent' }), startedAt: ago(3600) })
    const [point, other] = [await addDevice(sql(), 'Ridge-3'), await addDevice(sql(), 'Other')]
    const served = async (name: string, upstream: number[]) => {
      const id = await addDevice(sql(), `CPE ${name}`, upstream)
      await sql()`update devices set client_id = ${await addClient(name)} where id = ${id}`
      return id
    }
    const [acme] = [
      await served('Acme', [point]),
      await served('Bolt', [point]),
      await served('Two ways', [point, other]),
    ]
    await goDark(sql(), point)
    await goDark(sql(), acme)
    for (let i = 0; i < 3; i++) await file()
    const incident = (await listIncidents()).items.find(({ root }) => root.id === point)
    expect(incident).toMatchObject({ affectedClients: 2 })
    const id = incident?.id ?? 0
    expect(await names({ incident: id })).toEqual(['Acme', 'Bolt'])
    expect(await names({ incident: id, state: 'dark' })).toEqual(['Acme'])
    await sql()`update outages set ended_at = now()`
    await sql()`update incidents set resolved_at = now()`
    expect(await names({ incident: id })).toEqual(['Acme', 'Bolt'])
    expect(await listAffectedDevices(999)).toEqual([])
  })
})

test('the outages of a client are those of its devices, the newest first, with what they were because of', async () => {
  const client = await addClient('Acme')
  const [one, two] = [await serve(client, 'CPE-1'), await serve(client, 'CPE-2')]
  const point = await addDevice(sql(), 'Ridge-3')
  await goDark(sql(), await addDevice(sql(), 'Elsewhere'))
  const [incident] = await sql()<{ id: number }[]>`
    insert into incidents (kind, target_id, root_name, opened_at) values ('down', ${point}, 'Ridge-3', now()) returning id`
  await sql()`
    insert into outages (target_id, began_at, isolated_at, ended_at, state, cause, incident_id, opened_evidence)
    select t, ${ago(1)}::timestamptz - make_interval(hours => n), now(), now(), 'unreachable', 'power',
      case when n = 1 then ${incident?.id ?? 0}::int end, '{}'
    from (values (${one}::int, 1), (${two}::int, 2), (${one}::int, 3)) v(t, n)`
  const found = await listClientOutages(client, 2)
  expect(found.map(({ device, rootName, cause }) => [device.name, rootName, cause])).toEqual([
    ['CPE-1', 'Ridge-3', 'power'],
    ['CPE-2', null, 'power'],
  ])
  expect((await listOutages({ client })).items.map(({ target }) => target.name)).toEqual(['CPE-1', 'CPE-2', 'CPE-1'])
})
