import { afterEach, beforeEach, expect, test } from 'vitest'
import { topology } from '@/workers/keeper/topology'
import { type TestDatabase, testDatabase } from '../../setup/database'
import { addDevice, quiet } from './scene'

let database: TestDatabase
beforeEach(async () => {
  database = await testDatabase()
})
afterEach(() => database.stop())

test.each(['{}', '[]', '{"stations": 7}', '{"system": null, "interfaces": [null]}'])(
  'facts that cannot be read are passed over, also by whoever starts anew: %s',
  async (facts) => {
    const { sql } = database
    const id = await addDevice(sql, 'Ridge-1')
    await sql`insert into device_walks (device_id, walked_at, tried_at, facts) values (${id}, now(), now(), ${facts}::text::jsonb)`
    for (let i = 0; i < 2; i++) {
      const learner = topology({ log: quiet })
      expect(await learner.step()).toBe(false)
      await learner.leave()
    }
    expect(await sql`select 1 from device_walks where learnt_at is null`).toHaveLength(0)
  },
)
