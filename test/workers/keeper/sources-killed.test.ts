import { type ChildProcess, spawn } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { build } from 'esbuild'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ensurePartitions } from '@/lib/store/partitions'
import { startPushService } from '../../push/push-service.mjs'
import { type TestDatabase, testDatabase } from '../../setup/database'
import { type UispStandIn, uispStandIn } from '../../sources/uisp-stand-in'
import { addPhone, addUser, until } from './scene'
import { addSource, takeOver, uispAt } from './source-scene'

// In the project's folder, so that packages are found from there.
const program = resolve('node_modules', `.keeper-sources-${process.pid}`, 'keeper.mjs')
let database: TestDatabase
let service: Awaited<ReturnType<typeof startPushService>>
let uisp: UispStandIn
const running = new Set<ChildProcess>()

beforeAll(async () => {
  ;[database, service, uisp] = await Promise.all([
    testDatabase(),
    startPushService(),
    uispStandIn(),
    build({
      entryPoints: ['workers/keeper.ts'],
      bundle: true,
      platform: 'node',
      format: 'esm',
      packages: 'external',
      alias: { '@': resolve('.') },
      outfile: program,
      logLevel: 'error',
    }),
  ])
  await ensurePartitions(database.sql, new Date())
})
afterAll(async () => {
  for (const child of running) child.kill('SIGKILL')
  await uisp?.close()
  await service?.stop()
  await database?.stop()
  await rm(resolve(program, '..'), { recursive: true, force: true })
})

function start(): ChildProcess {
  const child = spawn(process.execPath, [program], {
    env: {
      ...process.env,
      DATABASE_URL: database.url,
      ALLOW_PRIVATE_WEBHOOKS: 'yes',
      NODE_EXTRA_CA_CERTS: service.caFile,
      LOG_LEVEL: process.env.TEST_LOG ?? 'error',
      LOG_FORMAT: 'json',
      VAPID_SUBJECT: 'mailto:operator@example.net',
    },
    stdio: 'inherit',
  })
  running.add(child)
  child.once('exit', () => running.delete(child))
  return child
}

test('two keepers, killed at any moment: each outage once, each notice once, and nothing is forgotten', async () => {
  const { sql } = database
  await addPhone(sql, service, await addUser(sql))
  const sourceId = await addSource(sql, uispAt(uisp.url))
  await takeOver(sql, sourceId, uispAt(uisp.url))
  // It is dark all the time; what is a minute apart elsewhere is a second apart here, and would be taken for its cause.
  await sql`delete from upstream_edges e using targets t where t.id = e.device_id and t.name = 'parker-example-cpe'`
  uisp.fault({ kind: 'slow', ms: 250 }, /devices$/)
  const keepers = [start(), start()]
  /** Time passes: what is not in hand is due, and what was in the hand of a dead one is free. */
  const due = () => sql`update sources set next_poll_at = now() - interval '1 s' where poll_lease_until is null`
  const kill = async (i: number) => {
    keepers[i]?.kill('SIGKILL')
    keepers[i] = start()
    await sql`update sources set poll_lease_until = null`
  }
  const good = async () =>
    (await sql<{ at: Date | null }[]>`select last_poll_at as at from sources`)[0]?.at?.getTime() ?? 0
  const polls = async (count: number, killing: readonly number[] = []) => {
    for (let i = 0; i < count; i++) {
      const before = await good()
      await due()
      for (const victim of killing) {
        await sleep(100 + Math.random() * 500) // before it asks, while it waits, as it writes
        await kill(victim)
      }
      // What the dead one still had on its way may have taken the source for a lease of 30 s.
      await until('a good poll', async () => {
        await due()
        return (await good()) > before
      })
    }
  }
  await polls(1)
  await polls(2, [0])
  uisp.play(6) // the access point in the east goes dark with its stations
  await polls(3, [1, 0])
  uisp.play(9) // everything is back
  await polls(3, [1])
  const notices = () => sql<{ root: string; event: string; count: number }[]>`
    select i.root_name as root, d.event, count(*)::int as count
    from deliveries d join notices n on n.id = d.notice_id join incidents i on i.id = n.incident_id
    group by 1, 2 order by 1, 2`
  await until(
    'all incidents but one to be over',
    async () => (await sql`select 1 from incidents where resolved_at is null`).length === 1,
  )
  const rows = await sql<{ name: string; count: number; open: number }[]>`
    select t.name, count(*)::int as count, (count(*) filter (where o.ended_at is null))::int as open
    from outages o join targets t on t.id = o.target_id group by 1 order by 1`
  expect(rows.map(({ name, count, open }) => `${name} ${count} ${open}`)).toEqual(
    [
      ...['ari-fiber-onu', 'dakota-testcase-cpe', 'ex-ptp-water-from-ridge', 'ex-ridge-ap-east', 'ex-water-ap1'],
      ...['ex-water-olt1', 'ex-water-rtr1', 'jules-template-cpe', 'kendall-fixture-cpe', 'lakeside-motel-cpe'],
      ...['parker-example-cpe', 'rowan-example-cpe', 'sky-mockup-cpe'],
    ].map((name) => `${name} 1 ${name === 'parker-example-cpe' ? 1 : 0}`),
  )
  const events = await sql<{ type: string; count: number; targets: number }[]>`
    select type, count(*)::int as count, count(distinct target_id)::int as targets from events
    where type in ('outage.opened', 'outage.resolved') group by 1 order by 1`
  expect(events.map(({ type, count, targets }) => [type, count, targets])).toEqual([
    ['outage.opened', 13, 13],
    ['outage.resolved', 12, 12],
  ])
  expect((await notices()).filter(({ count }) => count > 1)).toEqual([])
  expect((await notices()).filter(({ event }) => event === 'opened').map(({ root }) => root)).toEqual([
    ...['ex-ptp-water-from-ridge', 'ex-ridge-ap-east', 'ex-water-ap1', 'ex-water-olt1', 'ex-water-rtr1'],
    'parker-example-cpe',
  ])
}, 960_000)
