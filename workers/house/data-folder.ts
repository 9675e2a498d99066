import { randomBytes, randomUUID } from 'node:crypto'
import {
  access,
  chmod,
  constants,
  link,
  lstat,
  mkdir,
  open,
  readdir,
  readFile,
  rm,
  statfs,
  writeFile,
} from 'node:fs/promises'
import { join } from 'node:path'
import { SettingsError } from '@/lib/env'

const databaseBytes = 256 * 1024 * 1024
const whoAmI = () => (process.getuid ? `user ${process.getuid()}` : 'this user')

/** Makes the data folder and sees that it can hold a database, or `neededBytes`: writable, and not full. Throws a SettingsError. */
export async function checkDataFolder(dataDir: string, neededBytes = databaseBytes): Promise<void> {
  const refuse = (error: NodeJS.ErrnoException) => {
    const remedy =
      error.code === 'ENOSPC'
        ? 'free some space there, or set DATA_DIR to a larger disk'
        : `give the folder to ${whoAmI()}, or set DATA_DIR to one that is`
    throw new SettingsError(`DATA_DIR is ${dataDir}, which cannot be written (${error.code}): ${remedy}`)
  }
  await mkdir(dataDir, { recursive: true }).catch(refuse)
  await access(dataDir, constants.W_OK | constants.X_OK).catch(refuse)
  await checkOwners(dataDir)
  const { bavail, bsize } = await statfs(dataDir)
  const free = bavail * bsize
  if (free < neededBytes) {
    throw new SettingsError(
      `DATA_DIR is ${dataDir}, which has ${Math.floor(free / 1e6)} MB free: expected at least ` +
        `${Math.round(neededBytes / 1e6)} MB; free some space there, or set DATA_DIR to a larger disk`,
    )
  }
  const trial = join(dataDir, `.trial-${process.pid}`)
  await writeFile(trial, 'x').catch(refuse)
  await rm(trial)
}

/** Started once as root, it holds files that nobody else can open. Root itself can open all. */
async function checkOwners(dataDir: string): Promise<void> {
  const me = process.getuid?.() ?? 0
  if (me === 0) return
  for (const name of await readdir(dataDir)) {
    const { uid } = (await lstat(join(dataDir, name)).catch(() => null)) ?? { uid: me }
    if (uid === me) continue
    throw new SettingsError(
      `DATA_DIR is ${dataDir}, in which ${name} belongs to user ${uid}, and this is user ${me}: ` +
        `start as that user, or run chown -R ${me} ${dataDir} as root`,
    )
  }
}

const shortestSecret = 32

/** A secret of the data folder, in `secrets`/name, readable by its owner alone; made at the first call. */
export async function keptSecret(dataDir: string, name: string, prefix = ''): Promise<string> {
  const folder = join(dataDir, 'secrets')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const file = join(folder, name)
  const kept = (await readFile(file, 'utf8').catch(() => null))?.trim()
  if (kept !== undefined) {
    if (kept.length >= shortestSecret) return kept
    throw new SettingsError(
      `${file} holds ${kept.length} characters: expected at least ${shortestSecret}; put back a copy, or remove it to ` +
        'have a new one made, by which what was encrypted with it cannot be read',
    )
  }

  const made = prefix + randomBytes(32).toString('base64url')
  const draft = `${file}.${randomUUID()}`
  const handle = await open(draft, 'w', 0o600)
  await handle.writeFile(`${made}\n`)
  await handle.sync() // a key that a power cut takes away takes what it has encrypted along
  await handle.close()
  await chmod(draft, 0o600)
  try {
    await link(draft, file) // fails when another process was faster, which a rename would not
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    await rm(draft)
  }
  return (await readFile(file, 'utf8')).trim()
}

/** The secret if it has been made, else null. */
export async function findKeptSecret(dataDir: string, name: string): Promise<string | null> {
  return (await readFile(join(dataDir, 'secrets', name), 'utf8').catch(() => '')).trim() || null
}
