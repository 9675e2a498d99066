import { notSentAnswer } from './answer'
import { ECHO_REQUEST, type QuotedEcho, writeEcho } from './echo'
import { BATCH, ECHO_WORDS, type EchoSocket, NAME_WORDS } from './echo-socket'
import { createInFlight } from './in-flight'
import { errnoName, LINUX as L } from './libc'
import { createPace } from './pace'
import { type Reception, readMessage, readQueuedError } from './reception'
import { createResults, type PingResults } from './results'
import { createTargetTable, TARGET_WORDS } from './targets'
import { createWaiting } from './waiting'

const IN_FLIGHT = 1 << 17
const RESULTS = 8192
const PACED_BATCH = 16 // small, so that the time of sending is known well
const ROUNDS = 256 // batches fetched in one turn, so that a flood cannot hold the thread
const STUCK_MS = 1000 // a network that takes nothing for this long takes nothing: what waits is not sent
const SLICE_MS = 8 // an unpaced sweep lets the thread breathe this often

export type EngineOptions = {
  sockets: { 4: EchoSocket; 6: EchoSocket | null }
  maxPerSecond: number
  wallClock: () => number // epoch ms, the clock of the kernel's stamps
  steadyClock: () => number // ms, only goes forward
  onResults: (results: PingResults) => void
}

/** Sends what waits and collects what came, one turn at a time; whoever owns it decides when to turn. */
export function createEngine({ sockets, maxPerSecond, wallClock, steadyClock, onResults }: EngineOptions) {
  const targets = createTargetTable()
  const waiting = createWaiting()
  const inFlight = createInFlight(IN_FLIGHT)
  const answers = new Map<number, string>() // by index, of pings still in flight
  const results = createResults(RESULTS, onResults)
  const pace = createPace(maxPerSecond)
  const batchOf = maxPerSecond === Number.POSITIVE_INFINITY ? BATCH : PACED_BATCH
  const batch = { 4: createBatch(), 6: createBatch() }
  const open = sockets[6] ? [sockets[4], sockets[6]] : [sockets[4]]
  const stuckSince: Record<4 | 6, number | null> = { 4: null, 6: null } // steady clock
  let now = 0

  const on: Reception = {
    reply(index, arrivedAt) {
      const sentAt = inFlight.sentAt[index] ?? 0
      const elapsed = now - (inFlight.begunAt[index] ?? 0)
      let rtt = arrivedAt - sentAt
      // Not stamped, or the wall clock was set in between: then the steady clock's upper bound is all we know.
      if (!(rtt > -1 && rtt <= elapsed + 1)) rtt = elapsed
      if (rtt > (inFlight.dueAt[index] ?? 0) - (inFlight.begunAt[index] ?? 0)) return
      finish(index, Math.max(rtt, 0))
    },
    refused(echo, family, answer) {
      for (const index of quotedIndexes(echo, family)) answers.set(index, answer)
    },
  }

  function finish(index: number, rtt: number): void {
    const answer = answers.size > 0 ? answers.get(index) : undefined
    if (answer !== undefined) answers.delete(index)
    results.add(inFlight.slot[index] ?? 0, inFlight.sentAt[index] ?? 0, rtt, Number.isNaN(rtt) ? answer : undefined)
    inFlight.end(index)
  }

  const miss = (index: number) => finish(index, Number.NaN)

  function quotedIndexes({ token, id: quotedId, sequence, destination }: QuotedEcho, family: 4 | 6): number[] {
    if (token) return [inFlight.find(token[0], token[1])].filter((index) => index >= 0)
    const socket = sockets[family]
    if (socket?.way === 'raw' && quotedId !== socket.id) return []
    const view = new DataView(destination.buffer, destination.byteOffset)
    return inFlight.withSequence(sequence).filter((index) => {
      const at = (inFlight.slot[index] ?? 0) * TARGET_WORDS
      if (targets.words[at] !== family) return false
      for (let i = 0; i < destination.length / 4; i++)
        if (targets.words[at + 1 + i] !== view.getUint32(i * 4, true)) return false
      return true
    })
  }

  /** Fetches all that came; false when more is left than one turn takes. */
  function collect(): boolean {
    let drained = true
    for (const socket of open) {
      let last = BATCH
      for (let round = 0; round < ROUNDS && last === BATCH; round++) {
        const count = socket.receive(false)
        if (count < 0 && count !== -L.EAGAIN) {
          collectErrors(socket) // a queued error is reported once in place of messages
          continue
        }
        now = steadyClock()
        for (let i = 0; i < count; i++) readMessage(socket, i, inFlight, on)
        last = count
      }
      drained &&= last < BATCH
      collectErrors(socket)
    }
    return drained
  }

  function collectErrors(socket: EchoSocket): void {
    if (socket.way !== 'datagram') return
    const count = socket.receive(true)
    for (let i = 0; i < count; i++) readQueuedError(socket, i, on)
  }

  /** Fills batches with up to `most` waiting pings and sends them; false when the sockets take no more for now. */
  function send(most: number): boolean {
    let took = 0
    for (; took < most && waiting.count() > 0; took++) {
      const slot = waiting.shift()
      const at = slot * TARGET_WORDS
      const family = targets.words[at] ?? 0
      const socket = family === 4 ? sockets[4] : sockets[6]
      const index = inFlight.begin(slot, now, targets.timeouts[slot] || 1)
      if (index < 0) {
        waiting.unshift(slot)
        break
      }
      if (family === 0 || !socket) {
        inFlight.sentAt[index] = wallClock()
        answers.set(index, family === 0 ? 'not sent: nothing is assigned to it' : 'not sent: no IPv6 on this machine')
        continue
      }
      const filling = family === 4 ? batch[4] : batch[6]
      fill(socket, filling.count, at, index)
      filling.indexes[filling.count++] = index
    }
    pace.spend(took)
    const flowing = flushBatch(sockets[4], batch[4])
    return (sockets[6] ? flushBatch(sockets[6], batch[6]) : true) && flowing && took > 0
  }

  function fill(socket: EchoSocket, place: number, at: number, index: number): void {
    const { names, packets } = socket.sending
    const name = place * NAME_WORDS
    const words = targets.words
    if (socket.family === 4) names[name + 1] = words[at + 1] ?? 0
    else for (let w = 0; w < 5; w++) names[name + 2 + w] = words[at + 1 + w] ?? 0
    const low = inFlight.low[index] ?? 0
    writeEcho(
      packets,
      place * ECHO_WORDS,
      ECHO_REQUEST[socket.family],
      socket.id,
      index & 0xffff,
      low,
      inFlight.high[index] ?? 0,
    )
  }

  function flushBatch(socket: EchoSocket, filled: Batch): boolean {
    const count = filled.count
    filled.count = 0
    let retried = false
    let flowed = true
    for (let from = 0; from < count; ) {
      const before = wallClock()
      const sent = socket.send(from, count)
      if (sent > 0) {
        const step = (wallClock() - before) / sent // the kernel takes about the same time for each of the batch
        for (let i = 0; i < sent; i++) inFlight.sentAt[filled.indexes[from + i] ?? 0] = before + step * i
        from += sent
        retried = false
      } else if ((sent === -L.EAGAIN || sent === -L.ENOBUFS) && !isStuck(socket.family)) {
        putBack(filled, from, count)
        return false
      } else if (!retried) {
        retried = true // the first error may be the pending one of an earlier ping
        collectErrors(socket)
      } else {
        const index = filled.indexes[from++] ?? 0
        inFlight.sentAt[index] = before
        answers.set(index, notSentAnswer(errnoName(-sent)))
        retried = false
        flowed &&= sent !== -L.EAGAIN && sent !== -L.ENOBUFS
      }
    }
    if (flowed && count > 0) stuckSince[socket.family] = null
    return true
  }

  function isStuck(family: 4 | 6): boolean {
    const since = stuckSince[family] ?? now
    stuckSince[family] = since
    return now - since >= STUCK_MS
  }

  function putBack(filled: Batch, from: number, to: number): void {
    for (let i = to - 1; i >= from; i--) {
      const index = filled.indexes[i] ?? 0
      waiting.unshift(inFlight.slot[index] ?? 0)
      inFlight.end(index)
    }
  }

  return {
    assign: targets.assign,
    release: targets.release,
    ping: (slots: Uint32Array) => waiting.push(slots),
    flush: results.flush,
    gathered: results.count,
    inFlight: inFlight.count,
    waiting: waiting.count,
    /** One turn: collects, ends what is over time, sends what may leave. True when the next need not wait. */
    turn(): boolean {
      now = steadyClock()
      const began = now
      if (inFlight.count() > 0) {
        if (collect()) inFlight.expire(now, miss)
      }
      let quota = pace.quota(now, waiting.count())
      while (quota > 0) {
        const most = Math.min(batchOf, quota)
        quota -= most
        now = steadyClock()
        if (!send(most)) return false
        if (batchOf === BATCH) collect()
        if (now - began > SLICE_MS) break
      }
      return batchOf === BATCH && waiting.count() > 0
    },
    close: () => {
      for (const socket of open) socket.close()
    },
  }
}

type Batch = { indexes: Uint32Array; count: number }
const createBatch = (): Batch => ({ indexes: new Uint32Array(BATCH), count: 0 })

export type Engine = ReturnType<typeof createEngine>
