import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { checkDataFolder, findKeptSecret, keptSecret } from '@/workers/house/data-folder'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'beatline-data-'))
})
afterEach(() => {
  vi.restoreAllMocks()
  rmSync(folder, { recursive: true, force: true })
})

describe('a kept secret', () => {
  test('is made once, whoever asks first, and readable by its owner alone', async () => {
    const asked = await Promise.all(Array.from({ length: 5 }, () => keptSecret(folder, 'key', 'bl_')))
    expect(new Set(asked).size).toBe(1)
    expect(asked[0]).toMatch(/^bl_[\w-]{43}$/)
    expect(await findKeptSecret(folder, 'key')).toBe(asked[0])
    expect(statSync(join(folder, 'secrets/key')).mode & 0o777).toBe(0o600)
  })

  test('that is empty or cut short is named, and not replaced behind the back of its owner', async () => {
    mkdirSync(join(folder, 'secrets'))
    for (const damaged of ['', 'abc\n']) {
      writeFileSync(join(folder, 'secrets/key'), damaged)
      await expect(keptSecret(folder, 'key')).rejects.toThrow(
        /secrets\/key holds \d characters: expected at least 32; put back a copy, or remove it/,
      )
    }
  })
})

describe('the data folder', () => {
  test('is made where it is missing', async () => {
    await checkDataFolder(join(folder, 'a/b'))
    expect(statSync(join(folder, 'a/b')).isDirectory()).toBe(true)
  })

  test('with files of another user is refused with what to do, unless by root', async () => {
    writeFileSync(join(folder, 'beatline.pid'), '')
    const mine = process.getuid?.() ?? 0
    const as = vi.spyOn(process, 'getuid').mockReturnValue(mine + 1)
    await expect(checkDataFolder(folder)).rejects.toThrow(
      `in which beatline.pid belongs to user ${mine}, and this is user ${mine + 1}: start as that user, or run chown -R`,
    )
    as.mockReturnValue(0)
    await checkDataFolder(folder)
  })

  test('too small is refused with what it has and what is needed', async () => {
    await expect(checkDataFolder(folder, 1e18)).rejects.toThrow(/has \d+ MB free: expected at least 1000000000000 MB/)
  })
})
