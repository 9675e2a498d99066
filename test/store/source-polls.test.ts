import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { SaidOfDevice } from '@/lib/domain/source-poll'
import { readAssignment } from '@/lib/store/assigned-targets'
import { findDevice, pauseDevices, updateDevice } from '@/lib/store/devices'
import { fileOutages } from '@/lib/store/filing'
import { closeOutages, openOutages } from '@/lib/store/outages'
import { ensurePartitions } from '@/lib/store/partitions'
import { createProbe, probeConnected } from '@/lib/store/probes'
import { keepHistory } from '@/lib/store/source-history'
import { claimPoll, renewPoll } from '@/lib/store/source-leases'
import { endForsakenOutages } from '@/lib/store/source-outages'
import { failPoll, type PollOutcome, takePoll } from '@/lib/store/source-polls'
import { listWitnesses } from '@/lib/store/source-states'
import { deleteSource } from '@/lib/store/sources'
import { firstAnswers } from '@/lib/store/up-messages'
import { type TestDatabase, testDatabase } from '../setup/database'
import { addListed, addSource, type SourceRules } from '../workers/keeper/source-scene'

let database: TestDatabase
const sql = () => database.sql
let sourceId = 0
let ids = new Map<string, number>()

beforeAll(async () => {
  database = await testDatabase()
  await ensurePartitions(sql(), new Date())
})
afterAll(() => database?.stop())
beforeEach(async () => {
  for (const table of ['sources', 'targets', 'incidents', 'probes', 'sites', 'events'])
    await sql()`delete from ${sql()(table)}`
  minute = 0
})

/** A source with these devices, and what each hangs on: "ap", "cpe:ap". */
async function scene(listed: string, rules: SourceRules = {}) {
  sourceId = await addSource(sql(), {}, rules)
  ids = await addListed(sql(), sourceId, listed.split(' ').map(deviceOf))
}
const deviceOf = (text: string, i: number) => {
  const [key = '', up] = text.split(':')
  const mac = `00005e0053${String(i).padStart(2, '0')}`
  return { key, mac, name: key, role: 'cpe' as const, upstreamKeys: up ? [up] : [] }
}
const idOf = (key: string) => ids.get(key) ?? 0

const start = Date.now() - 3 * 3_600_000
let minute = 0
const at = (n: number) => new Date(start + n * 60_000)
const says = { x: 'dark', '.': 'up', '-': 'none' } as const
const said = (key: string, mark: keyof typeof says, more: Partial<SaidOfDevice> = {}): SaidOfDevice => ({
  key,
  mac: null,
  name: key,
  says: says[mark],
  status: { x: 'disconnected', '.': 'active', '-': 'maintenance' }[mark],
  uptimeSeconds: null,
  signalDbm: null,
  powerCut: false,
  entry: { key, mark },
  ...more,
})
const due = () =>
  sql()`update sources set next_poll_at = now() - interval '1 s', poll_lease_until = null where id = ${sourceId}`

/** One poll a minute. A picture says what each device was said to be, '!' that it failed: { ap: 'x.', cpe: 'xx' }. */
async function polls(pictures: Record<string, string>): Promise<PollOutcome | undefined> {
  let outcome: PollOutcome | undefined
  const length = Math.max(...Object.values(pictures).map((picture) => picture.length))
  for (let i = 0; i < length; i++, minute++) {
    await due()
    const claimed = await claimPoll(30_000)
    if (!claimed) throw new Error('Nothing is due')
    const marks = Object.entries(pictures).map(([key, picture]) => [key, picture[i]] as const)
    const devices = marks.flatMap(([key, mark]) =>
      mark === 'x' || mark === '.' || mark === '-' ? [said(key, mark)] : [],
    )
    outcome = marks.some(([, mark]) => mark === '!')
      ? await failPoll(claimed, { words: 'UISP answers 502' }, at(minute))
      : await takePoll(claimed, { answeredAt: at(minute).getTime(), devices, rejected: 0 })
  }
  return outcome
}
/** "cpe 1-4", in minutes; open ones end with nothing. */
async function outages(): Promise<string[]> {
  const rows = await sql()<{ name: string; began: Date; ended: Date | null }[]>`
    select t.name, o.began_at as began, o.ended_at as ended from outages o join targets t on t.id = o.target_id
    order by o.began_at, t.name`
  const minutes = (date: Date | null) => (date ? Math.round((date.getTime() - start) / 6000) / 10 : '')
  return rows.map(({ name, began, ended }) => `${name} ${minutes(began)}-${minutes(ended)}`)
}
const incidents = async () =>
  (
    await sql()<{ root: string; kind: string; outages: number }[]>`
    select i.root_name as root, i.kind, count(o.id)::int as outages from incidents i left join outages o on o.incident_id = i.id
    group by i.id order by i.id`
  ).map(({ root, kind, outages }) => `${root} ${kind} ${outages}`)
const shown = async (key: string) => (await findDevice(idOf(key)))?.status
const pinged = (key: string) => sql()`update devices set pinged = true, address = '192.0.2.7' where id = ${idOf(key)}`
async function probe(name = 'one') {
  const { id, token } = await createProbe({ name })
  await probeConnected(id, { token, spool_id: crypto.randomUUID(), version: 'test', ping_way: 'raw' })
  return { id, name }
}
const pingEvidence = { rule: '3 misses in 15 s', address: '192.0.2.7', way: 'raw' as const, pings: [] }
const pingsMiss = (one: { id: number; name: string }, key: string, from: Date) =>
  sql().begin((tx) =>
    openOutages(tx, one, [
      { target_id: idOf(key), began_at: from.getTime(), isolated_at: from.getTime() + 3000, evidence: pingEvidence },
    ]),
  )

describe('a device that only a source watches', () => {
  test('goes dark and comes back at the times of the answers, and is counted once', async () => {
    await scene('cpe')
    expect(await shown('cpe')).toBe('unknown') // nobody has said anything
    expect(await polls({ cpe: '.x' })).toMatchObject({ is: 'good', counts: { dark: 1, isolated: 0 } })
    expect(await shown('cpe')).toBe('up')
    expect(await polls({ cpe: 'x' })).toMatchObject({ is: 'good', counts: { isolated: 1 } })
    expect(await shown('cpe')).toBe('down')
    await polls({ cpe: 'xxx..x' })
    expect(await outages()).toEqual(['cpe 1-6'])
    expect(await shown('cpe')).toBe('up')
    const [log] = await sql()`select array_agg(type order by id) as types from events where target_id = ${idOf('cpe')}`
    expect(log?.types).toEqual(['target.status', 'outage.opened', 'outage.resolved'])
  })

  test('has its entry read when it is evidence alone, as each is a copy', async () => {
    await scene('a b c')
    let read = 0
    const entry = (key: string, mark: '.' | 'x') =>
      Object.defineProperty(said(key, mark), 'entry', { get: () => ++read, enumerable: true })
    const poll = async (marks: string) => {
      await due()
      const claimed = await claimPoll(30_000)
      if (!claimed) throw new Error('Nothing is due')
      const devices = ['a', 'b', 'c'].map((key, i) => entry(key, marks[i] === 'x' ? 'x' : '.'))
      return takePoll(claimed, { answeredAt: at(minute++).getTime(), devices, rejected: 0 })
    }
    await poll('...')
    await poll('x..')
    expect(read).toBe(0)
    await poll('x..')
    expect(read).toBe(2) // kept with what is known of it, and in the outage
  })

  test('is not judged by polls that failed, nor by those that do not list it or say nothing of it', async () => {
    await scene('cpe other')
    await polls({ cpe: '.x!!-x', other: '......' })
    expect(await outages()).toEqual(['cpe 1-'])
    await polls({ other: '...' }) // it vanished
    await polls({ cpe: '.!!', other: '...' })
    expect(await outages()).toEqual(['cpe 1-'])
    await polls({ cpe: '.', other: '.' })
    expect(await outages()).toEqual(['cpe 1-9'])
  })

  test('is unknown while the source says nothing of it, or is in trouble', async () => {
    await scene('cpe other')
    await polls({ cpe: '.-', other: '..' })
    expect([await shown('cpe'), await shown('other')]).toEqual(['unknown', 'up'])
    await polls({ other: '!!' })
    expect([await shown('cpe'), await shown('other')]).toEqual(['unknown', 'unknown'])
    await polls({ cpe: '.', other: '.' })
    expect([await shown('cpe'), await shown('other')]).toEqual(['up', 'up'])
  })

  test('is found by its MAC when the source has given it another key', async () => {
    await scene('cpe')
    const claim = async () => {
      await due()
      const claimed = await claimPoll(30_000)
      if (!claimed) throw new Error('Nothing is due')
      return claimed
    }
    for (const n of [1, 2])
      await takePoll(await claim(), {
        answeredAt: at(n).getTime(),
        devices: [said('another', 'x', { mac: '00005e005300' })],
        rejected: 0,
      })
    expect(await outages()).toEqual(['cpe 1-'])
  })

  test('is not found by a MAC that two of the list have', async () => {
    await scene('cpe')
    for (const n of [1, 2, 3]) {
      await due()
      const claimed = await claimPoll(30_000)
      const mac = '00005e005300'
      if (claimed)
        await takePoll(claimed, {
          answeredAt: at(n).getTime(),
          devices: [said('another', 'x', { mac }), said('and another', '.', { mac })],
          rejected: 0,
        })
    }
    expect(await outages()).toEqual([])
    expect(await shown('cpe')).toBe('unknown')
  })

  test('has no outage while it is paused, and is judged anew after that', async () => {
    await scene('cpe')
    await polls({ cpe: '.xx' })
    await pauseDevices([idOf('cpe')], true)
    await polls({ cpe: 'xxx' })
    await pauseDevices([idOf('cpe')], false)
    await polls({ cpe: 'x' })
    expect((await outages()).filter((one) => one.endsWith('-'))).toEqual([])
    await polls({ cpe: 'x' })
    expect((await outages()).filter((one) => one.endsWith('-'))).toHaveLength(1)
  })

  test('was cut off from power, or started anew, where the source shows it', async () => {
    await scene('onu cpe ap')
    await polls({ onu: '.', cpe: '.', ap: '.' })
    await due()
    for (const [n, mark, uptime] of [
      [1, 'x', null],
      [2, 'x', null],
      [9, '.', 30],
      [10, '.', 90],
    ] as const) {
      await due()
      const claimed = await claimPoll(30_000)
      if (!claimed) throw new Error('Nothing is due')
      const devices = [
        said('onu', mark, { powerCut: mark === 'x' }),
        said('cpe', mark, { uptimeSeconds: uptime }),
        said('ap', '.'),
      ]
      await takePoll(claimed, { answeredAt: at(n).getTime(), devices, rejected: 0 })
    }
    const rows = await sql()`select t.name, o.cause from outages o join targets t on t.id = o.target_id order by t.name`
    expect(rows.map(({ name, cause }) => `${name} ${cause}`)).toEqual(['cpe power', 'onu power'])
  })
})

describe('a poll that cannot be true', () => {
  const many = Object.fromEntries(['a', 'b', 'c', 'd', 'e', 'f'].map((key) => [key, '.']))
  const fall = (count: number) => Object.fromEntries(Object.keys(many).map((key, i) => [key, i < count ? 'x' : '.']))

  test('is a fault of the source and nobody’s outage, however often it is said', async () => {
    await scene(Object.keys(many).join(' '))
    await polls(many)
    for (let i = 0; i < 5; i++)
      expect(await polls(fall(4))).toMatchObject({ is: 'fault', faults: i + 1, isOutage: i >= 1 })
    expect(await polls(fall(4))).toMatchObject({
      words: 'it says that 4 of 6 devices that were up are dark all at once: expected at most half of them',
    })
    expect(await outages()).toEqual([])
    await polls(many)
    const [source] = await sql()`select faults, fault, failing_since from sources`
    expect(source).toEqual({ faults: 0, fault: null, failing_since: null })
  })

  test('is one that says it of half of them', async () => {
    await scene(Object.keys(many).join(' '))
    await polls(many)
    await polls(fall(3))
    expect(await polls(fall(3))).toMatchObject({ is: 'good', counts: { isolated: 3 } })
  })

  test('is believed after a day of the same', async () => {
    await scene(Object.keys(many).join(' '))
    await polls(many)
    await polls(fall(6))
    minute += 24 * 60 + 1
    await polls(fall(6))
    await polls(fall(6))
    expect(await outages()).toHaveLength(6)
  })

  test('is not believed at once by a source that was away for days: a day of such answers is another thing', async () => {
    const all = Object.keys(many)
    await scene(all.join(' '))
    await polls(many)
    await polls(Object.fromEntries(all.map((key) => [key, '!'])))
    minute += 3 * 24 * 60
    await polls(Object.fromEntries(all.map((key) => [key, '!']))) // since three days
    await polls(fall(6))
    await polls(fall(6))
    await polls(fall(6))
    expect(await outages()).toEqual([])
  })

  test('lists no device at all, or none that can be read', async () => {
    await scene('cpe')
    await polls({ cpe: '.' })
    expect(await polls({ none: ' ' })).toMatchObject({
      is: 'fault',
      words: 'it lists no device at all: expected about 1',
    })
  })
})

describe('a device that is pinged as well', () => {
  test('is judged by the pings alone, and the source is a witness', async () => {
    await scene('ap cpe')
    await pinged('ap')
    const one = await probe()
    await polls({ ap: '.xx', cpe: '...' })
    expect(await outages()).toEqual([])
    expect(await listWitnesses(idOf('ap'))).toMatchObject([
      { name: 'UISP', status: 'disconnected', darkSince: at(1), darkLast: true, isPinged: true },
    ])
    await pingsMiss(one, 'ap', at(2))
    await polls({ ap: 'x', cpe: '.' })
    await polls({ ap: '...', cpe: '...' })
    expect(await outages()).toEqual(['ap 2-'])
    const [{ evidence } = { evidence: null }] = await sql()`select opened_evidence as evidence from outages`
    expect(evidence).toMatchObject({
      probes: [{ probe: 'one' }],
      witnesses: { [sourceId]: { name: 'UISP', says: 'up', status: 'active', answered_at: at(4).toISOString() } },
    })
    await sql().begin((tx) =>
      closeOutages(tx, one, [
        { target_id: idOf('ap'), ended_at: at(7).getTime(), decided_at: at(7).getTime(), evidence: pingEvidence },
      ]),
    )
    expect(await outages()).toEqual(['ap 2-7'])
  })

  test('is judged by the source once no probe is there any more, by what it says from then on', async () => {
    await scene('ap cpe')
    await pinged('ap')
    const one = await probe()
    await polls({ ap: '.xxxx', cpe: '.....' }) // pings answer all the time
    await sql()`update probes set last_seen_at = ${new Date(at(5).getTime() - 60_000)} where id = ${one.id}` // 90 s: until 5.5
    await polls({ ap: 'xx', cpe: '..' }) // at 5 and 6
    expect(await outages()).toEqual([])
    await polls({ ap: 'x', cpe: '.' })
    expect(await outages()).toEqual(['ap 5.5-'])
    await polls({ ap: '..', cpe: '..' })
    expect(await outages()).toEqual(['ap 5.5-8'])
  })

  test('is not taken over for a moment without a probe', async () => {
    await scene('ap cpe')
    await pinged('ap')
    const one = await probe()
    await polls({ ap: '.xxxx', cpe: '.....' })
    await sql()`update probes set disconnected_at = now() where id = ${one.id}` // a web that starts anew
    await polls({ ap: 'xx', cpe: '..' })
    expect(await outages()).toEqual([])
  })

  test('may be brought back by the source when the probe that found it dark is gone; its verdict opens nothing again', async () => {
    await scene('ap cpe')
    await pinged('ap')
    const one = await probe()
    await polls({ ap: '.', cpe: '.' })
    await pingsMiss(one, 'ap', at(0))
    await sql()`update probes set last_seen_at = ${at(-10)}, disconnected_at = now() where id = ${one.id}`
    await polls({ ap: '.', cpe: '.' })
    expect(await outages()).toEqual(['ap 0-'])
    await polls({ ap: '.', cpe: '.' })
    expect(await outages()).toEqual(['ap 0-1'])
    expect(await sql()`select 1 from verdicts`).toHaveLength(0)
    const [target] = await sql()`select watch_round from targets where id = ${idOf('ap')}`
    expect(target?.watch_round).toBe(1)
  })

  test('is no longer unknown once it answers pings', async () => {
    await scene('cpe other')
    await polls({ cpe: '-', other: '.' })
    await pinged('cpe')
    await probe()
    await firstAnswers([idOf('cpe')], new Date())
    expect(await shown('cpe')).toBe('up')
  })
})

describe('what a source said while something else decided opens no outage that began then', () => {
  test('as pings did, until they were ended by hand', async () => {
    await scene('ap')
    await pinged('ap')
    await probe()
    await polls({ ap: '.xxxxxx' }) // pings answer all the time
    await updateDevice(idOf('ap'), { pinged: false })
    await polls({ ap: 'x' })
    expect(await outages()).toEqual([])
    await polls({ ap: 'x' })
    expect(await outages()).toEqual(['ap 7-'])
  })

  test('as nobody did, while the source was paused', async () => {
    await scene('ap')
    await polls({ ap: '.xx' })
    await sql()`update sources set enabled = false where id = ${sourceId}`
    await endForsakenOutages(at(4))
    await sql()`update sources set enabled = true where id = ${sourceId}`
    minute += 600
    await polls({ ap: 'x' })
    expect(await outages()).toEqual(['ap 1-4'])
    await polls({ ap: 'x' })
    expect(await outages()).toEqual(['ap 1-4', 'ap 603-'])
  })

  test('as another source did, which is removed', async () => {
    await scene('ap')
    const other = await addSource(sql(), {}, {}, 'The other')
    await sql()`
      insert into source_records (source_id, kind, key, name, device_id, record, seen_at)
      values (${other}, 'device', 'ap', 'ap', ${idOf('ap')}, '{}', now())`
    await polls({ ap: '..' })
    const first = sourceId
    sourceId = other
    await sql()`update sources set next_poll_at = now() + interval '1 hour'`
    await polls({ ap: 'xxxx' })
    await deleteSource(first)
    await polls({ ap: 'x' })
    expect(await outages()).toEqual([])
    await polls({ ap: 'x' })
    expect(await outages()).toEqual(['ap 6-'])
  })
})

describe('a device that two sources list', () => {
  /** Polls of one source alone; the other's time has not come. */
  async function pollsOf(id: number, picture: string) {
    const before = sourceId
    sourceId = id
    await sql()`update sources set next_poll_at = now() + interval '1 hour' where id <> ${id}`
    await polls({ cpe: picture })
    sourceId = before
  }
  async function twoSources() {
    await scene('cpe')
    const second = await addSource(sql(), {}, {}, 'The other')
    await sql()`
      insert into source_records (source_id, kind, key, name, device_id, record, seen_at)
      values (${second}, 'device', 'cpe', 'cpe', ${idOf('cpe')}, '{}', now())`
    return { first: sourceId, second }
  }

  test('is not cut off because the first one fails and the other never knew better', async () => {
    const { first, second } = await twoSources()
    await pollsOf(first, '.')
    await pollsOf(second, 'xxxx')
    minute += 30
    await pollsOf(first, '..')
    await pollsOf(first, '!!')
    await pollsOf(second, 'xxxxx')
    expect(await outages()).toEqual([])
    expect(await shown('cpe')).toBe('unknown')
    await pollsOf(second, '..')
    expect(await shown('cpe')).toBe('up')
    await pollsOf(second, 'xx') // this one is news
    expect(await outages()).toEqual([expect.stringMatching(/^cpe 4\d-$/)])
  })

  test('is cut off since the first one fell silent at the earliest', async () => {
    const { first, second } = await twoSources()
    await pollsOf(first, '.') // at 0
    await pollsOf(second, 'xx') // at 1 and 2
    await pollsOf(first, '.') // at 3
    await pollsOf(first, '!!')
    await pollsOf(second, 'x')
    expect(await outages()).toEqual(['cpe 3-'])
  })

  test('is left to the other when the first one is switched off', async () => {
    const { first, second } = await twoSources()
    await pollsOf(first, '.')
    await pollsOf(second, 'xxxx')
    minute += 30
    await pollsOf(first, '.')
    await sql()`update sources set enabled = false where id = ${first}`
    await pollsOf(second, 'x')
    expect(await outages()).toEqual(['cpe 35-'])
  })
})

test('probes are told of devices alone that are to be pinged', async () => {
  await scene('cpe ap')
  await pinged('ap')
  const { id } = await probe()
  expect((await readAssignment(id)).map((target) => target.id)).toEqual([idOf('ap')])
})

describe('several keepers', () => {
  test('a poll is in one hand; what died over it is taken over when its lease ends, and a late answer counts no more', async () => {
    await scene('cpe')
    await polls({ cpe: '.x' })
    await due()
    const dead = await claimPoll(30_000)
    expect(await claimPoll(30_000)).toBeNull()
    await sql()`update sources set poll_lease_until = now() - interval '1 ms'`
    const next = await claimPoll(30_000)
    if (!dead || !next) throw new Error('Nothing is due')
    const answer = { answeredAt: at(3).getTime(), devices: [said('cpe', 'x')], rejected: 0 }
    expect(await takePoll(next, answer)).toMatchObject({ is: 'good', counts: { isolated: 1 } })
    expect(await takePoll(dead, { ...answer, answeredAt: at(2).getTime() })).toEqual({ is: 'lost' })
    expect(await failPoll(dead, { words: 'too slow' }, at(4))).toEqual({ is: 'lost' })
    expect(await renewPoll(dead, 30_000)).toBeNull()
    expect(await outages()).toEqual(['cpe 1-'])
  })

  test('two that would count the same answer at once count it once', async () => {
    await scene('cpe', { misses: 1, polls: 1 })
    await due()
    const claimed = await claimPoll(30_000)
    if (!claimed) throw new Error('Nothing is due')
    const answer = { answeredAt: at(1).getTime(), devices: [said('cpe', 'x')], rejected: 0 }
    const both = await Promise.all([takePoll(claimed, answer), takePoll(claimed, answer)])
    expect(both.map(({ is }) => is).sort()).toEqual(['good', 'lost'])
    expect(await outages()).toEqual(['cpe 1-'])
  })

  test('the next poll begins whole intervals after this one, and full lists are asked for every 30 s at most', async () => {
    await scene('cpe', { pollSeconds: 5 })
    const next = async (agoSeconds: number) => {
      await due()
      const claimed = await claimPoll(30_000)
      if (!claimed) throw new Error('Nothing is due')
      const claimedAt = new Date(claimed.claimedAt.getTime() - agoSeconds * 1000)
      await takePoll({ ...claimed, claimedAt }, { answeredAt: Date.now(), devices: [said('cpe', '.')], rejected: 0 })
      const [row] = await sql()<{ at: Date }[]>`select next_poll_at as at from sources`
      return Math.round(((row?.at.getTime() ?? 0) - claimedAt.getTime()) / 1000)
    }
    expect(await next(0)).toBe(30)
    expect(await next(45)).toBe(60) // its answer took 45 s
  })

  test('a source that asks for rest gets it', async () => {
    await scene('cpe')
    await due()
    const claimed = await claimPoll(30_000)
    if (!claimed) throw new Error('Nothing is due')
    await failPoll(claimed, { words: 'asked too often', retryAfterSeconds: 300 }, new Date())
    const [row] = await sql()<
      { wait: number }[]
    >`select extract(epoch from next_poll_at - now())::float8 as wait from sources`
    expect(row?.wait).toBeGreaterThan(295)
  })
})

describe('outages that no source can end any more', () => {
  test('end when the device is listed no more, or nobody asks the source, and are not called a recovery', async () => {
    await scene('cpe other third fourth')
    await polls({ cpe: '.xx', other: '.xx', third: '...', fourth: '...' })
    expect(await endForsakenOutages(new Date())).toBe(0)
    await sql()`update source_records set vanished_at = now() where device_id = ${idOf('cpe')}`
    expect(await endForsakenOutages(new Date())).toBe(1)
    await sql()`update sources set enabled = false`
    expect(await endForsakenOutages(new Date())).toBe(1)
    const rows = await sql()`select o.cause from outages o join targets t on t.id = o.target_id order by t.name`
    expect(rows.map(({ cause }) => cause)).toEqual(['removed from its source', 'source paused'])
    expect(await shown('other')).toBe('unknown')
  })
})

describe('correlation', () => {
  const file = (n: number) => fileOutages(new Date(at(n).getTime() + 1000))

  test('an access point and its stations, dark in one poll: one incident', async () => {
    await scene('ap a:ap b:ap c:ap d e f g')
    await polls({ ap: '.xx', a: '.xx', b: '.xx', c: '.xx', d: '...', e: '...', f: '...', g: '...' })
    await file(2)
    expect(await incidents()).toEqual(['ap down 4'])
  })

  test('stations of an access point that answers: one incident of what it lost', async () => {
    await scene('ap a:ap b:ap c:ap d:ap e f g')
    await polls({ ap: '...', a: '.xx', b: '.xx', c: '.xx', d: '...', e: '...', f: '...', g: '...' })
    await file(2)
    await file(3)
    expect(await incidents()).toEqual(['ap members_lost 3'])
  })

  test('stations that come back some polls after their access point are not left behind before the source says so', async () => {
    await scene('ap a:ap b:ap c:ap d e f g')
    const rest = { d: '.', e: '.', f: '.', g: '.' }
    await polls({ ap: '.xx', a: '.xx', b: '.xx', c: '.xx', d: '...', e: '...', f: '...', g: '...' })
    await file(2)
    await polls({ ap: '.', a: '.', b: 'x', c: 'x', ...rest }) // the access point is back
    await file(3)
    await polls({ ap: '.', a: 'x', b: '.', c: '.', ...rest })
    for (const n of [4, 4.5, 4.9]) await file(n)
    expect(await incidents()).toEqual(['ap down 4'])
    await polls({ ap: '.', a: 'x', b: '.', c: '.', ...rest })
    await file(5)
    expect(await outages()).toEqual(['a 1-', 'ap 1-3', 'b 1-4', 'c 1-4'])
    expect(await incidents()).toEqual(['ap down 3', 'a down 1']) // it was still dark a minute and more after that
  })

  test('stations found dark as their access point comes back from a reboot wait for the source’s next word', async () => {
    await scene('ap a:ap b:ap d e f g')
    const rest = { d: '.', e: '.', f: '.', g: '.' }
    await pinged('ap')
    const one = await probe()
    await polls({ ap: '.x', a: '.x', b: '.x', d: '..', e: '..', f: '..', g: '..' })
    await pingsMiss(one, 'ap', at(0.2))
    await file(1.1)
    const back = {
      target_id: idOf('ap'),
      ended_at: at(1.6).getTime(),
      decided_at: at(1.7).getTime(),
      evidence: pingEvidence,
    }
    await sql().begin((tx) => closeOutages(tx, one, [back]))
    await file(1.7)
    await polls({ ap: '.', a: 'x', b: 'x', ...rest }) // at 2: both are called out now
    for (const n of [2, 2.5, 2.9]) await file(n)
    expect(await incidents()).toEqual(['ap down 1'])
    await polls({ ap: '.', a: '.', b: 'x', ...rest }) // at 3: more than a minute after it answered
    await file(3)
    await polls({ ap: '.', a: '.', b: 'x', ...rest })
    await file(4)
    expect(await outages()).toEqual(['ap 0.2-1.6', 'a 1-3', 'b 1-'])
    expect(await incidents()).toEqual(['ap down 2', 'b down 1'])
  })
})

describe('two sources that list one device', () => {
  test('the first one that answers decides', async () => {
    await scene('cpe other')
    const first = sourceId
    const second = await addSource(sql(), {}, {}, 'Other')
    await sql()`
      insert into source_records (source_id, kind, key, name, device_id, record, seen_at)
      values (${second}, 'device', 'cpe', 'cpe', ${idOf('cpe')}, '{}', now())`
    await polls({ cpe: '...', other: '...' })
    sourceId = second
    await sql()`update sources set next_poll_at = 'infinity' where id = ${first}`
    await polls({ cpe: 'xxx' })
    expect(await outages()).toEqual([])
    await sql()`update sources set faults = 5 where id = ${first}`
    await polls({ cpe: 'x' })
    expect(await outages()).toEqual(['cpe 3-'])
  })
})

describe('what a source remembers from before', () => {
  test('becomes outages that are over, once, that nobody is told of, and none overlaps ours', async () => {
    await scene('cpe other')
    const created = new Date(start)
    await sql()`update sources set history_read_at = null`
    await sql()`update targets set created_at = ${created}`
    const item = (deviceKey: string, from: number, to: number | null, kind: 'outage' | 'unreachable' = 'outage') => ({
      deviceKey,
      deviceMac: null,
      kind,
      beganAt: at(from).getTime(),
      endedAt: to === null ? null : at(to).getTime(),
      entry: { id: `${deviceKey} ${from}` },
    })
    const items = [
      item('cpe', -300, -290),
      item('cpe', -295, -280, 'unreachable'), // the same time dark
      item('cpe', -10, null), // still dark when we came
      item('other', -100, -90, 'unreachable'),
      item('other', 5, 9), // we watched by then
      item('nobody', -100, -90),
    ]
    expect(await keepHistory(sourceId, items)).toBe(3)
    expect(await keepHistory(sourceId, items)).toBe(0)
    expect(await outages()).toEqual(['cpe -300--280', 'other -100--90', 'cpe -10-0'])
    await polls({ cpe: 'xx', other: '..' })
    const result = await fileOutages(new Date(at(2).getTime() + 1000))
    expect(result).toMatchObject({ filed: 1, waiting: 0 })
    expect(await incidents()).toEqual(['cpe down 1'])
  })
})
