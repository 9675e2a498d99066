import type { ChildProcess } from 'node:child_process'
import type { Clock } from './clock'
import { startWalkProcess } from './walk-process'
import {
  failed,
  type HeardTrap,
  type WalkerCommand,
  type WalkerReport,
  type WalkJob,
  type WalkOutcome,
} from './walk-words'

const restFromMs = 1000
const restToMs = 60_000
const deadlineMs = 60_000 // of one profile on one device
const graceMs = 30_000
const closingMs = 5000

export type WalkerOptions = {
  clock: Clock
  onTraps: (items: HeardTrap[]) => void
  onTrouble: (text: string) => void
  start?: () => Promise<ChildProcess>
}

/**
 * The process of the walks, as the probe sees it: started with the first thing to do, started again when it ended by
 * itself, at first after a second. A walk that was under way then has failed; nothing else is touched by it.
 */
export function openWalker({ clock, onTraps, onTrouble, start = startWalkProcess }: WalkerOptions) {
  const running = new Map<number, (outcome: WalkOutcome) => void>()
  let child: ChildProcess | null = null
  let starting: Promise<ChildProcess> | null = null
  let lastJobId = 0
  let trapPort: number | null = null
  let restMs = restFromMs
  let restsUntil = Number.NEGATIVE_INFINITY
  let closed = false

  function ready(): Promise<ChildProcess> {
    if (child) return Promise.resolve(child)
    if (clock.monoMs() < restsUntil) return Promise.reject(new Error('the process of the walks just ended'))
    starting ??= begin().finally(() => {
      starting = null
    })
    return starting
  }

  async function begin(): Promise<ChildProcess> {
    const begun = await start()
    const beganAt = clock.monoMs()
    begun.on('message', (report: WalkerReport) => take(report))
    child = begun
    begun.once('exit', (code, signal) => ended(begun, beganAt, signal ?? `code ${code}`))
    begun.on('error', (error) => {
      if (begun.pid === undefined) ended(begun, beganAt, error.message) // of what never began no exit is told
    })
    if (trapPort !== null) tell({ kind: 'traps', port: trapPort })
    return begun
  }

  function ended(begun: ChildProcess, beganAt: number, how: string): void {
    if (child === begun) child = null
    for (const settle of running.values()) settle(failed('the process of the walks ended'))
    running.clear()
    if (closed) return
    restMs = clock.monoMs() - beganAt > restToMs ? restFromMs : Math.min(restMs * 2, restToMs)
    restsUntil = clock.monoMs() + restMs
    onTrouble(`the process of the walks ended (${how})`)
    if (trapPort !== null) clock.after(restMs, () => void ready().catch(() => {}))
  }

  function take(report: WalkerReport): void {
    if (report.kind === 'traps') return void onTraps(report.items)
    if (report.kind === 'trouble') return void onTrouble(report.text)
    const settle = running.get(report.jobId)
    running.delete(report.jobId)
    settle?.(report.outcome)
  }

  /** Every walk has its deadline there: when one is over without a word, the whole process hangs. */
  function hangs(): void {
    onTrouble('the process of the walks does not answer: it is ended')
    child?.kill('SIGKILL')
  }

  function tell(command: WalkerCommand): void {
    if (child?.connected) child.send(command, () => {}) // a channel that breaks ends the process, which settles its walks
  }

  return {
    /** Walks a device; never throws. */
    async walk(job: Omit<WalkJob, 'id' | 'deadlineMs'>, signal?: AbortSignal): Promise<WalkOutcome> {
      if (closed) return failed('the probe stops')
      try {
        await ready()
      } catch (error) {
        return failed(error instanceof Error ? error.message : String(error))
      }
      if (signal?.aborted) return failed('stopped')
      const id = ++lastJobId
      return new Promise((resolve) => {
        const stop = () => tell({ kind: 'stop', jobIds: [id] })
        signal?.addEventListener('abort', stop, { once: true })
        const giveUp = clock.after(deadlineMs * Math.max(job.profiles.length, 1) + graceMs, hangs)
        running.set(id, (outcome) => {
          giveUp()
          signal?.removeEventListener('abort', stop)
          resolve(outcome)
        })
        tell({ kind: 'walk', job: { ...job, id, deadlineMs } })
      })
    },

    /** Listens for traps from now on. */
    listen(port: number): void {
      trapPort = port
      if (child) tell({ kind: 'traps', port })
      else void ready().catch((error) => onTrouble(`no traps are heard: ${String(error)}`))
    },
    /** A discovery is over. */
    forget: (discoveryId: number) => tell({ kind: 'forget', discoveryId }),
    running: () => running.size,
    pid: () => child?.pid ?? null,

    async close(): Promise<void> {
      closed = true
      await starting?.catch(() => {})
      const last = child
      if (!last) return
      const gone = new Promise((resolve) => last.once('exit', resolve))
      if (last.connected) last.disconnect()
      else last.kill('SIGKILL')
      const giveUp = clock.after(closingMs, () => last.kill('SIGKILL')) // it hangs: the probe must not
      await gone
      giveUp()
    },
  }
}
export type ProbeWalker = ReturnType<typeof openWalker>
