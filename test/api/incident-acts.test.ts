import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { POST as acknowledge, DELETE as letGo } from '@/app/api/incidents/[id]/acknowledge/route'
import { POST as assign } from '@/app/api/incidents/[id]/assign/route'
import { POST as mute } from '@/app/api/incidents/[id]/mute/route'
import { POST as note } from '@/app/api/incidents/[id]/note/route'
import { POST as resolve } from '@/app/api/incidents/[id]/resolve/route'
import { POST as snooze } from '@/app/api/incidents/[id]/snooze/route'
import { IncidentDetail } from '@/lib/wire/rest'
import { call, settingsForSignIn, somebody } from '../setup/credentials'
import { type TestDatabase, testDatabase } from '../setup/database'

type Handler = Parameters<typeof call<{ id: string }>>[0]
let database: TestDatabase
let operator: Awaited<ReturnType<typeof somebody>>
let viewer: Awaited<ReturnType<typeof somebody>>
let id = 0

beforeAll(async () => {
  settingsForSignIn()
  database = await testDatabase()
  operator = await somebody('operator')
  viewer = await somebody('viewer')
})
afterAll(() => database.stop())
beforeEach(async () => {
  const [row] = await database.sql<{ id: number }[]>`
    insert into incidents (kind, root_name, opened_at) values ('down', 'Ridge-3', now() - interval '5 minutes') returning id`
  id = row?.id ?? 0
})

const send = (handler: Handler, body?: unknown, method = 'POST') =>
  call(handler, { method, body, headers: operator.bearer }, { id: String(id) })

describe('what is done with an incident over REST', () => {
  test('each act answers the incident as it stands, in the shape that is described', async () => {
    const until = new Date(Date.now() + 3_600_000).toISOString()
    const acts: [Handler, unknown, object][] = [
      [acknowledge, undefined, { acknowledged_by: 'operator' }],
      [assign, { assignee: operator.user.id }, { assignee: { id: operator.user.id, name: 'operator' } }],
      [snooze, { until, reason: 'Lunch' }, { snoozed_until: until }],
      [snooze, { minutes: 30 }, { snoozed_until: expect.any(String) }],
      [snooze, { until: null }, { snoozed_until: null }],
      [mute, { for: 'everyone' }, { muted_for: 'everyone' }],
      [mute, { for: [] }, { muted_for: [] }],
      [resolve, { reason: 'Given up' }, { resolved_by: 'operator', resolved_at: expect.any(String) }],
      [resolve, undefined, { resolved_by: 'operator' }],
    ]
    for (const [handler, body, shape] of acts) {
      const answer = await send(handler, body)
      expect(answer).toMatchObject({ status: 200, body: shape })
      expect(IncidentDetail.safeParse(answer.body).error).toBeUndefined()
    }
    const { body } = await send(note, { text: 'It was the fuse.' })
    expect(body.timeline.map((line: { what: string }) => line.what)).toEqual([
      expect.stringMatching(/^Acknowledged it after 5 min/),
      'Took it on.',
      'Snoozed it for 1 h: Lunch.',
      'Snoozed it for 30 min.',
      'Ended the snooze.',
      'Muted it for everyone.',
      'Unmuted it.',
      expect.stringMatching(/^Resolved it by hand after 5 min.*: Given up\.$/),
      'It was the fuse.',
    ])
  })

  test('let go of, and again: the same answer', async () => {
    await send(acknowledge)
    for (let i = 0; i < 2; i++)
      expect(await send(letGo, undefined, 'DELETE')).toMatchObject({ status: 200, body: { acknowledged_by: null } })
  })

  test('what is over is in conflict with every act but a note', async () => {
    await send(resolve)
    for (const [handler, body] of [
      [acknowledge, undefined],
      [assign, { assignee: null }],
      [snooze, { minutes: 5 }],
      [mute, { for: 'everyone' }],
    ] as [Handler, unknown][])
      expect(await send(handler, body)).toMatchObject({ status: 409, body: { type: '/problems/conflict' } })
    expect((await send(note, { text: 'x' })).status).toBe(201)
  })

  test.each<[string, Handler, unknown]>([
    ['nobody of that id', assign, { assignee: 1_999_999_999 }],
    ['no assignee', assign, {}],
    ['a time that is over', snooze, { until: '2020-01-01T00:00:00Z' }],
    ['a time without a zone', snooze, { until: '2030-01-01T00:00:00' }],
    ['neither', snooze, {}],
    ['both', snooze, { until: null, minutes: 5 }],
    ['too long', snooze, { minutes: 43_201 }],
    ['a channel that is none', mute, { for: [1_999_999_999] }],
    ['a word', mute, { for: 'nobody' }],
    ['a reason too long', resolve, { reason: 'x'.repeat(501) }],
    ['a NUL', resolve, { reason: 'a\0b' }],
  ])('%s is refused, and nothing is changed', async (_, handler, body) => {
    expect((await send(handler, body)).status).toBe(422)
    expect(await database.sql`select 1 from incident_acts where incident_id = ${id}`).toHaveLength(0)
  })

  test('who may only read is no assignee', async () => {
    const answer = await send(assign, { assignee: viewer.user.id })
    expect(answer).toMatchObject({ status: 422, body: { detail: expect.stringContaining('may only read') } })
  })
})
