import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { saveFrame } from '@/lib/store/frames'
import { noteUnmeasured } from '@/lib/store/unmeasured'
import { packFrame } from '@/lib/wire/frame'
import { type TestDatabase, testDatabase } from '../setup/database'

let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.stop())
beforeEach(() => database.sql`truncate probes, frames, rollups restart identity cascade`)

const minute = 60_000
const start = Math.floor(Date.now() / minute) * minute - 3 * 3_600_000

async function measure(probe: number, minutes: readonly number[]) {
  const columns = packFrame([{ targetId: 1, sent: 6, lost: 0, rttMinUs: 900, rttMedianUs: 1000, rttMaxUs: 2000 }])
  for (const one of minutes)
    await database.sql.begin(async (tx) => {
      const at = new Date(start + one * minute)
      await noteUnmeasured(tx, probe, at)
      await saveFrame(tx, probe, at, columns, 1)
    })
}
const spells = async () => {
  const rows = await database.sql<{ probe: number; began: Date; ended: Date }[]>`
    select probe_id as probe, began_at as began, ended_at as ended from blind_spells order by id`
  return rows.map(({ probe, began, ended }) => [probe, ...[began, ended].map((at) => (at.getTime() - start) / minute)])
}

test('minutes between two frames of a probe are kept as time in which it saw nothing', async () => {
  await database.sql`insert into probes (name, token_hash) values ('one', 'a'), ('two', 'b')`
  await measure(1, [0, 1, 2])
  await measure(2, [0])
  await measure(1, [12, 13])
  expect(await spells()).toEqual([[1, 3, 12]])
})

test('a probe that begins, or sends a minute in two parts, has missed nothing', async () => {
  await database.sql`insert into probes (name, token_hash) values ('one', 'a')`
  await measure(1, [5, 5, 6])
  expect(await spells()).toEqual([])
})

test('where its frames are gone, the last hour that was rolled up is where it left off', async () => {
  await database.sql`insert into probes (name, token_hash) values ('one', 'a')`
  const hour = new Date(Math.floor((start - 72 * 3_600_000) / 3_600_000) * 3_600_000)
  await database.sql`
    insert into rollups (hour_at, probe_id, frames, target_count) values (${hour}, 1, 60, 1)`
  await measure(1, [0])
  expect(await spells()).toEqual([[1, (hour.getTime() + 60 * minute - start) / minute, 0]])
})
