import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'

/** Something to wait for: rung by a notice of the database, by another loop, or by itself after a while. */
export class Bell {
  #rung = false
  #wake: (() => void) | null = null

  ring(): void {
    this.#rung = true
    this.#wake?.()
  }

  /** Until it is rung (also before this call), `ms` have passed, or `signal`. */
  async wait(ms: number, signal: AbortSignal): Promise<void> {
    if (!this.#rung && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const done = () => {
          clearTimeout(timer)
          signal.removeEventListener('abort', done)
          this.#wake = null
          resolve()
        }
        const timer = setTimeout(done, ms)
        signal.addEventListener('abort', done)
        this.#wake = done
      })
    }
    this.#rung = false
  }
}

/** Rings a bell at the earliest instant that it was last told of, until `signal`. */
export function createAlarm(bell: Bell, signal: AbortSignal): (at: Date) => void {
  let timer: NodeJS.Timeout | undefined
  signal.addEventListener('abort', () => clearTimeout(timer))
  return (at) => {
    clearTimeout(timer)
    if (!signal.aborted) timer = setTimeout(() => bell.ring(), Math.max(0, at.getTime() - Date.now()) + 1)
  }
}

type Loop = {
  name: string
  bell: Bell
  everyMs: number
  /** At least this long between two steps, so that a flood of bells is worked off in batches. */
  gapMs: number
  /** Works; true: there is more to do at once. */
  step: (signal: AbortSignal) => Promise<boolean>
  onDone?: () => void
  /** Called after each step, failed or not: a loop that stops calling hangs. */
  onRound?: () => void
  log: Logger
  signal: AbortSignal
}

/** Runs `step` whenever the bell rings and every `everyMs`, until `signal`. A failure is logged, waited out, and survived. */
export async function runLoop(loop: Loop): Promise<void> {
  const { name, bell, everyMs, gapMs, step, onDone, onRound, log, signal } = loop
  let failures = 0
  while (!signal.aborted) {
    let more = false
    try {
      more = await step(signal)
      failures = 0
      onDone?.()
    } catch (error) {
      failures++
      log.error({ err: error, failures }, `${name} failed, trying again`)
      await sleep(Math.min(30_000, 250 * 2 ** Math.min(failures, 7)), undefined, { signal }).catch(() => {})
    }
    onRound?.()
    if (!more && !signal.aborted) await bell.wait(everyMs, signal)
    if (!signal.aborted && gapMs > 0) await sleep(gapMs, undefined, { signal }).catch(() => {})
  }
}

/**
 * Rejects when one of `rounds` (name -> epoch ms of its last round) is older than `mostMs`: the database driver can lose a
 * query for good when its connection is cut (porsager/postgres issues 1154, 1208), and only a new process mends that.
 */
export async function watchRounds(rounds: Readonly<Record<string, number>>, mostMs: number, signal: AbortSignal) {
  while (!signal.aborted) {
    await sleep(Math.min(5000, mostMs / 4), undefined, { signal }).catch(() => {})
    const stuck = Object.entries(rounds).find(([, at]) => Date.now() - at > mostMs)
    if (stuck && !signal.aborted) throw new Error(`The loop ${stuck[0]} has hung for more than ${mostMs / 1000} s`)
  }
}
