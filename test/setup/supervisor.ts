import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { until } from './product'

export type ProcessName = 'web' | 'keeper' | 'probe' | 'postgres'

export type Supervisor = {
  child: ChildProcess
  output(): string
  exited: Promise<number | null> // the exit code, null when a signal ended it
  /** Waits until its output matches, and returns the match. */
  says(pattern: RegExp, withinMs?: number): Promise<RegExpExecArray>
  /** The pid of a process of it, or null while it does not run. */
  pidOf(name: ProcessName): number | null
  stop(): Promise<number | null>
}

/** Starts `dist`/start.mjs on a data folder and port, and hands back its output and processes; it may well refuse. */
export function startSupervisor(options: {
  dataDir: string
  port: number
  dist?: string
  env?: Record<string, string>
}): Supervisor {
  const { dataDir, port, dist = resolve('dist'), env = {} } = options
  const child = spawn(process.execPath, [join(dist, 'start.mjs')], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...cleanEnvironment(), NODE_ENV: 'production', DATA_DIR: dataDir, PORT: String(port), ...env },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
  const exited = new Promise<number | null>((done) => child.once('close', (code) => done(code)))
  let over = false
  void exited.then(() => (over = true))

  return {
    child,
    exited,
    output: () => output,
    async says(pattern, withinMs = 30_000) {
      return until(
        `the output to match ${pattern}`,
        async () => {
          const match = pattern.exec(output)
          if (!match && over) throw new Error(`It ended without saying ${pattern}:\n${output}`)
          return match
        },
        withinMs,
      )
    },
    pidOf: (name) => pidOf(name, dataDir, dist),
    async stop() {
      if (!over) child.kill('SIGTERM')
      return exited
    },
  }
}

// What vitest sets, and the settings of whoever runs the tests, must not reach the product.
function cleanEnvironment(): NodeJS.ProcessEnv {
  const ours = /^(DATABASE_URL|SECRET_KEY|PROBE_|SITE_URL|HOST|TLS_|ADMIN_|VITEST|NODE_OPTIONS|LOG_)/
  const kept = Object.entries(process.env).filter(([name]) => !ours.test(name))
  return { ...Object.fromEntries(kept), NODE_ENV: 'production' }
}

function pidOf(name: ProcessName, dataDir: string, dist: string): number | null {
  if (name === 'postgres') return lockedBy(join(dataDir, 'postgres/postmaster.pid'))
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry) || isGone(entry)) continue
    if (!readOr(`/proc/${entry}/cmdline`).includes(`${join(dist, name)}.mjs`)) continue
    if (readOr(`/proc/${entry}/environ`).includes(`DATA_DIR=${dataDir}\0`)) return Number(entry)
  }
  return null
}

function lockedBy(file: string): number | null {
  const pid = readOr(file).split('\n')[0] ?? ''
  return pid && !isGone(pid) ? Number(pid) : null
}

function isGone(pid: string): boolean {
  const state = /\) (\w)/.exec(readOr(`/proc/${pid}/stat`))?.[1]
  return state === undefined || state === 'Z' || state === 'X'
}

function readOr(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
