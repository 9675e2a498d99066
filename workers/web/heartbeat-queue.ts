import { setImmediate as breath } from 'node:timers/promises'
import type { NewBeat } from '@/lib/store/beat-rows'

const mostInBatch = 1000
const mostBytesInBatch = 4 << 20
const mostWaiting = 20_000
const mostBytesWaiting = 64 << 20
const gatherMs = 2
const idleTurns = 4

/** Beats that wait for the running batch, bounded in number and in bytes. */
export function createBeatQueue<Waiting extends { beat: NewBeat }>() {
  let queue: Waiting[] = []
  let bytesWaiting = 0
  let waitedFor: { share: number; done: () => void } | null = null

  return {
    length: () => queue.length,
    /** When the oldest of them arrived, epoch ms. */
    oldestAt: () => queue[0]?.beat.at ?? null,

    /** False: too many wait already. */
    push(waiting: Waiting): boolean {
      if (queue.length >= mostWaiting || bytesWaiting > mostBytesWaiting) return false
      queue.push(waiting)
      bytesWaiting += weightOf(waiting.beat)
      if (waitedFor && queue.length >= waitedFor.share) waitedFor.done()
      return true
    },

    /**
     * Those who were answered together ask again together: waits for `share` of them, a turn at a time, while any come. A
     * batch of one would make all the others wait for it.
     */
    async gather(share: number): Promise<void> {
      if (queue.length >= share) return
      const until = performance.now() + gatherMs
      for (let idle = 0; idle < idleTurns && queue.length < share && performance.now() < until; ) {
        const before = queue.length
        await breath()
        idle = queue.length > before ? 0 : idle + 1
      }
    },

    /** Waits until so many wait, or until `end`; true when they do. */
    async fills(share: number, end: Promise<unknown>): Promise<boolean> {
      if (queue.length < share) {
        const full = new Promise<void>((done) => {
          waitedFor = { share, done }
        })
        await Promise.race([full, end])
        waitedFor = null
      }
      return queue.length >= share
    },

    /** The next batch, oldest first. */
    take(most = mostInBatch): Waiting[] {
      let bytes = 0
      let count = 0
      while (count < queue.length && count < Math.min(most, mostInBatch) && bytes < mostBytesInBatch) {
        const waiting = queue[count++]
        if (waiting) bytes += weightOf(waiting.beat)
      }
      const batch = count === queue.length ? queue : queue.slice(0, count)
      queue = count === queue.length ? [] : queue.slice(count)
      bytesWaiting -= bytes
      return batch
    },
  }
}

const weightOf = (beat: NewBeat) => 200 + (beat.body?.length ?? 0) + (beat.message?.length ?? 0)
