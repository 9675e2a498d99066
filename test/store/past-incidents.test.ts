import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { listPastFacts, listPastIncidents, listReplayChannels } from '@/lib/store/past-incidents'
import { type TestDatabase, testDatabase } from '../setup/database'
import { addDevice, addUser } from '../workers/keeper/scene'

let database: TestDatabase
const sql = () => database.sql
beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database?.stop())
afterEach(async () => {
  for (const table of ['incidents', 'targets', 'sites', 'channels', 'users', 'probes'])
    await sql()`delete from ${sql()(table)}`
})

const start = Date.parse('2026-11-20T03:00:00Z')
const at = (seconds: number) => new Date(start + seconds * 1_000)
const month = [at(-86_400), at(86_400)] as const

type Change = { kind: string; root_name: string; site_name: null; opened_at: Date; resolved_at: Date; priority: string }
type More = { acknowledged_at: Date; acknowledged_by: string }
async function addIncident(targetId: number | null, change: Partial<Change & More> = {}): Promise<number> {
  const standing = { kind: 'down', root_name: 'Ridge-3', site_name: 'Ridge', opened_at: at(0), created_at: at(8) }
  const [made] = await sql()<{ id: number }[]>`
    insert into incidents ${sql()({ ...standing, target_id: targetId, ...change })} returning id`
  return made?.id ?? 0
}

async function addOutage(incidentId: number, targetId: number, began: number, recorded: number): Promise<void> {
  await sql()`
    insert into outages (target_id, began_at, isolated_at, ended_at, incident_id, opened_evidence, recorded_at)
    values (${targetId}, ${at(began)}, ${at(began + 3)}, ${at(600)}, ${incidentId}, '{}', ${at(recorded)})`
}

async function addAct(incidentId: number, seconds: number, act: string, detail: object | null = null): Promise<void> {
  await sql()`
    insert into incident_acts (incident_id, at, by, act, detail)
    values (${incidentId}, ${at(seconds)}, 'Anna', ${act}, ${detail === null ? null : sql().json({ ...detail })})`
}

describe('the past of an incident', () => {
  test('says what it was when it was opened, and how it grew since', async () => {
    const core = await addDevice(sql(), 'Ridge-3', [], 'Ridge')
    await sql()`update devices set role = 'router', client = 'Acme' where id = ${core}`
    await sql()`update targets set tags = '{vip}' where id = ${core}`
    const behind = await Promise.all([1, 2, 3].map((i) => addDevice(sql(), `CPE ${i}`, [core], 'Ridge')))
    const [siteRow] = await sql()<{ siteId: number }[]>`select site_id as "siteId" from targets where id = ${core}`
    await sql()`update devices set client = 'Bolt' where id = any(${behind}::int[])`
    const id = await addIncident(core, { resolved_at: at(600), priority: 'low' })
    await addOutage(id, core, 0, 4)
    await addOutage(id, behind[0] ?? 0, 1, 5)
    await addOutage(id, behind[1] ?? 0, 50, 54)
    await addOutage(id, behind[2] ?? 0, 55, 59)
    expect(await listPastIncidents(...month)).toEqual([
      {
        id,
        kind: 'down',
        name: 'Ridge-3',
        role: 'router',
        site: 'Ridge',
        tags: ['vip'],
        client: 'Acme',
        priority: 'low',
        size: 2,
        affectedClients: 2,
        affectedTargets: 2,
        beganAt: start,
        openedAt: start + 8_000,
        resolvedAt: start + 600_000,
        root: { id: core, siteId: siteRow?.siteId, tags: ['vip'] },
        chosen: null,
        acts: [{ at: start + 54_000, kind: 'grew', size: 4, affectedClients: 2, affectedTargets: 4 }],
      },
    ])
  })

  test('has what people did, in order', async () => {
    const [noc] = await sql()<{ id: number }[]>`insert into channels (kind, name) values ('ntfy', 'NOC') returning id`
    const id = await addIncident(await addDevice(sql(), 'Ridge-3'))
    await addAct(id, 60, 'acknowledged')
    await addAct(id, 30, 'snoozed', { until: at(90).toISOString() })
    await addAct(id, 70, 'unacknowledged')
    await addAct(id, 80, 'muted', { channels: ['NOC', 'gone since'] })
    await addAct(id, 85, 'unmuted')
    await addAct(id, 86, 'muted', { channels: 'everyone' })
    await addAct(id, 88, 'snoozed', { until: null })
    await addAct(id, 87, 'noted')
    expect((await listPastIncidents(...month))[0]?.acts).toEqual([
      { at: start + 30_000, kind: 'snoozed', until: start + 90_000 },
      { at: start + 60_000, kind: 'acknowledged', by: 'Anna' },
      { at: start + 70_000, kind: 'unacknowledged' },
      { at: start + 80_000, kind: 'muted', for: [noc?.id] },
      { at: start + 85_000, kind: 'muted', for: [] },
      { at: start + 86_000, kind: 'muted', for: 'everyone' },
      { at: start + 88_000, kind: 'snoozed', until: start + 88_000 },
    ])
  })

  test('of before acts were kept has who acknowledged it', async () => {
    await addIncident(null, { acknowledged_at: at(40), acknowledged_by: 'Kim' })
    expect((await listPastIncidents(...month))[0]?.acts).toEqual([
      { at: start + 40_000, kind: 'acknowledged', by: 'Kim' },
    ])
  })

  test('is known also when what it was about is gone, or was a probe', async () => {
    await addIncident(null, { kind: 'blind', root_name: 'north', site_name: null })
    expect(await listPastFacts(...month)).toMatchObject([
      { kind: 'blind', name: 'north', role: 'other', site: null, tags: [], client: null, size: 1, root: null },
    ])
  })

  test('is that of the days asked for', async () => {
    await addIncident(null, { opened_at: at(-90_000) })
    const inside = await addIncident(null)
    await addIncident(null, { opened_at: at(86_400) })
    expect((await listPastFacts(...month)).map(({ id }) => id)).toEqual([inside])
  })
})

test('channels are replayed with all that decides, phones by the name of their operator', async () => {
  const userId = await addUser(sql(), 'Anna')
  const hours = { zone: 'Europe/Berlin', ranges: [{ weekdays: [1], startMinute: 540, endMinute: 1_020 }], place: null }
  const [phones] = await sql()<{ id: number }[]>`
    insert into channels (kind, name, user_id) values ('web_push', 'old name', ${userId}) returning id`
  const [noc] = await sql()<{ id: number }[]>`
    insert into channels (kind, name, hours, critical_breaks_through, cool_off_minutes, escalate_to, escalate_after_minutes)
    values ('email', 'NOC', ${sql().json(hours)}, false, 30, ${phones?.id ?? 0}, 15) returning id`
  expect(await listReplayChannels()).toEqual([
    {
      id: phones?.id,
      name: 'Anna',
      hours: { zone: 'UTC', ranges: [], place: null },
      criticalBreaksThrough: true,
      coolOffMinutes: null,
      escalateTo: null,
      escalateAfterMinutes: null,
    },
    {
      id: noc?.id,
      name: 'NOC',
      hours,
      criticalBreaksThrough: false,
      coolOffMinutes: 30,
      escalateTo: phones?.id,
      escalateAfterMinutes: 15,
    },
  ])
})
