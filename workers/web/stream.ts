import type { Logger } from 'pino'
import type { StoredEvent } from '@/lib/store/events'
import { within } from './within'

const pageSize = 1000

export type Stream = {
  catchUp: () => Promise<void>
  /** The id of the newest event that was emitted; 0 before the first look. */
  last: () => number
  /** Runs `work` while nothing is emitted, for `mostMs` at most: after that `isOver` says so, and the stream goes on. */
  alone: <T>(work: (last: number, isOver: () => boolean) => Promise<T>) => Promise<T>
}
type Options = {
  lastEventId: () => Promise<number>
  listEvents: (page: { after: number; limit: number }) => Promise<StoredEvent[]>
  emit: (stored: StoredEvent) => void
  log: Pick<Logger, 'warn'>
  mostMs?: number
}

/** Reads the log on from where it was last read; one reader at a time, told again while it reads. */
export function openStream({ lastEventId, listEvents, emit, log, mostMs = 30_000 }: Options): Stream {
  let last: number | null = null
  let turn: Promise<unknown> = Promise.resolve()
  let isDue = false

  function alone<T>(work: (last: number, isOver: () => boolean) => Promise<T>): Promise<T> {
    const mine = turn.then(() => {
      let over = false
      const working = async () => {
        const from = last ?? (await lastEventId())
        if (over) throw new Error('the turn is over')
        last = from
        return work(from, () => over)
      }
      // A query can be lost for good with its connection: one turn must not be everybody's last.
      return within(mostMs, working()).finally(() => {
        over = true
      })
    })
    turn = mine.catch(() => {})
    return mine
  }

  async function catchUp(): Promise<void> {
    if (isDue) return // the reader that waits for its turn will see this one, too
    isDue = true
    try {
      await alone(readOn)
    } catch (error) {
      isDue = false
      log.warn({ error: String(error) }, 'cannot read the event log; trying again within 5 s')
    }
  }

  async function readOn(from: number, isOver: () => boolean): Promise<void> {
    isDue = false
    for (let after = from; ; ) {
      const page = await listEvents({ after, limit: pageSize })
      if (isOver()) return // another reader has gone on from there
      for (const stored of page) emit(stored)
      after = page.at(-1)?.event.event_id ?? after
      last = after
      if (page.length < pageSize) return
    }
  }
  return { catchUp, alone, last: () => last ?? 0 }
}
