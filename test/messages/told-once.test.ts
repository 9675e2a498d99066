import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { mergeClients } from '@/lib/store/client-merging'
import { readyFollowUps } from '@/lib/store/client-message-steps'
import { sendAgain } from '@/lib/store/client-messages'
import { deleteClient } from '@/lib/store/client-writes'
import { applyOutcome } from '@/lib/store/message-sends'
import { type TestDatabase, testDatabase } from '../setup/database'
import { addDevice } from '../workers/keeper/scene'
import {
  addClient,
  addOutage,
  anna,
  endIncident,
  make,
  openIncident,
  outboxAt,
  recipientsOf,
  type SceneClient,
  standInTwilio,
  stateOf,
} from './scene'

let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database?.stop())
beforeEach(() => database.sql`delete from settings where name = 'message_pace'`)

const start = new Date('2026-09-01T12:00:00Z')
const later = (seconds: number) => new Date(start.getTime() + seconds * 1000)
let scenes = 0

async function scene(count: number) {
  const { sql } = database
  const name = `Once-${++scenes}`
  const root = await addDevice(sql, name)
  const clients: SceneClient[] = []
  for (let n = 1; n <= count; n++) clients.push(await addClient(sql, `${name} client ${n}`, root))
  const twilio = await standInTwilio()
  const [first, second] = clients
  if (!first) throw new Error('no client')
  const incident = await openIncident(sql, root, name, start)
  return { sql, name, root, clients, first, second: second ?? first, twilio, incident, ...outboxAt(start, twilio) }
}
const statesOf = async (...ids: number[]) =>
  (await Promise.all(ids.map((id) => recipientsOf(database.sql, id))))
    .flat()
    .map(({ client, part, state, why }) => [client.replace(/^.*client /, ''), part, state, why])

describe('what changed between the decision and the sending', () => {
  test('who takes the consent back is not told, nor of the end', async () => {
    const { sql, first, second, twilio, incident, pass } = await scene(2)
    const id = await make(incident, start, { onlyIfDark: false })
    await sql`update clients set sms_allowed = false where id = ${first.id}`
    await pass(5, 1)
    expect(twilio.to).toEqual([second.phone])
    await sql`update clients set sms_allowed = false where id = ${second.id}`
    await endIncident(sql, incident, later(10))
    await pass(120, 5)
    expect(twilio.to).toEqual([second.phone])
    expect(await statesOf(id)).toEqual([
      ['1', 'first', 'skipped', 'no consent to texts'],
      ['2', 'first', 'sent', null],
      ['2', 'follow_up', 'skipped', 'no consent to texts'],
    ])
  })

  test('who is no client any more is not told', async () => {
    const { first, twilio, incident, pass } = await scene(2)
    const id = await make(incident, start, { onlyIfDark: false })
    await deleteClient(first.id)
    await pass(5, 1)
    expect(twilio.texts).toHaveLength(1)
    expect(await statesOf(id)).toContainEqual(['1', 'first', 'skipped', 'no longer a client'])
  })

  test('two clients that became one are told once, whichever was first', async () => {
    const { first, second, twilio, incident, pass } = await scene(2)
    await make(incident, start, { onlyIfDark: false })
    await mergeClients(first.id, second.id)
    await pass(5, 1)
    expect(twilio.to).toEqual([first.phone])
  })

  test('a client that takes over one that was told already is not told again', async () => {
    const { sql, first, second, twilio, incident, pass } = await scene(2)
    const id = await make(incident, start, { onlyIfDark: false })
    await sql`update message_recipients set due_at = ${later(20)} where message_id = ${id} and client_id = ${first.id}`
    await pass(5, 1)
    expect(twilio.to).toEqual([second.phone])
    await mergeClients(first.id, second.id)
    await pass(60, 5)
    expect(twilio.to).toEqual([second.phone])
  })

  test('of an incident that is gone nobody is told', async () => {
    const { sql, twilio, incident, pass } = await scene(1)
    const id = await make(incident, start, { onlyIfDark: false })
    await pass(1)
    const [text] = twilio.texts
    expect(text?.body).toContain('since')
    await sql`update message_recipients set state = 'waiting', attempts = '[]' where message_id = ${id}`
    await sql`update client_messages set state = 'sending' where id = ${id}`
    await sql`delete from outages where incident_id = ${incident}`
    await sql`delete from incidents where id = ${incident}`
    await pass(5, 1)
    expect(twilio.texts).toHaveLength(1)
    expect((await statesOf(id)).map(([, , state, why]) => [state, why])).toEqual([
      ['skipped', 'its incident is no longer there'],
    ])
  })

  test('who is back while a refusal is waited out is not told, though the incident goes on', async () => {
    const { sql, first, second, twilio, incident, root, pass } = await scene(2)
    for (const { device } of [first, second]) await addOutage(sql, device, incident, start)
    twilio.answer = () => ({ status: 429, code: 20429, message: 'Too Many Requests', retryAfter: 600 })
    const id = await make(incident, start)
    await pass(5, 1)
    expect(twilio.texts).toHaveLength(0)
    twilio.answer = () => undefined
    // The root answers and one of its clients does: the other is dark yet.
    await sql`update outages set ended_at = ${later(60)} where target_id in (${root}, ${first.device})`
    await pass(1200, 30)
    expect(twilio.to).toEqual([second.phone])
    expect(await statesOf(id)).toEqual([
      ['1', 'first', 'skipped', 'back before it was told'],
      ['2', 'first', 'sent', null],
    ])
  })
})

describe('incidents that became one', () => {
  async function twoIncidents() {
    const { sql, name, root, first, twilio, incident, pass } = await scene(1)
    const other = await addDevice(sql, `${name} other`)
    const cpe = await addDevice(sql, `${name} second CPE`, [other])
    await sql`update devices set client_id = ${first.id} where id = ${cpe}`
    return { sql, root, first, twilio, incident, pass, second: await openIncident(sql, other, `${name} other`, start) }
  }
  const merge = (from: number, into: number) =>
    database.sql.begin(async (tx) => {
      await tx`update outages set incident_id = ${into} where incident_id = ${from}`
      await tx`update incidents set merged_into = ${into}, resolved_at = ${later(1)} where id = ${from}`
    })

  test('a client that both had a message for is told by one of them', async () => {
    const { twilio, first, incident, second, pass } = await twoIncidents()
    const ids = [await make(incident, start, { onlyIfDark: false }), await make(second, start, { onlyIfDark: false })]
    await merge(second, incident)
    await pass(10, 1)
    expect(twilio.to).toEqual([first.phone])
    expect((await statesOf(...ids)).map(([, , state, why]) => [state, why])).toEqual([
      ['sent', null],
      ['skipped', `told by message ${ids[0]}`],
    ])
  })

  test('a client that was told of each before hears of the end once', async () => {
    const { sql, twilio, incident, second, pass } = await twoIncidents()
    await make(incident, start)
    await make(second, start)
    await pass(10, 1)
    expect(twilio.texts).toHaveLength(2)
    await merge(second, incident)
    await endIncident(sql, incident, later(20))
    await pass(180, 5)
    expect(twilio.texts).toHaveLength(3)
  })

  test('an end that is taken back before it was said waits for the next one', async () => {
    const { sql, twilio, incident, second, pass } = await twoIncidents()
    const id = await make(incident, start)
    await pass(5, 1)
    await endIncident(sql, incident, later(10))
    // Readied, and then part of another that goes on, before it is sent.
    expect(await readyFollowUps(later(80))).toBe(1)
    await sql`update incidents set merged_into = ${second} where id = ${incident}`
    await pass(120, 5)
    expect(twilio.texts).toHaveLength(1)
    await endIncident(sql, second, later(200))
    await pass(200, 5)
    expect(twilio.texts.map(({ body }) => /back since/.test(body))).toEqual([false, true])
    expect(await stateOf(sql, id)).toMatchObject({ state: 'done' })
  })
})

describe('one bad row', () => {
  test('a message that cannot be begun with keeps no other from being sent', async () => {
    const [bad, good] = [await scene(1), await scene(1)]
    const { sql } = bad
    const poisoned = await make(bad.incident, start)
    const sound = await make(good.incident, later(1))
    await sql.unsafe(`
      create function poison() returns trigger language plpgsql as $$ begin
        if new.id = ${poisoned} and new.state <> 'waiting' then raise exception 'poisoned'; end if; return new; end $$;
      create trigger poison before update on client_messages for each row execute function poison()`)
    try {
      await good.pass(10, 1)
      expect(await stateOf(sql, sound)).toMatchObject({ state: 'done' })
      expect(good.twilio.to).toEqual([good.first.phone])
    } finally {
      await sql`drop trigger poison on client_messages`
      await sql`drop function poison`
      await sql`update client_messages set state = 'cancelled' where id = ${poisoned}`
    }
  })

  test('ends that nobody can be told of yet keep nobody else from hearing of theirs', async () => {
    const { sql, root, first, twilio, incident, pass } = await scene(1)
    // Told of 60 incidents, each over, while its CPE is dark: it is not called back.
    for (let n = 0; n < 60; n++) {
      const [old] = await sql<{ id: number }[]>`
        insert into incidents (kind, target_id, root_name, opened_at, resolved_at)
        values ('down', ${root}, 'old', ${later(-9000)}, ${later(-8000)}) returning id`
      const [row] = await sql<{ id: number }[]>`
        insert into client_messages (incident_id, template, media, state, words, created_by, started_at)
        values (${old?.id ?? 0}, 'Outage', '{sms}', 'done', '{}', 'Anna', ${later(-8500)}) returning id`
      await sql`
        insert into message_recipients (message_id, incident_id, client_id, client_name, part, medium, address, state, identity)
        values (${row?.id ?? 0}, ${old?.id ?? 0}, ${first.id}, 'x', 'first', 'sms', ${first.phone}, 'sent', ${`old-${n}`})`
    }
    await addOutage(sql, first.device, null, later(-8900))
    const other = await scene(1)
    await make(other.incident, start)
    await other.pass(5, 1)
    await endIncident(sql, other.incident, later(10))
    await other.pass(120, 5)
    expect(other.twilio.texts).toHaveLength(2)
    expect(twilio.texts).toHaveLength(0)
    expect([incident, pass]).toBeTruthy()
    await sql`update client_messages set follow_up = false where state = 'done'`
  })
})

test('a text sent again after it failed is followed under its new id, and both are paid for', async () => {
  const { sql, twilio, incident, pass } = await scene(1)
  const id = await make(incident, start)
  await pass(5, 1)
  const [row] = await sql<{ id: number; cost: number }[]>`
    select id::float8 as id, cost::float8 as cost from message_recipients where message_id = ${id}`
  if (!row) throw new Error('no part')
  await applyOutcome({ identity: null, providerId: twilio.texts[0]?.sid ?? '' }, 'failed', 'unreachable', later(20))
  await sendAgain(row.id, anna, later(30))
  await pass(60, 1)
  const sid = twilio.texts[1]?.sid ?? ''
  expect(await applyOutcome({ identity: null, providerId: sid }, 'delivered', null, later(70))).toMatchObject({
    id: row.id,
  })
  const [after] = await sql<{ state: string; cost: number }[]>`
    select state, cost::float8 as cost from message_recipients where id = ${row.id}`
  expect(after?.state).toBe('delivered')
  expect(after?.cost).toBeCloseTo(2 * row.cost, 6)
})

test('thousands of mails that wait keep no text from going out', async () => {
  const { sql, twilio, incident, pass } = await scene(1)
  const id = await make(incident, start, { onlyIfDark: false })
  await sql`
    insert into message_recipients (message_id, client_name, part, medium, address, state, identity, due_at)
    select ${id}, 'x', 'first', 'email', 'x@example.net', 'waiting', 'flood-' || n, ${later(-10)} from generate_series(1, 3000) n`
  await sql`update message_recipients set id = default where message_id = ${id} and medium = 'sms'` // behind them all
  await sql`insert into settings (name, value) values ('client_messages', '{"emailsPerSecond": 0.1}')`
  try {
    await pass(3, 1)
    expect(twilio.texts).toHaveLength(1)
  } finally {
    await sql`delete from settings where name = 'client_messages'`
    await sql`delete from client_messages where id = ${id}`
  }
})
