import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { incidentHeadline, incidentStatus } from '@/app/ui/incident/incident-words'
import { type NoticeFacts, noticeWords, pushMessage } from '@/lib/domain/message'
import { toneOf } from '@/lib/domain/notice'
import { anyIncident } from '@/lib/domain/route'
import { saveAnswers } from '@/lib/store/answers'
import { transaction } from '@/lib/store/database'
import { fileOutages } from '@/lib/store/filing'
import { listIncidents } from '@/lib/store/incidents'
import { createRoute } from '@/lib/store/routes'
import { type TestDatabase, testDatabase } from '../setup/database'
import { addDevice, comeBack, goDark } from '../workers/keeper/scene'
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
  for (const table of ['routes', 'channels', 'incidents', 'targets', 'probes', 'events'])
    await sql()`delete from ${sql()(table)}`
})

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
  return rows.map(({ message }) => `${message.event} ${message.kind} ${message.name}`)
}

test('the root has answered again before anything was filed: what is still dark behind it is told after its minute', async () => {
  await addChannel(sql(), 'NOC')
  const tower = await addDevice(sql(), 'Tower')
  const radio = await addDevice(sql(), 'Radio', [tower])
  await goDark(sql(), tower, 20)
  await goDark(sql(), radio, 19)
  await comeBack(sql(), tower)
  await fileOutages(new Date())
  await fileOutages(later(61))
  await fileOutages(later(62))
  expect((await incidents()).filter((one) => !one.endsWith('over'))).toEqual(['down Radio 1'])
  expect(await sent()).toContain('opened down Radio')
})

test('one told as its own stays so when what fell above it has answered again before that was filed', async () => {
  await addChannel(sql(), 'NOC')
  const tower = await addDevice(sql(), 'Tower')
  const radio = await addDevice(sql(), 'Radio', [tower])
  await goDark(sql(), radio, 9)
  await answers(tower)
  await fileOutages(new Date())
  await goDark(sql(), tower, 6)
  await comeBack(sql(), tower)
  await fileOutages(new Date())
  await fileOutages(later(61))
  await fileOutages(later(62))
  expect((await incidents()).filter((one) => !one.endsWith('over'))).toEqual(['down Radio 1'])
})

test('members that somebody is writing to are lost a moment later: no incident without any, none that is over at once', async () => {
  await addChannel(sql(), 'NOC')
  const point = await addDevice(sql(), 'Ridge-3')
  const ids: number[] = []
  for (let i = 1; i <= 3; i++) ids.push(await addDevice(sql(), `CPE ${i}`, [point]))
  const behind: number[] = []
  for (const [i, id] of ids.entries()) behind.push(await addDevice(sql(), `Router ${i + 1}`, [id]))
  for (const [i, id] of ids.entries()) {
    await goDark(sql(), id, 24 - 8 * i)
    await goDark(sql(), behind[i] ?? 0, 24 - 8 * i)
    await answers(point, ...ids.slice(i + 1))
    if (i < 2) await fileOutages(new Date())
  }
  expect(await incidents()).toEqual(['down CPE 1 2', 'down CPE 2 2'])
  let release = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  let locked = () => {}
  const isLocked = new Promise<void>((resolve) => {
    locked = resolve
  })
  const writer = sql().begin(async (tx) => {
    await tx`select 1 from targets where id = any(${[...behind, ids[2] ?? 0]}::int[]) for no key update`
    locked()
    await held
  })
  await isLocked
  await fileOutages(new Date()).finally(release)
  await writer
  expect(await incidents()).toEqual(['down CPE 1 2', 'down CPE 2 2'])
  await fileOutages(new Date())
  expect(await incidents()).toEqual(['down CPE 1 0 over', 'down CPE 2 0 over', 'members_lost Ridge-3 6'])
  expect(await sent()).not.toContain('resolved members_lost Ridge-3')
})

describe('told, and then part of what fell above it', () => {
  const fall = async (between: (tower: number, radio: number) => Promise<unknown> = async () => {}) => {
    const tower = await addDevice(sql(), 'Tower', [], 'South')
    const radio = await addDevice(sql(), 'Radio', [tower], 'North')
    await goDark(sql(), radio, 8)
    await answers(tower)
    await fileOutages(new Date())
    await between(tower, radio)
    await goDark(sql(), tower, 3)
    await fileOutages(new Date())
    return { tower, radio }
  }
  const words = async () => {
    const rows = await sql()<{ name: string; message: NoticeFacts }[]>`
      select c.name, d.message from channel_deliveries d join channels c on c.id = d.channel_id order by d.id`
    return rows.map(({ name, message }) => `${name}: ${message.name} ${message.under ? 'under' : message.event}`).sort()
  }

  test('a channel to which no route led but that of the part hears of the whole, and of its end', async () => {
    const north = await addChannel(sql(), 'North')
    await addChannel(sql(), 'All')
    await createRoute({ name: 'North', condition: { ...anyIncident, sites: ['North'] }, channelIds: [north] })
    const { tower, radio } = await fall()
    expect(await words()).toEqual(['North: Radio opened', 'North: Radio under', 'North: Tower opened'])
    for (const id of [tower, radio]) await comeBack(sql(), id)
    await fileOutages(new Date())
    expect(await words()).toContain('North: Tower resolved')
  })

  test('pages and live clients hear where it went, and see nothing green', async () => {
    await fall()
    const [part, whole] = ['Radio', 'Tower'].map(async (name) =>
      (await listIncidents()).items.find((one) => one.root.name === name),
    )
    const [went, stands] = [await part, await whole]
    expect(went?.mergedInto).toBe(stands?.id)
    expect(went && [incidentStatus(went), incidentHeadline(went)]).toEqual([
      'paused',
      `Radio is part of incident ${stands?.id}`,
    ])
    const [event] = await sql()`select body from events where type = 'incident.resolved'`
    expect(event?.body).toMatchObject({ merged_into: stands?.id })
  })

  test('a medium that would ring for it hears of the whole alone', async () => {
    await addChannel(sql(), 'Text', { kind: 'sms' })
    await fall()
    expect(await words()).toEqual(['Text: Radio opened', 'Text: Tower opened'])
  })

  test('nothing of it is green, rings or says that it is back', async () => {
    const facts: NoticeFacts = {
      kind: 'down',
      event: 'resolved',
      name: 'Radio',
      site: null,
      began_at: '2026-11-21T05:00:00Z',
      ended_at: '2026-11-21T05:00:10Z',
      tell_from: '2026-11-21T05:00:10Z',
      under: 'Tower',
    }
    const moment = {
      deliveryId: 1,
      incidentId: 7,
      behind: 0,
      openIncidents: 1,
      toldBefore: true,
      timeZone: 'UTC',
      siteUrl: 'https://site.example',
      now: new Date('2026-11-21T05:00:11Z'),
    }
    expect(pushMessage(facts, moment).notification).toMatchObject({ silent: true, title: 'Radio is behind Tower' })
    expect(noticeWords(facts, moment).body).toContain('Radio is still dark.')
    expect(noticeWords(facts, { ...moment, now: new Date('2026-11-21T08:00:00Z') }).body).not.toContain('still dark')
    const notice = { event: 'resolved' as const, priority: 'critical' as const }
    expect([toneOf(notice), toneOf({ ...notice, under: 'Tower' })]).toEqual(['good', 'warning'])
  })
})
