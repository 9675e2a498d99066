import { parentPort, workerData } from 'node:worker_threads'
import { type EchoSocket, openEchoSocket, type SocketWay } from './echo-socket'
import { createEngine, type Engine } from './engine'
import { createWallClock, type Libc, loadLibc } from './libc'
import { PACE_MS } from './pace'
import type { PingResults } from './results'
import type { PackedTargets } from './targets'

export type ThreadOptions = { ways: SocketWay[]; maxPerSecond: number }
export type ThreadCommand =
  | { kind: 'ping'; slots: Uint32Array }
  | { kind: 'assign'; targets: PackedTargets }
  | { kind: 'release'; slots: Uint32Array }
  | { kind: 'close' }
export type ThreadReport =
  | { kind: 'ready'; way: SocketWay }
  | { kind: 'refused'; reasons: string[] }
  | { kind: 'results'; results: PingResults }

const IDLE_MS = 10 // between looks at the socket: the kernel stamps arrivals, so nothing is lost by coming late
const FLUSH_MS = 20

const port = parentPort
if (port) {
  const options: ThreadOptions = workerData
  const report = (message: ThreadReport, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer)
  try {
    const libc = loadLibc()
    const sockets = openFirst(libc, options.ways)
    const engine = createEngine({
      sockets,
      maxPerSecond: options.maxPerSecond,
      wallClock: createWallClock(libc),
      steadyClock: () => performance.now(),
      onResults: (results) =>
        report({ kind: 'results', results }, [
          results.slot.buffer as ArrayBuffer,
          results.sentAt.buffer as ArrayBuffer,
          results.rttMs.buffer as ArrayBuffer,
        ]),
    })
    const obey = createLoop(engine)
    port.on('message', (command: ThreadCommand) => {
      if (command.kind === 'close') port.close()
      obey(command)
    })
    report({ kind: 'ready', way: sockets[4].way })
  } catch (error) {
    const causes = error instanceof AggregateError ? error.errors : [error]
    report({
      kind: 'refused',
      reasons: causes.map((cause) => (cause instanceof Error ? cause.message : String(cause))),
    })
    port.close()
  }
}

/** Turns the engine while anything waits or is in flight, and sleeps otherwise. */
function createLoop(engine: Engine): (command: ThreadCommand) => void {
  let stopTimer: (() => void) | null = null
  let flushedAt = 0

  function turn(): void {
    stopTimer = null
    const eager = engine.turn()
    const idle = engine.waiting() === 0 && engine.inFlight() === 0
    const now = performance.now()
    if (engine.gathered() > 0 && (idle || now - flushedAt >= FLUSH_MS)) {
      flushedAt = now
      engine.flush()
    }
    if (idle) return
    if (eager) {
      const immediate = setImmediate(turn)
      stopTimer = () => clearImmediate(immediate)
    } else {
      const timeout = setTimeout(turn, engine.waiting() > 0 ? PACE_MS : IDLE_MS)
      stopTimer = () => clearTimeout(timeout)
    }
  }

  return (command) => {
    if (command.kind === 'assign') engine.assign(command.targets)
    else if (command.kind === 'release') engine.release(command.slots)
    else if (command.kind === 'ping') {
      engine.ping(command.slots)
      if (!stopTimer) turn()
    } else {
      stopTimer?.()
      engine.close()
    }
  }
}

function openFirst(libc: Libc, ways: readonly SocketWay[]): { 4: EchoSocket; 6: EchoSocket | null } {
  const errors: unknown[] = []
  for (const way of ways) {
    try {
      const v4 = openEchoSocket(libc, way, 4)
      return { 4: v4, 6: openOrNull(libc, way) }
    } catch (error) {
      errors.push(error)
    }
  }
  throw new AggregateError(errors)
}

function openOrNull(libc: Libc, way: SocketWay): EchoSocket | null {
  try {
    return openEchoSocket(libc, way, 6)
  } catch {
    return null // a kernel without IPv6
  }
}
