import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type NoticeFacts, noticeWords } from '@/lib/domain/message'
import { saveAnswers } from '@/lib/store/answers'
import { writeCauses } from '@/lib/store/causes'
import { transaction } from '@/lib/store/database'
import { type FilingResult, fileOutages } from '@/lib/store/filing'
import { Holds } from '@/lib/store/holds'
import { listIncidents } from '@/lib/store/incidents'
import { updateNotices } from '@/lib/store/updates'
import { type TestDatabase, testDatabase } from '../setup/database'
import { addDevice, ago, comeBack, goDark } from '../workers/keeper/scene'
import { addChannel } from './telling-scene'

let database: TestDatabase
const sql = () => database.sql
const later = (seconds: number) => new Date(Date.now() + seconds * 1000)

beforeAll(async () => {
  database = await testDatabase()
})
afterAll(async () => database?.stop())
beforeEach(async () => {
  await sql()`insert into probes (name, token_hash, connected_at, last_seen_at) values ('east', 'x', now(), now())`
})
afterEach(async () => {
  for (const table of ['channels', 'incidents', 'targets', 'probes', 'events']) await sql()`delete from ${sql()(table)}`
})

const file = (at = new Date()): Promise<FilingResult> => fileOutages(at)
const answers = (...ids: number[]) =>
  transaction((tx) =>
    saveAnswers(
      tx,
      ids.map((target_id) => ({ target_id, at: Date.now() - 500 })),
    ),
  )
const incidents = async () =>
  (await listIncidents()).items
    .map((one) => `${one.kind} ${one.root.name} ${one.affectedTargets}${one.resolvedAt ? ' over' : ''}`)
    .sort()
const sent = async () => {
  const rows = await sql()<{ message: NoticeFacts }[]>`select message from channel_deliveries order by id`
  const moment = { deliveryId: 1, incidentId: 1, behind: 0, openIncidents: 1, toldBefore: true, timeZone: null }
  return rows.map(({ message }) => {
    const { title } = noticeWords(message, { ...moment, siteUrl: 'https://site.example', now: new Date() })
    return `${message.event}: ${title}`
  })
}
const sector = async (count: number, above: number) => {
  const ids: number[] = []
  for (let i = 1; i <= count; i++) ids.push(await addDevice(sql(), `CPE ${i}`, [above]))
  return ids
}
const serve = (id: number, client: string) =>
  sql()`update devices set client = ${client}, role = 'cpe' where id = ${id}`

describe('verdict hold', () => {
  test('the child is found dark first: one incident, one notice, of the parent', async () => {
    await addChannel(sql(), 'NOC')
    const tower = await addDevice(sql(), 'Tower')
    const radio = await addDevice(sql(), 'Radio', [tower])
    await goDark(sql(), radio)
    const waits = await file()
    expect(waits).toMatchObject({ filed: 0, waiting: 1 })
    expect(waits.wakeAt?.getTime()).toBeGreaterThan(Date.now() + 10_000)
    await goDark(sql(), tower)
    await file()
    expect(await incidents()).toEqual(['down Tower 2'])
    expect(await sent()).toEqual(['opened: Tower is down'])
  })

  test('once what is above has answered it waits no longer; else for 15 s', async () => {
    const tower = await addDevice(sql(), 'Tower')
    const [a, b] = [await addDevice(sql(), 'A', [tower]), await addDevice(sql(), 'B', [tower])]
    await goDark(sql(), a)
    await file()
    await answers(tower)
    await file()
    expect(await incidents()).toEqual(['down A 1'])
    await goDark(sql(), b, 0)
    await file(later(10))
    expect(await incidents()).toEqual(['down A 1'])
    await file(later(16))
    expect(await incidents()).toEqual(['down A 1', 'down B 1'])
  })

  test('with a memory of what waits, it is filed the same', async () => {
    const holds = new Holds()
    const tower = await addDevice(sql(), 'Tower')
    const radio = await addDevice(sql(), 'Radio', [tower])
    const cpe = await addDevice(sql(), 'CPE', [radio])
    for (const id of [cpe, radio]) {
      await goDark(sql(), id)
      expect(await fileOutages(new Date(), { holds })).toMatchObject({ filed: 0 })
    }
    await goDark(sql(), tower)
    await fileOutages(new Date(), { holds })
    expect(await incidents()).toEqual(['down Tower 3'])
  })

  test('told as its own, and the parent is found dark within 15 s: it goes there, and nobody hears that it is back', async () => {
    await addChannel(sql(), 'NOC')
    const tower = await addDevice(sql(), 'Tower')
    const radio = await addDevice(sql(), 'Radio', [tower])
    await goDark(sql(), radio, 8)
    await answers(tower)
    await file()
    expect(await sent()).toEqual(['opened: Radio is down'])
    await goDark(sql(), tower, 3)
    await file()
    expect(await incidents()).toEqual(['down Radio 0 over', 'down Tower 2'])
    expect((await sent()).sort()).toEqual([
      'opened: Radio is down',
      'opened: Tower is down',
      'resolved: Radio is behind Tower',
    ])
    for (const id of [tower, radio]) await comeBack(sql(), id)
    await file()
    expect((await sent()).at(-1)).toBe('resolved: Tower is back')
  })
})

describe('members lost', () => {
  test('a sector while its access point answers is one incident, over when they are back', async () => {
    await addChannel(sql(), 'NOC')
    const point = await addDevice(sql(), 'Ridge-3')
    await sql()`update devices set role = 'ap' where id = ${point}`
    const ids = await sector(5, point)
    for (const id of ids.slice(0, 4)) await goDark(sql(), id, 6)
    await answers(point, ...ids.slice(4))
    await serve(ids[0] ?? 0, 'Acme Dental')
    await file()
    expect(await incidents()).toEqual(['members_lost Ridge-3 4'])
    expect(await sent()).toEqual(['opened: Radio sector of AP Ridge-3 is lost: Acme Dental'])
    const [row] = await sql()<{ message: NoticeFacts }[]>`select message from channel_deliveries`
    expect(row?.message.reach).toMatchObject({ lost: 4, of: 5, members: ['CPE 1', 'CPE 2', 'CPE 3'] })
    for (const id of ids.slice(0, 3)) await comeBack(sql(), id)
    await file()
    expect(await incidents()).toEqual(['members_lost Ridge-3 4'])
    await file(later(61))
    expect(await incidents()).toEqual(['down CPE 4 1', 'members_lost Ridge-3 3 over'])
    expect((await sent()).slice(1).sort()).toEqual(['opened: CPE 4 is down', 'resolved: What AP Ridge-3 lost is back'])
  })

  test('the first of them waits until it is known whether it is alone', async () => {
    const point = await addDevice(sql(), 'Ridge-3')
    const ids = await sector(4, point)
    await goDark(sql(), ids[0] ?? 0)
    await answers(point)
    await file()
    expect(await incidents()).toEqual([])
    await answers(...ids.slice(1))
    await file()
    expect(await incidents()).toEqual(['down CPE 1 1'])
  })
})

describe('who is cut off', () => {
  test('two clients of one name are two', async () => {
    await addChannel(sql(), 'NOC')
    const point = await addDevice(sql(), 'Ridge-3')
    const ids = await sector(3, point)
    const clients = await sql()<{ id: number }[]>`
      insert into clients (name, by_hand) values ('J. Placeholder', false), ('J. Placeholder', false) returning id`
    for (const [i, id] of ids.entries())
      await sql()`update devices set client_id = ${clients[i % 2]?.id ?? 0} where id = ${id}`
    await goDark(sql(), point)
    await file()
    expect(await sent()).toEqual(['opened: Ridge-3 is down: 2 clients, J. Placeholder and J. Placeholder'])
    expect((await listIncidents()).items[0]?.affectedClients).toBe(2)
  })

  test('is counted through the graph, also where no probe has found it dark yet', async () => {
    await addChannel(sql(), 'NOC')
    const point = await addDevice(sql(), 'Ridge-3')
    await sql()`update devices set role = 'ap' where id = ${point}`
    const other = await addDevice(sql(), 'Other')
    const ids = await sector(41, point)
    for (const [i, id] of ids.entries()) await serve(id, i === 7 ? 'Acme Dental' : `Client ${i}`)
    const second = await addDevice(sql(), 'Second way', [point, other])
    await serve(second, 'Has another way')
    await goDark(sql(), point)
    await file()
    expect(await sent()).toEqual(['opened: AP Ridge-3 is down: 41 clients, Acme Dental and 40 more'])
    expect((await listIncidents()).items[0]).toMatchObject({ affectedClients: 41 })
  })

  test('as it changes the same notice is changed, once a minute at most', async () => {
    await addChannel(sql(), 'Chat', { kind: 'discord' })
    await addChannel(sql(), 'Mail', { kind: 'email' })
    const point = await addDevice(sql(), 'Ridge-3')
    const [first = 0] = await sector(1, point)
    await serve(first, 'Acme Dental')
    await goDark(sql(), point)
    await file()
    await updateNotices(later(120))
    expect(await sent()).toHaveLength(2) // neither has arrived
    await sql()`update channel_deliveries set delivered_at = now()`
    expect(await updateNotices(later(120))).toBe(0) // it says what is so
    await serve(await addDevice(sql(), 'CPE 2', [point]), 'Bolt')
    expect(await updateNotices(later(30))).toBe(0)
    expect(await updateNotices(later(61))).toBe(1)
    expect((await sent()).slice(2)).toEqual(['grew: Ridge-3 is down: 2 clients, Acme Dental and Bolt'])
    await sql()`update channel_deliveries set delivered_at = created_at`
    expect(await updateNotices(later(125))).toBe(0)
    expect(await sql()`select 1 from notices`).toHaveLength(2)
  })

  test('one that somebody acts on at that moment is left to the next look: nobody waits in a circle', async () => {
    await addChannel(sql(), 'Chat', { kind: 'discord' })
    const point = await addDevice(sql(), 'Ridge-3')
    const [first = 0] = await sector(1, point)
    await serve(first, 'Acme Dental')
    await goDark(sql(), point)
    await file()
    await sql()`update channel_deliveries set delivered_at = now()`
    await serve(await addDevice(sql(), 'CPE 2', [point]), 'Bolt')
    await sql().begin(async (tx) => {
      await tx`select 1 from incidents for no key update`
      const look = updateNotices(later(61))
      const stuck = new Promise<string>((resolve) => setTimeout(resolve, 3000, 'waits for the row'))
      expect(await Promise.race([look, stuck])).toBe(0)
    })
    expect(await updateNotices(later(61))).toBe(1)
  })
})

describe('the cause', () => {
  const walked = (id: number, bootedAt: Date) => sql()`
    insert into device_walks (device_id, walked_at, tried_at, booted_at) values (${id}, now(), now(), ${bootedAt})`
  const causes = async () =>
    (await sql()<{ cause: string | null }[]>`select cause from outages order by id`).map(({ cause }) => cause)

  test('is told a minute after the end, of what was walked since', async () => {
    const [off, still] = [await addDevice(sql(), 'Off'), await addDevice(sql(), 'Still')]
    await sql()`update devices set role = 'cpe' where id = ${off}`
    for (const id of [off, still]) await goDark(sql(), id, 600)
    await file()
    await comeBack(sql(), off, 100)
    await walked(off, ago(130))
    await file()
    expect(await writeCauses(new Date())).toBe(1)
    expect(await causes()).toEqual(['power', null])
    const [note] = await sql()`select what from incident_notes where what like 'Cause%'`
    expect(note?.what).toBe('Cause of Off: power, as it had been off: it came back with low uptime.')
    expect(await writeCauses(new Date())).toBe(0)
  })
})
