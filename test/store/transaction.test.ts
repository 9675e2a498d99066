import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isTransient, transaction } from '@/lib/store/database'
import { lockTopology } from '@/lib/store/device-writes'
import { deleteDevices, pauseDevices } from '@/lib/store/devices'
import { fileOutages } from '@/lib/store/filing'
import { acknowledgeIncident } from '@/lib/store/incident-acts'
import { createProbe, probeConnected } from '@/lib/store/probes'
import { commitUpMessage } from '@/lib/store/up-messages'
import type { UpMessage } from '@/lib/wire/probe'
import { type TestDatabase, testDatabase } from '../setup/database'
import { addDevice } from '../workers/web/gate'

describe('transactions', () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await testDatabase()
  })
  afterAll(async () => database?.stop())

  const failing = (code: string, times: number) => {
    let runs = 0
    return {
      runs: () => runs,
      work: async () => {
        if (runs++ < times) throw Object.assign(new Error('as PostgreSQL says it'), { code })
        return 'done'
      },
    }
  }

  test.each(['40P01', '40001'])('%s is tried again until it goes through', async (code) => {
    const { work, runs } = failing(code, 3)
    expect(await transaction(work)).toBe('done')
    expect(runs()).toBe(4)
  })

  test('what fails for ever is given up after a few times, with its own error', async () => {
    const { work, runs } = failing('40P01', 1000)
    await expect(transaction(work)).rejects.toMatchObject({ code: '40P01' })
    expect(runs()).toBeLessThan(10)
  })

  test('another failure is not tried again', async () => {
    const { work, runs } = failing('23505', 1000)
    await expect(transaction(work)).rejects.toMatchObject({ code: '23505' })
    expect(runs()).toBe(1)
  })

  test('two that take the same rows in opposite order both go through', async () => {
    const [one, two] = [await addDevice(database, 'Lock 1'), await addDevice(database, 'Lock 2')]
    const arrived: number[] = []
    const both = (first: number, second: number) =>
      transaction(async (tx) => {
        await tx`update targets set updated_at = now() where id = ${first}`
        arrived.push(first)
        const end = Date.now() + 2000
        while (!arrived.includes(second) && Date.now() < end) await tx`select pg_sleep(0.01)`
        await tx`update targets set updated_at = now() where id = ${second}`
      })
    await Promise.all([both(one, two), both(two, one)])
    expect(arrived.length).toBeGreaterThan(2) // one of them had to begin anew
  })

  test('a long import holds no filing up: names and edges have a lock of their own', async () => {
    await database.sql.begin(async (tx) => {
      await lockTopology(tx)
      expect(await fileOutages(new Date())).toMatchObject({ busy: false })
    })
  })

  test.each([
    ['08006', true],
    ['40P01', true],
    ['57P03', true],
    ['57014', true],
    ['53300', true],
    ['CONNECTION_CLOSED', true],
    ['ECONNREFUSED', true],
    ['23505', false],
    ['22P05', false],
    ['42703', false],
  ])('%s passes by itself: %s', (code, expected) =>
    expect(isTransient(Object.assign(new Error(), { code }))).toBe(expected),
  )

  test('devices are deleted and paused while probes report them, the keeper files them and people acknowledge', async () => {
    const { id: probeId, token } = await createProbe({ name: 'busy' })
    await probeConnected(probeId, { token, spool_id: crypto.randomUUID(), version: 'test', ping_way: 'raw' })
    const probe = { id: probeId, name: 'busy' }
    const ids: number[] = []
    for (let i = 0; i < 120; i++) ids.push(await addDevice(database, `Busy ${i}`))
    const spool = crypto.randomUUID()
    let seq = 0
    const evidence = { rule: '3 misses in 15 s', address: '192.0.2.1', way: 'raw' as const, pings: [] }
    const tellAll = async (kind: 'isolated' | 'revived') => {
      const at = Date.now()
      const items = ids.toReversed()
      const message: UpMessage =
        kind === 'isolated'
          ? {
              name: 'outage.isolated',
              body: {
                seq: ++seq,
                items: items.map((target_id) => ({ target_id, began_at: at, isolated_at: at, evidence })),
              },
            }
          : {
              name: 'outage.revived',
              body: {
                seq: ++seq,
                items: items.map((target_id) => ({ target_id, ended_at: at, decided_at: at, evidence })),
              },
            }
      await commitUpMessage(probe, spool, message)
    }
    let over = false
    const whileBusy = async (work: () => Promise<unknown>) => {
      while (!over) await work()
    }
    const report = whileBusy(async () => {
      await tellAll('isolated')
      await tellAll('revived')
    })
    const file = whileBusy(() => fileOutages(new Date()))
    const acknowledge = whileBusy(async () => {
      const rows = await database.sql<{ id: number }[]>`
        select id from incidents where acknowledged_at is null order by id desc limit 20`
      for (const { id } of rows) await acknowledgeIncident(id, { name: 'Anna', userId: null })
      await new Promise((done) => setTimeout(done, 5))
    })
    const some = () => ids.filter((_, i) => i % 7 === Math.floor(Math.random() * 7))
    const pause = whileBusy(async () => {
      const chosen = some()
      await pauseDevices(chosen, true)
      await pauseDevices(chosen, false)
    })
    const remove = (async () => {
      let left = [...ids]
      while (left.length > 0) {
        const going = left.filter((_, i) => i % 5 === 0)
        await deleteDevices(going)
        left = left.filter((id) => !going.includes(id))
        await new Promise((done) => setTimeout(done, 60))
      }
    })().finally(() => {
      over = true
    })
    await Promise.all([report, file, acknowledge, pause, remove])
    for (let i = 0; i < 5; i++) await fileOutages(new Date())
    const [left] = await database.sql`
      select (select count(*)::int from targets where name like 'Busy %') as targets,
        (select count(*)::int from incidents where resolved_at is null) as incidents`
    expect(left).toEqual({ targets: 0, incidents: 0 })
  })
})
