import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { activeAt, type Blackout } from '@/lib/domain/blackout'
import { createBlackout, findBlackout } from '@/lib/store/blackouts'
import { transaction } from '@/lib/store/database'
import { askAgain, channelFailed } from '@/lib/store/pending-tellings'
import { type TestDatabase, testDatabase } from '../setup/database'
import { addDevice } from '../workers/keeper/scene'
import { addChannel, round } from './telling-scene'

let database: TestDatabase
const sql = () => database.sql

beforeAll(async () => {
  database = await testDatabase()
})
afterAll(async () => {
  await database?.stop()
})

const minute = 60_000
const start = Date.parse('2026-03-10T06:00:00Z')
const instant = (at: number) => new Date(start + at * minute)
const index = fc.nat(2)
type Step = { after: number } & (
  | {
      does: 'dark' | 'back' | 'acknowledge' | 'unacknowledge' | 'mute' | 'unmute' | 'fail'
      device: number
      channel: number
    }
  | { does: 'snooze' | 'blackout'; device: number; minutes: number }
  | { does: 'end blackouts' | 'wait' }
  | { does: 'break' | 'repair' | 'breaker'; channel: number }
)
const after = fc.constantFrom(0, 1, 7, 30, 120)
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      after,
      does: fc.constantFrom('dark' as const, 'back' as const),
      device: index,
      channel: index,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      after,
      does: fc.constantFrom(
        'acknowledge' as const,
        'unacknowledge' as const,
        'mute' as const,
        'unmute' as const,
        'fail' as const,
      ),
      device: index,
      channel: index,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      after,
      does: fc.constantFrom('snooze' as const, 'blackout' as const),
      device: index,
      minutes: fc.integer({ min: 5, max: 300 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ after, does: fc.constantFrom('end blackouts' as const, 'wait' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      after,
      does: fc.constantFrom('break' as const, 'repair' as const, 'breaker' as const),
      channel: index,
    }),
  },
)
const hours = fc.constantFrom([], [{ weekdays: [1, 2, 3, 4, 5, 6, 7], startMinute: 420, endMinute: 1_140 }])
const channel = fc.record({
  hours: hours.map((ranges) => ({ zone: 'Europe/Berlin', ranges, place: null })),
  coolOffMinutes: fc.constantFrom(null, 45),
  escalateAfterMinutes: fc.constantFrom(null, 20),
  to: fc.constantFrom(null, 0, 1, 2), // loops too, which cannot be saved
})
const world = fc.record({
  channels: fc.tuple(channel, channel, channel),
  routed: fc.subarray([0, 1, 2]),
  steps: fc.array(step, { minLength: 5, maxLength: 30 }),
})

type Kept = {
  id: number
  at: Date
  incident: number
  channel: number
  event: string
  outcome: string
  rule: string
  until: Date | null
  why: string
  target: number
}

async function run({ channels, routed, steps }: typeof world extends fc.Arbitrary<infer W> ? W : never) {
  for (const table of ['incidents', 'targets', 'channels', 'routes', 'blackouts', 'events'])
    await sql()`delete from ${sql()(table)}`
  const ids: number[] = []
  for (const [i, { to: _, ...of }] of channels.entries()) ids.push(await addChannel(sql(), `C${i}`, of))
  for (const [i, { to }] of channels.entries())
    await sql()`update channels set escalate_to = ${to === null || to === i ? null : (ids[to] ?? null)} where id = ${ids[i] ?? 0}`
  if (routed.length > 0)
    await sql()`insert into routes (name, condition, channel_ids) values ('Some', '{}', ${routed.map((i) => ids[i] ?? 0)})`
  const devices: number[] = []
  for (let i = 0; i < 3; i++) devices.push(await addDevice(sql(), `Ridge-${i}`))
  const blackouts: Blackout[] = []
  let now = 0
  const pass = async (minutes: number, by = 10) => {
    for (const end = now + minutes; now < end; ) {
      now = Math.min(end, now + by)
      await round(instant(now))
    }
  }
  await round(instant(0))
  for (const one of steps) {
    await pass(one.after)
    await act(one, { now: instant(now), ids, devices, blackouts })
    await round(instant(now))
  }
  for (const id of ids) await sql()`update channels set broken_since = null, breaker_until = null where id = ${id}`
  await sql()`update incidents set muted_for = '{}', snoozed_until = null`
  await sql()`update blackouts set ended_at = ${instant(now)} where ended_at is null and until_at > ${instant(now)}`
  await pass(26 * 60, 90)
  await sql()`update outages set ended_at = ${instant(now)} where ended_at is null`
  await pass(26 * 60, 90)
  const ended: Blackout[] = []
  for (const made of blackouts) {
    const found = await findBlackout(made.id)
    if (found) ended.push(found)
  }
  const kept = await sql()<Kept[]>`
    select d.id::float8 as id, d.at, d.incident_id as incident, d.channel_id as channel, d.event, d.outcome, d.rule, d.until,
      d.why, i.target_id as target
    from decisions d join incidents i on i.id = d.incident_id order by d.id`
  const messages = await sql()<{ at: Date; incident: number; channel: number; event: string }[]>`
    select d.created_at as at, n.incident_id as incident, d.channel_id as channel, d.event
    from channel_deliveries d join notices n on n.id = d.notice_id
    union all
    select d.created_at, (item->>'incident_id')::int, d.channel_id, item->>'event'
    from channel_deliveries d, jsonb_array_elements(d.message->'items') item order by 1`
  return {
    kept: [...kept],
    messages: [...messages],
    blackouts: ended,
    incidents: await sql()`select id, resolved_at from incidents`,
  }
}

type At = { now: Date; ids: number[]; devices: number[]; blackouts: Blackout[] }

async function act(one: Step, { now, ids, devices, blackouts }: At): Promise<void> {
  const target = 'device' in one ? (devices[one.device] ?? 0) : 0
  const channel = 'channel' in one ? (ids[one.channel] ?? 0) : 0
  const open = sql()`target_id = ${target} and resolved_at is null`
  const again = async () => {
    const [row] = await sql()<{ id: number }[]>`select id from incidents where ${open}`
    if (row) await transaction((tx) => askAgain(tx, row.id, now))
  }
  if (one.does === 'dark')
    await sql()`
      insert into outages (target_id, began_at, isolated_at, opened_evidence) select ${target}, ${now}, ${now}, '{}'
      where not exists (select 1 from outages where target_id = ${target} and ended_at is null)`
  if (one.does === 'back')
    await sql()`update outages set ended_at = ${now} where target_id = ${target} and ended_at is null`
  if (one.does === 'acknowledge')
    await sql()`update incidents set acknowledged_at = ${now}, acknowledged_by = 'Anna' where ${open}`
  if (one.does === 'unacknowledge') {
    await sql()`update incidents set acknowledged_at = null, acknowledged_by = null where ${open}`
    await again()
  }
  if (one.does === 'mute') await sql()`update incidents set muted_for = array[${channel}]::int[] where ${open}`
  if (one.does === 'unmute') {
    await sql()`update incidents set muted_for = '{}' where ${open}`
    await again()
  }
  if (one.does === 'snooze') {
    await sql()`update incidents set snoozed_until = ${new Date(now.getTime() + one.minutes * minute)} where ${open}`
    await again()
  }
  if (one.does === 'fail') {
    const [row] = await sql()<{ id: number }[]>`select id from incidents where ${open}`
    if (row) await transaction((tx) => channelFailed(tx, channel, row.id, now))
  }
  if (one.does === 'break')
    await sql()`update channels set broken_since = ${now}, last_answer = '410' where id = ${channel}`
  if (one.does === 'breaker')
    await sql()`update channels set breaker_until = ${new Date(now.getTime() + 15 * minute)} where id = ${channel}`
  if (one.does === 'repair')
    await sql()`update channels set broken_since = null, breaker_until = null where id = ${channel}`
  if (one.does === 'blackout') {
    const untilAt = now.getTime() + one.minutes * minute
    const made = await createBlackout({
      kind: 'range',
      reason: 'Firmware',
      coversAll: false,
      targetIds: [target],
      siteIds: [],
      tags: [],
      fromAt: now.getTime() + 1, // what was told in this very instant was told before it
      untilAt,
      weekdays: null,
      startMinute: null,
      endMinute: null,
      zone: 'UTC',
      periodsLeft: null,
      planned: false,
      endedAt: null,
    })
    blackouts.push(made)
  }
  if (one.does === 'end blackouts')
    await sql()`update blackouts set ended_at = ${now} where ended_at is null and until_at > ${now}`
}

const goesOut = ({ outcome }: { outcome: string }) => outcome === 'sent' || outcome === 'digest'

test('whatever happens: each promise about notices holds', async () => {
  await fc.assert(
    fc.asyncProperty(world, async (given) => {
      const { kept, messages, blackouts, incidents } = await run(given)
      const covered = (target: number, at: Date) =>
        blackouts.some((one) => one.targetIds.includes(target) && activeAt(one, at.getTime()))
      const targetOf = new Map(kept.map((one) => [one.incident, one.target]))
      // Never a notice in a blackout.
      for (const { at, incident, event } of messages)
        expect(covered(targetOf.get(incident) ?? 0, at), `${event} in a blackout`).toBe(false)
      for (const one of kept) {
        expect(one.why).toMatch(/^\S.{10,}\.$/)
        if (one.outcome === 'delayed') expect(one.until?.getTime() ?? 0).toBeGreaterThan(one.at.getTime())
      }
      for (const { id: incident } of incidents) {
        for (const event of ['opened', 'resolved'])
          expect(
            kept.some((one) => one.incident === incident && one.event === event),
            'every evaluation has a decision',
          ).toBe(true)
        for (const channel of new Set(kept.map((one) => one.channel))) {
          const mine = kept.filter((one) => one.incident === incident && one.channel === channel)
          const got = messages.filter((one) => one.incident === incident && one.channel === channel)
          // At most one notice of each event, reminders apart; escalation ends.
          for (const event of ['opened', 'escalated', 'resolved'])
            expect(got.filter((one) => one.event === event).length, event).toBeLessThan(2)
          expect(got.filter((one) => one.event === 'opened' || one.event === 'escalated').length).toBeLessThan(2)
          // Never an end to who was not told, but with it; whoever was told of a beginning hears of its end.
          const out = mine.filter(goesOut)
          const ended = out.find((one) => one.event === 'resolved')
          const began = out.find((one) => one.event !== 'resolved')
          const earlier = mine.filter((one) => one.event !== 'resolved' && one.id < (ended?.id ?? 0))
          const overBefore = mine.some((one) => one.rule === 'over_before')
          if (ended)
            expect(earlier.some(goesOut) || overBefore || earlier.some((one) => one.outcome === 'delayed')).toBe(true)
          const lost = mine.some((one) => one.rule === 'channel_broken' && one.event === 'resolved')
          if (began && !lost)
            expect(
              got.some((one) => one.event === 'resolved'),
              'its end',
            ).toBe(true)
          // What is delayed is told in the end, or taken back by a decision that says why.
          const last = mine.at(-1)
          expect(last?.outcome, `${last?.event} ${last?.rule}`).not.toBe('delayed')
          // What was decided to go out has gone out.
          for (const one of out.filter(({ event }) => event === 'resolved'))
            expect(
              got.some(({ event }) => event === one.event),
              `${one.event} by ${one.rule}`,
            ).toBe(true)
        }
      }
      expect(await sql()`select 1 from digest_items`).toEqual([])
      expect([...(await sql()`select event, rule from pending_tellings`)]).toEqual([])
    }),
    { numRuns: Number(process.env.FC ?? 12), endOnFailure: false },
  )
}, 3_600_000)
