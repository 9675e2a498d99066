import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { StatusPage } from '@/lib/store/status-pages'
import { type ToldBefore, tellSubscribers } from '@/lib/store/status-tellings'
import { addStatusUpdate } from '@/lib/store/status-updates'
import { settingsForSignIn } from '../setup/credentials'
import { type TestDatabase, testDatabase } from '../setup/database'
import {
  addIncident,
  addPage,
  addSubscriber,
  addTarget,
  clientId,
  deliverAll,
  endIncident,
  inOutbox,
  minute,
} from './status-scene'

let database: TestDatabase
let page: StatusPage
let ap: number
beforeAll(async () => {
  settingsForSignIn()
  database = await testDatabase()
})
afterAll(() => database.stop())
beforeEach(async () => {
  before = new Map()
  const { sql } = database
  await sql`truncate targets, clients, sites, incidents, outages, status_pages, status_subscribers, status_deliveries restart identity cascade`
  page = await addPage()
  ap = await addTarget(sql, 'AP Ridge-3')
  await addSubscriber(sql, page.id, 'robin@example.net')
})

const now = new Date('2026-11-21T12:00:00Z')
const at = (minutes: number) => new Date(now.getTime() + minutes * minute)
// Each test is one keeper, which remembers what it did.
let before: ToldBefore
const tell = (minutes: number) => tellSubscribers(at(minutes), 5 * minute, before)
const opened = 'robin@example.net opened Service interrupted: North Ridge'
const resolved = 'robin@example.net resolved Service is back: North Ridge'

describe('subscribers are told', () => {
  test('after the settle time, once, and of the end', async () => {
    const { sql } = database
    const incident = await addIncident(sql, [ap], { beganAt: now })
    expect(await tell(4)).toBe(0)
    expect(await tell(5)).toBe(1)
    expect(await tell(6)).toBe(0)
    await deliverAll(sql, at(6))
    await endIncident(sql, incident, at(20))
    expect(await tell(20)).toBe(1)
    expect(await tell(21)).toBe(0)
    expect(await inOutbox(sql)).toEqual([opened, resolved])
  })

  test('of what is over before the settle time: nobody', async () => {
    const { sql } = database
    const incident = await addIncident(sql, [ap], { beganAt: now })
    await endIncident(sql, incident, at(4))
    await tell(10)
    expect(await inOutbox(sql)).toEqual([])
  })

  test('of the end only when the beginning reached them', async () => {
    const { sql } = database
    const incident = await addIncident(sql, [ap], { beganAt: now })
    await tell(6)
    await endIncident(sql, incident, at(7))
    await tell(7)
    expect(await inOutbox(sql)).toEqual([]) // it was not sent yet, and need not be
    const [row] = await sql`select attempts -> -1 ->> 'answer' as why from status_deliveries`
    expect(row?.why).toBe('It was over before it was sent')
  })

  test('of the end also where the beginning was just being sent', async () => {
    const { sql } = database
    const incident = await addIncident(sql, [ap], { beganAt: now })
    await tell(6)
    await sql`update status_deliveries set lease_until = ${at(8)}`
    await endIncident(sql, incident, at(7))
    await tell(7)
    await deliverAll(sql, at(7))
    await tell(7.5)
    expect(await inOutbox(sql)).toEqual([opened, resolved])
  })

  test('at once when an operator says something, and then of each further word', async () => {
    const { sql } = database
    const incident = await addIncident(sql, [ap], { beganAt: now })
    await addStatusUpdate(incident, { by: 'Anna', text: 'We see it.', at: at(1) })
    expect(await tell(1)).toBe(1)
    await deliverAll(sql, at(1))
    expect(await tell(2)).toBe(0) // the word was in the first message
    await addStatusUpdate(incident, { by: 'Anna', text: 'Power is back.', at: at(3) })
    await tell(3)
    await tell(3.1)
    await deliverAll(sql, at(3))
    await endIncident(sql, incident, at(4))
    await addStatusUpdate(incident, { by: 'Anna', text: 'A fuse.', at: at(5) })
    await tell(5)
    expect(await inOutbox(sql)).toEqual([
      opened,
      'robin@example.net updated Service interrupted: North Ridge',
      'robin@example.net updated Service is back: North Ridge',
      resolved,
    ])
    const bodies = (
      await sql<{ body: string }[]>`select message ->> 'body' as body from status_deliveries order by id`
    ).map(({ body }) => body)
    expect(bodies[0]).toMatch(/We see it\.$/)
    expect(bodies.slice(1)).toEqual(['Power is back.', 'A fuse.', 'It lasted 4 min, until 12:04 (UTC).'])
    expect(JSON.stringify(bodies)).not.toMatch(/Anna|Ridge-3|10\.20/)
  })

  test('when they confirm in the middle of it; not before they have', async () => {
    const { sql } = database
    await addIncident(sql, [ap], { beganAt: now })
    const late = await addSubscriber(sql, page.id, 'late@example.net', { confirmed: null })
    await tell(6)
    expect(await inOutbox(sql)).toEqual([opened])
    await sql`update status_subscribers set confirmed_at = ${at(7)} where id = ${late}`
    await tell(7)
    expect(await inOutbox(sql)).toEqual([opened, 'late@example.net opened Service interrupted: North Ridge'])
  })

  test('by several keepers at once no more than by one', async () => {
    const { sql } = database
    for (let i = 0; i < 30; i++) await addSubscriber(sql, page.id, `p${i}@example.net`)
    await addIncident(sql, [ap], { beganAt: now })
    await Promise.all(Array.from({ length: 4 }, () => tellSubscribers(at(6), 5 * minute)))
    expect(await inOutbox(sql)).toHaveLength(31)
  })

  test('nothing of planned work, of one client’s radio, of other sites, or of a page that is not public', async () => {
    const { sql } = database
    await addIncident(sql, [ap], { beganAt: now, planned: true })
    await addIncident(sql, [await addTarget(sql, 'CPE', { role: 'cpe', client: 'Acme Dental' })], { beganAt: now })
    const [site] = await sql<{ id: number }[]>`select id from sites`
    const other = await addPage({ siteIds: [(site?.id ?? 0) + 1000] })
    await addSubscriber(sql, other.id, 'other@example.net')
    const hidden = await addPage({ isPublic: false })
    await addSubscriber(sql, hidden.id, 'hidden@example.net')
    await addIncident(sql, [await addTarget(sql, 'AP 2', { site: null })], { beganAt: now })
    await tell(9)
    expect(await inOutbox(sql)).toEqual(['robin@example.net opened Service interrupted'])
  })

  test('of six beginnings an hour at most: the others follow if they are interrupted by then', async () => {
    const { sql } = database
    const incidents = []
    for (let i = 0; i < 9; i++)
      incidents.push(await addIncident(sql, [await addTarget(sql, `AP ${i}`, { site: `S${i}` })], { beganAt: now }))
    expect(await tell(6)).toBe(6)
    await deliverAll(sql, at(6))
    for (const incident of incidents.slice(0, 8)) await endIncident(sql, incident, at(20))
    expect(await tell(20)).toBe(6) // the ends of those that were told
    expect(await tell(30)).toBe(0)
    expect(await tell(67)).toBe(1)
    expect(await tell(90)).toBe(0)
    expect((await inOutbox(sql)).filter((text) => text.includes('opened')).at(-1)).toMatch(/S8$/)
  })

  test('by a keeper that begins anew neither twice nor less', async () => {
    const { sql } = database
    const incident = await addIncident(sql, [ap], { beganAt: now })
    await tell(6)
    before = new Map()
    expect(await tell(7)).toBe(0)
    await deliverAll(sql, at(7))
    await endIncident(sql, incident, at(8))
    before = new Map()
    expect(await tell(8)).toBe(1)
    before = new Map()
    expect(await tell(9)).toBe(0)
  })

  test('of an incident that another took over, of that one’s end alone', async () => {
    const { sql } = database
    const first = await addIncident(sql, [ap], { beganAt: now })
    await tell(6)
    await deliverAll(sql, at(6))
    const root = await addTarget(sql, 'Router')
    const into = await addIncident(sql, [root], { beganAt: at(1) })
    await sql`update outages set incident_id = ${into} where incident_id = ${first}`
    await sql`update incidents set resolved_at = ${at(6)}, merged_into = ${into} where id = ${first}`
    expect(await tell(7)).toBe(0)
    await endIncident(sql, into, at(30))
    await tell(30)
    await tell(31)
    expect(await inOutbox(sql)).toEqual([opened, resolved])
  })
})

test('who subscribed by a client’s own link is told of that client’s connection alone', async () => {
  const { sql } = database
  const [mine, other] = [
    await addTarget(sql, 'CPE 1', { role: 'cpe', client: 'Acme Dental' }),
    await addTarget(sql, 'CPE 2', { role: 'cpe', client: 'Other' }),
  ]
  const id = await clientId(sql, 'Acme Dental')
  await sql`update clients set status_link_round = 1 where id = ${id}`
  await addSubscriber(sql, null, 'acme@example.net', { clientId: id })
  await addIncident(sql, [other], { beganAt: now })
  const incident = await addIncident(sql, [mine], { beganAt: now })
  await tell(6)
  await deliverAll(sql, at(6))
  await endIncident(sql, incident, at(9))
  await tell(9)
  expect(await inOutbox(sql)).toEqual([
    'acme@example.net opened Your connection is interrupted',
    'acme@example.net resolved Your connection is back',
  ])
  await sql`update clients set status_link_round = -1 where id = ${id}`
  await addIncident(sql, [mine], { beganAt: at(20) })
  expect(await tell(40)).toBe(0)
})
