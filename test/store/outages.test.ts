import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { listOutages, listWholeOutages } from '@/lib/store/outage-lists'
import { endOutagesOf, openOutages } from '@/lib/store/outages'
import { createProbe, probeConnected } from '@/lib/store/probes'
import type { IsolatedItem } from '@/lib/wire/probe'
import { type TestDatabase, testDatabase } from '../setup/database'
import { until } from '../setup/product'
import { addDevice } from '../workers/web/gate'

describe('outages', () => {
  let database: TestDatabase
  let one: { id: number; name: string }
  let two: { id: number; name: string }

  beforeAll(async () => {
    database = await testDatabase()
    ;[one, two] = [await connected('one'), await connected('two')]
  })
  afterAll(async () => database?.stop())

  const dark = (targetId: number, beganAt: number): IsolatedItem => ({
    target_id: targetId,
    began_at: beganAt,
    isolated_at: beganAt + 3000,
    evidence: {
      rule: '3 misses in 15 s',
      address: '192.0.2.1',
      way: 'raw',
      pings: [{ sent_at: beganAt, rtt_ms: null }],
    },
  })
  async function connected(name: string) {
    const { id, token } = await createProbe({ name })
    await probeConnected(id, { token, spool_id: crypto.randomUUID(), version: 'test', ping_way: 'raw' })
    return { id, name }
  }

  test('two probes whose verdicts are not committed yet still see each other: one outage, at once', async () => {
    const id = await addDevice(database, 'Race')
    let release = () => {}
    const held = new Promise<void>((done) => {
      release = done
    })
    let firstIsIn = false
    const first = database.sql.begin(async (tx) => {
      await openOutages(tx, one, [dark(id, 1_700_000_000_000)])
      firstIsIn = true
      await held
    })
    await until('the first verdict', async () => firstIsIn)
    let secondIsOver = false
    const second = database.sql
      .begin((tx) => openOutages(tx, two, [dark(id, 1_700_000_001_000)]))
      .then(() => {
        secondIsOver = true
      })
    await until('the second one to wait, or to be through', async () => {
      const [waiting] = await database.sql`
        select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
      return waiting !== undefined || secondIsOver
    })
    release()
    await Promise.all([first, second])
    const { items } = await listWholeOutages({ target: id })
    expect(items).toMatchObject([{ beganAt: new Date(1_700_000_001_000), endedAt: null, target: { name: 'Race' } }])
    expect(items[0]?.evidence.opened).toMatchObject({ probes: [{ probe: 'one' }, { probe: 'two' }] })
  })

  test('a verdict older than the last outage opens the next one at its end: outages never overlap', async () => {
    const id = await addDevice(database, 'Twice')
    const endedAt = new Date(1_700_000_100_000)
    await database.sql`
      insert into outages (target_id, began_at, isolated_at, ended_at, opened_evidence)
      values (${id}, ${new Date(1_700_000_000_000)}, ${new Date(1_700_000_003_000)}, ${endedAt}, '{}')`
    for (const probe of [one, two]) {
      await database.sql.begin((tx) => openOutages(tx, probe, [dark(id, 1_700_000_050_000)]))
    }
    const { items } = await listOutages({ target: id, open: true })
    expect(items).toMatchObject([{ beganAt: endedAt }])
  })

  test('pages of outages follow each other without a gap, the newest first', async () => {
    const ids = await Promise.all([1, 2, 3, 4, 5].map((n) => addDevice(database, `Page ${n}`)))
    for (const probe of [one, two]) {
      await database.sql.begin((tx) =>
        openOutages(
          tx,
          probe,
          ids.map((id, i) => dark(id, 1_800_000_000_000 + i)),
        ),
      )
    }
    const first = await listOutages({ from: new Date(1_800_000_000_000), limit: 3 })
    const second = await listOutages({ from: new Date(1_800_000_000_000), limit: 100, cursor: first.next ?? undefined })
    const seen = [...first.items, ...second.items].map((outage) => outage.target.id).filter((id) => ids.includes(id))
    expect(seen).toEqual([...ids].reverse())
    await database.sql.begin((tx) => endOutagesOf(tx, ids, new Date(1_800_000_060_000), 'deleted'))
    const { items } = await listOutages({ target: ids[0], limit: 1 })
    expect(items).toMatchObject([{ cause: 'deleted', endedAt: new Date(1_800_000_060_000) }])
  })
})
