import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pauseDevices } from '@/lib/store/devices'
import { endOutagesOf } from '@/lib/store/outages'
import { createProbe } from '@/lib/store/probes'
import { packFrame } from '@/lib/wire/frame'
import { type TestDatabase, testDatabase } from '../../setup/database'
import { until } from '../../setup/product'
import { addDevice, dialAsProbe, dialWith, type FakeProbe, openGate } from './gate'

describe('the gate for probes', () => {
  let database: TestDatabase
  let gate: Awaited<ReturnType<typeof openGate>>
  let probe: FakeProbe
  let seq = 0
  let devices = 0

  beforeAll(async () => {
    database = await testDatabase()
    gate = await openGate()
    probe = await dialAsProbe(gate.url, 'one')
  })
  afterAll(async () => {
    probe?.socket.disconnect()
    await gate?.close()
    await database?.stop()
  })

  const newDevice = () => addDevice(database, `Radio ${++devices}`)
  const outagesOf = (id: number) =>
    database.sql<{ began_at: Date; ended_at: Date | null; opened_evidence: { probes: { pings: unknown[] }[] } }[]>`
      select * from outages where target_id = ${id} order by id`

  test('what a probe isolates is stored with its time and its evidence, and what it revives is closed', async () => {
    const id = await newDevice()
    const beganAt = Date.now() - 60_000
    expect(await probe.isolate(++seq, id, beganAt)).toEqual({ committed: seq })
    const [open] = await outagesOf(id)
    expect(open).toMatchObject({ began_at: new Date(beganAt), ended_at: null })
    expect(open?.opened_evidence.probes[0]?.pings).toHaveLength(3)
    const endedAt = beganAt + 30_000
    expect(await probe.revive(++seq, id, endedAt)).toEqual({ committed: seq })
    expect(await outagesOf(id)).toMatchObject([{ ended_at: new Date(endedAt) }])
  })

  test('a message sent three times is stored once, and acknowledged each time', async () => {
    const id = await newDevice()
    const number = ++seq
    for (let i = 0; i < 3; i++) expect(await probe.isolate(number, id)).toEqual({ committed: number })
    expect(await outagesOf(id)).toHaveLength(1)
    const events = await database.sql`select 1 from events where target_id = ${id} and type = 'outage.opened'`
    expect(events).toHaveLength(1)
  })

  test('a target that has an open outage is not given a second one', async () => {
    const id = await newDevice()
    await probe.isolate(++seq, id)
    expect(await probe.isolate(++seq, id)).toEqual({ committed: seq })
    expect(await outagesOf(id)).toHaveLength(1)
  })

  test('a malformed message is rejected in words, and the next one goes through', async () => {
    const answer = await probe.send('outage.isolated', { seq: ++seq, items: [{ target_id: 'seven' }] })
    expect(answer).toMatchObject({ rejected: seq, error: expect.stringContaining('target_id') })
    const garbage = await probe.send('frame', {
      seq: ++seq,
      minute_at: Date.now(),
      target_count: 1,
      columns: Buffer.from('no frame'),
    })
    expect(garbage).toMatchObject({ rejected: seq })
    expect(await probe.isolate(++seq, await newDevice())).toEqual({ committed: seq })
  })

  test('after a failure nothing later is stored before it', async () => {
    const [first, second] = [await newDevice(), await newDevice()]
    // Whoever holds this lock keeps the first message from its commit until the statement is cancelled.
    await database.sql.unsafe('alter table verdicts add constraint refuse check (began_at > now()) not valid')
    const refused = await probe.isolate(++seq, first)
    await database.sql.unsafe('alter table verdicts drop constraint refuse')
    expect(refused).toMatchObject({ retry: seq })
    expect(await probe.isolate(seq + 1, second)).toMatchObject({ retry: seq + 1 })
    expect(await probe.isolate(seq, first)).toEqual({ committed: seq })
    expect(await probe.isolate(++seq, second)).toEqual({ committed: seq })
    expect([await outagesOf(first), await outagesOf(second)].map((rows) => rows.length)).toEqual([1, 1])
  })

  test('what the database can never hold is rejected, not tried for ever', async () => {
    const id = await newDevice()
    const beganAt = Date.now()
    const pings = [{ sent_at: beganAt, rtt_ms: null, answer: 'unreachable from \u0000' }]
    const evidence = { rule: '1 miss in 5 s', address: '192.0.2.1', way: 'raw', pings }
    const item = { target_id: id, began_at: beganAt, isolated_at: beganAt, evidence }
    expect(await probe.send('outage.isolated', { seq: ++seq, items: [item] })).toMatchObject({ rejected: seq })
    expect(await probe.isolate(++seq, id)).toEqual({ committed: seq })
  })

  test('a foreign token is refused with a sentence', async () => {
    const stranger = dialWith(gate.url, 'bp_of_somebody_else_altogether')
    const refusal = await new Promise<Error>((done) => stranger.on('connect_error', done))
    expect(refusal.message).toContain('unknown probe token')
    stranger.disconnect()
  })

  test('a minute of measurements is stored, and a new device that answered is up', async () => {
    const id = await newDevice()
    await database.sql`update targets set status = 'new' where id = ${id}`
    const row = { targetId: id, sent: 6, lost: 0, rttMinUs: 900, rttMedianUs: 1000, rttMaxUs: 1100 }
    const minuteAt = Math.floor(Date.now() / 60_000) * 60_000
    await probe.send('frame', {
      seq: ++seq,
      minute_at: minuteAt,
      target_count: 1,
      columns: Buffer.from(packFrame([row])),
    })
    await until('the device to be up', async () => {
      const [target] = await database.sql`select status from targets where id = ${id}`
      return target?.status === 'up'
    })
  })

  test('pausing a device ends its outage, and the probe hears of it', async () => {
    const id = await newDevice()
    await probe.isolate(++seq, id)
    await database.sql.begin(async (tx) => {
      await tx`update targets set paused_at = now() where id = ${id}`
      await endOutagesOf(tx, [id], new Date(), 'paused')
      await tx`select pg_notify('beatline_assignment', '')`
    })
    expect(await outagesOf(id)).toMatchObject([{ ended_at: expect.any(Date), cause: 'paused' }])
    await until('the device to leave the assignment', async () => !probe.assigned.has(id))
  })

  test('paused and resumed before the probe heard of it: what it said before is void, what it says now counts', async () => {
    const id = await newDevice()
    await probe.isolate(++seq, id)
    const before = probe.assigned.get(id)?.round ?? 0
    await pauseDevices([id], true)
    await pauseDevices([id], false)
    await until('a new round', async () => (probe.assigned.get(id)?.round ?? 0) > before)
    expect(probe.assigned.get(id)?.open).toBeNull()
    const round = probe.assigned.get(id)?.round ?? 0
    expect(await probe.isolate(++seq, id, Date.now(), before)).toEqual({ committed: seq }) // was under way
    expect((await outagesOf(id)).filter((outage) => outage.ended_at === null)).toEqual([])
    await probe.isolate(++seq, id, Date.now(), round)
    expect((await outagesOf(id)).filter((outage) => outage.ended_at === null)).toHaveLength(1)
  })

  test('a probe of an earlier version, which knows of no rounds, is believed', async () => {
    const id = await newDevice()
    await pauseDevices([id], true)
    await pauseDevices([id], false)
    await probe.isolate(++seq, id)
    expect(await outagesOf(id)).toMatchObject([{ ended_at: null }])
  })

  test('a device that no probe could be told of keeps no other from being watched', async () => {
    const [bad, good] = [await newDevice(), await newDevice()]
    await database.sql`update devices set ping_interval = 0.01 where id = ${bad}`
    await database.sql`select pg_notify('beatline_assignment', '')`
    // What the test before set off may be read between the two statements: then the bad one is told, and taken back.
    await until('the good one alone to be assigned', async () => probe.assigned.has(good) && !probe.assigned.has(bad))
    await database.sql`update devices set ping_interval = 10 where id = ${bad}`
    await database.sql`select pg_notify('beatline_assignment', '')`
    await until('the mended one to be assigned', async () => probe.assigned.has(bad))
  })

  test('with a second probe an outage needs both, and with the second one blind the first decides alone', async () => {
    const second = await dialAsProbe(gate.url, 'two')
    const [both, one] = [await newDevice(), await newDevice()]
    await probe.isolate(++seq, both, 1_700_000_000_000)
    expect(await outagesOf(both)).toHaveLength(0)
    await second.isolate(1, both, 1_700_000_005_000)
    expect(await outagesOf(both)).toMatchObject([{ began_at: new Date(1_700_000_005_000), ended_at: null }])
    await second.revive(2, both, 1_700_000_100_000)
    expect(await outagesOf(both)).toMatchObject([{ ended_at: new Date(1_700_000_100_000) }])

    await probe.isolate(++seq, one)
    expect(await outagesOf(one)).toHaveLength(0)
    await second.send('blind', { seq: 3, state: 'began', at: Date.now(), reason: 'lost its gateway 192.0.2.254' })
    expect(await outagesOf(one)).toMatchObject([{ ended_at: null }])
    await second.send('blind', { seq: 4, state: 'ended', at: Date.now(), reason: '' })
    const [spell] = await database.sql`select ended_at from blind_spells where probe_id = ${second.id}`
    expect(spell?.ended_at).toBeInstanceOf(Date)
    second.socket.disconnect()
  })

  test('two probes that judge at the same instant make one outage of each target, at once', async () => {
    const third = await dialAsProbe(gate.url, 'three')
    const ids = await Promise.all(Array.from({ length: 40 }, newDevice))
    const judge = (by: FakeProbe, from: number) => Promise.all(ids.map((id, i) => by.isolate(from + i, id)))
    const answers = await Promise.all([judge(probe, seq + 1), judge(third, 1)])
    seq += ids.length
    expect(answers.flat().every((answer) => 'committed' in answer)).toBe(true)
    const open = await database.sql`select 1 from outages where target_id = any(${ids}) and ended_at is null`
    expect(open).toHaveLength(ids.length)
    third.socket.disconnect()
  })

  test('a new connection of the same probe ends the one before it', async () => {
    const { id, token } = await createProbe({ name: 'twice' })
    const [older, newer] = [dialWith(gate.url, token), dialWith(gate.url, token)]
    const survivors = () => [older, newer].filter((socket) => socket.connected)
    await until('one of them alone', async () => survivors().length === 1)
    await until('the probe to count as connected', async () => {
      const [row] = await database.sql`select disconnected_at from probes where id = ${id}`
      return row?.disconnected_at === null
    })
    for (const socket of survivors()) socket.disconnect()
  })
})
