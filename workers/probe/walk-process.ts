import { type ChildProcess, fork } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { constants, setPriority, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const heapMb = 384

/** Starts the process of the walks: the built file beside the running bundle, or, from TypeScript source, one built now. */
export async function startWalkProcess(): Promise<ChildProcess> {
  const built = new URL('./walk-child.mjs', import.meta.url)
  if (existsSync(built)) return launch(fileURLToPath(built))
  const folder = mkdtempSync(join(tmpdir(), 'beatline-walks-'))
  const file = join(folder, 'walk-child.cjs')
  writeFileSync(file, await buildFromSource())
  const child = launch(file)
  child.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  return child
}

function launch(file: string): ChildProcess {
  const child = fork(file, {
    // What opens the database or the web is none of its business.
    env: { PATH: process.env.PATH ?? '', NODE_ENV: process.env.NODE_ENV ?? 'production' },
    execArgv: [`--max-old-space-size=${heapMb}`, '--enable-source-maps'],
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  try {
    if (child.pid) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL) // pings go first
  } catch {
    // it ended at once, which its exit says
  }
  return child
}

async function buildFromSource(): Promise<string> {
  const { build } = await import('esbuild')
  const result = await build({
    entryPoints: [fileURLToPath(new URL('./walk-child.ts', import.meta.url))],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    packages: 'external',
    // A file elsewhere has no place from which to find packages.
    banner: { js: `require = require('node:module').createRequire(${JSON.stringify(import.meta.url)});` },
  })
  return result.outputFiles[0]?.text ?? ''
}
