import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '../setup/database'

let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database?.stop())

test('what status pages told is removed with whom it was told by an index, not by a pass over all of it for each', async () => {
  const bare = await database.sql<{ name: string }[]>`
    select c.conname as name from pg_constraint c
    where c.contype = 'f' and c.conrelid in ('status_deliveries'::regclass, 'status_updates'::regclass)
      and not exists (select 1 from pg_index i where i.indrelid = c.conrelid and i.indpred is null and i.indkey[0] = c.conkey[1])`
  expect(bare.map(({ name }) => name)).toEqual([])
})
