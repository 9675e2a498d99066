import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Sql } from 'postgres'
import { compilePriority } from '@/lib/domain/priority'
import { anyIncident, type Route } from '@/lib/domain/route'
import { closeDatabase, openDatabase } from '@/lib/store/database'
import { migrate } from '@/lib/store/migrate'
import { listPastIncidents } from '@/lib/store/past-incidents'
import { whatIf } from '@/lib/what-if'
import { startPostgres } from '@/workers/embedded-postgres'

/**
 * `npm run bench -- what-if [incidents] [runs]`. How long it takes to say what other routes and another priority would
 * have told, of 30 days in a database: reading them, both replays and the difference.
 */
export default async function benchWhatIf(args: string[]): Promise<void> {
  const [incidents = 10_000, runs = 5] = args.map(Number)
  const dataDir = await mkdtemp(join(tmpdir(), 'beatline-what-if-'))
  const server = await startPostgres({ dataDir })
  try {
    await migrate(server.url)
    const { sql } = openDatabase(server.url)
    await fillMonth(sql, incidents)
    const channels = await sql<{ id: number }[]>`select id from channels order by id`
    const [noc = 0, boss = 0, night = 0] = channels.map(({ id }) => id)
    const priority = compilePriority('role in ["router", "backhaul"] || affectedClients > 3 ? "critical" : "normal"')
    if ('fault' in priority) throw new Error(priority.fault.message)
    const routes: Route[] = [
      { id: 1, name: 'Everything', condition: anyIncident, channelIds: [noc] },
      { id: 2, name: 'Core', condition: { ...anyIncident, priorities: ['critical'] }, channelIds: [boss, night] },
    ]
    const now = Date.now()
    const begun = performance.now()
    const past = await listPastIncidents(new Date(now - 30 * 86_400_000), new Date(now))
    const read = performance.now() - begun
    const took: number[] = []
    const worked: number[] = []
    let answer = await whatIf({})
    for (let run = 0; run < runs; run++) {
      const before = process.cpuUsage()
      answer = await whatIf({ routes, priority })
      const { user, system } = process.cpuUsage(before)
      took.push(Math.round(answer.tookMs))
      worked.push(Math.round((user + system) / 1_000)) // of this process: the machine may be busy otherwise
    }
    console.log(
      JSON.stringify({
        bench: 'what-if',
        incidents: answer.incidents,
        acts: past.reduce((sum, { acts }) => sum + acts.length, 0),
        notices_before: answer.before.notices,
        notices_after: answer.after.notices,
        come: answer.come.count,
        go: answer.go.count,
        move: answer.move.count,
        reading_ms: Math.round(read),
        all_ms: took,
        cpu_ms: worked,
      }),
    )
  } finally {
    await closeDatabase()
    await server.stop()
    await rm(dataDir, { recursive: true, force: true, maxRetries: 5 })
  }
}

/**
 * 30 days up to now of so many incidents, of 400 devices at 12 sites: a fifth grows, four in ten are acknowledged, most
 * are over within the hour. Three channels with hours, a weekly blackout, and 5,000 of one device each.
 */
export async function fillMonth(sql: Sql, incidents: number): Promise<void> {
  await sql`select setseed(0.5)`
  await sql`
    insert into sites (name) select (array['North Ridge', 'Example Hill', 'Water Street', 'Lake View', 'Old Mill',
      'Fire Station', 'School', 'Grain Silo', 'West Gate', 'Quarry', 'Harbour', 'Town Hall'])[i] from generate_series(1, 12) i`
  await sql`
    insert into targets (kind, name, site_id, status, tags)
    select 'device', (array['Router', 'AP', 'AP', 'Backhaul', 'CPE', 'CPE', 'CPE', 'Switch'])[1 + i % 8] || ' ' || s.name || '-' || i,
      s.id, 'up', case when i % 9 = 0 then '{vip}' when i % 5 = 0 then '{wisp,lab}' else '{}' end::text[]
    from generate_series(1, 400) i join lateral (select id, name from sites order by id offset i % 12 limit 1) s on true`
  await sql`
    insert into devices (id, address, role, client)
    select id, '10.0.' || id / 250 || '.' || id % 250, lower(split_part(name, ' ', 1)),
      case when name like 'CPE%' then 'Client ' || id end from targets where kind = 'device'`
  const days = {
    zone: 'Europe/Berlin',
    ranges: [{ weekdays: [1, 2, 3, 4, 5], startMinute: 480, endMinute: 1080 }],
    place: null,
  }
  const anyTime = { zone: 'Europe/Berlin', ranges: [], place: null }
  const channels = await sql<{ id: number }[]>`
    insert into channels (kind, name, detail, hours, cool_off_minutes) values
      ('email', 'NOC mail', 'to noc@example.net', ${sql.json(anyTime)}, 60),
      ('sms', 'Night phone', 'to +49 151 …', ${sql.json(anyTime)}, null),
      ('slack', 'Field crew', 'to a webhook of hooks.slack.com', ${sql.json(days)}, null) returning id`
  await sql`update channels set escalate_to = ${channels[1]?.id ?? 0}, escalate_after_minutes = 20 where id = ${channels[0]?.id ?? 0}`
  await sql`
    insert into incidents (kind, target_id, root_name, site_name, priority, opened_at, created_at, resolved_at)
    select case when random() < 0.08 then 'flapping' else 'down' end, t.id, t.name, s.name, 'normal', i.at,
      i.at + interval '9 s', i.at + make_interval(secs => 60 + 60 * 10 ^ (random() * 2.3))
    from (select now() - interval '30 days' * random() - interval '4 hours' as at, 1 + floor(random() * 400)::int as n
        from generate_series(1, ${incidents})) i
      join (select id, name, site_id, row_number() over (order by id) as n from targets where kind = 'device') t on t.n = i.n
      join sites s on s.id = t.site_id
    where i.at > now() - interval '30 days'`
  await sql`
    insert into outages (target_id, began_at, isolated_at, ended_at, incident_id, opened_evidence, recorded_at)
    select target_id, opened_at, opened_at + interval '4 s', resolved_at, id, '{}', opened_at + interval '5 s' from incidents`
  await sql`
    insert into outages (target_id, began_at, isolated_at, ended_at, state, incident_id, opened_evidence, recorded_at)
    select d.id, i.opened_at, i.opened_at + interval '4 s', i.resolved_at, 'unreachable', i.id, '{}',
      i.opened_at + make_interval(secs => case when i.id % 2 = 0 then 6 else 40 end)
    from incidents i join lateral (
      select d.id from devices d where d.role = 'cpe' and d.id <> i.target_id order by (d.id * 7 + i.id) % 101 limit i.id % 9) d on true
    where i.id % 5 = 0`
  await sql`
    insert into incident_acts (incident_id, at, by, act)
    select id, opened_at + (resolved_at - opened_at) * 0.6, 'Anna', 'acknowledged' from incidents where id % 5 < 2`
  const blackout = { reason: 'Firmware', from_at: new Date(0), zone: 'Europe/Berlin', planned: true }
  await sql`insert into blackouts ${sql({ ...blackout, kind: 'weekly', covers_all: true, weekdays: [7], start_minute: 120, end_minute: 240 })}`
  await sql`
    insert into blackouts (kind, reason, covers_all, target_ids, from_at, until_at, zone, planned)
    select 'range', '', false, array[1 + i % 400], now() - interval '20 days', now() - interval '20 days' + interval '1 hour', 'UTC', true
    from generate_series(1, 5000) i`
}
