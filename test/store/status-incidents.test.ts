import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { forgetStatusViews } from '@/lib/store/status-cache'
import { listScopedIncidents } from '@/lib/store/status-incidents'
import {
  clientLinkPath,
  ensureClientLink,
  findClientByToken,
  renewClientLink,
  revokeClientLink,
} from '@/lib/store/status-links'
import { addStatusUpdate, removeStatusUpdate } from '@/lib/store/status-updates'
import { readClientView, readPageView } from '@/lib/store/status-view'
import { settingsForSignIn } from '../setup/credentials'
import { type TestDatabase, testDatabase } from '../setup/database'
import { addIncident, addPage, addTarget, clientId, endIncident, minute, siteId } from './status-scene'

let database: TestDatabase
beforeAll(async () => {
  settingsForSignIn()
  database = await testDatabase()
})
afterAll(() => database.stop())
beforeEach(async () => {
  forgetStatusViews()
  await database.sql`truncate targets, clients, sites, incidents, outages, status_pages, status_updates restart identity cascade`
})

const now = new Date('2026-11-21T12:00:00Z')
const earlier = (minutes: number) => new Date(now.getTime() - minutes * minute)
const since = { since: earlier(30 * 24 * 60) }
const placesOn = async (page: { siteIds: number[]; tags: string[] }) =>
  (await listScopedIncidents(page, since)).map(({ kind, places }) => `${kind}: ${places.join(', ')}`)

describe('what stands on a page', () => {
  test('an access point that serves many does; the radio on one client’s roof is nobody else’s business', async () => {
    const { sql } = database
    const page = await addPage()
    await addIncident(sql, [await addTarget(sql, 'AP Ridge-3')])
    await addIncident(sql, [await addTarget(sql, 'CPE 7', { role: 'cpe', client: 'Acme Dental', site: 'Mill' })])
    await addIncident(sql, [
      await addTarget(sql, 'Acme router', { role: 'router', client: 'Acme Dental', site: 'Mill' }),
    ])
    expect(await placesOn(page)).toEqual(['interrupted: North Ridge'])
  })

  test('of two clients at once it is everybody’s, and so is what an operator speaks of', async () => {
    const { sql } = database
    const page = await addPage()
    const [a, b, c] = [
      await addTarget(sql, 'CPE a', { role: 'cpe', client: 'A', site: 'Mill' }),
      await addTarget(sql, 'CPE b', { role: 'cpe', client: 'B', site: 'Mill' }),
      await addTarget(sql, 'CPE c', { role: 'cpe', client: 'C', site: 'Lake' }),
    ]
    await addIncident(sql, [a, b], { kind: 'members_lost', beganAt: earlier(9) })
    const small = await addIncident(sql, [c], { beganAt: earlier(8) })
    expect(await placesOn(page)).toEqual(['interrupted: Mill'])
    const said = await addStatusUpdate(small, { by: 'Anna', text: 'A mast was hit.', at: now })
    // The place of one client alone would name that client.
    expect(await placesOn(page)).toEqual(['interrupted: ', 'interrupted: Mill'])
    const chosen = await addPage({ siteIds: [await siteId(sql, 'Lake')] })
    expect(await placesOn(chosen)).toEqual(['interrupted: Lake'])
    await removeStatusUpdate(small, said?.id ?? 0)
    expect(await placesOn(page)).toEqual(['interrupted: Mill'])
    expect(await addStatusUpdate(999_999, { by: 'Anna', text: 'x', at: now })).toBeNull()
  })

  test('the home of one client is not named among the places of an incident of many', async () => {
    const { sql } = database
    const page = await addPage()
    const all = [
      await addTarget(sql, 'AP Ridge-3'),
      await addTarget(sql, 'CPE a', { role: 'cpe', client: 'Jane Doe', site: 'Jane Doe, 4 Mill Lane' }),
      await addTarget(sql, 'CPE b', { role: 'cpe', client: 'Acme Dental', site: 'Acme Dental' }),
      await addTarget(sql, 'Acme router', { role: 'router', client: 'Acme Dental', site: 'Acme Dental' }),
    ]
    await addIncident(sql, all)
    expect(await placesOn(page)).toEqual(['interrupted: North Ridge'])
    expect(JSON.stringify(await readPageView(page, new Date()))).not.toMatch(/Jane|Acme/)
  })

  test('what has been open for long stands there however many have come and gone since', async () => {
    const { sql } = database
    const page = await addPage()
    const ap = await addTarget(sql, 'AP Ridge-3')
    await addIncident(sql, [await addTarget(sql, 'AP Mill-1', { site: 'Mill' })], { beganAt: earlier(20_000) })
    await sql`
      with made as (
        insert into incidents (kind, target_id, root_name, opened_at, resolved_at)
        select 'down', ${ap}, 'x', ${now}::timestamptz - n * interval '9 min', ${now}::timestamptz - n * interval '9 min' + interval '1 min'
        from generate_series(1, 1100) n returning id, opened_at, resolved_at)
      insert into outages (target_id, began_at, isolated_at, ended_at, incident_id, opened_evidence)
      select ${ap}, opened_at, opened_at, resolved_at, id, '{}' from made`
    const view = await readPageView(page, now)
    expect(view.open.map(({ places }) => places)).toEqual([['Mill']])
    expect(view.places.map(({ name, state }) => [name, state])).toEqual([
      ['Mill', 'interrupted'],
      ['North Ridge', 'working'],
    ])
  })

  test('sites and tags of the page alone; jobs by their tags; never a check of the house itself', async () => {
    const { sql } = database
    await addIncident(sql, [await addTarget(sql, 'Ridge')])
    await addIncident(sql, [await addTarget(sql, 'Mill', { site: 'Mill', tags: ['core'] })])
    await addIncident(sql, [await addTarget(sql, 'backup', { kind: 'job', tags: ['mail'], site: null })])
    await addIncident(sql, [await addTarget(sql, 'Check', { kind: 'job', tags: ['self-check', 'mail'], site: null })])
    expect(await placesOn(await addPage({ siteIds: [await siteId(sql, 'Mill')] }))).toEqual(['interrupted: Mill'])
    expect(await placesOn(await addPage({ tags: ['core'] }))).toEqual(['interrupted: Mill'])
    const mail = await addPage({ tags: ['mail'] })
    expect(await placesOn(mail)).toEqual(['interrupted: '])
    const view = await readPageView(mail, now)
    expect(view.places.map(({ name, state }) => [name, state])).toEqual([['mail', 'interrupted']])
    expect(view.state).toBe('interrupted')
  })

  test('planned work is told apart, flapping is unstable, a blind probe and what was merged do not stand there', async () => {
    const { sql } = database
    const page = await addPage()
    await addIncident(sql, [await addTarget(sql, 'a', { site: 'A' })], { planned: true, beganAt: earlier(5) })
    await addIncident(sql, [await addTarget(sql, 'b', { site: 'B' })], { kind: 'flapping', beganAt: earlier(6) })
    await addIncident(sql, [await addTarget(sql, 'c', { site: 'C' })], { kind: 'blind', beganAt: earlier(7) })
    await addIncident(sql, [], { beganAt: earlier(8) })
    expect(await placesOn(page)).toEqual(['planned: A', 'unstable: B'])
  })
})

describe('the page', () => {
  test('says how each place is and was, and holds nothing internal', async () => {
    const { sql } = database
    const page = await addPage()
    const dark = await addTarget(sql, 'AP Ridge-3', { site: 'Tower 10' })
    await addTarget(sql, 'AP Ridge-4', { site: 'Tower 10' })
    await addTarget(sql, 'Switch 1', { site: 'Tower 2', role: 'switch' })
    await addTarget(sql, 'CPE 1', { site: 'Tower 10', role: 'cpe', client: 'Acme Dental' })
    await addIncident(sql, [dark], { beganAt: earlier(24 * 60), endedAt: earlier(24 * 60 - 72) })
    const open = await addIncident(sql, [dark], { beganAt: earlier(12) })
    await addStatusUpdate(open, { by: 'Anna Operator', text: 'On our way.', at: earlier(3) })
    const view = await readPageView(page, now)
    expect(view.state).toBe('partly')
    expect(view.places.map(({ name, state }) => [name, state])).toEqual([
      ['Tower 2', 'working'],
      ['Tower 10', 'partly'],
    ])
    const [quiet, other] = view.places
    expect(quiet?.uptime.share).toBe(1)
    expect(other?.uptime.days).toHaveLength(30)
    const [yesterday, today] = other?.uptime.days.slice(-2) ?? []
    // 72 min of one of two access points; the radio of a client does not count.
    expect(yesterday).toMatchObject({ day: '2026-11-20', darkMs: 72 * minute })
    expect(yesterday?.share).toBeCloseTo(1 - 72 / (2 * 1440), 10)
    expect(today?.share).toBeCloseTo(1 - 12 / (2 * 720), 10)
    expect(view.open).toMatchObject([
      {
        kind: 'interrupted',
        places: ['Tower 10'],
        beganAt: earlier(12).getTime(),
        endedAt: null,
        attended: false,
        updates: [{ text: 'On our way.' }],
      },
    ])
    expect(view.past).toMatchObject([{ endedAt: earlier(24 * 60 - 72).getTime() }])
    const all = JSON.stringify(view)
    for (const secret of ['Ridge-3', '10.20.30.40', '203.0.113', 'Acme', 'Anna', 'target', 'siteId', `"id":${open},`])
      expect(all).not.toContain(secret)
  })

  test('says of a place that is back that it works, while the same incident goes on elsewhere', async () => {
    const { sql } = database
    const page = await addPage()
    const [ridge, mill] = [await addTarget(sql, 'AP 1'), await addTarget(sql, 'AP 2', { site: 'Mill' })]
    await addTarget(sql, 'AP 3')
    await addIncident(sql, [ridge, mill])
    const states = async () => {
      const { state, places } = await readPageView(page, new Date())
      return [state, ...places.map((place) => `${place.name}: ${place.state}`)]
    }
    expect(await states()).toEqual(['partly', 'Mill: interrupted', 'North Ridge: partly'])
    await sql`update outages set ended_at = now() where target_id = ${ridge}`
    expect(await states()).toEqual(['partly', 'Mill: interrupted', 'North Ridge: working'])
    await sql`update outages set ended_at = now() where target_id = ${mill}`
    expect(await states()).toEqual(['partly', 'Mill: working', 'North Ridge: working']) // until the incident is closed
    await sql`update incidents set kind = 'flapping'`
    expect(await states()).toEqual(['unstable', 'Mill: unstable', 'North Ridge: unstable'])
  })

  test('lists no place where there is nothing but the radios of single clients', async () => {
    const { sql } = database
    const page = await addPage()
    await addIncident(sql, [await addTarget(sql, 'CPE 1', { site: 'Mill', role: 'cpe', client: 'Acme Dental' })])
    expect(await readPageView(page, new Date())).toMatchObject({ state: 'working', places: [], open: [] })
    const others = [
      await addTarget(sql, 'CPE 2', { site: 'Mill', role: 'cpe', client: 'B' }),
      await addTarget(sql, 'CPE 3', { site: 'Mill', role: 'cpe', client: 'C' }),
    ]
    await addIncident(sql, others, { kind: 'members_lost' })
    expect(await readPageView(page, new Date())).toMatchObject({
      state: 'partly',
      places: [],
      open: [{ places: ['Mill'] }],
    })
  })

  test('of a site where everything is dark says so', async () => {
    const { sql } = database
    const page = await addPage()
    await addIncident(sql, [await addTarget(sql, 'a'), await addTarget(sql, 'b')])
    expect((await readPageView(page, new Date())).state).toBe('interrupted')
  })

  test('without anything to show is whole', async () => {
    const view = await readPageView(await addPage(), now)
    expect(view).toMatchObject({ state: 'working', places: [], open: [], past: [] })
  })
})

describe('one client’s own page', () => {
  test('tells of its own connection alone, over when its devices answer', async () => {
    const { sql } = database
    const [mine, other] = [
      await addTarget(sql, 'CPE 1', { role: 'cpe', client: 'Acme Dental' }),
      await addTarget(sql, 'CPE 2', { role: 'cpe', client: 'Other' }),
    ]
    const incident = await addIncident(sql, [mine, other], { kind: 'members_lost', beganAt: earlier(30) })
    const client = { id: await clientId(sql, 'Acme Dental'), timeZone: 'Europe/Berlin' }
    const dark = await readClientView(client, { historyDays: 30, now })
    expect(dark.state).toBe('interrupted')
    expect(dark.places).toMatchObject([{ name: 'Your connection', state: 'interrupted' }])
    expect(dark.open).toMatchObject([{ places: [], endedAt: null }])
    await sql`update outages set ended_at = ${earlier(10)} where target_id = ${mine}`
    const back = await readClientView(client, { historyDays: 30, now })
    expect([back.state, back.open.length, back.past[0]?.endedAt]).toEqual(['working', 0, earlier(10).getTime()])
    await endIncident(sql, incident, now)
    expect(JSON.stringify(back)).not.toContain('Other')
  })

  test('does not say that it is without service while another of its devices answers', async () => {
    const { sql } = database
    const [first, spare] = [
      await addTarget(sql, 'CPE 1', { role: 'cpe', client: 'Acme Dental' }),
      await addTarget(sql, 'CPE 2', { role: 'cpe', client: 'Acme Dental' }),
    ]
    const one = await addIncident(sql, [first], { beganAt: earlier(9) })
    const client = { id: await clientId(sql, 'Acme Dental'), timeZone: 'UTC' }
    const view = () => readClientView(client, { historyDays: 30, now })
    const kinds = (some: { kind: string }[]) => some.map(({ kind }) => kind)
    expect([(await view()).state, kinds((await view()).open)]).toEqual(['partly', ['partly']])
    const two = await addIncident(sql, [spare], { beganAt: earlier(5) })
    expect([(await view()).state, kinds((await view()).open)]).toEqual(['interrupted', ['interrupted', 'interrupted']])
    await endIncident(sql, two, earlier(4))
    for (const status of ['new', 'unknown']) {
      await sql`update targets set status = ${status} where id = ${spare}` // nobody knows whether that one answers
      expect([(await view()).state, kinds((await view()).open)]).toEqual(['interrupted', ['interrupted']])
    }
    await sql`update targets set status = 'up' where id = ${spare}`
    await endIncident(sql, one, earlier(1))
    expect([(await view()).state, kinds((await view()).past)]).toEqual(['working', ['partly', 'partly']])
  })

  test('is open by its link until that is made anew or taken back', async () => {
    const { sql } = database
    await addTarget(sql, 'CPE 1', { role: 'cpe', client: 'Acme Dental' })
    const id = await clientId(sql, 'Acme Dental')
    const opened = async (path: string | null) =>
      (await findClientByToken(path?.replace('/status/c/', '') ?? ''))?.id ?? null
    expect(await clientLinkPath(id)).toBeNull()
    const first = await ensureClientLink(id)
    expect(await opened(first)).toBe(id)
    expect(await ensureClientLink(id)).toBe(first)
    const second = await renewClientLink(id)
    expect(await opened(first)).toBeNull()
    expect(await opened(second)).toBe(id)
    expect(await revokeClientLink(id)).toBe(true)
    expect(await revokeClientLink(id)).toBe(false)
    expect(await opened(second)).toBeNull()
    expect(await ensureClientLink(id)).toBeNull() // taken back by hand stays taken back
    const third = await renewClientLink(id)
    expect(new Set([first, second, third]).size).toBe(3)
    expect([await opened(first), await opened(second), await opened(third)]).toEqual([null, null, id])
    await sql`update clients set archived_at = now() where id = ${id}`
    expect(await opened(third)).toBeNull()
    expect(await renewClientLink(999_999)).toBeNull()
  })
})
