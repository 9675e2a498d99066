import { fork } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type NewMessage, openSpool, type Spool } from '@/workers/probe/spool'

let folder: string
let spool: Spool
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'beatline-spool-'))
})
afterEach(async () => {
  await spool.close()
  rmSync(folder, { recursive: true, force: true })
})

const blind = (at: number): NewMessage => ({ name: 'blind', body: { state: 'began', at, reason: 'test' } })
const frame = (at: number, bytes = 10): NewMessage => ({
  name: 'frame',
  body: { minute_at: at, target_count: 1, columns: new Uint8Array(bytes).fill(7) },
})
const evidence = { rule: '3 misses in 15 s', address: '10.0.0.1', way: 'raw' as const, pings: [] }
const seqs = () => spool.after(0, 1000).map((message) => message.body.seq)

describe('the spool', () => {
  test('numbers rise, and messages come back in order with all they held', async () => {
    spool = openSpool(folder)
    await spool.append([blind(1), frame(60_000, 3)])
    await spool.append([blind(2)])
    expect(seqs()).toEqual([1, 2, 3])
    const [, second] = spool.after(1, 1).concat(spool.after(0, 2))
    expect(second?.name).toBe('blind')
    const [kept] = spool.after(1, 1)
    expect(kept?.name === 'frame' && [...kept.body.columns]).toEqual([7, 7, 7])
  })

  test('what is committed is gone, and its number is never given again, not even after a restart', async () => {
    spool = openSpool(folder)
    await spool.append([blind(1), blind(2)])
    await spool.committed(1)
    await spool.committed(2)
    const { id } = spool
    await spool.close()
    spool = openSpool(folder)
    expect(spool.id).toBe(id)
    await spool.append([blind(3)])
    expect(seqs()).toEqual([3])
    expect(spool.size().messages).toBe(1)
  })

  test('walks have room of their own: the oldest go, nothing else does', async () => {
    const dropped: string[] = []
    const walk = (at: number): NewMessage => ({
      name: 'walk',
      body: {
        items: [
          {
            ...{ target_id: 1, at, profile_id: 1, duration_ms: 1, failure: null },
            facts: new Uint8Array(1000).fill(7),
          },
        ],
      },
    })
    spool = openSpool(folder, { messages: 1000, bytes: 1 << 20, walkBytes: 5000 }, (kind) => dropped.push(kind))
    await spool.append([blind(1), walk(1), frame(1), walk(2), walk(3)])
    expect(dropped).toEqual([])
    await spool.append([walk(4)])
    expect(seqs()).toEqual([1, 3, 4, 5, 6])
    expect(dropped).toEqual(['walk'])
    await spool.close()
    spool = openSpool(folder, { messages: 4, bytes: 1 << 20 }, (kind) => dropped.push(kind))
    await spool.append([blind(2)])
    expect(seqs()).toEqual([1, 3, 6, 7]) // of a full one, too, walks go first
  })

  test('a full one drops its oldest frames first, then its oldest others', async () => {
    const dropped: string[] = []
    spool = openSpool(folder, { messages: 4, bytes: 1 << 20 }, (kind) => dropped.push(kind))
    await spool.append([blind(1), frame(1), frame(2), blind(2)])
    await spool.append([blind(3)])
    expect(seqs()).toEqual([1, 3, 4, 5])
    await spool.append([blind(4), blind(5)])
    expect(seqs()).toEqual([4, 5, 6, 7])
    expect(dropped).toEqual(['frame', 'frame', 'other'])
  })

  test('it is bounded by bytes as well', async () => {
    spool = openSpool(folder, { messages: 100, bytes: 5000 })
    for (let i = 0; i < 10; i++) await spool.append([frame(i, 1000)])
    expect(seqs()).toEqual([7, 8, 9, 10])
    expect(spool.size().bytes).toBeLessThan(5000)
  })

  test('of what the web will never take it keeps the latest 200', async () => {
    spool = openSpool(folder)
    await spool.append(Array.from({ length: 203 }, (_, i) => frame(i)))
    for (const seq of seqs()) await spool.rejected(seq, 'no such thing', seq)
    expect(spool.deadLetters().map(({ seq }) => seq)).toEqual(Array.from({ length: 200 }, (_, i) => i + 4))
    expect(spool.size()).toEqual({ messages: 0, bytes: 0 })
  })

  test('cut off for hours it keeps every outage, and of the minutes the latest', async () => {
    spool = openSpool(folder, { messages: 1000, bytes: 60_000 })
    const open = (targetId: number, at: number): NewMessage => ({
      name: 'outage.isolated',
      body: { items: [{ target_id: targetId, began_at: at, isolated_at: at, evidence }] },
    })
    for (let minute = 0; minute < 300; minute++) {
      await spool.append([frame(minute, 400)])
      if (minute % 10 === 0) await spool.append([open(minute + 1, minute)])
    }
    const kept = spool.after(0, 1000)
    const minutes = kept.flatMap((message) => (message.name === 'frame' ? [message.body.minute_at] : []))
    expect(kept.filter(({ name }) => name === 'outage.isolated')).toHaveLength(30)
    expect(minutes.length).toBeGreaterThan(60)
    expect(minutes).toEqual(Array.from({ length: minutes.length }, (_, i) => 300 - minutes.length + i))
    expect(spool.size().bytes).toBeLessThanOrEqual(60_000)
  })

  test('outages it holds open are kept with the message, and go with the end or the target', async () => {
    spool = openSpool(folder)
    await spool.append([blind(1)], { opened: [1, 2, 3].map((targetId) => ({ targetId, beganAt: 10 * targetId })) })
    await spool.append([blind(2)], { closed: [{ targetId: 2, endedAt: 99 }] })
    await spool.keepAssignment({ version: 1, confirm_interval: 1, revive_hits: 2, anchors: [] }, [], [3])
    await spool.close()
    spool = openSpool(folder)
    expect(spool.openOutages()).toEqual(new Map([[1, 10]]))
    expect(spool.endedOutages()).toEqual(new Map([[2, 99]]))
  })
})

describe('kill -9 while it is being written', () => {
  test('every message that was reported durable is there, with its mark, without a gap', async () => {
    const script = join(folder, 'writer.mjs')
    await build({
      stdin: {
        contents: `
          import { openSpool } from './workers/probe/spool'
          const spool = openSpool(process.argv[2])
          for (let i = 1; ; i++) {
            const opened = [{ targetId: i, beganAt: i }]
            await spool.append([{ name: 'blind', body: { state: 'began', at: i, reason: 'x' } }], { opened })
            process.send(i)
          }`,
        resolveDir: process.cwd(),
        loader: 'ts',
      },
      outfile: script,
      bundle: true,
      platform: 'node',
      format: 'esm',
      packages: 'external',
      logLevel: 'error',
    })
    // Its packages are found from the house, not from the temp folder.
    const home = join(process.cwd(), 'node_modules', `.spool-writer-${process.pid}.mjs`)
    writeFileSync(home, await import('node:fs').then((fs) => fs.readFileSync(script)))
    const path = join(folder, 'spool')
    let durable = 0
    const child = fork(home, [path], { execArgv: [] })
    await new Promise<void>((resolve, reject) => {
      child.on('message', (i) => {
        durable = Number(i)
        if (durable === 60) child.kill('SIGKILL')
      })
      child.on('exit', () => resolve())
      child.on('error', reject)
    })
    rmSync(home)
    expect(durable).toBeGreaterThanOrEqual(60)
    spool = openSpool(path)
    const found = seqs()
    expect(found.length).toBeGreaterThanOrEqual(durable)
    expect(found).toEqual(found.map((_, i) => i + 1))
    expect(spool.openOutages().size).toBe(found.length)
    await spool.append([blind(0)])
    expect(seqs().at(-1)).toBe(found.length + 1)
  })
})
