import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { NewBeat } from '@/lib/store/beat-rows'
import { claimBeatSpools, openBeatSpool } from '@/workers/web/heartbeat-spool'

let folder: string
const open: { close: () => Promise<void> }[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'beatline-beat-spool-'))
})
afterEach(async () => {
  await Promise.all(open.splice(0).map((spool) => spool.close()))
  await rm(folder, { recursive: true, force: true })
})

function opened(limits?: { beats: number; bytes: number }) {
  const spool = openBeatSpool(folder, limits)
  open.push(spool)
  return spool
}

async function reopened(spool: ReturnType<typeof openBeatSpool>) {
  open.splice(open.indexOf(spool), 1)
  await spool.close()
  return opened()
}

const beat = (n: number, more: Partial<NewBeat> = {}): NewBeat => ({
  jobId: n,
  at: 1_790_000_000_000 + n,
  signal: 'success',
  exitStatus: null,
  durationMs: null,
  run: null,
  message: null,
  body: null,
  bodyCut: false,
  address: null,
  agent: null,
  method: 'GET',
  ...more,
})

describe('what waits on disk', () => {
  test('comes back after a restart as it was, in its order, life by life', async () => {
    const first = opened()
    const full = beat(1, {
      body: Buffer.from([0, 255, 128, 10]),
      message: 'é "\\ \u{1f600}',
      run: 'r',
      exitStatus: 3,
      durationMs: 12.5,
      bodyCut: true,
      address: '::1',
      agent: 'curl',
    })
    await first.append(0, 7, [full, beat(2)])
    const second = await reopened(first)
    await second.append(0, 1, [beat(3)])
    const third = await reopened(second)
    expect(third.size().beats).toBe(3)
    expect(third.oldestAt(0)).toBe(full.at)

    const chunk = third.next(0, 1000)
    expect(chunk).toMatchObject({ spoolId: first.spoolIds[0], lastSeq: 7, seqs: [7, 7] })
    expect(chunk?.beats).toEqual([full, beat(2)])
    if (chunk) await third.remove(0, chunk)
    const next = third.next(0, 1000)
    expect(next).toMatchObject({ spoolId: second.spoolIds[0], lastSeq: 1, beats: [beat(3)] })
    if (next) await third.remove(0, next)
    expect([third.next(0, 1000), third.size()]).toEqual([null, { beats: 0, bytes: 0 }])
  })

  test('is handed out in chunks that end with a batch', async () => {
    const spool = opened()
    for (let seq = 1; seq <= 5; seq++) await spool.append(0, seq, [beat(seq), beat(seq), beat(seq)])
    expect(spool.next(0, 7)).toMatchObject({ lastSeq: 2, seqs: [1, 1, 1, 2, 2, 2] })
    expect(spool.next(0, 1)).toMatchObject({ lastSeq: 1 }) // a batch larger than asked for is one all the same
  })

  test('has a bound', async () => {
    const spool = opened({ beats: 4, bytes: 1 << 20 })
    await spool.append(0, 1, [beat(1), beat(2), beat(3)])
    expect(spool.isFull()).toBe(false)
    await spool.append(0, 2, [beat(4)])
    expect(spool.isFull()).toBe(true)
  })

  test('is remembered by the spools of earlier lives until they are forgotten elsewhere, too', async () => {
    const first = opened()
    await first.append(0, 1, [beat(1)])
    const second = await reopened(first)
    const third = await reopened(second)
    const told: string[][] = []
    await expect(third.buryLives(() => Promise.reject(new Error('away')))).rejects.toThrow('away')
    await third.buryLives(async (ids) => void told.push(ids))
    await third.buryLives(async (ids) => void told.push(ids))
    expect(told).toEqual([second.spoolIds]) // beats of the first still wait
  })
})

test('the index of jobs is kept', async () => {
  const job = {
    id: 7,
    uuid: 'a'.repeat(32),
    name: 'Überwachung',
    slug: 'uberwachung',
    aliases: ['c2354d53d2'],
    schedule: { kind: 'cron', expression: '0 3 * * *', zone: 'Europe/Berlin' } as const,
    graceSeconds: 60,
    permissibleMisses: 1,
    stickyPause: false,
    countsPeriods: false,
  }
  const spool = opened()
  await spool.keepJobs([job, { ...job, id: 8 }], [], 'key')
  await spool.keepJobs([{ ...job, slug: 'other' }], [8], 'key 2')
  const again = await reopened(spool)
  expect([...again.jobs()]).toEqual([{ ...job, slug: 'other' }])
  expect(again.pingKey()).toBe('key 2')
})

test('webs at work have a spool each, and one that is gone leaves its beats to the next', async () => {
  for (const name of ['0', '1', '2']) {
    const left = openBeatSpool(join(folder, name))
    if (name !== '2') await left.append(0, 1, [beat(Number(name))])
    await left.close()
  }
  const mine = claimBeatSpools(folder)
  open.push(mine.own, ...mine.orphans)
  expect(mine.own.next(0, 10)?.beats).toEqual([beat(0)])
  expect(mine.orphans.map((spool) => spool.next(0, 10)?.beats)).toEqual([[beat(1)]])
  const other = claimBeatSpools(folder) // what the first one holds is not for the second
  open.push(other.own, ...other.orphans)
  expect([other.own.size().beats, other.orphans.length]).toEqual([0, 0])
})
