import { cpSync, existsSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { open } from 'lmdb'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { asideIfDamaged } from '@/workers/probe/sound-spool'
import { openSpool } from '@/workers/probe/spool'

let parent: string
let folder: string
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'beatline-sound-'))
  folder = join(parent, 'spool')
})
afterEach(() => rmSync(parent, { recursive: true, force: true }))

/** The files as kill -9 leaves them: taken while the spool is open, after what it said was durable. */
async function killed(): Promise<void> {
  const spool = openSpool(join(parent, 'alive'))
  await spool.append(
    [
      { name: 'blind', body: { state: 'began', at: 1, reason: 'test' } },
      { name: 'frame', body: { minute_at: 60_000, target_count: 1, columns: new Uint8Array(100).fill(7) } },
    ],
    { opened: [{ targetId: 7, beganAt: 1000 }] },
  )
  cpSync(join(parent, 'alive'), folder, { recursive: true })
  await spool.close()
}

describe('a spool whose process was killed', () => {
  test('is left as it is: nothing of it is lost', async () => {
    await killed()
    expect(await asideIfDamaged(folder)).toBeNull()
    expect(existsSync(`${folder}.damaged`)).toBe(false)
    const spool = openSpool(folder)
    expect(spool.after(0, 10).map(({ name }) => name)).toEqual(['blind', 'frame'])
    await spool.close()
  })

  test('one that has nothing in it yet is sound, and so is one that is not there', async () => {
    expect(await asideIfDamaged(folder)).toBeNull()
    await openSpool(folder).close()
    expect(await asideIfDamaged(folder)).toBeNull()
  })

  const damages: [string, () => unknown][] = [
    ['cut short', () => truncateSync(join(folder, 'data.mdb'), 8192)],
    ['overwritten', () => writeFileSync(join(folder, 'data.mdb'), Buffer.alloc(100_000, 'not a database '))],
    [
      'holding a value that nobody can read',
      async () => {
        const root = open({ path: folder, maxDbs: 8, encoding: 'binary' })
        await root.openDB({ name: 'messages', encoding: 'binary' }).put(9, Buffer.from([0xda, 0xff, 0xff, 1]))
        await root.close()
      },
    ],
  ]
  test.each(damages)('%s, it is put aside, with the reason', async (_, damage) => {
    await killed()
    await damage()
    expect(await asideIfDamaged(folder)).toMatch(/Error|reading it ends/)
    expect([existsSync(folder), existsSync(`${folder}.damaged`)]).toEqual([false, true])
  })
})
