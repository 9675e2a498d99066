import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pauseDevices } from '@/lib/store/devices'
import { firstAnswers } from '@/lib/store/up-messages'
import { type TestDatabase, testDatabase } from '../setup/database'
import { addDevice } from '../workers/web/gate'

describe('the first answer of a new device', () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await testDatabase()
  })
  afterAll(async () => database?.stop())
  let names = 0
  async function fresh(): Promise<number> {
    const id = await addDevice(database, `new ${++names}`)
    await database.sql`update targets set status = 'new' where id = ${id}`
    return id
  }
  const statusOf = async (id: number) =>
    (await database.sql<{ status: string }[]>`select status from targets where id = ${id}`)[0]?.status

  test('makes it up', async () => {
    const id = await fresh()
    expect(await firstAnswers([id], new Date())).toBe(1)
    expect(await statusOf(id)).toBe('up')
  })

  test('says nothing of a paused one', async () => {
    const id = await fresh()
    await pauseDevices([id], true)
    expect(await firstAnswers([id], new Date())).toBe(0)
    expect(await statusOf(id)).toBe('new')
  })

  test('is none when it came before the device was resumed: the minute waited in a spool', async () => {
    const id = await fresh()
    await pauseDevices([id], true)
    await pauseDevices([id], false)
    expect(await firstAnswers([id], new Date(Date.now() - 3_600_000))).toBe(0)
    expect(await statusOf(id)).toBe('new')
    expect(await firstAnswers([id], new Date(Math.floor(Date.now() / 60_000) * 60_000))).toBe(1)
  })
})
