import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { promisify } from 'node:util'

// A damaged file does not make lmdb throw, it makes the process die: so another one looks at all of it first.
// Of the root the keys alone: what stands beside them is lmdb's own, and no msgpack.
const walk = `
  const root = require(process.argv[1]).open({ path: process.argv[2], maxDbs: 8, encoding: 'msgpack' })
  for (const name of root.getKeys()) for (const _ of root.openDB({ name }).getRange());
  root.close()
`
const walkMs = 120_000

/**
 * Sees that a spool whose process did not end in order can be read, and puts a damaged one aside as FOLDER.damaged, in
 * place of an older one. Null when it is sound, else why it is not.
 */
export async function asideIfDamaged(folder: string): Promise<string | null> {
  if (!existsSync(folder)) return null
  const lmdb = createRequire(import.meta.url).resolve('lmdb')
  const reason = await promisify(execFile)(process.execPath, ['-e', walk, lmdb, folder], { timeout: walkMs }).then(
    () => null,
    (error: { signal?: string; stderr?: string }) =>
      error.stderr?.match(/^\w*Error: .*$/m)?.[0] ?? `reading it ends with ${error.signal ?? 'an error'}`,
  )
  if (reason === null) return null
  await rm(`${folder}.damaged`, { recursive: true, force: true })
  await rename(folder, `${folder}.damaged`)
  return reason
}
