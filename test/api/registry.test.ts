import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { GET as exportAll } from '@/app/api/applications/export/route'
import { POST as importAll } from '@/app/api/applications/import/route'
import { canonicalToken } from '@/lib/domain/beat-address'
import { registryColumns } from '@/lib/domain/job-csv'
import { textFault } from '@/lib/domain/job-fields'
import { exportText } from '@/lib/registry'
import { createDevice, listDevices } from '@/lib/store/devices'
import { createJob, type JobChange, pauseJobs } from '@/lib/store/job-writes'
import { findJobByUuid, listJobs } from '@/lib/store/jobs'
import { RegistryImportAnswer } from '@/lib/wire/rest-jobs'
import { call, settingsForSignIn, site, somebody } from '../setup/credentials'
import { type TestDatabase, testDatabase } from '../setup/database'
import { healthchecks, heartbeatSh, uptimeKuma } from './job-lists'

let database: TestDatabase
let headers: Record<string, string>
let userId: number
beforeAll(async () => {
  settingsForSignIn()
  database = await testDatabase()
  const operator = await somebody('operator', 'olga@beatline.test')
  headers = operator.bearer
  userId = operator.user.id
})
afterAll(() => database.stop())
beforeEach(wipe)

async function wipe() {
  await database.sql`delete from targets`
  await database.sql`delete from sites`
  await database.sql`delete from blackouts`
}

const types = { csv: 'text/csv', json: 'application/json' }
async function exported(format: 'csv' | 'json') {
  const request = new Request(`${site}/api/applications/export?format=${format}`, { headers })
  const answer = await exportAll(request, { params: Promise.resolve({}) })
  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-type')).toContain(types[format])
  return answer.text()
}
const bring = (body: unknown, query = '', type: 'csv' | 'json' = 'json') =>
  call(importAll, { path: `/?${query}`, body, method: 'POST', headers: { ...headers, 'content-type': types[type] } })
const csv = (body: string, query = '') => bring(body, query, 'csv')
async function job(name: string, said: Omit<JobChange, 'name'> = {}) {
  const made = await createJob({ name, ...said })
  if ('fault' in made) throw new Error(made.fault)
  return made.job
}
const names = async () => (await listJobs()).items.map(({ name }) => name)

/** Jobs of every kind and in every state, with all that a job can have. */
async function everything() {
  const { sql } = database
  await createDevice({ name: 'Core; router', address: '10.0.0.1', site: 'North, ridge' })
  const [channel] = await sql<{ id: number }[]>`
    insert into channels (kind, name, user_id) values ('web_push', 'Olga', ${userId})
    on conflict (user_id) do update set name = 'Olga' returning id`
  const cron = { kind: 'cron', expression: '0 2 * * *\n30 4 * * 1', zone: 'Europe/Berlin' } as const
  const oncalendar = { kind: 'oncalendar', expression: 'Mon..Fri 22:30', zone: 'Australia/Lord_Howe' } as const
  await job('new', { channels: [] })
  const up = await job('up "quoted", =1+1', {
    ...{ schedule: cron, tags: ['a;b', '=x', '[y]', 'ü'], site: 'North, ridge', runsBehind: 'Core; router' },
    ...{ channels: [channel?.id ?? 0], slug: 'own-slug', stickyPause: true, permissibleMisses: 7, graceSeconds: 0 },
  })
  const late = await job('late', { schedule: oncalendar, tags: ['plain'] })
  const down = await job('=down')
  const paused = await job('日本 paused', { paused: true })
  for (const [id, phase, minutes] of [
    [up.id, 'up', 1],
    [late.id, 'late', 5],
    [down.id, 'down', 60],
  ] as const) {
    const at = new Date(Date.UTC(2026, 9, 21, 8, 0, 0, 123) - minutes * 60_000)
    await sql`
      update job_states set phase = ${phase}, first_beat_at = ${new Date(Date.UTC(2026, 0))}, last_beat_at = ${at},
        last_signal = 'start', last_success_at = ${at}, anchor_at = ${at}, started_at = ${at}, started_run = ' r"\r\n1',
        last_duration_ms = 90000, misses = ${phase === 'up' ? 0 : 2}, beat_count = 123456789012 where job_id = ${id}`
    await sql`update targets set status = ${phase}, status_since = ${at}, created_at = ${at} where id = ${id}`
  }
  const since = new Date(Date.UTC(2026, 9, 21, 7))
  await sql`insert into outages (target_id, began_at, isolated_at, opened_evidence) values (${down.id}, ${since}, ${since}, '{}')`
  await sql`insert into job_aliases (token, job_id) values ('kuma-Token.1', ${up.id}), ('abcd1234', ${up.id})`
  await pauseJobs([paused.id], true)
}

/** All that the database holds of jobs, but for ids. */
const stored = () => database.sql`
  select t.name, t.tags, t.status, coalesce(o.began_at, t.status_since) as since, t.paused_at, t.created_at, s.name as site, j.uuid, j.badge_key, j.slug,
    j.schedule_kind, j.period_seconds, j.expression, j.zone, j.grace_seconds, j.permissible_misses, j.sticky_pause,
    cardinality(j.channel_ids) as channels, st.phase, st.anchor_at, st.misses, st.beat_count, st.started_run, o.began_at,
    (select array_agg(token order by token) from job_aliases a where a.job_id = t.id) as aliases,
    (select u.name from upstream_edges e join targets u on u.id = e.upstream_id where e.device_id = t.id) as behind
  from targets t join jobs j on j.id = t.id join job_states st on st.job_id = t.id left join sites s on s.id = t.site_id
    left join outages o on o.target_id = t.id and o.ended_at is null order by t.name collate "C"`

describe.each(['csv', 'json'] as const)('export as %s, wipe, import', (format) => {
  test('is the same registry: byte-equal when exported again, and the same rows', async () => {
    await everything()
    const [before, rows] = [await exported(format), await stored()]
    await wipe()
    await createDevice({ name: 'Core; router', address: '10.0.0.1' })
    const { status, body } = await bring(before, '', format)
    expect(status).toBe(200)
    expect(body).toMatchObject({ format: 'beatline', created: 5, updated: 0, rejected: [], notes: [] })
    expect(RegistryImportAnswer.safeParse(body).error).toBeUndefined()
    expect(await exported(format)).toBe(before)
    expect([...(await stored())]).toEqual([...rows])
  })

  test('over what stands changes nothing', async () => {
    await everything()
    const [before, rows] = [await exported(format), await stored()]
    const { body } = await bring(before, '', format)
    expect(body).toMatchObject({ created: 0, updated: 0, unchanged: 5, rejected: [] })
    expect(await exported(format)).toBe(before)
    expect([...(await stored())]).toEqual([...rows])
  })

  test('has every column of the registry, and no ids', async () => {
    await everything()
    const text = await exported(format)
    const columns = format === 'csv' ? text.split('\r\n', 1)[0]?.split(',') : Object.keys(JSON.parse(text)[0])
    expect(columns).toEqual([...registryColumns])
    const { items } = await listJobs()
    for (const { uuid } of items) expect(text).toContain(uuid)
  })

  test('of nothing is an import of nothing', async () => {
    const { status, body } = await bring(await exported(format), '', format)
    expect(status).toBe(200)
    expect(body).toMatchObject({ created: 0, rejected: [] })
  })
})

test('a job that was dark is dark again since then, keeps its alarm, and is told of', async () => {
  await everything()
  const text = await exported('json')
  await wipe()
  await createDevice({ name: 'Core; router', address: '10.0.0.1' })
  await database.sql`delete from events`
  await bring(text)
  const { items } = await listJobs({ status: 'down' })
  expect(items).toMatchObject([{ name: '=down', outageId: expect.any(Number), misses: 2 }])
  expect(await database.sql`select type from events`).toMatchObject([{ type: 'outage.opened' }])
  const alarms = await database.sql`select count(*)::int as n from job_states where alarm_at <= now()`
  expect(alarms[0]?.n).toBe(3)
  const quiet = await database.sql`select target_ids from blackouts where reason = 'First hour of a new job'`
  expect(quiet.flatMap(({ target_ids }) => target_ids)).toHaveLength(2) // the two that were made just now
})

test('more jobs than a page of the export holds come in natural order, none twice', async () => {
  const { sql } = database
  await sql`
    with added as (insert into targets (kind, name) select 'job', 'job ' || i from generate_series(1, 2345) i returning id)
    insert into jobs (id, slug, period_seconds) select id, 'x', 60 from added`
  await sql`insert into job_states (job_id) select id from jobs`
  const records = JSON.parse(await exported('json')) as { name: string }[]
  expect(records.map(({ name }) => name)).toEqual(Array.from({ length: 2345 }, (_, i) => `job ${i + 1}`))
})

test('an export is the registry of one moment, whatever changes while it is read', async () => {
  await database.sql`delete from targets`
  const names = Array.from({ length: 1500 }, (_, i) => `job ${String(i).padStart(4, '0')}`)
  const lines = names.map((name) => `${name},60`).join('\n')
  expect((await bring(`name,expected_interval\n${lines}\n`, '', 'csv')).status).toBe(200)
  const pieces = exportText('json')
  let text = `${(await pieces.next()).value}${(await pieces.next()).value}`
  await database.sql`update targets set name = 'zzz' where name = 'job 0000'`
  await database.sql`delete from targets where name = 'job 1400'`
  for await (const piece of pieces) text += piece
  const told = (JSON.parse(text) as { name: string }[]).map(({ name }) => name)
  expect(new Set(told).size).toBe(told.length)
  expect(told).toHaveLength(1500)
  expect(told).not.toContain('zzz')
  expect(told).toContain('job 1400')
})

test('readers that leave, or never come, hold no connection', async () => {
  for (let i = 0; i < 20; i++) {
    const pieces = exportText('csv')
    await pieces.next()
    await pieces.next()
    await pieces.return(undefined)
  }
  expect(await exported('json')).toContain('[')
})

test('a registry of any names and tags survives the way there and back', { timeout: 120_000 }, async () => {
  const words = fc
    .oneof(
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.string({ unit: fc.constantFrom(...'=+-@\'";,|[]{}\\ #aáaé1١日📦\u2028'), maxLength: 12 }),
    )
    .map((text) => text.trim())
    .filter((text) => textFault(text, 60) === null)
  const jobs = fc.uniqueArray(fc.record({ name: words, tags: fc.uniqueArray(words, { maxLength: 4 }) }), {
    selector: ({ name }) => name,
    minLength: 1,
    maxLength: 12,
  })
  await fc.assert(
    fc.asyncProperty(jobs, fc.constantFrom('csv', 'json'), async (all, format) => {
      await wipe()
      for (const { name, tags } of all) await job(name, { tags })
      const before = await exported(format)
      await wipe()
      const { body } = await bring(before, 'atomic=1', format)
      expect(body.created).toBe(all.length)
      expect(await exported(format)).toBe(before)
    }),
    { numRuns: 40 },
  )
})

describe('an import', () => {
  test('makes and changes by name, keeps what a line does not say, and names every bad line', async () => {
    await job('a', { tags: ['x'], schedule: { kind: 'cron', expression: '0 2 * * *', zone: 'UTC' } })
    const text = [
      'name,timezone,expected_interval,site,runs_behind',
      'a,Asia/Tokyo,,S,',
      'b,,60,,',
      'c,,,,',
      'd,,0,,',
      'e,,60,,nobody',
      'b,,90,,',
    ] // prettier
    const { body } = await csv(text.join('\n'))
    expect(body).toMatchObject({ created: 1, updated: 1, new_sites: ['S'] })
    expect(body.rejected).toEqual([
      { line: 4, name: 'c', reason: 'expected_interval: found neither it nor a schedule, expected one of the two' },
      { line: 5, name: 'd', reason: 'expected_interval: found "0", expected a whole number from 1 to 31622400' },
      {
        line: 6,
        name: 'e',
        reason: 'runs_behind: found "nobody", expected the name of a device: import devices first',
      },
      { line: 7, name: 'b', reason: 'name: "b" is on line 3 and on line 7, expected it once' },
    ])
    expect((await listJobs()).items).toMatchObject([
      { name: 'a', tags: ['x'], zone: 'Asia/Tokyo', schedule: { expression: '0 2 * * *' }, siteName: 'S' },
      { name: 'b', schedule: { kind: 'period', seconds: 60 }, graceSeconds: 60 },
    ])
  })

  test('as a dry run says all of it and writes nothing', async () => {
    await job('a')
    const { body } = await csv('name,expected_interval,site\na,60,S\nb,60,\nc,,', 'dry_run=1')
    expect(body).toMatchObject({ created: 1, updated: 1, new_sites: ['S'], dry_run: true })
    expect(body.planned).toEqual([
      { line: 2, name: 'a', kind: 'job', action: 'change' },
      { line: 3, name: 'b', kind: 'job', action: 'create' },
    ])
    expect(body.rejected).toHaveLength(1)
    expect(await names()).toEqual(['a'])
    expect(await database.sql`select 1 from sites`).toHaveLength(0)
  })

  test('with atomic writes all of it or nothing', async () => {
    const answer = await csv('name,expected_interval\na,60\nb,x', 'atomic=1')
    expect(answer.status).toBe(422)
    expect(answer.body).toMatchObject({ type: '/problems/rejected-import', created: 0, rejected: [{ line: 3 }] })
    expect(await names()).toEqual([])
    expect((await csv('name,expected_interval\na,60', 'atomic=1')).body.created).toBe(1)
  })

  test('renames by uuid; by name a standing job keeps its address, and that of the line works too', async () => {
    const [one, other] = [await job('one'), await job('other')]
    const uuid = '11111111-2222-4333-8444-555555555555'
    const { body } = await bring([
      { name: 'renamed', uuid: one.uuid.toUpperCase() },
      { name: 'other', uuid },
      { name: 'third', uuid: canonicalToken(uuid), expected_interval: 60 },
    ])
    expect(body).toMatchObject({ updated: 2, created: 0 })
    expect(body.rejected).toMatchObject([{ line: 3, reason: expect.stringContaining('is on line 2 and on line 3') }])
    expect(body.notes).toEqual([
      { line: 2, name: 'other', reason: 'uuid: it keeps the address it has here; the one of the file works as well' },
    ])
    expect((await findJobByUuid(one.uuid))?.name).toBe('renamed')
    expect((await findJobByUuid(other.uuid))?.name).toBe('other')
    const [alias] = await database.sql`select token, job_id from job_aliases`
    expect(alias).toEqual({ token: canonicalToken(uuid), job_id: other.id })
    const again = await bring([{ name: 'other', uuid }])
    expect(again.body).toMatchObject({ unchanged: 1, updated: 0, notes: [] })
    const taken = await bring([{ name: 'other', uuid: one.uuid }])
    expect(taken.body.rejected[0].reason).toBe(
      'uuid: it is that of the job "renamed", and another one is called "other"',
    )
  })

  test('does not take an address or a badge away from another job', async () => {
    const one = await job('one')
    await database.sql`insert into job_aliases (token, job_id) values ('token-of-one', ${one.id})`
    const { body } = await bring([
      { name: 'a', expected_interval: 60, aliases: ['token-of-one'] },
      { name: 'b', expected_interval: 60, badge_key: one.badgeKey },
      { name: 'c', expected_interval: 60, aliases: ['new-token'] },
      { name: 'd', expected_interval: 60, aliases: ['new-token'] },
    ])
    expect(body.created).toBe(1)
    expect(body.rejected.map(({ reason }: { reason: string }) => reason.split(':', 1)[0])).toEqual([
      ...['aliases', 'badge_key', 'aliases'],
    ])
  })

  test('pauses and resumes what stands, and takes a list as it was read', async () => {
    await job('a', { schedule: { kind: 'period', seconds: 60 } })
    const { body } = await bring({ items: [{ id: 9, name: 'a', status: 'paused', heartbeat_url: 'x' }], next: null })
    expect(body).toMatchObject({ format: 'beatline', updated: 1 })
    expect((await listJobs()).items).toMatchObject([{ status: 'paused' }])
    await bring([{ name: 'a', paused: false }])
    expect((await listJobs()).items).toMatchObject([{ status: 'new' }])
  })

  test.each([
    ['{', 'json', 400],
    ['{"a":1}', 'json', 422],
    ['7', 'json', 422],
    ['x,y\n1,2', 'csv', 422],
    ['', 'csv', 422],
  ] as const)('of %j as %s is refused', async (body, type, status) => {
    expect((await bring(body, '', type)).status).toBe(status)
  })
  test('of another type or too much is refused', async () => {
    const send = (type: string, body: string) =>
      call(importAll, { body, headers: { ...headers, 'content-type': type }, method: 'POST' })
    expect((await send('text/html', 'name\na')).status).toBe(415)
    expect((await send('text/csv', 'x'.repeat(33 * 1024 * 1024))).status).toBe(413)
  })
})

describe('a list of another service', () => {
  test('Healthchecks: uuids, slugs, tags, schedules, grace and pauses are kept', async () => {
    const { body } = await bring(healthchecks)
    expect(body).toMatchObject({ format: 'healthchecks', created: 5 })
    const byName = new Map((await listJobs()).items.map((one) => [one.name, one]))
    expect(byName.get('Nightly backup')).toMatchObject({
      ...{ uuid: '31365bce-8da9-4729-8ff3-aaa71d56b712', slug: 'nightly', tags: ['prod', 'db'], graceSeconds: 600 },
      ...{ schedule: { kind: 'period', seconds: 3600 }, status: 'new', stickyPause: false },
    })
    expect(byName.get('Nightly backup (2)')).toMatchObject({ uuid: '803f680d-e89b-492b-82ef-2be7b774a92d' })
    expect(byName.get('Report')).toMatchObject({
      ...{ schedule: { kind: 'cron', expression: '15 5 * * *', zone: 'Europe/Riga' }, status: 'paused' },
      ...{ stickyPause: true },
    })
    expect(byName.get('timer')).toMatchObject({ schedule: { kind: 'oncalendar', expression: '*-*-* 04:00' } })
    expect(byName.get('Read only')?.uuid).toMatch(/^[0-9a-f-]{36}$/)
    expect(body.rejected).toEqual([{ line: 6, name: 'Broken', reason: expect.stringMatching(/^schedule: /) }])
    expect(body.notes).toEqual([
      {
        line: 2,
        name: 'Nightly backup (2)',
        reason: expect.stringContaining('name: another check before it is called "Nightly backup"'),
      },
      { line: 3, name: 'Report', reason: expect.stringContaining('channels: are not taken over') },
      { line: 5, name: 'Read only', reason: expect.stringContaining('read-only key') },
    ])
    expect(await bring(healthchecks)).toMatchObject({ body: { created: 0, updated: 0, unchanged: 5 } })
  })

  test('Uptime Kuma: push tokens still answer, pings are devices, the rest is named', async () => {
    const { body } = await bring(uptimeKuma)
    expect(body).toMatchObject({ format: 'uptime_kuma', created: 2, devices_created: 1 })
    const jobs = (await listJobs()).items
    expect(jobs).toMatchObject([
      { name: 'Backup', schedule: { seconds: 3600 }, graceSeconds: 120, tags: ['prod', 'team:noc'], status: 'new' },
      { name: 'Old push', graceSeconds: 10, status: 'paused' },
    ])
    const aliases = await database.sql`select token from job_aliases order by token`
    expect(aliases.map(({ token }) => token)).toEqual(['8kzoqBzQ4c', 'Xy12Xy12Xy'])
    expect((await listDevices()).items).toMatchObject([{ name: 'Tower', address: '203.0.113.7', pingInterval: 20 }])
    expect(body.rejected).toEqual([
      { line: 3, name: 'Site', reason: 'type: found a monitor of the kind http, expected push or ping' },
      { line: 5, name: 'By name', reason: expect.stringContaining('address: found "gw.example.net"') },
      { line: 6, name: 'Group', reason: 'type: found a monitor of the kind group, expected push or ping' },
    ])
    expect((await bring(uptimeKuma)).body).toMatchObject({ created: 0, unchanged: 2, devices_created: 0 })
    expect((await bring(uptimeKuma, 'atomic=1')).status).toBe(422)
  })

  test('heartbeat.sh: warning is the period, error ends the grace', async () => {
    const { body } = await bring(heartbeatSh)
    expect(body).toMatchObject({ format: 'heartbeat_sh', created: 4 })
    expect((await listJobs()).items).toMatchObject([
      { name: 'backup', schedule: { seconds: 120 }, graceSeconds: 180 },
      { name: 'only-error', schedule: { seconds: 300 }, graceSeconds: 0 },
      { name: 'spans', schedule: { seconds: 93_600 }, graceSeconds: 252_000 },
      { name: 'unsaid', schedule: { seconds: 60 } },
    ])
    expect(body.rejected).toEqual([
      { line: 5, name: 'bad', reason: expect.stringContaining('warning: found "soon"') },
      { line: 6, name: null, reason: 'name: found none' },
    ])
  })

  test.each([
    ['Healthchecks', healthchecks],
    ['Uptime Kuma', uptimeKuma],
    ['heartbeat.sh', heartbeatSh],
  ])('%s: a dry run says the same and writes nothing', async (_, list) => {
    const { body: dry } = await bring(list, 'dry_run=1')
    expect(await names()).toEqual([])
    expect((await listDevices()).items).toEqual([])
    const { body: wet } = await bring(list)
    expect(dry).toEqual({ ...wet, dry_run: true })
    expect(dry.planned.length).toBeGreaterThan(2)
  })
})
