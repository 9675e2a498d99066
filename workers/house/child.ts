import { type ChildProcess, spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Logger } from 'pino'
import { createBackoff } from './backoff'

export type RoleName = 'web' | 'keeper' | 'probe'
export type Role = { stop(): Promise<void>; restart(): void; kill(): void }

// Old-space limits: all roles and PostgreSQL together stay under 1.2 GB with 50,000 devices.
const heapMb: Record<RoleName, number> = { web: 384, keeper: 192, probe: 256 }
// Thousands of requests a second leave much behind that is dead at once: more room for it costs nothing, and spares
// collecting it so often (of the web's CPU a twelfth, under such a load).
const youngMb: Partial<Record<RoleName, number>> = { web: 32 }
// The keeper reads much that is dead a moment later, in large pieces: collected at every 10 MB, as V8 begins, that is a
// third of its work while thousands of devices go dark.
const startMb: Partial<Record<RoleName, number>> = { keeper: 96 }
const patienceMs = 15_000

/** Keeps one role running: starts it, and again with growing pauses when it ends, until `stop`. */
export function keepRole(name: RoleName, log: Logger): Role {
  const backoff = createBackoff()
  const wish = new AbortController()
  let child: ChildProcess | undefined
  const ended = (async () => {
    while (!wish.signal.aborted) {
      const startedAt = Date.now()
      child = launch(name)
      const how = await endOf(child)
      if (wish.signal.aborted) return
      const waitMs = backoff(Date.now() - startedAt)
      log.error({ role_name: name, how, restart_in_ms: waitMs }, `${name} ended (${how}); starting it again`)
      await sleep(waitMs, undefined, { signal: wish.signal }).catch(() => {})
    }
  })()

  return {
    async stop() {
      wish.abort()
      child?.kill('SIGTERM')
      const forced = setTimeout(() => {
        log.warn(`${name} did not end within ${patienceMs / 1000} s: ending it by force`)
        child?.kill('SIGKILL')
      }, patienceMs)
      await ended
      clearTimeout(forced)
    },
    restart: () => void child?.kill('SIGTERM'),
    kill: () => void child?.kill('SIGKILL'),
  }
}

function launch(name: RoleName): ChildProcess {
  const beside = (file: string) => new URL(`./${file}.mjs`, import.meta.url)
  const flags = [...heapFlags(name), '--enable-source-maps', '--import', beside('leash').href]
  return spawn(process.execPath, [...flags, fileURLToPath(beside(name))], {
    detached: true, // Ctrl-C in the terminal reaches the supervisor alone, which stops the roles in their order
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'], // the channel is the leash
  })
}

/** What Node.js is told of the memory of a role. */
export function heapFlags(name: RoleName): string[] {
  const [young, start] = [youngMb[name], startMb[name]]
  return [
    `--max-old-space-size=${heapMb[name]}`,
    ...(young ? [`--max-semi-space-size=${young}`] : []),
    ...(start ? [`--initial-old-space-size=${start}`] : []),
  ]
}

async function endOf(child: ChildProcess): Promise<string> {
  return new Promise((done) => {
    child.once('error', (error) => done(error.message))
    child.once('exit', (code, signal) => done(signal ?? `exit code ${code}`))
  })
}
