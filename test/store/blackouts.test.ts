import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { BlackoutRule } from '@/lib/domain/blackout'
import {
  closePastBlackouts,
  createBlackout,
  deleteBlackout,
  endBlackout,
  findBlackout,
  listBlackouts,
  updateBlackout,
} from '@/lib/store/blackouts'
import { fileOutages } from '@/lib/store/filing'
import { listIncidents } from '@/lib/store/incidents'
import { tellWithheld } from '@/lib/store/withheld'
import { startPushService } from '../push/push-service.mjs'
import { type TestDatabase, testDatabase } from '../setup/database'
import { addJob, beatAt } from '../workers/keeper/job-scene'
import { addDevice, addPhone, addUser, comeBack, goDark } from '../workers/keeper/scene'

let database: TestDatabase
let service: Awaited<ReturnType<typeof startPushService>>
const sql = () => database.sql
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
  for (const table of ['users', 'incidents', 'targets', 'probes', 'events', 'blackouts', 'sites', 'beats'])
    await sql()`delete from ${sql()(table)}`
})

const rule = (change: Partial<BlackoutRule>): BlackoutRule => ({
  kind: 'range',
  reason: 'Tower work',
  coversAll: false,
  targetIds: [],
  siteIds: [],
  tags: [],
  fromAt: Date.now() - 60_000,
  untilAt: Date.now() + 600_000,
  weekdays: null,
  startMinute: null,
  endMinute: null,
  zone: 'UTC',
  periodsLeft: null,
  planned: true,
  endedAt: null,
  ...change,
})
const decisions = async () =>
  (
    await sql()<
      { event: string; outcome: string; rule: string }[]
    >`select event, outcome, rule from decisions order by id`
  ).map((row) => `${row.event} ${row.outcome}${/^(blackout|chosen)$/.test(row.rule) ? ` (${row.rule})` : ''}`)
const deliveries = async () =>
  (await sql()<{ event: string }[]>`select event from deliveries order by id`).map((row) => row.event)
const planned = async () =>
  (await sql()<{ planned: boolean }[]>`select planned from outages order by id`).map((row) => row.planned)
const open = async () => (await listIncidents({ open: true })).items.map((one) => one.root.name)

/** What a keeper does in a round. */
async function round(at = new Date()) {
  await fileOutages(at)
  await tellWithheld(at)
}

describe('in a blackout', () => {
  test('an incident is recorded and told to nobody; still dark at its end, it is told then, once', async () => {
    await addPhone(sql(), service, await addUser(sql(), 'Anna'))
    const device = await addDevice(sql(), 'Ridge-3')
    const { untilAt } = await createBlackout(rule({ targetIds: [device] }), null)
    await goDark(sql(), device)
    for (let i = 0; i < 3; i++) await round()
    expect(await open()).toEqual(['Ridge-3'])
    expect(await planned()).toEqual([true])
    expect(await decisions()).toEqual(['opened suppressed (blackout)'])
    expect(await deliveries()).toEqual([])
    const [delayed] = await sql()`select until, why from decisions`
    expect(delayed?.until.getTime()).toBe(untilAt)
    expect(delayed?.why).toContain('Withheld by the blackout "Tower work"')

    for (let i = 0; i < 3; i++) await round(later(601))
    expect(await decisions()).toEqual(['opened suppressed (blackout)', 'opened sent'])
    expect(await deliveries()).toEqual(['opened'])
    const [told] = await sql()`select message from deliveries`
    expect(told?.message.tell_from).toBe(new Date(untilAt ?? 0).toISOString())
    await comeBack(sql(), device)
    await round(later(602))
    expect(await deliveries()).toEqual(['opened', 'resolved'])
  })

  test('back before its end: nobody is told of anything', async () => {
    await addPhone(sql(), service, await addUser(sql(), 'Anna'))
    const device = await addDevice(sql(), 'Ridge-3')
    await createBlackout(rule({ coversAll: true, planned: false }), null)
    await goDark(sql(), device)
    await round()
    await comeBack(sql(), device)
    for (const at of [new Date(), later(601)]) await round(at)
    expect(await decisions()).toEqual(['opened suppressed (blackout)', 'resolved skipped'])
    expect(await deliveries()).toEqual([])
    expect(await planned()).toEqual([false])
  })

  test('over before a keeper saw it: nobody is told, even after its end', async () => {
    await addPhone(sql(), service, await addUser(sql(), 'Anna'))
    const device = await addDevice(sql(), 'Ridge-3')
    await createBlackout(
      rule({ targetIds: [device], fromAt: Date.now() - 600_000, untilAt: Date.now() - 100_000 }),
      null,
    )
    await goDark(sql(), device, 400)
    await comeBack(sql(), device, 200)
    await round()
    expect(await decisions()).toEqual(['opened skipped (blackout)', 'resolved skipped (blackout)'])
    expect(await deliveries()).toEqual([])
  })

  test('over before a keeper saw it, but after its end: told once', async () => {
    await addPhone(sql(), service, await addUser(sql(), 'Anna'))
    const device = await addDevice(sql(), 'Ridge-3')
    await createBlackout(
      rule({ targetIds: [device], fromAt: Date.now() - 600_000, untilAt: Date.now() - 100_000 }),
      null,
    )
    await goDark(sql(), device, 400)
    await comeBack(sql(), device, 50)
    await round()
    expect(await decisions()).toEqual(['opened skipped', 'resolved sent'])
  })

  test('told before it began: its end is told when it ends, once', async () => {
    await addPhone(sql(), service, await addUser(sql(), 'Anna'))
    const device = await addDevice(sql(), 'Ridge-3')
    await goDark(sql(), device)
    await round()
    await createBlackout(rule({ targetIds: [device] }), null)
    await comeBack(sql(), device)
    await round()
    expect(await decisions()).toEqual(['opened sent', 'resolved delayed (blackout)'])
    expect(await deliveries()).toEqual(['opened'])
    for (let i = 0; i < 2; i++) await round(later(601))
    expect((await decisions()).slice(2)).toEqual(['resolved sent'])
    expect(await deliveries()).toEqual(['opened', 'resolved'])
    expect(await planned()).toEqual([false])
  })

  test.each<[string, (site: number) => Partial<BlackoutRule>]>([
    ['by its site', (site) => ({ siteIds: [site] })],
    ['by one of its tags', () => ({ tags: ['tower', 'night'] })],
    ['with everything', () => ({ coversAll: true })],
  ])('covered %s', async (_, what) => {
    await addUser(sql(), 'Anna')
    const device = await addDevice(sql(), 'Ridge-3', [], 'North Ridge')
    const other = await addDevice(sql(), 'Valley-1')
    await sql()`update targets set tags = '{night}' where id = ${device}`
    const [site] = await sql()<{ id: number }[]>`select id from sites`
    await createBlackout(rule(what(site?.id ?? 0)), null)
    await goDark(sql(), device)
    await round()
    expect(await decisions()).toEqual(['opened suppressed (blackout)'])
    await goDark(sql(), other)
    await round()
    expect((await decisions())[1]).toBe(_ === 'with everything' ? 'opened suppressed (blackout)' : 'opened skipped')
  })

  test('what is dark behind a covered root is withheld with it', async () => {
    await addUser(sql(), 'Anna')
    const tower = await addDevice(sql(), 'Tower')
    const sector = await addDevice(sql(), 'Sector', [tower])
    await createBlackout(rule({ targetIds: [tower] }), null)
    for (const id of [tower, sector]) await goDark(sql(), id, 20)
    await round()
    expect(await open()).toEqual(['Tower'])
    expect(await decisions()).toEqual(['opened suppressed (blackout)', 'grew suppressed'])
    expect(await planned()).toEqual([true, false])
  })

  test('ended, deleted or put off by hand: judged anew each round', async () => {
    await addPhone(sql(), service, await addUser(sql(), 'Anna'))
    const device = await addDevice(sql(), 'Ridge-3')
    const first = await createBlackout(rule({ targetIds: [device] }), null)
    await goDark(sql(), device)
    await round()
    const { id: _, ...longer } = { ...first, untilAt: (first.untilAt ?? 0) + 600_000 }
    await updateBlackout(first.id, longer)
    await round()
    await round()
    expect(await decisions()).toEqual(['opened suppressed (blackout)', 'opened suppressed (blackout)'])
    const second = await createBlackout(rule({ kind: 'open', untilAt: null, targetIds: [device] }), null)
    await deleteBlackout(first.id)
    await round()
    const [last] = await sql()`select until from decisions order by id desc limit 1`
    expect(last?.until).toBeNull()
    expect(await endBlackout(second.id)).toBe(true)
    expect(await endBlackout(second.id)).toBe(false)
    await round()
    expect((await decisions()).slice(2)).toEqual(['opened suppressed (blackout)', 'opened sent'])
  })

  test('two that take over from one another withhold until the second ends', async () => {
    await addUser(sql(), 'Anna')
    const device = await addDevice(sql(), 'Ridge-3')
    const first = await createBlackout(rule({ targetIds: [device] }), null)
    const until = (first.untilAt ?? 0) + 600_000
    await createBlackout(rule({ coversAll: true, fromAt: (first.untilAt ?? 0) - 1000, untilAt: until }), null)
    await goDark(sql(), device)
    await round()
    const [delayed] = await sql()`select until from decisions`
    expect(delayed?.until.getTime()).toBe(until)
    await round(later(700))
    expect(await decisions()).toHaveLength(1)
  })

  test('a blind probe is withheld with everything', async () => {
    await addUser(sql(), 'Anna')
    await createBlackout(rule({ coversAll: true }), null)
    await sql()`
      insert into probes (name, token_hash, connected_at, last_seen_at, blind_since)
      values ('east', 'x', now() - interval '1 hour', now(), now() - interval '30 s')`
    const { fileBlindProbes } = await import('@/lib/store/blind-incidents')
    await fileBlindProbes(new Date(), { judgeAbsence: true })
    expect(await decisions()).toEqual(['opened suppressed (blackout)'])
    await round(later(601))
    expect((await decisions())[1]).toMatch(/^opened (skipped|sent)$/)
  })

  test('a job that failed, and the channels that it chose', async () => {
    const [anna, bob] = [await addUser(sql(), 'Anna'), await addUser(sql(), 'Bob')]
    await addPhone(sql(), service, anna)
    await addPhone(sql(), service, bob)
    const job = await addJob(sql(), 'backup-db')
    await createBlackout(rule({ targetIds: [job] }), null)
    await beatAt(sql(), job, Date.now(), 'fail', { exitStatus: 3, message: 'disk full' })
    await round()
    expect(await decisions()).toEqual(['opened suppressed (blackout)', 'opened suppressed (blackout)'])
    await sql()`update jobs set channel_ids = (select array_agg(c.id) from channels c where c.user_id = ${bob}) where id = ${job}`
    await round(later(601))
    expect((await decisions()).slice(2)).toEqual(['opened skipped (chosen)', 'opened sent'])
    for (let i = 0; i < 2; i++) await round(later(602))
    expect(await decisions()).toHaveLength(4)
    const [told] = await sql()`select message from deliveries`
    expect(told?.message.job).toEqual({ kind: 'failed', exit_status: 3, message: 'disk full' })
    const [note] = await sql()`select what from incident_notes`
    expect(note?.what).toBe('Failed with exit status 3.')
  })
})

describe('blackouts as they are kept', () => {
  test('found, listed by what they cover, page after page, over or not', async () => {
    const device = await addDevice(sql(), 'Ridge-3', [], 'North Ridge')
    const anna = await addUser(sql(), 'Anna')
    const made = await createBlackout(rule({ targetIds: [device] }), anna)
    const weekly = await createBlackout(
      rule({
        kind: 'weekly',
        coversAll: true,
        untilAt: null,
        weekdays: [1, 7],
        startMinute: 1320,
        endMinute: 360,
        zone: 'Europe/Berlin',
      }),
      anna,
    )
    const past = await createBlackout(rule({ tags: ['other'], fromAt: 0, untilAt: 1000 }), anna)
    expect(await findBlackout(made.id)).toMatchObject({
      ...made,
      createdBy: 'Anna',
      targetNames: [{ id: device, kind: 'device', name: 'Ridge-3' }],
    })
    expect(await findBlackout(weekly.id)).toMatchObject({ ...weekly, startMinute: 1320, weekdays: [1, 7] })
    const ids = async (query: Parameters<typeof listBlackouts>[0]) =>
      (await listBlackouts(query)).items.map((one) => one.id)
    expect(await ids({})).toEqual([past.id, weekly.id, made.id])
    expect(await ids({ live: true })).toEqual([weekly.id, made.id])
    expect(await ids({ live: false })).toEqual([past.id])
    expect(await ids({ targetId: device })).toEqual([weekly.id, made.id])
    const first = await listBlackouts({ limit: 2 })
    expect(first.items.map((one) => one.id)).toEqual([past.id, weekly.id])
    expect((await listBlackouts({ limit: 2, cursor: first.next ?? '' })).items.map((one) => one.id)).toEqual([made.id])
    expect(await findBlackout(past.id + 1)).toBeNull()
    expect(await updateBlackout(past.id + 1, rule({ coversAll: true }))).toBeNull()
    expect(await deleteBlackout(past.id + 1)).toBe(false)
  })

  test('ranges that are over say so, and mean the same', async () => {
    const past = await createBlackout(rule({ coversAll: true, untilAt: Date.now() - 1000 }), null)
    const now = await createBlackout(rule({ coversAll: true }), null)
    expect(await closePastBlackouts(new Date())).toBe(1)
    expect((await findBlackout(past.id))?.endedAt).toBe(past.untilAt)
    expect((await findBlackout(now.id))?.endedAt).toBeNull()
  })
})
