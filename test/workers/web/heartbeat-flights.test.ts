import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { settleIntakes } from '@/lib/store/intakes'
import {
  beat,
  database,
  inDatabase,
  lastSeq,
  newJob,
  newOnes,
  openLaneScene,
  openScene,
  openSpool,
  openWay,
  touch,
  written,
} from './lane-scene'

openLaneScene()

test('a batch whose answer is lost, and of which one job was changed by another, loses none', async () => {
  const way = await openWay()
  const { push, introduce, settled, empty, outcomes } = await openScene({ url: way.url })
  const [kept, changed] = [await newJob(), await newJob()]
  await introduce(kept, changed)
  await touch(changed)
  way.held.answers = true
  push(beat(kept, 'a'), beat(changed, 'b'))
  await inDatabase(kept, 'a')
  way.held.answers = false
  way.cut()
  await settled('a')
  await settled('b')
  expect([outcomes.get('a'), outcomes.get('b')]).toEqual(['spooled', 'spooled'])
  await empty()
  expect(await newOnes(kept)).toEqual(['a'])
  expect(await newOnes(changed)).toEqual(['b'])
})

test('what was sent first and is on disk comes first, though others of the next batch are plain', async () => {
  const way = await openWay()
  const { push, introduce, settled, empty } = await openScene({ url: way.url })
  const jobs = [await newJob(), await newJob(), await newJob(), await newJob(), await newJob(), await newJob()]
  const [first = 0, plain = 0, fresh = 0] = jobs
  await introduce(...jobs.filter((id) => id !== fresh))
  way.held.requests = true
  push(beat(first, 'a'))
  await expect.poll(() => way.requestsHeld(), { interval: 2 }).toBeGreaterThan(0)
  push(...jobs.filter((id) => id !== first).map((id) => beat(id, `b ${id}`)))
  await sleep(20)
  way.held.requests = false
  way.cut()
  await settled('a')
  await settled(`b ${plain}`)
  await settled(`b ${fresh}`)
  await empty()
  expect((await written(first)).filter((one) => one === 'a')).toEqual(['a'])
  expect((await written(plain)).filter((one) => one.startsWith('b'))).toEqual([`b ${plain}`])
  expect((await written(fresh)).filter((one) => one.startsWith('b'))).toEqual([`b ${fresh}`])
})

test('beats that are not plain go in batches as well', async () => {
  const { push, settled, batches } = await openScene({ url: database.url })
  const jobs = [await newJob(), await newJob(), await newJob(), await newJob()]
  for (let i = 0; i < 400; i++) {
    const jobId = jobs[i % 4] ?? 0
    push(beat(jobId, `r ${i}`, { run: randomUUID(), signal: i % 8 < 4 ? 'start' : 'success' }))
  }
  await settled('r 399')
  expect(batches.reduce((sum, size) => sum + size, 0)).toBe(400)
  expect(batches.length).toBeLessThan(20)
})

test('a batch of the first moment, before the intake has told of itself, is stored once when its answer is lost', async () => {
  const way = await openWay()
  const { push, introduce, settled, empty } = await openScene({ url: way.url, isKnown: false })
  const jobId = await newJob()
  await introduce(jobId)
  way.held.answers = true
  push(beat(jobId, 'a'))
  await inDatabase(jobId, 'a')
  way.held.answers = false
  way.cut()
  await settled('a')
  await empty()
  expect(await newOnes(jobId)).toEqual(['a'])
})

test('a batch on disk that was stored stays so when one after it holds a beat that never can be', async () => {
  const spool = openSpool()
  const jobId = await newJob()
  await spool.append(0, 1, [beat(jobId, 'a'), beat(jobId, 'b'), beat(jobId, 'c')])
  await spool.append(0, 2, [beat(jobId, 'd', { exitStatus: 70_000 }), beat(jobId, 'e')])
  await settleIntakes([{ spoolId: spool.spoolIds[0] ?? '', name: 'test', settledAt: 0 }])
  await database.sql`update intakes set last_seq = 1 where spool_id = ${spool.spoolIds[0] ?? ''}`
  const { empty } = await openScene({ url: database.url, spool, isKnown: false })
  await empty()
  expect(await written(jobId)).toEqual(['e'])
})

test('a batch that reaches the database after it was stored from the disk does not turn the mark back', async () => {
  const way = await openWay()
  const { push, introduce, settled, empty, spool } = await openScene({ url: way.url })
  const [jobId, other] = [await newJob(), await newJob()]
  await introduce(jobId, other)
  Object.assign(way.held, { requests: true, late: true })
  push(beat(jobId, 'a'))
  await expect.poll(() => way.requestsHeld(), { interval: 2 }).toBeGreaterThan(0)
  await sleep(20)
  way.held.requests = false // of the connections to come; what was sent on this one is still on its way
  await settled('a')
  await empty()
  push(beat(other, 'b'))
  await settled('b')
  push(beat(other, 'c'))
  await settled('c')
  const seq = await lastSeq(spool)
  way.held.answers = true
  push(beat(other, 'd'))
  await inDatabase(other, 'd')
  way.release() // the first batch comes at last
  await sleep(300)
  expect(await lastSeq(spool)).toBeGreaterThanOrEqual(seq)
  expect(await newOnes(jobId)).toEqual(['a'])
})

test('two webs that share every job store each beat once, and take none to the disk', async () => {
  // Nothing hangs here: a slow machine is not a database that is away.
  const scene = { url: database.url, hangMs: 60_000 }
  const webs = [await openScene(scene), await openScene(scene)]
  const jobs = await Promise.all(Array.from({ length: 30 }, newJob))
  const many = 60
  for (let i = 0; i < many; i++) {
    for (const [web, { push }] of webs.entries()) push(...jobs.map((id) => beat(id, `${web} ${i}`)).reverse())
    await sleep(i % 3)
  }
  for (const { settled } of webs) await settled(`0 ${many - 1}`).catch(() => settled(`1 ${many - 1}`))
  for (const id of jobs) {
    await expect.poll(async () => (await written(id)).length, { timeout: 80_000 }).toBe(2 * many)
    const found = await written(id)
    for (const web of [0, 1]) {
      const ours = found.filter((one) => one.startsWith(`${web} `))
      expect(ours).toEqual(Array.from({ length: many }, (_, i) => `${web} ${i}`))
    }
  }
  expect(new Set(webs.flatMap(({ outcomes }) => [...outcomes.values()]))).toEqual(new Set(['stored']))
})

/** A generator of numbers from 0 up to and without `n`, the same for the same seed. */
function dice(seed: number) {
  let state = seed * 2654435761 + 1
  return (n: number) => {
    state = (Math.imul(state ^ (state >>> 15), 2246822519) + 0x9e3779b9) >>> 0
    return ((state ^ (state >>> 13)) >>> 0) % n
  }
}

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 1e6))
const rounds = Number(process.env.ROUNDS ?? 12)

test(`whatever happens on the way, what was acknowledged is stored once and in order (SEED=${seed})`, async () => {
  const roll = dice(seed)
  const way = await openWay()
  const webs = [await openScene({ url: way.url, hangMs: 250 })]
  if (process.env.WEBS !== '1') webs.push(await openScene({ url: way.url, hangMs: 250 }))
  const jobs: number[] = []
  while (jobs.length < 12) jobs.push(await newJob())
  const sent = webs.map(() => new Map<number, string[]>()) // by web: job -> messages
  let n = 0
  const fire = (web: number, many: number) => {
    for (let i = 0; i < many; i++) {
      // Most jobs beat at one web; the last four at both.
      const jobId = jobs[roll(3) === 0 ? 8 + roll(4) : roll(8 / webs.length) * webs.length + web] ?? 0
      const message = `${web} ${n++}`
      const signal = (['success', 'success', 'success', 'success', 'log', 'start', 'fail'] as const)[roll(7)] ?? 'log'
      const one = beat(jobId, message, { signal, run: roll(12) === 0 ? randomUUID() : null })
      if (roll(5) > 0) Object.assign(one, { signal: 'success', run: null })
      if (!webs[web]?.push(one)) continue
      const told = sent[web]?.get(jobId)
      if (told) told.push(message)
      else sent[web]?.set(jobId, [message])
    }
  }
  const harms = [
    () => way.cut(),
    () => void Object.assign(way.held, { answers: true }),
    () => void Object.assign(way.held, { requests: true, late: roll(2) === 0 }),
    () => void Object.assign(way.held, { refused: true }),
    () => void touch(jobs[roll(12)] ?? 0).catch(() => {}),
    () =>
      void database.sql`select pg_terminate_backend(pid) from pg_stat_activity
        where application_name = 'beatline intake' and datname = current_database()`.catch(() => {}),
  ]
  async function busy(turns: number, harm: (() => unknown) | undefined): Promise<void> {
    const when = roll(turns)
    for (let i = 0; i < turns; i++) {
      fire(roll(webs.length), 1 + roll(roll(6) === 0 ? 60 : 8))
      if (i === when) harm?.()
      if (roll(3) > 0) await sleep(roll(8))
    }
  }
  for (let round = 0; round < rounds; round++) {
    await busy(20 + roll(20), undefined)
    for (let harmed = roll(3); harmed >= 0; harmed--) await busy(1 + roll(15), harms[roll(harms.length)])
    if (roll(3) === 0) await sleep(roll(600))
    if (roll(2) === 0) way.cut()
    way.held.late = roll(2) === 0
    way.release()
    if (roll(4) > 0) for (const web of webs) await web.empty()
  }
  way.release()
  const all = n
  await expect
    .poll(() => webs.reduce((sum, web) => sum + [...web.outcomes.keys()].length, 0), { timeout: 120_000 })
    .toBe([...sent.flatMap((web) => [...web.values()])].flat().length)
  for (const web of webs) await web.empty()
  await sleep(300)
  const outcomes = new Map(webs.flatMap((web) => [...web.outcomes]))
  const tally = new Map<string, number>()
  for (const outcome of outcomes.values()) tally.set(outcome, (tally.get(outcome) ?? 0) + 1)
  if (process.env.TALLY)
    console.log(
      seed,
      all,
      Object.fromEntries(tally),
      webs.map((web) => web.batches.length),
    )
  const faults: string[] = []
  for (const jobId of jobs) {
    const found = await written(jobId)
    for (const [web, told] of sent.entries()) {
      const ours = found.filter((one) => one.startsWith(`${web} `))
      const due = (told.get(jobId) ?? []).filter((one) => outcomes.get(one) !== 'refused')
      const lost = due.filter((one) => !ours.includes(one))
      const doubled = ours.filter((one, i) => ours.indexOf(one) !== i)
      if (lost.length > 0)
        faults.push(`job ${jobId}: acknowledged and lost: ${lost.map((one) => `${one} ${outcomes.get(one)}`)}`)
      if (doubled.length > 0) faults.push(`job ${jobId}: twice: ${doubled.map((one) => `${one} ${outcomes.get(one)}`)}`)
      if (lost.length + doubled.length === 0 && ours.join() !== due.join()) faults.push(`job ${jobId}: order: ${ours}`)
    }
    const [row] = await database.sql<
      { count: string }[]
    >`select beat_count as count from job_states where job_id = ${jobId}`
    if (Number(row?.count) !== found.length) faults.push(`job ${jobId}: ${row?.count} counted, ${found.length} stored`)
  }
  expect(faults).toEqual([])
  expect(tally.get('refused') ?? 0).toBe(0)
}, 480_000)
