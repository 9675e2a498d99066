import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { acknowledgeUrl, readToken } from '@/lib/action-tokens'
import { anyIncident } from '@/lib/domain/route'
import { fileBlindProbes } from '@/lib/store/blind-incidents'
import { fileOutages } from '@/lib/store/filing'
import {
  type Actor,
  acknowledgeIncident,
  addNote,
  assignIncident,
  resolveIncident,
  unacknowledgeIncident,
} from '@/lib/store/incident-acts'
import { acknowledgeByLink, linkState } from '@/lib/store/incident-links'
import { muteIncident, snoozeIncident } from '@/lib/store/incident-quiet'
import { findIncident, listIncidents } from '@/lib/store/incidents'
import { settingsForSignIn } from '../setup/credentials'
import { type TestDatabase, testDatabase } from '../setup/database'
import { addDevice, addUser, ago, comeBack, goDark } from '../workers/keeper/scene'

let database: TestDatabase
const sql = () => database.sql
const anna: Actor = { name: 'Anna', userId: null }
const bob: Actor = { name: 'Bob', userId: null }

beforeAll(async () => {
  settingsForSignIn()
  database = await testDatabase()
})
afterAll(() => database.stop())
afterEach(async () => {
  for (const table of ['users', 'incidents', 'targets', 'probes', 'channels', 'routes', 'events', 'spent_tokens'])
    await sql()`delete from ${sql()(table)}`
})

/** An incident of a device that is dark. */
async function dark(name = 'Ridge-3') {
  const device = await addDevice(sql(), name)
  await goDark(sql(), device, 30)
  await fileOutages(new Date())
  return { device, id: (await listIncidents({ open: true })).items.find((one) => one.root.name === name)?.id ?? 0 }
}
const read = async (id: number) => {
  const incident = await findIncident(id)
  if (!incident) throw new Error(`no incident ${id}`)
  return incident
}
const story = async (id: number) => (await read(id)).timeline.map(({ by, what }) => (by ? `${by}: ${what}` : what))
const events = async (id: number) =>
  (
    await sql()<
      { type: string }[]
    >`select type from events where incident_id = ${id} and type like 'incident.%' order by id`
  ).map((row) => row.type)
const openOnes = async () => (await listIncidents({ open: true })).items.map((one) => one.root.name).sort()

describe('acknowledging', () => {
  test('of two operators at once one is the first, and the other sees it', async () => {
    const { id } = await dark()
    const results = await Promise.all([anna, bob, anna, bob].map((who) => acknowledgeIncident(id, who)))
    expect(results.sort()).toEqual(['done', 'stands', 'stands', 'stands'])
    expect((await story(id)).filter((line) => line.includes('Acknowledged'))).toHaveLength(1)
    expect(await events(id)).toEqual(['incident.opened', 'incident.changed'])
  })

  test('is taken back by anyone, and can be done again by another', async () => {
    const { id } = await dark()
    expect(await unacknowledgeIncident(id, anna)).toBe('stands')
    await acknowledgeIncident(id, anna)
    expect(await unacknowledgeIncident(id, bob)).toBe('done')
    expect(await read(id)).toMatchObject({ acknowledgedAt: null, acknowledgedBy: null })
    expect(await acknowledgeIncident(id, bob)).toBe('done')
    expect((await story(id)).slice(1)).toEqual([
      expect.stringMatching(/^Anna: Acknowledged it after/),
      'Bob: Let go of it: nobody is on it.',
      expect.stringMatching(/^Bob: Acknowledged it after/),
    ])
  })

  test('what is over, or not there, takes no act but a note', async () => {
    const { id, device } = await dark()
    await comeBack(sql(), device)
    await fileOutages(new Date())
    const until = new Date(Date.now() + 60_000)
    expect([
      await acknowledgeIncident(id, anna),
      await unacknowledgeIncident(id, anna),
      await assignIncident(id, null, anna),
      await snoozeIncident(id, until, anna),
      await muteIncident(id, 'everyone', anna),
    ]).toEqual(Array(5).fill('resolved'))
    expect(await resolveIncident(id, anna, null)).toBe('stands')
    expect((await read(id)).resolvedBy).toBeNull()
    expect(await addNote(id, anna, 'It was the fuse.')).toBe('done')
    expect(await acknowledgeIncident(id + 1, anna)).toBe('missing')
    expect(await events(id)).toEqual(['incident.opened', 'incident.resolved', 'incident.changed'])
  })
})

describe('the link of a message', () => {
  const channel = async (name = 'NOC mail') => {
    const [row] = await sql()<
      { id: number }[]
    >`insert into channels (kind, name) values ('email', ${name}) returning id`
    return row?.id ?? 0
  }
  const tokenFor = (incident: number, to: number) => {
    const read = readToken(acknowledgeUrl('https://x.example', incident, to).split('/').at(-1) ?? '', new Date())
    if (!('token' in read)) throw new Error(read.refused)
    return read.token
  }

  test('acknowledges in the name of its channel, or of whoever is signed in there', async () => {
    const [first, second] = [await dark('A'), await dark('B')]
    const to = await channel()
    expect(await acknowledgeByLink(tokenFor(first.id, to), null)).toBe('done')
    expect(await acknowledgeByLink(tokenFor(second.id, to), anna)).toBe('done')
    expect((await read(first.id)).acknowledgedBy).toBe('NOC mail')
    expect((await read(second.id)).acknowledgedBy).toBe('Anna')
    expect(await story(first.id)).toContainEqual(
      expect.stringMatching(/^NOC mail: Acknowledged it after .*, by the link of a message\.$/),
    )
  })

  test('pressed many times at once it acknowledges once; taken back, it is spent, and another link is not', async () => {
    const { id } = await dark()
    const to = await channel()
    const [token, other] = [tokenFor(id, to), tokenFor(id, to)]
    const results = await Promise.all(Array.from({ length: 5 }, () => acknowledgeByLink(token, null)))
    expect(results.sort()).toEqual(['done', 'stands', 'stands', 'stands', 'stands'])
    await unacknowledgeIncident(id, anna)
    expect(await acknowledgeByLink(token, null)).toBe('spent')
    expect((await read(id)).acknowledgedAt).toBeNull()
    expect(await linkState(token)).toEqual({ spent: true, channel: 'NOC mail' })
    expect(await acknowledgeByLink(other, null)).toBe('done')
  })

  test('one that came too late to do anything is not spent', async () => {
    const { id } = await dark()
    const token = tokenFor(id, await channel())
    await acknowledgeIncident(id, anna)
    expect(await acknowledgeByLink(token, null)).toBe('stands')
    await unacknowledgeIncident(id, anna)
    expect(await acknowledgeByLink(token, null)).toBe('done')
  })

  test('with its channel its links are gone; of what is over or deleted it says so', async () => {
    const { id, device } = await dark()
    const to = await channel()
    const token = tokenFor(id, to)
    await comeBack(sql(), device)
    await fileOutages(new Date())
    expect(await acknowledgeByLink(token, null)).toBe('resolved')
    expect(await acknowledgeByLink(tokenFor(id + 1, to), null)).toBe('missing')
    await sql()`delete from channels where id = ${to}`
    expect(await acknowledgeByLink(token, null)).toBe('revoked')
    expect(await linkState(token)).toBeNull()
  })
})

describe('handing over, snoozing, muting', () => {
  test('an operator is named; nobody, or one that only reads, is not', async () => {
    const { id } = await dark()
    const carla = await addUser(sql(), 'Carla')
    expect(await assignIncident(id, carla, anna)).toBe('done')
    expect(await assignIncident(id, carla, bob)).toBe('stands')
    expect((await read(id)).assignee).toEqual({ id: carla, name: 'Carla' })
    await sql()`update users set role = 'viewer' where id = ${carla}`
    await expect(assignIncident(id, carla, anna)).rejects.toThrow('Carla may only read')
    await expect(assignIncident(id, carla + 999, anna)).rejects.toThrow('expected the id of an operator')
    expect(await assignIncident(id, null, anna)).toBe('done')
    expect((await read(id)).assignee).toBeNull()
  })

  test('a snooze is until a time of the next 30 days, is moved, and ends', async () => {
    const { id } = await dark()
    const now = new Date()
    const hours = (count: number) => new Date(now.getTime() + count * 3_600_000)
    for (const wrong of [now, hours(-1), hours(30 * 24 + 1), new Date(Number.NaN)])
      await expect(snoozeIncident(id, wrong, anna, null, now)).rejects.toThrow()
    expect(await snoozeIncident(id, null, anna, null, now)).toBe('stands')
    expect(await snoozeIncident(id, hours(2), anna, 'Lunch', now)).toBe('done')
    expect(await snoozeIncident(id, hours(2), bob, null, now)).toBe('stands')
    expect(await snoozeIncident(id, hours(3), bob, null, now)).toBe('done')
    expect((await read(id)).snoozedUntil).toEqual(hours(3))
    expect(await snoozeIncident(id, null, anna, null, now)).toBe('done')
    expect((await story(id)).slice(1)).toEqual([
      'Anna: Snoozed it for 2 h: Lunch.',
      'Bob: Snoozed it for 3 h.',
      'Anna: Ended the snooze.',
    ])
  })

  test('muted for everyone, for some channels, for nobody', async () => {
    const { id } = await dark()
    const ids = await sql()<
      { id: number }[]
    >`insert into channels (kind, name) values ('email', 'Boss'), ('slack', 'NOC') returning id`
    const channels = ids.map((row) => row.id)
    expect(await muteIncident(id, [], anna)).toBe('stands')
    expect(await muteIncident(id, 'everyone', anna, 'Parts are ordered')).toBe('done')
    expect(await read(id)).toMatchObject({ mutedFor: 'everyone' })
    expect(await muteIncident(id, channels, anna)).toBe('done')
    expect(await muteIncident(id, [...channels].reverse(), bob)).toBe('stands')
    expect((await read(id)).mutedFor).toEqual(channels)
    await expect(muteIncident(id, [2_000_000_000], anna)).rejects.toThrow('no channel has the id 2000000000')
    expect(await muteIncident(id, [], bob)).toBe('done')
    expect((await story(id)).slice(1)).toEqual([
      'Anna: Muted it for everyone: Parts are ordered.',
      'Anna: Muted it for Boss and NOC.',
      'Bob: Unmuted it.',
    ])
  })
})

describe('resolved by hand', () => {
  test('the incident ends, its outage is measured on, and no keeper tells or opens it again', async () => {
    const { id, device } = await dark()
    const later = (seconds: number) => new Date(Date.now() + seconds * 1000)
    expect(await resolveIncident(id, anna, 'Given up')).toBe('done')
    expect(await resolveIncident(id, bob, null)).toBe('stands')
    expect(await read(id)).toMatchObject({ resolvedBy: 'Anna', resolvedAt: expect.any(Date) })
    expect((await story(id)).at(-1)).toMatch(
      /^Anna: Resolved it by hand after .*: Given up\. Its outage goes on, and is measured\.$/,
    )
    for (const at of [later(0), later(120), later(3600)]) await fileOutages(at)
    expect(await openOnes()).toEqual([])
    expect(
      await sql()`select id from outages where target_id = ${device} and ended_at is null and incident_id = ${id}`,
    ).toHaveLength(1)
    await comeBack(sql(), device)
    await fileOutages(later(3700))
    expect(await events(id)).toEqual(['incident.opened', 'incident.resolved'])
    expect(
      await sql()`select 1 from decisions where incident_id = ${id} and event = 'resolved' and outcome = 'sent'`,
    ).toHaveLength(0)

    await goDark(sql(), device)
    await fileOutages(new Date())
    expect(await openOnes()).toEqual(['Ridge-3']) // another outage
  })

  test('while the root is still dark what goes dark behind it is filed under it; left behind, it is told', async () => {
    const { id, device } = await dark('Tower')
    const [before, after] = [await addDevice(sql(), 'Before', [device]), await addDevice(sql(), 'After', [device])]
    await goDark(sql(), before, 20)
    await fileOutages(new Date())
    await resolveIncident(id, anna, null, ago(10))
    await goDark(sql(), after, 5)
    await fileOutages(new Date())
    expect(await openOnes()).toEqual([])
    await comeBack(sql(), device)
    await fileOutages(new Date(Date.now() + 61_000))
    expect(await openOnes()).toEqual(['After']) // of the other one people know
  })

  test('a keeper and an operator at once: it ends once', async () => {
    const made = await Promise.all(Array.from({ length: 12 }, (_, i) => addDevice(sql(), `Node-${i}`)))
    for (const device of made) await goDark(sql(), device)
    await fileOutages(new Date())
    const ids = (await listIncidents({ open: true })).items.map((one) => one.id)
    for (const device of made) await comeBack(sql(), device)
    await Promise.all([
      ...ids.map((id) => resolveIncident(id, anna, null)),
      fileOutages(new Date()),
      fileOutages(new Date()),
    ])
    await fileOutages(new Date())
    for (const id of ids) expect(await events(id)).toEqual(['incident.opened', 'incident.resolved'])
  })

  test('a blind probe is told once of each spell', async () => {
    await sql()`
      insert into probes (name, token_hash, connected_at, last_seen_at, blind_since)
      values ('east', 'x', ${ago(600)}, now(), ${ago(30)})`
    const look = () => fileBlindProbes(new Date(), { judgeAbsence: true })
    await look()
    const id = (await listIncidents({ open: true })).items[0]?.id ?? 0
    await resolveIncident(id, anna, null)
    await look()
    expect(await openOnes()).toEqual([])
    await sql()`update probes set blind_since = null`
    await look()
    await sql()`update probes set blind_since = now() + interval '1 second'`
    await look()
    expect(await openOnes()).toEqual(['east'])
  })
})

describe('what acts change of who is told', () => {
  const addChannel = async (change: { escalateTo?: number; coolOff?: number } = {}) => {
    const [row] = await sql()<{ id: number }[]>`
      insert into channels (kind, name, escalate_to, escalate_after_minutes, cool_off_minutes)
      values ('slack', 'NOC', ${change.escalateTo ?? null}, ${change.escalateTo ? 5 : null}, ${change.coolOff ?? null}) returning id`
    return row?.id ?? 0
  }
  const messages = async (incident: number) =>
    sql()<{ event: string; message: Record<string, unknown> }[]>`
      select d.event, d.message from channel_deliveries d join notices n on n.id = d.notice_id
      where n.incident_id = ${incident} order by d.id`
  const eventsTold = async (incident: number) => (await messages(incident)).map((message) => message.event)
  const pending = async (incident: number) =>
    (
      await sql()<{ event: string; rule: string | null }[]>`
      select event, rule from pending_tellings where incident_id = ${incident} order by event`
    ).map(({ event, rule }) => `${event} ${rule}`)

  test('resolved by hand: who was told hears it once, in words of its own, and no more when the outage ends', async () => {
    await addChannel({ coolOff: 10 })
    const { id, device } = await dark()
    expect(await eventsTold(id)).toEqual(['opened'])
    await Promise.all([resolveIncident(id, anna, null), resolveIncident(id, bob, null)])
    await comeBack(sql(), device)
    await fileOutages(new Date(Date.now() + 3_600_000))
    const told = await messages(id)
    expect(told.map((one) => one.event)).toEqual(['opened', 'resolved'])
    expect(told.at(-1)?.message).toMatchObject({
      event: 'resolved',
      resolved_by: expect.stringMatching(/^(Anna|Bob)$/),
    })
    expect(await pending(id)).toEqual([])
  })

  test('a snooze holds the reminder back, its end asks for it anew', async () => {
    await addChannel({ coolOff: 10 })
    const { id } = await dark()
    await snoozeIncident(id, new Date(Date.now() + 7_200_000), anna)
    await snoozeIncident(id, null, anna)
    expect(await pending(id)).toHaveLength(1)
    expect(await eventsTold(id)).toEqual(['opened'])
  })

  test('taken back: the reminder and the escalation are planned as they were', async () => {
    const boss = await addChannel()
    const noc = await addChannel({ escalateTo: boss, coolOff: 10 })
    await sql()`insert into routes (name, condition, channel_ids) values ('All', ${sql().json({ ...anyIncident })}, ${[noc]})`
    const { id } = await dark()
    const planned = await pending(id)
    expect(planned).toEqual(['escalated null', 'reminded null'])
    await acknowledgeIncident(id, anna)
    await sql()`delete from pending_tellings` // they came due, and somebody was on it
    await unacknowledgeIncident(id, bob)
    expect(await pending(id)).toEqual(planned)
  })

  test('whatever an operator does at the same time as keepers file, nothing waits in a circle', async () => {
    await addChannel({ coolOff: 10 })
    const { id, device } = await dark()
    const behind = await Promise.all(Array.from({ length: 8 }, (_, i) => addDevice(sql(), `CPE-${i}`, [device])))
    for (const one of behind) await goDark(sql(), one, 5)
    await Promise.all([
      fileOutages(new Date()),
      muteIncident(id, 'everyone', anna),
      snoozeIncident(id, new Date(Date.now() + 60_000), bob),
      acknowledgeIncident(id, anna),
      addNote(id, bob, 'On my way.'),
      fileOutages(new Date()),
      muteIncident(id, [], bob),
      unacknowledgeIncident(id, bob),
    ])
    await fileOutages(new Date())
    expect((await read(id)).outages).toHaveLength(9)
    expect(await story(id)).toContain('Bob: On my way.')
  })
})
