import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { clientUptime, targetUptime } from '@/lib/store/client-uptime'
import { pauseDevices } from '@/lib/store/device-writes'
import { type TestDatabase, testDatabase } from '../setup/database'

let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.stop())
beforeEach(
  () => database.sql`
  truncate targets, clients, probes, blackouts, intake_gaps, sources, sites restart identity cascade`,
)

const at = (text: string) => new Date(`${text}Z`)
const min = 60_000
const hour = 60 * min
const longAgo = at('2026-01-01T00:00')
const now = at('2026-12-01T00:00').getTime()

async function addDevice(name: string, client: string | null, values: Record<string, unknown> = {}) {
  const { status = 'up', site_id = null, created_at = longAgo, paused_at = null, ...device } = values
  const [row] = await database.sql<{ id: number }[]>`
    insert into targets ${database.sql({ kind: 'device', name, status, site_id, created_at, paused_at } as never)} returning id`
  if (!row) throw new Error('nothing inserted')
  await database.sql`insert into devices ${database.sql({ id: row.id, address: '203.0.113.9', client, ...device })}`
  return row.id
}
async function addOutage(target: number, began: string, ended: string | null, planned = false) {
  await database.sql`
    insert into outages (target_id, began_at, isolated_at, ended_at, planned, opened_evidence)
    values (${target}, ${at(began)}, ${at(began)}, ${ended && at(ended)}, ${planned}, '{}')`
}
async function addProbe(name: string, values: { seen?: Date; siteIds?: number[] } = {}) {
  const { seen = new Date(now), siteIds = [] } = values
  const [row] = await database.sql<{ id: number }[]>`
    insert into probes (name, token_hash, site_ids, connected_at, last_seen_at)
    values (${name}, ${name}, ${siteIds}, ${longAgo}, ${seen}) returning id`
  return row?.id ?? 0
}
const blind = (probe: number, began: string, ended: string | null) => database.sql`
  insert into blind_spells (probe_id, began_at, ended_at, reason)
  values (${probe}, ${at(began)}, ${ended && at(ended)}, 'test')`
const clientId = async (name: string) =>
  (await database.sql<{ id: number }[]>`select id from clients where name = ${name}`)[0]?.id ?? 0
const days = (from: string, to: string, zone = 'UTC') => ({ by: 'day' as const, from: at(from), to: at(to), zone })
const lengths = (one: { periods: { dark: number; planned: number; unknown: number }[] }) =>
  one.periods.map(({ dark, planned, unknown }) => [dark / min, planned / min, unknown / min])

describe('the uptime of a client', () => {
  test('an outage across midnight is told to both days, each in the zone that is asked for', async () => {
    const device = await addDevice('CPE 1', 'Acme Dental')
    await addOutage(device, '2026-11-03T23:50', '2026-11-04T00:20')
    const id = await clientId('Acme Dental')
    const uptime = await clientUptime(id, days('2026-11-03T00:00', '2026-11-05T00:00'), now)
    expect(uptime.periods.map((one) => [one.day, one.dark / min, one.uptime])).toEqual([
      ['2026-11-03', 10, 1 - 10 / 1440],
      ['2026-11-04', 20, 1 - 20 / 1440],
    ])
    expect(uptime.periods[1]?.spells).toEqual([
      { what: 'dark', from: at('2026-11-04T00:00').getTime(), to: at('2026-11-04T00:20').getTime() },
    ])
    const inBerlin = await clientUptime(id, days('2026-11-04T10:00', '2026-11-04T11:00', 'Europe/Berlin'), now)
    expect(inBerlin.periods.map((one) => [one.day, one.dark / min])).toEqual([['2026-11-04', 30]])
  })

  test('is dark only while every device of it is dark', async () => {
    const one = await addDevice('CPE 1', 'Acme Dental')
    const two = await addDevice('CPE 2', 'Acme Dental')
    await addOutage(one, '2026-11-03T10:00', '2026-11-03T12:00')
    await addOutage(two, '2026-11-03T11:30', '2026-11-03T13:00')
    const uptime = await clientUptime(await clientId('Acme Dental'), days('2026-11-03T00:00', '2026-11-04T00:00'), now)
    expect(lengths(uptime)).toEqual([[30, 0, 0]])
    expect((await targetUptime(two, days('2026-11-03T00:00', '2026-11-04T00:00'), now)).sum.dark).toBe(90 * min)
  })

  test('planned time of a weekly blackout is left out, on the day of a clock change too', async () => {
    const device = await addDevice('CPE 1', 'Acme Dental')
    // 01:00 to 04:00 in Berlin, on the night that has an hour more: four hours
    await database.sql`
      insert into blackouts (kind, covers_all, target_ids, from_at, weekdays, start_minute, end_minute, zone)
      values ('weekly', false, ${[device]}, ${longAgo}, '{7}', 60, 240, 'Europe/Berlin')`
    await addOutage(device, '2026-10-25T00:30', '2026-10-25T03:30', true)
    const range = days('2026-10-25T12:00', '2026-10-25T13:00', 'Europe/Berlin')
    const uptime = await clientUptime(await clientId('Acme Dental'), range, now)
    expect(uptime.sum).toEqual({ lasted: 25 * hour, dark: 30 * min, planned: 4 * hour, unknown: 0 })
    expect(uptime.uptime).toBe(1 - 0.5 / 21)
  })

  test('an outage that was marked as planned stays so when its blackout is gone', async () => {
    const device = await addDevice('CPE 1', 'Acme Dental')
    await addOutage(device, '2026-11-03T10:00', '2026-11-03T12:00', true)
    const uptime = await clientUptime(await clientId('Acme Dental'), days('2026-11-03T00:00', '2026-11-04T00:00'), now)
    expect(lengths(uptime)).toEqual([[0, 120, 0]])
  })

  test('a pause is planned time', async () => {
    await addDevice('CPE 1', 'Acme Dental', { paused_at: at('2026-11-03T18:00') })
    const uptime = await clientUptime(await clientId('Acme Dental'), days('2026-11-03T00:00', '2026-11-05T00:00'), now)
    expect(lengths(uptime)).toEqual([
      [0, 360, 0],
      [0, 1440, 0],
    ])
    expect(uptime.periods[1]?.uptime).toBe(null)
  })

  test('a pause that is over is planned time as well', async () => {
    const device = await addDevice('CPE 1', 'Acme Dental')
    const since = new Date(Date.now() - 2 * hour)
    await database.sql`update targets set paused_at = ${since} where id = ${device}`
    await database.sql`update targets set paused_at = null where id = ${device}`
    const range = { by: 'month' as const, from: since, to: new Date(), zone: 'UTC' }
    const uptime = await clientUptime(await clientId('Acme Dental'), range)
    expect(Math.round(uptime.sum.planned / min)).toBe(120)
  })

  test('a device that is paused, or was just resumed, keeps what was seen of it before', async () => {
    const device = await addDevice('CPE 1', 'Acme Dental')
    await addProbe('one')
    await addOutage(device, '2026-11-03T10:00', '2026-11-03T12:00')
    const range = days('2026-11-03T00:00', '2026-11-04T00:00')
    const whole = { lasted: 24 * hour, dark: 2 * hour, planned: 0, unknown: 0 }
    for (const paused of [true, false]) {
      expect(await pauseDevices([device], paused)).toBe(1)
      await database.sql`
        update targets set status_since = ${at('2026-11-10T00:00')},
          paused_at = case when ${paused} then ${at('2026-11-10T00:00')}::timestamptz end where id = ${device}`
      expect((await targetUptime(device, range, now)).sum).toEqual(whole)
    }
    await database.sql`delete from target_pauses`
    const then = await targetUptime(device, days('2026-11-09T00:00', '2026-11-12T00:00'), now)
    expect(lengths(then).map(([, , unknown]) => unknown)).toEqual([0, 1440, 1440]) // not seen since it was resumed
  })

  test('a device of which nobody knows since its outage was ended by hand is unknown from then on', async () => {
    const device = await addDevice('CPE 1', 'Acme Dental', { status: 'unknown' })
    await addProbe('one')
    await addOutage(device, '2026-11-03T10:00', '2026-11-03T12:00')
    await database.sql`update targets set status_since = ${at('2026-11-03T12:00')} where id = ${device}`
    const range = days('2026-11-03T00:00', '2026-11-05T00:00')
    expect(lengths(await targetUptime(device, range, now))).toEqual([
      [120, 0, 720],
      [0, 0, 1440],
    ])
  })

  test('time in which every probe that watches it was blind or away is unknown', async () => {
    const [site] = await database.sql<{ id: number }[]>`insert into sites (name) values ('North Ridge') returning id`
    const device = await addDevice('CPE 1', 'Acme Dental', { site_id: site?.id })
    const one = await addProbe('one')
    const two = await addProbe('two', { siteIds: [site?.id ?? 0] })
    await addProbe('elsewhere', { siteIds: [9999] })
    await blind(one, '2026-11-03T10:00', '2026-11-03T12:00')
    await blind(two, '2026-11-03T11:00', '2026-11-03T14:00')
    await addOutage(device, '2026-11-03T11:50', '2026-11-03T12:10')
    const range = days('2026-11-03T00:00', '2026-11-04T00:00')
    expect(lengths(await clientUptime(await clientId('Acme Dental'), range, now))).toEqual([[10, 0, 60]])
  })

  test('a probe that is away since yesterday leaves unknown what nobody else watches', async () => {
    await addDevice('CPE 1', 'Acme Dental')
    await addProbe('one', { seen: at('2026-11-29T18:00') })
    const uptime = await clientUptime(await clientId('Acme Dental'), days('2026-11-29T00:00', '2026-12-01T00:00'), now)
    expect(lengths(uptime)).toEqual([
      [0, 0, 360],
      [0, 0, 1440],
    ])
  })

  test('time in which its source said nothing is unknown where no probe watches', async () => {
    const job = await addJob('Source UISP')
    await addOutage(job, '2026-11-03T10:00', '2026-11-03T10:30')
    const [source] = await database.sql<{ id: number }[]>`
      insert into sources (kind, name, config, job_id, failing_since, last_poll_at)
      values ('uisp', 'UISP', '', ${job}, ${at('2026-11-04T23:00')}, ${at('2026-11-04T02:00')}) returning id`
    // nobody asked it from two to three in the night, then its last answer
    await database.sql`update sources set last_poll_at = ${at('2026-11-04T03:00')}`
    await database.sql`update sources set last_poll_at = ${at('2026-11-04T03:01')}`
    await database.sql`update sources set last_poll_at = ${new Date(now)}`
    await database.sql`delete from source_gaps where ended_at = ${new Date(now)}`
    const device = await addDevice('CPE 1', 'Acme Dental', { pinged: false, address: '' })
    await database.sql`
      insert into source_records (source_id, kind, key, name, device_id, record, seen_at)
      values (${source?.id ?? 0}, 'device', 'a', 'CPE 1', ${device}, '{}', now())`
    const uptime = await clientUptime(await clientId('Acme Dental'), days('2026-11-03T00:00', '2026-11-05T00:00'), now)
    expect(lengths(uptime)).toEqual([
      [0, 0, 30],
      [0, 0, 120],
    ])
  })

  test('begins when it was made, or with the first outage that a source knew of', async () => {
    const device = await addDevice('CPE 1', 'Acme Dental', { created_at: at('2026-11-04T12:00') })
    const range = days('2026-11-03T00:00', '2026-11-05T00:00')
    const id = await clientId('Acme Dental')
    expect((await clientUptime(id, range, now)).periods.map((one) => one.lasted / hour)).toEqual([0, 12])
    await addOutage(device, '2026-11-03T20:00', '2026-11-03T21:00')
    expect((await clientUptime(id, range, now)).periods.map((one) => one.lasted / hour)).toEqual([4, 24])
    await addOutage(device, '2026-11-01T20:00', '2026-11-01T21:00') // over before the range begins
    expect((await clientUptime(id, range, now)).periods.map((one) => one.lasted / hour)).toEqual([24, 24])
  })

  test('an open outage lasts until now, and no period longer than that', async () => {
    const device = await addDevice('CPE 1', 'Acme Dental')
    await addOutage(device, '2026-11-30T23:00', null)
    const uptime = await clientUptime(await clientId('Acme Dental'), days('2026-11-30T00:00', '2026-12-02T00:00'), now)
    expect(uptime.periods.map((one) => [one.lasted / hour, one.dark / hour])).toEqual([
      [24, 1],
      [0, 0],
    ])
  })

  test('a client without devices has no uptime', async () => {
    await database.sql`insert into clients (name) values ('Acme Dental')`
    const uptime = await clientUptime(await clientId('Acme Dental'), days('2026-11-30T00:00', '2026-12-01T00:00'), now)
    expect([uptime.uptime, uptime.sum.lasted]).toEqual([null, 0])
  })

  test('weeks begin on Monday', async () => {
    const device = await addDevice('CPE 1', 'Acme Dental')
    await addOutage(device, '2026-11-08T23:00', '2026-11-09T02:00')
    const range = { by: 'week' as const, from: at('2026-11-05T00:00'), to: at('2026-11-10T00:00'), zone: 'UTC' }
    const uptime = await clientUptime(await clientId('Acme Dental'), range, now)
    expect(uptime.periods.map((one) => [one.day, one.dark / hour])).toEqual([
      ['2026-11-02', 1],
      ['2026-11-09', 2],
    ])
  })
})

describe('the uptime of a job', () => {
  test('time in which no web took beats is unknown, and before its first beat there was nothing', async () => {
    const job = await addJob('Backup', at('2026-11-03T06:00'))
    await database.sql`
      insert into intake_gaps (began_at, ended_at) values (${at('2026-11-03T10:00')}, ${at('2026-11-03T10:05')})`
    const uptime = await targetUptime(job, days('2026-11-03T00:00', '2026-11-04T00:00'), now)
    expect(uptime.sum).toEqual({ lasted: 18 * hour, dark: 0, planned: 0, unknown: 5 * min })
  })
})

async function addJob(name: string, firstBeat: Date | null = longAgo) {
  const [row] = await database.sql<{ id: number }[]>`
    insert into targets (kind, name, status, created_at) values ('job', ${name}, 'up', ${longAgo}) returning id`
  const id = row?.id ?? 0
  await database.sql`insert into jobs (id, slug) values (${id}, ${name})`
  await database.sql`insert into job_states (job_id, first_beat_at) values (${id}, ${firstBeat})`
  return id
}
