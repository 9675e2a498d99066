import type { Worker } from 'node:worker_threads'
import type { SocketWay } from './echo-socket'
import type { ThreadCommand, ThreadReport } from './ping-thread'
import type { PingResults } from './results'
import { openSystemPinger } from './system-pinger'
import { type PingTarget, packTargets } from './targets'
import { startPingThread } from './thread'

export type { PingResults } from './results'
export type { PingTarget } from './targets'
export { availableWays } from './ways'

export type PingWay = SocketWay | 'system'

export type Pinger = {
  way: PingWay
  /** Adds targets, or replaces those with the same slot. Throws a RangeError for one that cannot be pinged. */
  assign(targets: readonly PingTarget[]): void
  /** Forgets targets. What is already in flight still gives its result. */
  release(slots: readonly number[]): void
  /** Sends one echo to each as soon as pacing allows. Each gives exactly one result: a hit, or a miss after its timeout. */
  ping(slots: Uint32Array): void
  /** Ends it; what is still out gives no result. */
  close(): Promise<void>
}

export type PingerOptions = {
  /** Without it, the best way that works here. */
  way?: PingWay
  /** The most echoes a second, spread evenly; Infinity for no pacing at all. Default 20000. */
  maxPerSecond?: number
  onResults: (results: PingResults) => void
  /** The engine failed: no more results come. */
  onError: (error: Error) => void
  /** Closes the pinger. */
  signal?: AbortSignal
}

/** Opens the ICMP engine in a thread of its own, or the system's ping where no socket may be opened. */
export async function openPinger(options: PingerOptions): Promise<Pinger> {
  options.signal?.throwIfAborted()
  const pinger = await openWay(options)
  options.signal?.addEventListener('abort', () => void pinger.close(), { once: true })
  return pinger
}

async function openWay(options: PingerOptions): Promise<Pinger> {
  if (options.way === 'system') return openSystemPinger(options)
  const opened = await openThread(options.way ? [options.way] : ['raw', 'datagram'], options)
  if ('way' in opened) return opened
  if (options.way) throw new Error(opened.reasons.join('; '))
  return openSystemPinger(options)
}

async function openThread(ways: SocketWay[], options: PingerOptions): Promise<Pinger | { reasons: string[] }> {
  const { maxPerSecond = 20_000, onResults, onError } = options
  const worker = await startPingThread({ ways, maxPerSecond })
  const first = await firstReport(worker)
  if (first.kind === 'refused') {
    await worker.terminate()
    return { reasons: first.reasons }
  }
  if (first.kind !== 'ready') throw new Error('The ping thread gave results before it was ready')
  let closed: Promise<void> | null = null
  worker.on('message', (report: ThreadReport) => {
    if (report.kind === 'results' && !closed) onResults(report.results)
  })
  worker.on('error', (error) => {
    if (!closed) onError(error instanceof Error ? error : new Error(String(error)))
  })
  const ended = new Promise<void>((resolve) =>
    worker.once('exit', () => {
      if (!closed) onError(new Error('The ping thread ended by itself'))
      resolve()
    }),
  )
  const tell = (command: ThreadCommand, transfer: ArrayBuffer[]) => {
    if (!closed) worker.postMessage(command, transfer)
  }

  return {
    way: first.way,
    assign(targets) {
      const packed = packTargets(targets)
      tell({ kind: 'assign', targets: packed }, [])
    },
    release(slots) {
      tell({ kind: 'release', slots: Uint32Array.from(slots) }, [])
    },
    ping(slots) {
      const copy = new Uint32Array(slots)
      tell({ kind: 'ping', slots: copy }, [copy.buffer])
    },
    close() {
      if (!closed) {
        tell({ kind: 'close' }, [])
        closed = ended
      }
      return closed
    },
  }
}

function firstReport(worker: Worker): Promise<ThreadReport> {
  return new Promise((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', reject)
  })
}
