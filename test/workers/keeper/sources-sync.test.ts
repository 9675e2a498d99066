import { setTimeout as sleep } from 'node:timers/promises'
import pino from 'pino'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import type { SourceSnapshot } from '@/lib/sources/records'
import type { Source } from '@/lib/sources/source'
import { findRun, forgetRemoved, listRuns, listStrays } from '@/lib/store/source-run-lists'
import { applyRun, dismissRun, syncNow } from '@/lib/store/source-runs'
import {
  createSource,
  deleteSource,
  findSource,
  type SourceSettings,
  sealSourceConfig,
  updateSource,
} from '@/lib/store/sources'
import { sourcesSync } from '@/workers/keeper/sources-sync'
import { client, device, link, service, site, snapshot } from '../../domain/source-scene'
import { type TestDatabase, testDatabase } from '../../setup/database'
import { apiToken, crmKey, uispStandIn } from '../../sources/uisp-stand-in'

let database: TestDatabase
beforeAll(async () => {
  process.env.SECRET_KEY = 'a key of this test, long enough to be one'
  database = await testDatabase()
})
afterAll(() => database.stop())
beforeEach(() => database.sql`truncate targets, clients, sources, sites restart identity cascade`)

const log = pino({ level: 'silent' })
const settings: SourceSettings = {
  name: 'UISP',
  enabled: true,
  applies: 'by_itself',
  pings: 'none',
  syncSeconds: 3600,
  pollSeconds: 60,
  isolateMisses: 2,
  isolatePolls: 3,
  revivePolls: 2,
  faultPolls: 2,
}

async function addSource(said: Partial<SourceSettings> = {}, config: object = {}): Promise<number> {
  const made = await createSource(
    'uisp',
    { ...settings, ...said },
    { sealed: sealSourceConfig(config), detail: 'uisp.example.net' },
  )
  if ('fault' in made) throw new Error(made.fault)
  return made.id
}

/** Reads every source that is due, by what `open` says it lists, or by the real readers. */
async function readAll(listed?: Partial<SourceSnapshot> | (() => Promise<never>), leaseMs = 60_000): Promise<void> {
  const open = listed === undefined ? {} : { open: () => fake(listed) }
  const sync = sourcesSync({ log, leaseMs, ...open })
  const ending = new AbortController()
  while (await sync.step(ending.signal)) {}
  await sync.idle()
}
const fake = (listed: Partial<SourceSnapshot> | (() => Promise<never>)): Source => ({
  test: async () => ({ ok: true, words: 'here', version: null }),
  snapshot: async (onProgress) => {
    onProgress?.('devices: 1')
    return typeof listed === 'function' ? listed() : snapshot(listed)
  },
  poll: null,
  history: null,
  close: async () => {},
})
const again = async (id: number, listed?: Partial<SourceSnapshot>) => {
  await syncNow(id, 'Ada')
  await readAll(listed)
  const [run] = await listRuns(id)
  if (!run) throw new Error('no run')
  return run
}
/** The whole of what a source may write, to be compared: nothing but seen_at may move. */
async function everything() {
  const { sql } = database
  return {
    devices: await sql`select t.name, t.site_id, d.* from devices d join targets t on t.id = d.id order by d.id`,
    clients: await sql`select * from clients order by id`,
    contacts: await sql`select * from client_contacts order by id`,
    services: await sql`select * from client_services order by id`,
    sites: await sql`select * from sites order by id`,
    edges: await sql`select device_id, upstream_id, provenance, effective from upstream_edges order by 1, 2`,
    records:
      await sql`select source_id, kind, key, mac, name, device_id, client_id, said, vanished_at from source_records order by 1, 2, 3`,
  }
}

describe('the UISP of the fixtures, over HTTP into the database', () => {
  async function uisp(said: Partial<SourceSettings> = {}) {
    const standIn = await uispStandIn()
    onTestFinished(() => standIn.close())
    const id = await addSource(said, { url: standIn.url, token: apiToken, crm_key: crmKey })
    await readAll()
    return { id, standIn }
  }

  test('46 entries, one malformed: it is named, 45 are imported, and a second reading changes nothing', async () => {
    const { id } = await uisp({ pings: 'infrastructure' })
    const [run] = await listRuns(id)
    expect(run).toMatchObject({ state: 'applied', words: null })
    expect(run?.rejected).toHaveLength(1)
    expect(run?.rejected?.[0]?.what).toContain('20')
    expect(await database.sql`select count(*)::int as n from devices`).toEqual([{ n: 45 }])
    expect(await database.sql`select name from sites order by name`).toEqual([
      { name: 'Example Hill Tower' },
      { name: 'North Ridge Tower' },
      { name: 'Water Street POP' },
    ])
    const before = await everything()
    const second = await again(id)
    expect(second.changes?.counts).toMatchObject({ total: 0 })
    expect(await everything()).toEqual(before)
    expect(await findSource(id)).toMatchObject({ fault: null, counts: { devices: 45, sites: 3, rejected: 1 } })
  })

  test('a device belongs to its client, hangs on its radio, and no address is that of one disconnected', async () => {
    await uisp()
    const [feed] = await database.sql`
      select d.client, s.name as site, c.company, array(select u.name from upstream_edges e join targets u on u.id = e.upstream_id
        where e.device_id = t.id and e.provenance = 'imported') as upstream
      from targets t join devices d on d.id = t.id join sites s on s.id = t.site_id join clients c on c.id = d.client_id
      where t.name = 'RPlaceholder-FeedCo'`
    expect(feed).toMatchObject({
      client: 'Example Feed Co (Robin Placeholder)',
      company: 'Example Feed Co',
      site: 'Example Hill Tower',
      upstream: ['ex-hill-ap-north'],
    })
    expect(
      await database.sql`select t.name from devices d join targets t on t.id = d.id where address = '198.51.100.77'`,
    ).toEqual([{ name: 'rowan-example-cpe' }])
    expect(
      await database.sql`
      select t.name from upstream_edges e join targets t on t.id = e.device_id join targets u on u.id = e.upstream_id
      where u.name = 'ex-ptp-water-from-ridge' and t.name not like '%cpe%' order by 1`,
    ).toEqual([{ name: 'ex-water-ap1' }, { name: 'ex-water-olt1' }, { name: 'ex-water-rtr1' }])
    const services = await database.sql`
      select s.name, s.status, c.name as client from client_services s join clients c on c.id = s.client_id
      where c.name = 'Morgan Specimen' order by s.name`
    expect(services).toEqual([
      { name: 'Barn link', status: 'active', client: 'Morgan Specimen' },
      { name: 'Home 50', status: 'active', client: 'Morgan Specimen' },
    ])
  })

  test('a list that is empty, not JSON or refused is a fault in words, and changes nothing', async () => {
    const { id, standIn } = await uisp()
    const before = await everything()
    standIn.list([])
    expect((await again(id)).state).toBe('failed')
    standIn.list(Buffer.from('<html>Bad gateway</html>'))
    expect(await again(id)).toMatchObject({ state: 'failed', words: expect.stringContaining('JSON') })
    expect(await findSource(id)).toMatchObject({
      fault: expect.stringContaining('JSON'),
      failingSince: expect.any(Date),
    })
    standIn.list(null)
    expect((await again(id)).state).toBe('applied')
    expect(await everything()).toEqual(before)
    expect(await findSource(id)).toMatchObject({ fault: null, failingSince: null })
  })
})

describe('what would be changed, shown first', () => {
  const review = { applies: 'after_review' as const }
  const listed = { devices: [device('k', { name: 'Ridge-3', role: 'ap', address: '203.0.113.2' })] }
  const devices = () => database.sql<{ name: string }[]>`select name from targets where kind = 'device' order by name`

  test('nothing is written before somebody applies it; then just that', async () => {
    const id = await addSource(review)
    await readAll(listed)
    const [run] = await listRuns(id)
    expect(run).toMatchObject({ state: 'planned', changes: { counts: { adds: 1, total: 1 } } })
    expect(await devices()).toEqual([])
    expect(await findSource(id)).toMatchObject({ plannedId: run?.id, plannedCount: 1 })
    expect(await applyRun(id, run?.id ?? 0, 'Ada')).toMatchObject({ counts: { adds: 1 } })
    expect(await devices()).toEqual([{ name: 'Ridge-3' }])
    expect(await findRun(id, run?.id ?? 0)).toMatchObject({ state: 'applied', appliedBy: 'Ada' })
    expect(await applyRun(id, run?.id ?? 0, 'Ada')).toBeNull()
    expect(await again(id, listed)).toMatchObject({ state: 'applied', changes: { counts: { total: 0 } } })
  })

  test('what was dismissed is not shown again; something else is', async () => {
    const id = await addSource(review)
    await readAll(listed)
    const [run] = await listRuns(id)
    expect(await dismissRun(id, run?.id ?? 0, 'Ada')).toBe(true)
    expect(await again(id, listed)).toMatchObject({
      state: 'dismissed',
      words: 'The same changes were dismissed before',
    })
    expect(await again(id, listed)).toMatchObject({ state: 'dismissed' })
    const more = { devices: [...listed.devices, device('l')] }
    expect(await again(id, more)).toMatchObject({ state: 'planned', changes: { counts: { adds: 2 } } })
    expect(await again(id, listed)).toMatchObject({ state: 'planned' })
    expect((await listRuns(id)).filter((one) => one.state === 'planned')).toHaveLength(1)
    expect(await devices()).toEqual([])
  })

  test('an edit between the reading and its application stays', async () => {
    const id = await addSource(review)
    await readAll(listed)
    await applyRun(id, (await listRuns(id))[0]?.id ?? 0, 'Ada')
    const run = await again(id, { devices: [device('k', { name: 'Ridge-4', role: 'backhaul' })] })
    await database.sql`update targets set name = 'Mine'`
    await applyRun(id, run.id, 'Ada')
    expect(await devices()).toEqual([{ name: 'Mine' }])
    expect(await database.sql`select role, address from devices`).toEqual([
      { role: 'backhaul', address: '203.0.113.2' },
    ])
  })

  test('more than half gone waits for somebody, even where all else is applied by itself', async () => {
    const id = await addSource()
    const many = Array.from({ length: 10 }, (_, i) => device(`k${i}`))
    await readAll({ devices: many })
    expect(await again(id, { devices: many.slice(0, 3) })).toMatchObject({
      state: 'planned',
      changes: { counts: { vanishes: 7 } },
    })
    expect(await database.sql`select count(*)::int as n from source_records where vanished_at is not null`).toEqual([
      { n: 0 },
    ])
  })
})

describe('what stays as it is', () => {
  test('what its source lists no more is no outage, though nobody has applied that yet', async () => {
    const id = await addSource({ applies: 'after_review' })
    const all = ['a', 'b', 'c'].map((key) => device(key, { name: key }))
    await readAll({ devices: all })
    const [first] = await listRuns(id)
    await applyRun(id, first?.id ?? 0, 'Robin')
    await database.sql`
      insert into outages (target_id, began_at, isolated_at, opened_evidence)
      select id, now(), now(), ${database.sql.json({ source: { id } })} from targets where name in ('a', 'b')`
    await syncNow(id, 'Robin')
    await readAll({ devices: all.slice(1) })
    const outages = await database.sql`
      select t.name, o.cause, o.ended_at is null as open from outages o join targets t on t.id = o.target_id order by 1`
    expect(outages).toEqual([
      { name: 'a', cause: 'removed from its source', open: false },
      { name: 'b', cause: null, open: true },
    ])
    expect((await listRuns(id))[0]?.state).toBe('planned')
  })

  test('a device that was removed here is left out until somebody wants it back', async () => {
    const id = await addSource()
    const listed = { devices: [device('k', { name: 'a' }), device('l', { name: 'b' })] }
    await readAll(listed)
    await database.sql`delete from targets where name = 'a'`
    expect(await again(id, listed)).toMatchObject({ changes: { counts: { total: 0, removed: 1 } } })
    expect(await listStrays(id)).toMatchObject([{ name: 'a', id: null, vanishedAt: null }])
    expect(await forgetRemoved(id)).toBe(1)
    await readAll(listed)
    expect(await database.sql`select name from targets order by name`).toEqual([{ name: 'a' }, { name: 'b' }])
  })

  test('two devices that change names do so; a site takes its routes along', async () => {
    const id = await addSource()
    const named = (a: string, b: string) => ({
      devices: [device('k', { name: a, siteKey: 's' }), device('l', { name: b })],
    })
    await readAll({
      ...named('x', 'y'),
      sites: [site('s', { name: 'Hill', latitude: 47.1234567, longitude: -110.7654321 })],
    })
    await database.sql`insert into routes ${database.sql({ name: 'r', condition: database.sql.json({ sites: ['Hill'] }) as never, channel_ids: [] })}`
    const run = await again(id, {
      ...named('y', 'x'),
      sites: [site('s', { name: 'Example Hill', latitude: 47.1234567, longitude: -110.7654321 })],
    })
    expect(run.changes?.counts).toMatchObject({ changes: 3, kept: 0 })
    expect(await database.sql`select name from targets order by id`).toEqual([{ name: 'y' }, { name: 'x' }])
    expect(await database.sql`select condition from routes`).toEqual([{ condition: { sites: ['Example Hill'] } }])
  })

  test('a walk’s MAC finds the device that was made by hand, of its own or of an interface', async () => {
    const { sql } = database
    for (const [name, facts] of [
      ['own', { macs: ['00:00:5E:00:53:0A'], interfaces: [] }],
      ['port', { macs: [], interfaces: [{ mac: '00:00:5e:00:53:0b' }] }],
    ] as const) {
      const [row] = await sql<
        { id: number }[]
      >`insert into targets (kind, name) values ('device', ${name}) returning id`
      await sql`insert into devices (id, address) values (${row?.id ?? 0}, '203.0.113.7')`
      await sql`insert into device_walks (device_id, tried_at, facts) values (${row?.id ?? 0}, now(), ${sql.json(facts as never)})`
    }
    const id = await addSource()
    await readAll({ devices: [device('a', { mac: '00005e00530a' }), device('b', { mac: '00005e00530b' })] })
    expect((await listRuns(id))[0]?.changes?.counts).toMatchObject({ matches: 2, adds: 0 })
    expect(await sql`select name from targets order by id`).toEqual([{ name: 'own' }, { name: 'port' }])
  })

  test('letters that PostgreSQL keeps in no text are left out, markup and right-to-left text are only text', async () => {
    const id = await addSource()
    const name = '<b>\u202eevil\0 & "co" \ud800'
    await readAll({ devices: [device('k', { name })], clients: [client('1', { name })] })
    expect((await listRuns(id))[0]).toMatchObject({ state: 'applied' })
    expect(await database.sql`select name from clients`).toEqual([{ name: '<b>\u202eevil & "co" \ufffd' }])
  })

  test('a source that is removed leaves what it brought, and outages that it alone saw end', async () => {
    const id = await addSource()
    await readAll({ devices: [device('k', { name: 'a' })], clients: [client('1')] })
    const { sql } = database
    await sql`insert into outages (target_id, began_at, isolated_at, opened_evidence)
      select id, now(), now(), ${sql.json({ source: { id } })} from targets`
    expect(await deleteSource(id)).toBe(true)
    expect(await deleteSource(id)).toBe(false)
    expect(await sql`select cause, ended_at is not null as over from outages`).toEqual([
      { cause: 'unwatched', over: true },
    ])
    expect(await sql`select name from targets`).toEqual([{ name: 'a' }])
    expect(await sql`select name from clients`).toEqual([{ name: '1' }])
  })

  test('what is pinged follows the setting of the source', async () => {
    const id = await addSource({ pings: 'all' })
    const listed = { devices: [device('k', { name: 'a', address: '203.0.113.2' }), device('l', { name: 'b' })] }
    await readAll(listed)
    const pinged = () => database.sql`select t.name, d.pinged from devices d join targets t on t.id = d.id order by 1`
    expect(await pinged()).toEqual([
      { name: 'a', pinged: true },
      { name: 'b', pinged: false },
    ])
    await updateSource(id, { pings: 'none' }, null)
    await readAll(listed)
    expect(await pinged()).toEqual([
      { name: 'a', pinged: false },
      { name: 'b', pinged: false },
    ])
  })
})

describe('keepers', () => {
  test('one at a time has a source in hand, however many there are', async () => {
    await addSource()
    let readings = 0
    const slow = () => ({
      ...fake({ devices: [device('k')] }),
      snapshot: async () => {
        readings++
        await sleep(150)
        return snapshot({ devices: [device('k')] })
      },
    })
    const keepers = Array.from({ length: 3 }, () => sourcesSync({ log, open: slow }))
    const { signal } = new AbortController()
    await Promise.all(keepers.map((keeper) => keeper.step(signal)))
    await Promise.all(keepers.map((keeper) => keeper.step(signal)))
    await Promise.all(keepers.map((keeper) => keeper.idle()))
    expect(readings).toBe(1)
  })

  test('how far a reading came is told while it goes on', async () => {
    const id = await addSource()
    let go = () => {}
    const waiting = new Promise<void>((resolve) => {
      go = resolve
    })
    const sync = sourcesSync({
      log,
      leaseMs: 400,
      open: () => ({
        ...fake({}),
        snapshot: async (say) => {
          say?.('devices: 400 of 4,009')
          await waiting
          return snapshot({ devices: [device('k')] })
        },
      }),
    })
    await sync.step(new AbortController().signal)
    await vi.waitFor(
      async () =>
        expect((await listRuns(id))[0]).toMatchObject({ state: 'reading', progress: 'devices: 400 of 4,009' }),
      30_000,
    )
    await sleep(600) // longer than the lease: it is kept up
    await readAll({ devices: [device('z')] })
    expect((await listRuns(id)).map((run) => run.state)).toEqual(['reading'])
    go()
    await sync.idle()
    expect((await listRuns(id))[0]).toMatchObject({ state: 'applied', progress: null })
  })

  test('a keeper that dies in the middle leaves nothing; another one begins anew', async () => {
    const id = await addSource()
    const killed = new AbortController()
    onTestFinished(() => killed.abort())
    const untilAborted = (signal: AbortSignal) =>
      new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(new Error('ended'))))
    const dead = sourcesSync({ log, leaseMs: 300_000, open: (_, __, signal) => fake(() => untilAborted(signal)) })
    await dead.step(killed.signal)
    // Killed: nobody keeps its lease up any more.
    await database.sql`update sources set sync_lease_until = now() - interval '1 s'`
    await readAll({ devices: [device('k', { name: 'a' })] })
    expect((await listRuns(id)).map(({ state, words }) => [state, words])).toEqual([
      ['applied', null],
      ['failed', 'It was cut off in the middle and begins anew'],
    ])
    expect(await database.sql`select name from targets`).toEqual([{ name: 'a' }])
  })

  test('a keeper that stops lets go at once', async () => {
    const id = await addSource()
    const ending = new AbortController()
    const stopped = sourcesSync({
      log,
      open: () =>
        fake(
          () =>
            new Promise<never>((_, reject) =>
              ending.signal.addEventListener('abort', () => reject(new Error('ended'))),
            ),
        ),
    })
    await stopped.step(ending.signal)
    ending.abort()
    await stopped.idle()
    await readAll({ devices: [device('k')] })
    expect((await listRuns(id)).map((run) => run.state)).toEqual(['applied'])
  })

  test('thousands of devices come in one pass', async () => {
    const id = await addSource({ pings: 'infrastructure' })
    const towers = Array.from({ length: 40 }, (_, i) =>
      site(`t${i}`, { parentKey: i === 0 ? null : `t${Math.floor((i - 1) / 3)}` }),
    )
    const aps = Array.from({ length: 400 }, (_, i) =>
      device(`ap${i}`, { role: 'ap', siteKey: `t${i % 40}`, address: `10.1.${i >> 8}.${i & 255}` }),
    )
    const cpes = Array.from({ length: 3600 }, (_, i) =>
      device(`cpe${i}`, {
        role: 'cpe',
        mac: (0x0a0000000000 + i).toString(16).padStart(12, '0'),
        clientKey: `${i}`,
        upstreamKeys: [`ap${i % 400}`],
      }),
    )
    const listed = {
      sites: towers,
      devices: [...aps, ...cpes],
      clients: cpes.map((_, i) =>
        client(`${i}`, {
          name: `Client ${i}`,
          contacts: [
            {
              key: `${i}`,
              name: '',
              email: `c${i}@example.net`,
              phone: null,
              isContact: true,
              isBilling: false,
              smsOk: true,
            },
          ],
        }),
      ),
      services: cpes.map((cpe, i) => service(`s${i}`, `${i}`, [cpe.key])),
      links: aps.slice(40).map((ap, i) => link(`ap${i % 40}`, ap.key)),
    }
    const begun = performance.now()
    await readAll(listed)
    const first = performance.now() - begun
    expect((await listRuns(id))[0]).toMatchObject({
      state: 'applied',
      changes: { counts: { adds: 40 + 4000 + 3600 + 3600 } },
    })
    const run = await again(id, listed)
    expect(run.changes?.counts.total).toBe(0)
    console.info(
      `4,000 devices: first reading ${Math.round(first)} ms, second ${Math.round(performance.now() - begun - first)} ms`,
    )
  }, 240_000)
})
