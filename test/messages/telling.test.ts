import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { listMessagesOfClient } from '@/lib/store/client-message-history'
import { cancelMessage, sendMessage } from '@/lib/store/client-messages'
import { optOut } from '@/lib/store/opt-outs'
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
// Each begins at the same instant: what the one before sent must not hold it up.
beforeEach(() => database.sql`delete from settings where name = 'message_pace'`)

const start = new Date('2026-09-01T12:00:00Z')
const minutesIn = (minutes: number) => new Date(start.getTime() + minutes * 60_000)
let scenes = 0

/** An access point with 41 clients behind it, one of which opted out and two of which have no phone. */
async function tower() {
  const { sql } = database
  const name = `Ridge-${++scenes}`
  const ap = await addDevice(sql, name, [], 'North Ridge')
  const clients: SceneClient[] = []
  for (let n = 1; n <= 41; n++) {
    const phone = n === 12 || n === 30 ? { phone: null } : {}
    clients.push(await addClient(sql, `${name} client ${String(n).padStart(2, '0')}`, ap, phone))
  }
  await optOut({ medium: 'sms', address: clients[4]?.phone ?? '', how: 'STOP by text' }, start, sql)
  return { sql, ap, name, clients, incident: await openIncident(sql, ap, name, start) }
}

describe('41 clients behind an access point', () => {
  test('a message waits 10 minutes, it is over after 6: nobody is told, and the history says so', async () => {
    const { sql, incident, clients } = await tower()
    const twilio = await standInTwilio()
    const { pass } = outboxAt(start, twilio)
    const id = await make(incident, start, { send: { waitMinutes: 10 } })
    await pass(5 * 60, 10)
    expect(await stateOf(sql, id)).toEqual({ state: 'waiting', why: null })
    await pass(60)
    await endIncident(sql, incident, minutesIn(6))
    await pass(30 * 60, 30)

    expect(twilio.asked).toBe(0)
    expect(await stateOf(sql, id)).toEqual({ state: 'called_off', why: 'It was over after 6 min: nobody was told' })
    const recipients = await recipientsOf(sql, id)
    expect(recipients).toHaveLength(41)
    expect(new Set(recipients.map(({ state }) => state))).toEqual(new Set(['skipped']))
    expect(recipients.filter(({ why }) => why === 'over before it was told')).toHaveLength(38)
    const [told] = await listMessagesOfClient(clients[0]?.id ?? 0)
    expect(told).toMatchObject({
      messageId: id,
      incidentId: incident,
      state: 'skipped',
      why: 'over before it was told',
      sentAt: null,
    })
    const notes = await sql<
      { what: string }[]
    >`select what from incident_notes where incident_id = ${incident} order by id`
    expect(notes.map(({ what }) => what)).toEqual([
      'Anna has clients told in 10 min, if they are still cut off.',
      'It was over after 6 min: no client was told.',
    ])
  })

  test('one waits 15 minutes and it goes on: 38 are told, one opted out, two have no phone; 38 hear of its end', async () => {
    const { sql, incident, clients } = await tower()
    const twilio = await standInTwilio()
    const { pass, now } = outboxAt(start, twilio)
    const id = await make(incident, start, { send: { waitMinutes: 15 } })
    await pass(14 * 60 + 50, 10)
    expect(twilio.asked).toBe(0)
    await pass(30, 1)

    const left = new Set([clients[4]?.name, clients[11]?.name, clients[29]?.name])
    const told = clients.filter(({ name }) => !left.has(name))
    expect(twilio.to).toEqual(told.map(({ phone }) => phone).sort())
    expect(twilio.texts[0]?.body).toBe(
      'Your internet service (North Ridge) is interrupted since 12:00 PM. We are on it and will text you when it is back. Reply STOP for no more texts.',
    )
    expect((await recipientsOf(sql, id)).filter(({ state }) => state === 'skipped')).toMatchObject([
      { client: clients[4]?.name, why: 'opted out of texts; no e-mail address' },
      { client: clients[11]?.name, why: 'no phone; no e-mail address' },
      { client: clients[29]?.name, why: 'no phone; no e-mail address' },
    ])
    expect(await stateOf(sql, id)).toEqual({ state: 'done', why: null })

    await endIncident(sql, incident, now())
    await pass(55, 5)
    expect(twilio.texts).toHaveLength(38) // a minute is left for what goes dark again
    await pass(30, 1)
    expect(twilio.texts).toHaveLength(76)
    expect(
      twilio.texts
        .slice(38)
        .map(({ to }) => to)
        .sort(),
    ).toEqual(told.map(({ phone }) => phone).sort())
    expect(twilio.texts.at(-1)?.body).toBe(
      'Your internet service is back since 12:15 PM. It was out for 15 min. Thank you for waiting.',
    )
    await pass(60 * 60, 60)
    expect(twilio.texts).toHaveLength(76)
    const notes = await sql<
      { what: string }[]
    >`select what from incident_notes where incident_id = ${incident} order by id`
    expect(notes.map(({ what }) => what).slice(1)).toEqual([
      '38 clients told; 3 left out.',
      '38 clients told that it is over.',
    ])
  })
})

/** A node with so many clients. */
async function few(count: number, given: Parameters<typeof addClient>[3] = {}) {
  const { sql } = database
  const name = `Node-${++scenes}`
  const root = await addDevice(sql, name, [], 'North Ridge')
  const clients: SceneClient[] = []
  for (let n = 1; n <= count; n++) clients.push(await addClient(sql, `${name} client ${n}`, root, given))
  return { sql, name, root, clients, incident: await openIncident(sql, root, name, start) }
}

describe('who is told', () => {
  test('only those still cut off at that time: who is back is left out, who went dark meanwhile is told', async () => {
    const { sql, clients, incident, root } = await few(3)
    const twilio = await standInTwilio()
    const { pass } = outboxAt(start, twilio)
    const id = await make(incident, start, { send: { waitMinutes: 10 } })
    // The first found another way up; a fourth was added behind it.
    const other = await addDevice(sql, `Elsewhere-${scenes}`)
    await sql`insert into upstream_edges (device_id, upstream_id) values (${clients[0]?.device ?? 0}, ${other})`
    const fourth = await addClient(sql, 'Later client', root)
    await pass(10 * 60 + 10, 10)
    expect(twilio.to).toEqual([clients[1]?.phone, clients[2]?.phone, fourth.phone].sort())
    expect((await recipientsOf(sql, id)).find(({ client }) => client === clients[0]?.name)).toMatchObject({
      state: 'skipped',
      why: 'back before it was told',
    })
  })

  test('no client twice for one incident, whatever is sent when', async () => {
    const { sql, clients, incident, root } = await few(2)
    const twilio = await standInTwilio()
    const { pass } = outboxAt(start, twilio)
    const first = await make(incident, start)
    await expect(make(incident, start)).rejects.toThrow('Nobody can be told')
    await pass(5, 1)
    expect(await stateOf(sql, first)).toMatchObject({ state: 'done' })
    await addClient(sql, 'Late', root)
    const second = await make(incident, start)
    await pass(5, 1)
    expect(twilio.texts).toHaveLength(3)
    expect((await recipientsOf(sql, second)).map(({ state, why }) => [state, why])).toEqual([
      ['sent', null],
      ['skipped', `told by message ${first}`],
      ['skipped', `told by message ${first}`],
    ])
    expect(clients).toHaveLength(2)
  })

  test('a client of an incident that became part of another is told once for both', async () => {
    const { sql, incident, root, name } = await few(2)
    const twilio = await standInTwilio()
    const { pass } = outboxAt(start, twilio)
    await make(incident, start)
    await pass(5, 1)
    const above = await addDevice(sql, `Above ${name}`)
    await sql`insert into upstream_edges (device_id, upstream_id) values (${root}, ${above})`
    const late = await addClient(sql, `Beside ${name}`, above)
    const whole = await openIncident(sql, above, `Above ${name}`, minutesIn(1))
    await sql`update outages set incident_id = ${whole}, state = 'unreachable' where incident_id = ${incident}`
    await sql`update incidents set merged_into = ${whole}, resolved_at = ${minutesIn(1)} where id = ${incident}`
    await pass(120, 5)
    expect(twilio.texts).toHaveLength(2) // and no word that it was over
    await make(incident, minutesIn(2))
    await pass(5, 1)
    expect(twilio.texts.slice(2).map(({ to }) => to)).toEqual([late.phone])
    await endIncident(sql, whole, minutesIn(5))
    await pass(10 * 60, 5)
    expect(
      twilio.texts
        .slice(3)
        .map(({ to }) => to)
        .sort(),
    ).toEqual(
      twilio.texts
        .slice(0, 3)
        .map(({ to }) => to)
        .sort(),
    )
  })

  test('two clients of one number get one text', async () => {
    const { sql, incident } = await few(2, { phone: '+14065559999' })
    const twilio = await standInTwilio()
    const { pass } = outboxAt(start, twilio)
    const id = await make(incident, start)
    await pass(5, 1)
    expect(twilio.texts).toHaveLength(1)
    expect((await recipientsOf(sql, id))[1]).toMatchObject({
      state: 'skipped',
      why: expect.stringContaining('told at +14065559999 as '),
    })
  })

  test('who says STOP while it waits is left out, also of the follow-up', async () => {
    const { sql, incident, clients } = await few(3)
    const twilio = await standInTwilio()
    const { pass, now } = outboxAt(start, twilio)
    await make(incident, start, { send: { waitMinutes: 5 } })
    await optOut({ medium: 'sms', address: clients[0]?.phone ?? '', how: 'STOP by text' })
    await pass(5 * 60 + 5, 5)
    expect(twilio.to).toEqual([clients[1]?.phone, clients[2]?.phone].sort())
    await optOut({ medium: 'sms', address: clients[1]?.phone ?? '', how: 'STOP by text' })
    await endIncident(sql, incident, now())
    await pass(120, 5)
    expect(twilio.texts.slice(2).map(({ to }) => to)).toEqual([clients[2]?.phone])
  })

  test('the end is not told to who is still dark of something else, until that is over too', async () => {
    const { sql, incident, clients } = await few(2)
    const twilio = await standInTwilio()
    const { pass, now } = outboxAt(start, twilio)
    await make(incident, start)
    await pass(5, 1)
    const own = await openIncident(sql, clients[0]?.device ?? 0, 'its CPE', minutesIn(3))
    await endIncident(sql, incident, minutesIn(4))
    await pass(6 * 60, 10)
    expect(twilio.texts.slice(2).map(({ to }) => to)).toEqual([clients[1]?.phone])
    await endIncident(sql, own, now())
    await pass(60, 10)
    expect(twilio.texts.slice(3).map(({ to }) => to)).toEqual([clients[0]?.phone])
  })

  test('an outage older than all this does not hold back the word that it is over', async () => {
    const { sql, incident, clients } = await few(1)
    const spare = await addDevice(sql, `Spare radio ${scenes}`)
    await sql`update devices set client_id = ${clients[0]?.id ?? 0} where id = ${spare}`
    await addOutage(sql, spare, null, minutesIn(-5000))
    const twilio = await standInTwilio()
    const { pass } = outboxAt(start, twilio)
    await make(incident, start)
    await pass(5, 1)
    await endIncident(sql, incident, minutesIn(1))
    await pass(180, 10)
    expect(twilio.texts).toHaveLength(2)
  })
})

describe('several keepers', () => {
  test('a wait outlives the keeper that saw it begin', async () => {
    const { sql, incident } = await few(2)
    const twilio = await standInTwilio()
    const first = outboxAt(start, twilio)
    const id = await make(incident, start, { send: { waitMinutes: 10 } })
    await first.pass(5 * 60, 30)
    const second = outboxAt(minutesIn(9), twilio)
    await second.pass(50, 10)
    expect(twilio.asked).toBe(0)
    await second.pass(20, 5)
    expect(twilio.texts).toHaveLength(2)
    expect(await stateOf(sql, id)).toMatchObject({ state: 'done' })
  })

  test('at once tell nobody twice', async () => {
    const { sql, incident, clients } = await few(40)
    await addClient(sql, `${scenes} more`, null) // of another node
    const twilio = await standInTwilio()
    twilio.answersAfterMs = 5
    const keepers = [1, 2, 3].map(() => outboxAt(start, twilio))
    await make(incident, start)
    for (let second = 0; second < 12; second++) await Promise.all(keepers.map(({ pass }) => pass(1)))
    expect(twilio.to).toEqual(clients.map(({ phone }) => phone).sort())
    await endIncident(sql, incident, minutesIn(1))
    for (let round = 0; round < 40; round++) await Promise.all(keepers.map(({ pass }) => pass(5)))
    expect(twilio.texts).toHaveLength(80)
  })
})

test('of members lost, those behind the members that are dark are told', async () => {
  const { sql } = database
  const node = await addDevice(sql, `Sector-${++scenes}`)
  const members = await Promise.all([1, 2, 3].map((n) => addDevice(sql, `Member-${scenes}-${n}`, [node])))
  const clients = await Promise.all(members.map((member, n) => addClient(sql, `Behind ${scenes}-${n}`, member)))
  const [row] = await sql<{ id: number }[]>`
    insert into incidents (kind, target_id, root_name, opened_at) values ('members_lost', ${node}, 'Sector', ${start}) returning id`
  const incident = row?.id ?? 0
  for (const member of members.slice(0, 2)) await addOutage(sql, member, incident, start)
  const twilio = await standInTwilio()
  const { pass } = outboxAt(start, twilio)
  await make(incident, start)
  await pass(5, 1)
  expect(twilio.to).toEqual(
    clients
      .slice(0, 2)
      .map(({ phone }) => phone)
      .sort(),
  )
})

describe('what operators do', () => {
  test('one that waits can be cancelled: nobody is told, and the clients are free for another', async () => {
    const { sql, incident } = await few(2)
    const twilio = await standInTwilio()
    const { pass } = outboxAt(start, twilio)
    const id = await make(incident, start, { send: { waitMinutes: 10 } })
    expect(await cancelMessage(id, anna, minutesIn(1))).toBe(true)
    expect(await cancelMessage(id, anna, minutesIn(1))).toBe(false)
    await pass(20 * 60, 30)
    expect(twilio.asked).toBe(0)
    expect(await stateOf(sql, id)).toEqual({ state: 'cancelled', why: 'Cancelled by Anna' })
    await make(incident, start)
    await pass(5, 1)
    expect(twilio.texts).toHaveLength(2)
  })

  test('one that waits can be sent at once, and a draft waits for somebody to say so', async () => {
    const { sql, incident } = await few(2)
    const twilio = await standInTwilio()
    const { pass, now } = outboxAt(start, twilio)
    const id = await make(incident, start, { send: 'draft' })
    await pass(60 * 60, 60)
    expect(await stateOf(sql, id)).toEqual({ state: 'draft', why: null })
    await sendMessage(id, 30, anna, now())
    await pass(60, 10)
    expect(twilio.asked).toBe(0)
    await sendMessage(id, 0, anna, now())
    await pass(5, 1)
    expect(twilio.texts).toHaveLength(2)
    await expect(sendMessage(id, 0, anna, now())).rejects.toThrow('The message is done')
  })

  test('what is under way can be stopped: who was told stays told, the others are not', async () => {
    const { sql, incident } = await few(9)
    const twilio = await standInTwilio()
    const { pass, outbox } = outboxAt(start, twilio, { concurrency: 4 })
    const id = await make(incident, start)
    await outbox.step()
    await outbox.idle()
    expect(twilio.texts).toHaveLength(4)
    await cancelMessage(id, anna, start)
    await pass(20, 1)
    expect(twilio.texts).toHaveLength(4)
    expect(await stateOf(sql, id)).toEqual({ state: 'done', why: 'Stopped by Anna' })
    await endIncident(sql, incident, minutesIn(1))
    await pass(180, 5)
    expect(twilio.texts).toHaveLength(8) // the end, to the four
  })

  test('an incident that is over, or that cuts nobody off, takes no message', async () => {
    const { sql, incident } = await few(1)
    await endIncident(sql, incident, minutesIn(1))
    await expect(make(incident, minutesIn(2))).rejects.toThrow('The incident is over')
    await expect(make(2_000_000, minutesIn(2))).rejects.toThrow('No incident has the id 2000000')
    const lone = await addDevice(sql, `Lone-${scenes}`)
    await expect(make(await openIncident(sql, lone, 'Lone', start), start)).rejects.toThrow('Nobody can be told')
  })

  test('one resolved by hand is called off with the name of who did it', async () => {
    const { sql, incident } = await few(1)
    const { pass } = outboxAt(start, await standInTwilio())
    const id = await make(incident, start, { send: { waitMinutes: 10 } })
    await sql`update incidents set resolved_at = ${minutesIn(2)}, resolved_by = 'Ben' where id = ${incident}`
    await pass(60 * 3, 30)
    expect(await stateOf(sql, id)).toEqual({
      state: 'called_off',
      why: 'Ben resolved it by hand before anybody was told',
    })
  })
})
