import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { NewBeat, RuleOfJob, StoredBatch } from '@/lib/store/beat-rows'
import { isTransient } from '@/lib/store/database'
import { beatConnection, settleIntakes } from '@/lib/store/intakes'
import { createBeatBook } from '@/lib/store/plain-beats'
import { createDrain, isOfBeats, madeRoom } from './heartbeat-drain'
import { createBeatQueue } from './heartbeat-queue'
import type { BeatSpool } from './heartbeat-spool'
import { within } from './within'

/** What became of a beat: in the database, on disk, its job is gone, or it could not be kept. */
export type Outcome = 'stored' | 'spooled' | 'gone' | 'refused'
export type Waiting<Reply> = { beat: NewBeat; reply: Reply }

type Options<Reply> = {
  lane: number
  name: string
  url: string
  spool: BeatSpool
  orphans: readonly BeatSpool[] // of webs that are gone
  ruleOf: RuleOfJob
  whenReady: Promise<unknown> // the jobs are known from the database
  settle: (waiting: Waiting<Reply>, outcome: Outcome) => void
  onStored: (beats: readonly NewBeat[], stored: StoredBatch) => void
  log: Logger
  hangMs?: number
}

const mostRetries = 5

/** So many batches are on their way at once: while the database stores one, the next is read from its sockets. */
const mostFlights = 2
const roundsKept = 8

/** A batch on its way; `landed` gives those of it that have to go the whole way, and never rejects. */
type Flight<Reply> = { batch: Waiting<Reply>[]; seq: number; landed: Promise<Waiting<Reply>[]> }

/**
 * One lane of the intake: beats wait, then go to the database in batches, and are answered after their commit. Plain ones
 * follow each other closely, each batch bound to the one before; all others go alone. While the database is away they go to
 * the disk instead, and from there in their order when it is back; beats that arrive meanwhile queue behind.
 */
export function openLane<Reply>(options: Options<Reply>) {
  const { lane, name, url, spool, orphans, ruleOf, settle, onStored, log, hangMs = 3000 } = options
  const spoolId = spool.spoolIds[lane] ?? ''
  const sources = [...orphans, spool]
  const book = createBeatBook(ruleOf)
  const queue = createBeatQueue<Waiting<Reply>>()
  const flights: Flight<Reply>[] = []
  const rounds: number[] = [] // beats that were on their way or waiting, at each of the last batches
  let inHandAt: number | null = null // arrival of the oldest beat in hand that is in no flight
  let lastSeq = 0
  let isTold = false // the database knows this spool
  let isWorking = false
  let isAway = waitingOnDisk() > 0
  let drained: Promise<void> | null = null // set while fresh beats are held back for the last of the disk
  let isStopped = false
  let connection = beatConnection(url)
  let appending: Promise<void> | null = null

  function waitingOnDisk(): number {
    return sources.reduce((sum, source) => sum + source.count(lane), 0)
  }

  /** False: too many wait already. */
  function push(waiting: Waiting<Reply>): boolean {
    if (isStopped || !queue.push(waiting)) return false
    if (!isWorking) void work()
    return true
  }

  async function work(): Promise<void> {
    isWorking = true
    try {
      while (queue.length() > 0 || flights.length > 0) await workOnce()
    } catch (error) {
      // Those in hand are not answered: their senders try again.
      inHandAt = null
      log.error({ err: error, lane }, 'beats could not be stored, and stay unanswered')
    } finally {
      isWorking = false
    }
  }

  async function workOnce(): Promise<void> {
    const [first] = flights
    if (drained || isAway) {
      await landAll()
      if (drained) await drained
      else if (isAway && queue.length() > 0) await keepOnDisk(takeBatch(), ++lastSeq)
    } else if (!first) {
      await queue.gather(share())
      await send()
    } else if (flights.length < mostFlights && (await queue.fills(share(), first.landed))) await send()
    else await landFirst()
  }

  /** Half of those who lately asked at once: the one half is stored while the other is answered and asks again. */
  const share = () => Math.ceil(Math.max(1, ...rounds) / mostFlights)

  function takeBatch(most?: number): Waiting<Reply>[] {
    const batch = queue.take(most)
    inHandAt = batch[0]?.beat.at ?? null
    return batch
  }

  async function send(): Promise<void> {
    if (isAway) return
    const batch = takeBatch(share())
    const waiting = flights.reduce((sum, flight) => sum + flight.batch.length, queue.length())
    if (rounds.push(batch.length + waiting) > roundsKept) rounds.shift()
    let { plain, others } = book.split(batch)
    if (others.length > 0 && flights.length > 0) {
      await landAll()
      inHandAt = batch[0]?.beat.at ?? null
      if (isAway)
        return keepOnDisk(batch, ++lastSeq) // what was sent before it is there, and comes first
      ;({ plain, others } = book.split(batch))
    }
    if (plain.length > 0) launch(plain)
    if (others.length > 0) {
      const left = await landings()
      await storeAlone(others)
      await storeAlone(left)
    }
    inHandAt = null
  }

  function launch(batch: Waiting<Reply>[]): void {
    const seq = ++lastSeq
    const ahead = flights.at(-1)
    flights.push({ batch, seq, landed: fly(batch, seq, ahead) })
  }

  async function fly(
    batch: Waiting<Reply>[],
    seq: number,
    ahead: Flight<Reply> | undefined,
  ): Promise<Waiting<Reply>[]> {
    const beats = beatsOf(batch)
    let stored: StoredBatch
    try {
      stored = await within(hangMs, storePlain(beats, seq, ahead?.seq ?? null))
    } catch (error) {
      await ahead?.landed // what was sent first comes first on the disk
      if (isBusy(error) || !isTransient(error)) return batch // nothing was stored: alone it is seen why
      leave(error)
      await keepOnDisk(batch, seq) // under the same number: it may have been stored all the same
      return []
    }
    onStored(beats, stored)
    return settleAll(batch, stored)
  }

  async function landFirst(): Promise<void> {
    const left = await flights[0]?.landed
    if (left && left.length > 0) await landAll()
    else flights.shift()
  }

  async function landAll(): Promise<void> {
    await storeAlone(await landings())
    inHandAt = null
  }

  /** Those of all flights that have to go the whole way. */
  async function landings(): Promise<Waiting<Reply>[]> {
    const left: Waiting<Reply>[] = []
    for (let flight = flights[0]; flight; flight = flights[0]) {
      const back = await flight.landed
      for (const waiting of back) {
        left.push(waiting)
        inHandAt = Math.min(inHandAt ?? waiting.beat.at, waiting.beat.at)
      }
      flights.shift()
    }
    return left
  }

  /** Stores beats of any kind, while nothing else is on its way. */
  async function storeAlone(batch: Waiting<Reply>[]): Promise<void> {
    const beats = beatsOf(batch)
    for (let run = 1; batch.length > 0 && !isAway; run++) {
      const seq = ++lastSeq
      let stored: StoredBatch
      try {
        stored = await within(hangMs, storeAny(beats, seq))
      } catch (error) {
        if (run < mostRetries && (isBusy(error) || (await madeRoom(error)))) continue
        if (!isTransient(error) && isOfBeats(error)) return storeEach(batch, error)
        leave(error)
        return keepOnDisk(batch, seq) // under the same number: it may have been stored all the same
      }
      onStored(beats, stored)
      settleAll(batch, stored)
      return
    }
    // What went to the disk comes first: a higher number in the database would say that it was stored.
    if (batch.length > 0) await keepOnDisk(batch, ++lastSeq)
  }

  function settleAll(batch: Waiting<Reply>[], { outcomes }: StoredBatch): Waiting<Reply>[] {
    const left: Waiting<Reply>[] = []
    for (let i = 0; i < batch.length; i++) {
      const waiting = batch[i]
      if (!waiting) continue
      const outcome = outcomes[i]
      if (outcome === 'changed') left.push(waiting)
      else settle(waiting, outcome === 'gone' ? 'gone' : 'stored')
    }
    return left
  }

  const markOf = (seq: number) => ({ spoolId, seq, settledAt: oldestAt() ?? Date.now() })

  async function storePlain(beats: readonly NewBeat[], seq: number, after: number | null): Promise<StoredBatch> {
    return book.storePlain(await connection.take(), beats, { ...markOf(seq), after })
  }

  async function storeAny(beats: readonly NewBeat[], seq: number): Promise<StoredBatch> {
    const on = await connection.take()
    if (!isTold) await settleIntakes([{ spoolId, name, settledAt: oldestAt() ?? Date.now() }], on) // without a row there is no mark
    isTold = true
    return book.store(on, beats, markOf(seq))
  }

  /** One that the database will never take must not take the others with it. */
  async function storeEach(batch: Waiting<Reply>[], error: unknown): Promise<void> {
    const [only, another] = batch
    if (another) for (const waiting of batch) await storeAlone([waiting])
    else if (only) {
      log.error({ err: error, job: only.beat.jobId }, 'a beat could not be stored')
      settle(only, 'refused')
    }
  }

  async function keepOnDisk(batch: Waiting<Reply>[], seq: number): Promise<void> {
    appending = keep(batch, seq)
    await appending
    appending = null
    inHandAt = null
  }

  async function keep(batch: Waiting<Reply>[], seq: number): Promise<void> {
    try {
      if (spool.isFull()) throw new Error('the disk spool is full')
      await spool.append(lane, seq, beatsOf(batch))
      for (const waiting of batch) settle(waiting, 'spooled')
    } catch (error) {
      log.error({ error: String(error), beats: batch.length }, 'beats were refused: they could not be kept on disk')
      for (const waiting of batch) settle(waiting, 'refused')
    }
  }

  function leave(error: unknown): void {
    if (isAway) return // of what was on its way together the first has dropped the connection
    drop()
    isAway = true
    log.warn({ lane, error: String(error) }, 'the database is away: beats wait on disk')
    void drainer.comeBack()
  }

  function drop(): void {
    connection.end()
    connection = beatConnection(url)
  }

  const drainer = createDrain({
    lane,
    name,
    sources,
    book,
    onStored,
    log,
    hangMs,
    whenReady: options.whenReady,
    take: () => connection.take(),
    drop,
    isWanted: () => isAway && !isStopped,
    appending: () => appending,
    oldestAt,
    holdBack,
    back() {
      isAway = false
    },
  })

  /** Fresh beats wait for a moment, so that the next of them go straight to the database. */
  function holdBack(): () => void {
    let release: () => void = () => {}
    drained = new Promise((done) => {
      release = done
    })
    return () => {
      drained = null
      release()
    }
  }

  /** When the oldest beat that is not in the database yet arrived; null: all are. */
  function oldestAt(): number | null {
    const onTheirWay = flights.map(({ batch }) => batch[0]?.beat.at ?? null)
    const waiting = [inHandAt, ...onTheirWay, queue.oldestAt(), ...sources.map((source) => source.oldestAt(lane))]
    const times = waiting.filter((at) => at !== null)
    return times.length > 0 ? Math.min(...times) : null
  }

  if (isAway) void drainer.comeBack()
  return {
    push,
    isAway: () => isAway,
    settled: () => ({ spoolId, name, settledAt: oldestAt() ?? Date.now() }),
    /** Takes nothing more, and waits for what is in hand. */
    async stop(): Promise<void> {
      isStopped = true
      for (let i = 0; i < 200 && (isWorking || queue.length() > 0); i++) await sleep(20)
      connection.end()
    },
  }
}

const beatsOf = <Reply>(batch: readonly Waiting<Reply>[]) => batch.map((waiting) => waiting.beat)

/** Ended in favour of another transaction: nothing was stored, and it may be tried again at once. */
const isBusy = (error: unknown) =>
  error instanceof Error && 'code' in error && (error.code === '40P01' || error.code === '40001')
