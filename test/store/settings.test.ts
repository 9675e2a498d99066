import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readSetting, vapidKeys, writeSetting } from '@/lib/store/settings'
import { type TestDatabase, testDatabase } from '../setup/database'

let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.stop())

describe('settings that are data', () => {
  test('are null until written, and keep the last value', async () => {
    expect(await readSetting('isolation')).toBeNull()
    await writeSetting('isolation', { misses: 3 })
    await writeSetting('isolation', { misses: 4 })
    expect(await readSetting('isolation')).toEqual({ misses: 4 })
  })

  test('the VAPID keys are made once, however many ask at the same time, and kept encrypted', async () => {
    const pairs = await Promise.all([vapidKeys(), vapidKeys(), vapidKeys()])
    expect(new Set(pairs.map((pair) => pair.privateKey)).size).toBe(1)
    expect(pairs[0]?.publicKey).toMatch(/^[\w-]{87}$/)
    expect(JSON.stringify(await readSetting('vapid'))).not.toContain(pairs[0]?.privateKey)
  })
})
