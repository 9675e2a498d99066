import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { fileBlindProbes } from '@/lib/store/blind-incidents'
import { deleteDevices } from '@/lib/store/devices'
import { fileOutages } from '@/lib/store/filing'
import { type Actor, acknowledgeIncident, addNote } from '@/lib/store/incident-acts'
import { findIncident, listIncidents } from '@/lib/store/incidents'
import { deleteProbe } from '@/lib/store/probes'
import { startPushService } from '../push/push-service.mjs'
import { type TestDatabase, testDatabase } from '../setup/database'
import { addDevice, addPhone, addUser, ago, comeBack, goDark } from '../workers/keeper/scene'

let database: TestDatabase
let service: Awaited<ReturnType<typeof startPushService>>
const sql = () => database.sql
const file = (at = new Date()) => fileOutages(at)
const later = (seconds: number) => new Date(Date.now() + seconds * 1000)

beforeAll(async () => {
  database = await testDatabase()
  service = await startPushService()
})
afterAll(async () => {
  await service?.stop()
  await database?.stop()
})
afterEach(async () => {
  for (const table of ['users', 'incidents', 'targets', 'probes', 'events']) await sql()`delete from ${sql()(table)}`
})

const anna = async () => addPhone(sql(), service, await addUser(sql(), 'Anna'))
const incidents = async () =>
  (await listIncidents()).items
    .map((one) => `${one.kind} ${one.root.name} ${one.affectedTargets}${one.resolvedAt ? ' over' : ''}`)
    .sort()
const events = async () =>
  (await sql()<{ type: string }[]>`select type from events where type like 'incident.%' order by id`).map(
    (row) => row.type,
  )
const decisions = async () =>
  (await sql()<{ event: string; outcome: string }[]>`select event, outcome from decisions order by id`).map(
    (row) => `${row.event} ${row.outcome}`,
  )
const deliveries = async () =>
  (await sql()<{ event: string }[]>`select event from deliveries order by event`).map((row) => row.event)
const stateOf = async (id: number) =>
  (
    await sql()<{ state: string; status: string }[]>`
    select o.state, t.status from outages o join targets t on t.id = o.target_id where o.target_id = ${id} order by o.id desc limit 1`
  )[0]

describe('filing', () => {
  test('an outage is an incident with decision, notice, delivery and event, and is filed once', async () => {
    await anna()
    await goDark(sql(), await addDevice(sql(), 'Ridge-3', [], 'North Ridge'))
    expect(await file()).toMatchObject({ filed: 1 })
    expect(await file()).toMatchObject({ filed: 0 })
    expect(await incidents()).toEqual(['down Ridge-3 1'])
    expect(await decisions()).toEqual(['opened sent'])
    expect(await deliveries()).toEqual(['opened'])
    expect(await events()).toEqual(['incident.opened'])
  })

  test('children go under their dark upstream and are told to nobody; nothing recovers while one is dark', async () => {
    await anna()
    const tower = await addDevice(sql(), 'Tower')
    const sector = await addDevice(sql(), 'Sector', [tower])
    const cpe = await addDevice(sql(), 'CPE', [sector])
    for (const id of [cpe, tower, sector]) await goDark(sql(), id, 20)
    await file()
    expect(await incidents()).toEqual(['down Tower 3'])
    expect(await stateOf(cpe)).toEqual({ state: 'unreachable', status: 'unreachable' })
    expect(await deliveries()).toEqual(['opened'])
    expect(await decisions()).toEqual(['opened sent', 'grew suppressed'])

    await comeBack(sql(), tower)
    await file()
    expect(await incidents()).toEqual(['down Tower 3']) // a child is still dark, and the minute is not over
    await file(later(61))
    expect(await incidents()).toEqual(['down Sector 2', 'down Tower 1 over'])
    expect(await stateOf(sector)).toEqual({ state: 'down', status: 'down' })
    expect(await stateOf(cpe)).toEqual({ state: 'unreachable', status: 'unreachable' })
    expect(await deliveries()).toEqual(['opened', 'opened', 'resolved'])

    for (const id of [sector, cpe]) await comeBack(sql(), id)
    await file()
    expect(await incidents()).toEqual(['down Sector 2 over', 'down Tower 1 over'])
    expect(await events()).toEqual(['incident.opened', 'incident.opened', 'incident.resolved', 'incident.resolved'])
  })

  test('a device with two upstreams of which one answers is its own', async () => {
    const [a, b] = [await addDevice(sql(), 'A'), await addDevice(sql(), 'B')]
    const c = await addDevice(sql(), 'C', [a, b])
    for (const id of [a, c]) await goDark(sql(), id, 20)
    await file()
    expect(await incidents()).toEqual(['down A 1', 'down C 1'])
    await goDark(sql(), await addDevice(sql(), 'D', [a, c]), 10)
    await file()
    expect(await incidents()).toEqual(['down A 2', 'down C 1'])
  })

  test('over before a keeper saw it: resolved at once, one notice says both', async () => {
    await anna()
    const device = await addDevice(sql(), 'Ridge-3')
    await goDark(sql(), device, 100)
    await comeBack(sql(), device, 40)
    await file()
    expect(await incidents()).toEqual(['down Ridge-3 1 over'])
    expect(await decisions()).toEqual(['opened skipped', 'resolved sent'])
    expect(await deliveries()).toEqual(['resolved'])
    expect(await events()).toEqual(['incident.opened', 'incident.resolved'])
  })

  test('the fifth outage of an hour is flapping: one notice, then none, until it was steady for 15 min', async () => {
    await anna()
    const device = await addDevice(sql(), 'Ridge-3')
    for (let i = 0; i < 7; i++) {
      await goDark(sql(), device, 60 - i * 5)
      await file()
      await comeBack(sql(), device, 58 - i * 5)
      await file()
    }
    const flapping = ['down Ridge-3 1 over', 'down Ridge-3 1 over', 'down Ridge-3 1 over', 'down Ridge-3 1 over']
    expect(await incidents()).toEqual([...flapping, 'flapping Ridge-3 1'])
    expect((await decisions()).filter((one) => one.startsWith('grew'))).toEqual(['grew suppressed', 'grew suppressed'])
    expect((await deliveries()).filter((event) => event === 'opened')).toHaveLength(5)
    await file(later(14 * 60))
    expect((await incidents())[4]).toBe('flapping Ridge-3 1')
    await file(later(15 * 60))
    expect((await incidents())[4]).toBe('flapping Ridge-3 1 over')
    expect(await sql()`select 1 from targets where flapping_since is not null`).toHaveLength(0)
  })

  test('flapping that stays dark for 15 min is told as down', async () => {
    await anna()
    const device = await addDevice(sql(), 'Ridge-3')
    for (let i = 0; i < 5; i++) {
      await goDark(sql(), device, 60 - i * 5)
      if (i < 4) await comeBack(sql(), device, 58 - i * 5)
      await file()
    }
    await file(later(15 * 60))
    expect((await incidents()).filter((one) => one !== 'down Ridge-3 1 over')).toEqual([
      'down Ridge-3 1',
      'flapping Ridge-3 0 over',
    ])
    expect((await decisions()).slice(-2)).toEqual(['opened sent', 'resolved suppressed'])
  })

  test('told is whoever was told: one who signed up later hears nothing of the end', async () => {
    await anna()
    const device = await addDevice(sql(), 'Ridge-3')
    await goDark(sql(), device)
    await file()
    await addPhone(sql(), service, await addUser(sql(), 'Bob'))
    await comeBack(sql(), device)
    await file()
    expect(await decisions()).toEqual(['opened sent', 'resolved sent', 'resolved skipped'])
  })

  test('an operator without a device has a decision that says so', async () => {
    const id = await addUser(sql(), 'Charlie')
    await goDark(sql(), await addDevice(sql(), 'Ridge-3'))
    await file()
    const [incident] = (await listIncidents({ open: true })).items
    expect((await findIncident(incident?.id ?? 0))?.decisions).toMatchObject([
      { channel: 'Charlie', outcome: 'skipped', rule: 'no_device', why: 'Charlie has no device that takes notices.' },
    ])
    expect(id).toBeGreaterThan(0)
  })

  test('a paused device is over, but not back', async () => {
    await anna()
    const device = await addDevice(sql(), 'Ridge-3')
    await goDark(sql(), device)
    await file()
    await sql()`update outages set ended_at = now(), cause = 'paused' where target_id = ${device}`
    await file()
    const [row] = await sql()<
      { reason: string }[]
    >`select message->>'reason' as reason from deliveries where event = 'resolved'`
    expect(row?.reason).toBe('It was paused')
  })

  test.each([false, true])('a deleted device is over, but neither back nor steady (flapping: %s)', async (flapping) => {
    await anna()
    const device = await addDevice(sql(), 'Ridge-3')
    for (let i = flapping ? 4 : 0; i >= 0; i--) {
      await goDark(sql(), device, 60 + i * 5)
      await file()
      if (i > 0) await comeBack(sql(), device, 58 + i * 5)
      if (i > 0) await file()
    }
    const before = (await deliveries()).length
    await deleteDevices([device])
    await file()
    const rows = await sql()<{ event: string; kind: string; reason: string | null }[]>`
      select event, message->>'kind' as kind, message->>'reason' as reason from deliveries order by id offset ${before}`
    expect(rows).toEqual([{ event: 'resolved', kind: flapping ? 'flapping' : 'down', reason: 'It was removed' }])
    expect((await listIncidents({ open: true })).items).toEqual([])
  })

  test('a flapping device whose incident from before is still open is told as down within that one', async () => {
    await anna()
    const device = await addDevice(sql(), 'Ridge-3')
    for (let i = 0; i < 5; i++) {
      await goDark(sql(), device, 60 - i * 5)
      if (i < 4) await comeBack(sql(), device, 58 - i * 5)
      await file()
    }
    // A child that cannot be moved to another root holds the first one open.
    const child = await addDevice(sql(), 'Child')
    await goDark(sql(), child, 50)
    const [first] = await sql()<{ id: number }[]>`
      update incidents set resolved_at = null where id = (select min(id) from incidents) returning id`
    await sql()`update outages set incident_id = ${first?.id ?? 0} where target_id = ${child}`
    await file(later(15 * 60))
    expect(await stateOf(device)).toMatchObject({ state: 'down' })
    expect(await incidents()).toContain('flapping Ridge-3 0 over')
    expect((await listIncidents({ open: true })).items).toMatchObject([{ id: first?.id, affectedTargets: 2 }])
  })

  test('two keepers at once: one files, the other sees that it is busy', async () => {
    await anna()
    const ids = await Promise.all(Array.from({ length: 40 }, (_, i) => addDevice(sql(), `Node-${i}`)))
    for (const id of ids) await goDark(sql(), id)
    const results = await Promise.all(Array.from({ length: 3 }, () => file()))
    expect(results.reduce((sum, one) => sum + one.filed, 0)).toBe(40)
    expect(await incidents()).toHaveLength(40)
    // More than ten a minute are a storm: the others go with one digest.
    expect(await deliveries()).toHaveLength(10)
    expect(await sql()`select 1 from digest_items`).toHaveLength(30)
  })

  test('acknowledged by the first who says so; notes stand in the timeline', async () => {
    await goDark(sql(), await addDevice(sql(), 'Ridge-3'))
    await file()
    const id = (await listIncidents()).items[0]?.id ?? 0
    const [annaHerself, bob] = ['Anna', 'Bob'].map((name) => ({ name, userId: null })) as [Actor, Actor]
    expect(await acknowledgeIncident(id, annaHerself)).toBe('done')
    expect(await acknowledgeIncident(id, bob)).toBe('stands')
    expect(await addNote(id, bob, 'On my way.')).toBe('done')
    expect(await addNote(id + 1, bob, 'x')).toBe('missing')
    const found = await findIncident(id)
    expect(found?.acknowledgedBy).toBe('Anna')
    expect(found?.timeline.map((one) => one.what)).toEqual([
      'Went dark.',
      expect.stringMatching(/^Acknowledged it after \d+ s\.$/),
      'On my way.',
    ])
    expect(await events()).toEqual(['incident.opened', 'incident.changed', 'incident.changed'])
  })
})

describe('probes that see nothing', () => {
  const addProbe = async (change: { connected: Date; seen: Date; disconnected?: Date; blind?: Date }) => {
    const [row] = await sql()<{ id: number }[]>`
      insert into probes (name, token_hash, connected_at, last_seen_at, disconnected_at, blind_since)
      values ('east', 'x', ${change.connected}, ${change.seen}, ${change.disconnected ?? null}, ${change.blind ?? null}) returning id`
    return row?.id ?? 0
  }

  test('blind: one incident, over when it sees again', async () => {
    await anna()
    const id = await addProbe({ connected: ago(500), seen: ago(1), blind: ago(30) })
    for (let i = 0; i < 2; i++) await fileBlindProbes(new Date(), { judgeAbsence: true })
    expect(await incidents()).toEqual(['blind east 0'])
    expect((await listIncidents()).items[0]?.root).toEqual({ kind: 'probe', id, name: 'east' })
    await sql()`update probes set blind_since = null where id = ${id}`
    await fileBlindProbes(new Date(), { judgeAbsence: true })
    expect(await incidents()).toEqual(['blind east 0 over'])
    expect(await deliveries()).toEqual(['opened', 'resolved'])
  })

  test('a probe that was removed while it was blind does not see again: it was removed', async () => {
    await anna()
    const id = await addProbe({ connected: ago(500), seen: ago(1), blind: ago(30) })
    await fileBlindProbes(new Date(), { judgeAbsence: true })
    await deleteProbe(id)
    await fileBlindProbes(new Date(), { judgeAbsence: true })
    expect(await incidents()).toEqual(['blind east 0 over'])
    const [row] = await sql()<{ reason: string | null }[]>`
      select message->>'reason' as reason from deliveries where event = 'resolved'`
    expect(row?.reason).toBe('It was removed')
  })

  test('absent for 90 s: the same, but never by a keeper that has just come up', async () => {
    await addProbe({ connected: ago(500), seen: ago(100), disconnected: ago(100) })
    await fileBlindProbes(new Date(), { judgeAbsence: false })
    expect(await incidents()).toEqual([])
    await fileBlindProbes(new Date(), { judgeAbsence: true })
    expect(await incidents()).toEqual(['blind east 0'])
    await sql()`update probes set connected_at = now(), last_seen_at = now()`
    await fileBlindProbes(new Date(), { judgeAbsence: true })
    expect(await incidents()).toEqual(['blind east 0 over'])
  })

  test('away for a minute is nothing', async () => {
    await addProbe({ connected: ago(500), seen: ago(60), disconnected: ago(60) })
    await fileBlindProbes(new Date(), { judgeAbsence: true })
    expect(await incidents()).toEqual([])
  })
})
