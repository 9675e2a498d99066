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

type Loop = {
  name: string
  bell: Bell
  everyMs: number
  /** At least this long between two steps, so that a flood of bells is worked off in batches. */
  gapMs: number
  /** Works; true: there is more to do at once. */
  step: (signal: AbortSignal) => Promise<boolean>
  onDone?: () => void
  log: Logger
  signal: AbortSignal
}

/** Runs `step` whenever the bell rings and every `everyMs`, until `signal`. A failure is logged, waited out, and survived. */
export async function runLoop({ name, bell, everyMs, gapMs, step, onDone, log, signal }: Loop): Promise<void> {
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
    if (!more && !signal.aborted) await bell.wait(everyMs, signal)
    if (!signal.aborted && gapMs > 0) await sleep(gapMs, undefined, { signal }).catch(() => {})
  }
}
