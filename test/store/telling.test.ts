import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { everyDay, type Hours } from '@/lib/domain/hours'
import { anyIncident } from '@/lib/domain/route'
import { createBlackout, endBlackout } from '@/lib/store/blackouts'
import { transaction } from '@/lib/store/database'
import { askAgain, askDue, channelFailed } from '@/lib/store/pending-tellings'
import { createRoute, writePriority } from '@/lib/store/routes'
import { tellWithheld } from '@/lib/store/withheld'
import { startPushService } from '../push/push-service.mjs'
import { type TestDatabase, testDatabase } from '../setup/database'
import { addDevice, addPhone, addUser, ago, comeBack, goDark } from '../workers/keeper/scene'
import { addChannel, decided, onItsWay, round } from './telling-scene'

let database: TestDatabase
let service: Awaited<ReturnType<typeof startPushService>>
const sql = () => database.sql
const minute = 60_000
const later = (minutes: number) => new Date(Date.now() + minutes * minute)

beforeAll(async () => {
  database = await testDatabase()
  service = await startPushService()
})
afterAll(async () => {
  await service?.stop()
  await database?.stop()
})
afterEach(async () => {
  for (const table of ['users', 'incidents', 'targets', 'channels', 'routes', 'blackouts', 'events', 'settings'])
    await sql()`delete from ${sql()(table)}`
})

/** Hours that begin in so many minutes, and last for an hour. */
const hoursIn = (minutes: number): Hours => {
  const start = Math.floor((Date.now() / minute + minutes) % 1440)
  return {
    zone: 'UTC',
    place: null,
    ranges: [{ weekdays: everyDay, startMinute: start, endMinute: (start + 60) % 1440 }],
  }
}
const dark = async (name: string) => {
  const id = await addDevice(sql(), name)
  await goDark(sql(), id)
  return id
}
const incidentOf = async (targetId: number) => {
  const [row] = await sql()<{ id: number }[]>`select id from incidents where target_id = ${targetId} order by id desc`
  return row?.id ?? 0
}
const pending = async () =>
  (
    await sql()<{ text: string }[]>`
    select c.name || ' ' || p.event || coalesce(' ' || p.outcome, '') as text
    from pending_tellings p join channels c on c.id = p.channel_id order by 1`
  ).map(({ text }) => text)
const again = (targetId: number | null, at: Date) =>
  transaction(async (tx) => askAgain(tx, targetId === null ? null : await incidentOf(targetId), at))
const rule = { reason: 'Firmware', siteIds: [], tags: [], weekdays: null, startMinute: null, endMinute: null }
const blackoutOf = (targetIds: number[], untilAt: number | null) =>
  createBlackout({
    ...rule,
    kind: untilAt === null ? 'open' : 'range',
    coversAll: false,
    targetIds,
    fromAt: Date.now() - minute,
    untilAt,
    zone: 'UTC',
    periodsLeft: null,
    planned: false,
    endedAt: null,
  })

describe('a channel that is no one’s own', () => {
  test('gets the beginning and the end, numbered, under one notice', async () => {
    await addChannel(sql(), 'Ops')
    const device = await dark('Ridge-3')
    await round(new Date())
    await comeBack(sql(), device)
    await round(new Date())
    expect(await decided(sql())).toEqual(['Ops opened sent (told)', 'Ops resolved sent (told)'])
    expect(await onItsWay(sql())).toEqual(['Ops opened 1', 'Ops resolved 2'])
    expect(await sql()`select sequence from notices`).toEqual([{ sequence: 2 }])
    const [opened] = await sql()`select message from channel_deliveries where event = 'opened'`
    expect(opened?.message).toMatchObject({ name: 'Ridge-3', event: 'opened', kind: 'down' })
  })

  test('that has failed for good hears no end of what it was not told', async () => {
    await addChannel(sql(), 'Ops')
    const device = await dark('Ridge-3')
    await round(new Date())
    await sql()`update channel_deliveries set failed_at = now()`
    await comeBack(sql(), device)
    await round(new Date())
    expect((await decided(sql())).at(-1)).toBe('Ops resolved skipped (not_told)')
  })

  test('of which the outbox gathered the beginning into a digest was told', async () => {
    await addChannel(sql(), 'Ops')
    const device = await dark('Ridge-3')
    await round(new Date())
    const attempts = sql().json([{ at: '', status: null, answer: 'not sent by itself: the digest 9 tells it' }])
    await sql()`update channel_deliveries set failed_at = now(), attempts = ${attempts}`
    await comeBack(sql(), device)
    await round(new Date())
    expect((await decided(sql())).at(-1)).toBe('Ops resolved sent (told)')
  })
})

describe('priority and routes', () => {
  test('how urgent it is, is said by the saved expression when it begins, and kept with each decision', async () => {
    await addChannel(sql(), 'Ops', { hours: hoursIn(120) })
    await writePriority('size > 1 ? "critical" : "low"')
    await dark('Alone')
    const tower = await addDevice(sql(), 'Tower')
    const sector = await addDevice(sql(), 'Sector', [tower])
    for (const id of [tower, sector]) await goDark(sql(), id, 20)
    await round(new Date())
    const rows = await sql()<{ name: string; priority: string; said: string; outcome: string }[]>`
      select i.root_name as name, i.priority, d.inputs->>'priority' as said, d.outcome
      from decisions d join incidents i on i.id = d.incident_id where d.event = 'opened' order by 1`
    expect([...rows]).toEqual([
      { name: 'Alone', priority: 'low', said: 'low', outcome: 'delayed' },
      { name: 'Tower', priority: 'critical', said: 'critical', outcome: 'sent' },
    ])
  })

  test('no route: skipped; grown so that a route leads there: told', async () => {
    const ops = await addChannel(sql(), 'Ops')
    await addChannel(sql(), 'Else')
    await createRoute({ name: 'Large', condition: { ...anyIncident, sizeFrom: 2 }, channelIds: [ops] })
    const tower = await addDevice(sql(), 'Tower')
    const sector = await addDevice(sql(), 'Sector', [tower])
    await goDark(sql(), tower)
    await round(new Date())
    await goDark(sql(), sector)
    await round(new Date())
    expect(await decided(sql())).toEqual([
      'Ops opened skipped (no_route)',
      'Else opened skipped (no_route)',
      'Ops grew sent (told)',
      'Else grew skipped (no_route)',
    ])
    expect(await onItsWay(sql())).toEqual(['Ops grew 1'])
  })

  test('grown for who was told: nothing new', async () => {
    await addChannel(sql(), 'Ops')
    const tower = await addDevice(sql(), 'Tower')
    const sector = await addDevice(sql(), 'Sector', [tower])
    await goDark(sql(), tower)
    await round(new Date())
    await goDark(sql(), sector)
    await round(new Date())
    expect((await decided(sql())).at(-1)).toBe('Ops grew suppressed (part_of_it)')
  })
})

describe('hours', () => {
  test('outside them it waits; what waited comes as one digest, and what was over meanwhile as a line of it', async () => {
    await addChannel(sql(), 'Ops', { hours: hoursIn(90) })
    const first = await dark('Ridge-1')
    await dark('Ridge-2')
    await round(new Date())
    await comeBack(sql(), first)
    await round(new Date())
    expect(await pending()).toEqual(['Ops opened delayed', 'Ops opened delayed', 'Ops resolved delayed'])
    await round(later(80))
    expect(await onItsWay(sql())).toEqual([])
    await round(later(91))
    expect(await onItsWay(sql())).toEqual(['Ops digest of 2'])
    const [digest] = await sql()`select message from channel_deliveries`
    const items: { name: string; event: string; tell_from: string; incident_id: number }[] = digest?.message.items
    expect(items.map(({ name, event }) => `${name} ${event}`).sort()).toEqual(['Ridge-1 resolved', 'Ridge-2 opened'])
    expect(items.every(({ incident_id }) => incident_id > 0)).toBe(true)
    expect(Date.parse(items[0]?.tell_from ?? '')).toBeGreaterThan(later(85).getTime()) // so that it is not late
    expect(await pending()).toEqual([])
    expect(await sql()`select 1 from digest_items`).toEqual([])
  })

  test('what waited alone comes by itself, with its end when it is over', async () => {
    await addChannel(sql(), 'Ops', { hours: hoursIn(90) })
    const device = await dark('Ridge-1')
    await round(new Date())
    await comeBack(sql(), device)
    await round(new Date())
    await round(later(91))
    expect(await onItsWay(sql())).toEqual(['Ops resolved 1'])
    expect((await decided(sql())).slice(2)).toEqual(['Ops opened skipped (over_before)', 'Ops resolved sent (told)'])
  })

  test('over before a keeper saw it: its end waits too, and is not dropped', async () => {
    await addChannel(sql(), 'Ops', { hours: hoursIn(90) })
    const device = await addDevice(sql(), 'Ridge-1')
    await goDark(sql(), device, 100)
    await comeBack(sql(), device, 40)
    await round(new Date())
    await round(later(91))
    expect(await onItsWay(sql())).toEqual(['Ops resolved 1'])
  })

  test('what is critical breaks through, unless the channel says no', async () => {
    await addChannel(sql(), 'Ops', { hours: hoursIn(90) })
    await addChannel(sql(), 'Sleeper', { hours: hoursIn(90), criticalBreaksThrough: false })
    await writePriority('"critical"')
    await dark('Core')
    await round(new Date())
    expect(await decided(sql())).toEqual(['Ops opened sent (told)', 'Sleeper opened delayed (hours)'])
  })

  test('500 that waited for two channels are each told once by one digest, whatever the size of a batch', async () => {
    for (const name of ['Ops', 'Noc']) await addChannel(sql(), name, { hours: hoursIn(90) })
    await sql()`
      with made as (insert into targets (kind, name, status) select 'device', 'Radio ' || n, 'down' from generate_series(1, 500) n
        returning id), device as (insert into devices (id, address) select id, '10.0.0.1' from made)
      insert into outages (target_id, began_at, isolated_at, opened_evidence) select id, ${ago(9)}, ${ago(9)}, '{}' from made`
    await round(new Date())
    while ((await askDue(later(91), { limit: 70 })).more);
    await round(later(91))
    expect(await onItsWay(sql())).toEqual(['Ops digest of 500', 'Noc digest of 500'])
  })
})

describe('reminders', () => {
  test('after the cool-off, again and again, until someone acknowledges it; taken back: again', async () => {
    await addChannel(sql(), 'Ops', { coolOffMinutes: 30 })
    const device = await dark('Ridge-3')
    await round(new Date())
    await round(later(29))
    expect(await onItsWay(sql())).toEqual(['Ops opened 1'])
    await round(later(31))
    await round(later(62))
    expect(await onItsWay(sql())).toEqual(['Ops opened 1', 'Ops reminded 2', 'Ops reminded 3'])
    await sql()`update incidents set acknowledged_at = now(), acknowledged_by = 'Anna' where target_id = ${device}`
    await round(later(93))
    expect((await decided(sql())).at(-1)).toBe('Ops reminded skipped (acknowledged)')
    expect(await pending()).toEqual([])
    await sql()`update incidents set acknowledged_at = null, acknowledged_by = null`
    await again(device, later(94))
    await round(later(95))
    expect((await onItsWay(sql())).at(-1)).toBe('Ops reminded 4')
    await comeBack(sql(), device)
    await round(later(96))
    expect(await pending()).toEqual([])
  })

  test('a phone is reminded more than once', async () => {
    const user = await addUser(sql(), 'Anna')
    const phone = await addPhone(sql(), service, user)
    await dark('Ridge-3')
    await round(new Date())
    await sql()`update channels set cool_off_minutes = 10`
    await again(await sql()`select target_id as id from incidents`.then(([row]) => row?.id), new Date())
    for (const minutes of [11, 22]) await round(later(minutes))
    const rows = await sql()`select event from deliveries where push_device_id = ${phone.id} order by id`
    expect(rows.map(({ event }) => event)).toEqual(['opened', 'reminded', 'reminded'])
  })
})

describe('escalation', () => {
  test('down the chain while nobody acknowledges, each once, and all of them hear the end', async () => {
    const boss = await addChannel(sql(), 'Boss')
    const lead = await addChannel(sql(), 'Lead', { escalateTo: boss, escalateAfterMinutes: 20 })
    const ops = await addChannel(sql(), 'Ops', { escalateTo: lead, escalateAfterMinutes: 10 })
    await createRoute({ name: 'All', condition: anyIncident, channelIds: [ops] })
    const device = await dark('Ridge-3')
    await round(new Date())
    for (const minutes of [9, 11, 29, 32, 60, 90]) await round(later(minutes))
    expect(await onItsWay(sql())).toEqual(['Ops opened 1', 'Lead escalated 1', 'Boss escalated 1'])
    await comeBack(sql(), device)
    await round(later(91))
    expect((await onItsWay(sql())).slice(3).sort()).toEqual(['Boss resolved 2', 'Lead resolved 2', 'Ops resolved 2'])
    const [why] = await sql()`select why from decisions where event = 'escalated' order by id`
    expect(why?.why).toBe('Nobody acknowledged Ridge-3 within 10 min of Ops being told: Lead is told.')
  })

  test('a chain that loops ends', async () => {
    const lead = await addChannel(sql(), 'Lead', { escalateAfterMinutes: 5 })
    const ops = await addChannel(sql(), 'Ops', { escalateTo: lead, escalateAfterMinutes: 5 })
    await sql()`update channels set escalate_to = ${ops} where id = ${lead}`
    await createRoute({ name: 'All', condition: anyIncident, channelIds: [ops] })
    await dark('Ridge-3')
    for (let minutes = 0; minutes < 60; minutes += 3) await round(later(minutes))
    expect(await onItsWay(sql())).toEqual(['Ops opened 1', 'Lead escalated 1'])
    expect(await pending()).toEqual([])
  })

  test('nobody is told of what was acknowledged in time', async () => {
    const lead = await addChannel(sql(), 'Lead')
    const ops = await addChannel(sql(), 'Ops', { escalateTo: lead, escalateAfterMinutes: 10 })
    await createRoute({ name: 'All', condition: anyIncident, channelIds: [ops] })
    const device = await dark('Ridge-3')
    await round(new Date())
    await sql()`update incidents set acknowledged_at = now(), acknowledged_by = 'Anna' where target_id = ${device}`
    await round(later(11))
    expect((await decided(sql())).at(-1)).toBe('Lead escalated skipped (acknowledged)')
    await sql()`update incidents set acknowledged_at = null`
    await again(device, later(12))
    await round(later(12.1))
    expect((await onItsWay(sql())).at(-1)).toBe('Lead escalated 1')
  })

  test('at once when a delivery failed for good, when the channel is broken, and when a person cannot be reached', async () => {
    const lead = await addChannel(sql(), 'Lead')
    const ops = await addChannel(sql(), 'Ops', { escalateTo: lead })
    await createRoute({ name: 'All', condition: anyIncident, channelIds: [ops] })
    const device = await dark('Ridge-1')
    await round(new Date())
    for (let i = 0; i < 2; i++)
      await transaction(async (tx) => channelFailed(tx, ops, await incidentOf(device), new Date()))
    expect(await onItsWay(sql())).toEqual(['Ops opened 1', 'Lead escalated 1'])
    await sql()`update channels set broken_since = now(), last_answer = '404' where id = ${ops}`
    await dark('Ridge-2')
    await round(new Date())
    expect((await decided(sql())).slice(-2)).toEqual([
      'Ops opened skipped (channel_broken)',
      'Lead escalated sent (told)',
    ])

    const user = await addUser(sql(), 'Anna')
    const [own] = await sql()<{ id: number }[]>`
      insert into channels (kind, name, user_id, escalate_to) values ('web_push', 'Anna', ${user}, ${lead}) returning id`
    await sql()`update routes set channel_ids = array[${own?.id ?? 0}]::int[]`
    await dark('Ridge-3')
    await round(new Date())
    expect((await decided(sql())).slice(-2)).toEqual(['Anna opened skipped (no_device)', 'Lead escalated sent (told)'])
  })

  test('people without a device who escalate to one another: nobody is told, and it ends', async () => {
    const ids: number[] = []
    for (const name of ['Anna', 'Bob']) {
      const [row] = await sql()<{ id: number }[]>`
        insert into channels (kind, name, user_id) values ('web_push', ${name}, ${await addUser(sql(), name)}) returning id`
      ids.push(row?.id ?? 0)
    }
    const [anna = 0, bob = 0] = ids
    await sql()`update channels set escalate_to = case id when ${anna} then ${bob}::int else ${anna}::int end`
    await dark('Ridge-3')
    await round(new Date())
    expect(await decided(sql())).toContain('Bob escalated skipped (no_device)')
    expect(await sql()`select 1 from deliveries`).toEqual([])
  })
})

describe('what waits for the end of a cause', () => {
  test('snoozed: until then, or until someone wakes it', async () => {
    await addChannel(sql(), 'Ops', { coolOffMinutes: 10 })
    const device = await dark('Ridge-3')
    await round(new Date())
    await sql()`update incidents set snoozed_until = ${later(60)}`
    await again(device, new Date())
    await round(later(11))
    expect((await decided(sql())).at(-1)).toBe('Ops reminded delayed (snoozed)')
    await sql()`update incidents set snoozed_until = null`
    await again(device, later(12))
    expect((await onItsWay(sql())).at(-1)).toBe('Ops reminded 2')
  })

  test('muted for a channel: withheld, and told when it is unmuted', async () => {
    const ops = await addChannel(sql(), 'Ops', { hours: hoursIn(90) })
    const device = await dark('Ridge-3')
    await round(new Date())
    await sql()`update incidents set muted_for = array[${ops}]::int[]`
    await round(later(91))
    expect((await decided(sql())).at(-1)).toBe('Ops opened suppressed (muted)')
    for (let i = 0; i < 3; i++) await round(later(92))
    expect(await decided(sql())).toHaveLength(2)
    await sql()`update incidents set muted_for = '{}'`
    await again(device, later(93))
    expect(await onItsWay(sql())).toEqual(['Ops opened 1'])
  })

  test('a channel that did not answer is told in one digest once it answers, a broken one once it is repaired', async () => {
    const ops = await addChannel(sql(), 'Ops')
    const noc = await addChannel(sql(), 'Noc')
    await sql()`update channels set breaker_until = ${later(30)}, last_answer = '503' where id = ${ops}`
    await sql()`update channels set broken_since = now(), last_answer = '410' where id = ${noc}`
    for (const name of ['Ridge-1', 'Ridge-2']) await dark(name)
    await round(new Date())
    expect(await pending()).toEqual([
      'Noc opened skipped',
      'Noc opened skipped',
      'Ops opened delayed',
      'Ops opened delayed',
    ])
    await sql()`update channels set breaker_until = null, broken_since = null`
    await round(later(5))
    expect((await onItsWay(sql())).sort()).toEqual(['Noc opened 1', 'Noc opened 1', 'Ops digest of 2'])
    const [late] = await sql()`select message from channel_deliveries where event = 'opened'`
    expect(Date.parse(late?.message.tell_from)).toBeLessThan(Date.now()) // so that it is late
  })

  test('a blackout that begins while a digest waits holds back what it covers, and nothing else', async () => {
    await addChannel(sql(), 'Ops', { hours: hoursIn(90) })
    const covered = await dark('Covered')
    for (const name of ['Ridge-1', 'Ridge-2']) await dark(name)
    await round(new Date())
    while ((await askDue(later(91))).more);
    const blackout = await blackoutOf([covered], later(200).getTime())
    await round(later(91))
    expect(await onItsWay(sql())).toEqual(['Ops digest of 2'])
    await round(later(150))
    expect(await onItsWay(sql())).toHaveLength(1)
    await round(later(201))
    expect(await onItsWay(sql())).toEqual(['Ops digest of 2', 'Ops opened 1'])
    expect(await endBlackout(blackout.id)).toBe(true)
  })

  test('nobody is reminded or escalated to in a blackout, but after it', async () => {
    await addChannel(sql(), 'Ops', { coolOffMinutes: 10 })
    const device = await dark('Ridge-3')
    await round(new Date())
    const blackout = await blackoutOf([device], null)
    await round(later(11))
    expect((await decided(sql())).at(-1)).toBe('Ops reminded suppressed (blackout)')
    await endBlackout(blackout.id)
    expect(await tellWithheld(later(12))).toBe(1)
    expect(await onItsWay(sql())).toEqual(['Ops opened 1', 'Ops reminded 2'])
  })
})

describe('several keepers', () => {
  test('ask what is due once, however many of them ask at the same moment', async () => {
    await addChannel(sql(), 'Ops', { coolOffMinutes: 10 })
    for (let i = 0; i < 8; i++) await dark(`Ridge-${i}`)
    await round(new Date())
    const at = later(12)
    await Promise.all(Array.from({ length: 6 }, () => round(at)))
    await round(at)
    const rows = (await onItsWay(sql())).filter((one) => one.startsWith('Ops reminded'))
    expect(rows).toHaveLength(8)
    expect((await decided(sql())).filter((one) => one.includes('reminded'))).toHaveLength(8)
  })
})
