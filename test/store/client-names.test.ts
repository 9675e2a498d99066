import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '../setup/database'

let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.stop())
beforeEach(() => database.sql`truncate targets, clients restart identity cascade`)

const addDevice = async (name: string, values: { client?: string; client_id?: number } = {}) => {
  const { sql } = database
  const [row] = await sql<{ id: number }[]>`insert into targets (kind, name) values ('device', ${name}) returning id`
  if (!row) throw new Error('nothing inserted')
  await sql`insert into devices ${sql({ id: row.id, address: '203.0.113.9', ...values })}`
  return row.id
}
const addClient = async (name: string, byHand = true) => {
  const [row] = await database.sql<{ id: number }[]>`
    insert into clients (name, by_hand) values (${name}, ${byHand}) returning id`
  if (!row) throw new Error('nothing inserted')
  return row.id
}
const deviceNow = async (id: number) => {
  const [row] = await database.sql`select client, client_id from devices where id = ${id}`
  return [row?.client, row?.client_id]
}

describe('the client of a device', () => {
  test('a name that nobody has makes a client, and the next device with it finds that one', async () => {
    const one = await addDevice('a', { client: 'Acme Dental' })
    const two = await addDevice('b', { client: 'Acme Dental' })
    const [, client] = await deviceNow(one)
    expect(client).toEqual(expect.any(Number))
    expect(await deviceNow(two)).toEqual(['Acme Dental', client])
    expect(await database.sql`select by_hand from clients`).toEqual([{ by_hand: true }])
  })

  test('a client that a source brought is found by its name as well', async () => {
    const client = await addClient('Acme Dental', false)
    expect(await deviceNow(await addDevice('a', { client: 'Acme Dental' }))).toEqual(['Acme Dental', client])
  })

  test('an id brings the name along, of two with one name the one that was meant', async () => {
    await addClient('J. Placeholder', false)
    const second = await addClient('J. Placeholder', false)
    const device = await addDevice('a', { client_id: second })
    expect(await deviceNow(device)).toEqual(['J. Placeholder', second])
    await database.sql`update devices set client = 'J. Placeholder', address = '203.0.113.10' where id = ${device}`
    expect(await deviceNow(device)).toEqual(['J. Placeholder', second])
    await database.sql`update clients set name = 'Jo Placeholder' where id = ${second}`
    expect(await deviceNow(device)).toEqual(['Jo Placeholder', second])
  })

  test('a client that is renamed to the name of another keeps its devices', async () => {
    await addClient('Acme')
    const other = await addClient('Acme Dental', false)
    const device = await addDevice('a', { client_id: other })
    await database.sql`update clients set name = 'Acme' where id = ${other}`
    expect(await deviceNow(device)).toEqual(['Acme', other])
  })

  test('another name leads to another client, none to none', async () => {
    const device = await addDevice('a', { client: 'Acme' })
    await database.sql`update devices set client = 'Bolt' where id = ${device}`
    const [bolt] = await database.sql`select id from clients where name = 'Bolt'`
    expect(await deviceNow(device)).toEqual(['Bolt', bolt?.id])
    await database.sql`update devices set client = '' where id = ${device}`
    expect(await deviceNow(device)).toEqual([null, null])
  })

  test('a client that is deleted leaves its devices without one', async () => {
    const device = await addDevice('a', { client: 'Acme' })
    await database.sql`delete from clients`
    expect(await deviceNow(device)).toEqual([null, null])
  })
})
