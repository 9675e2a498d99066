import { randomUUID } from 'node:crypto'
import type { Logger } from 'pino'
import type { NewBeat, StoredBatch } from '@/lib/store/beat-rows'
import { beatsSince, tellBeats } from '@/lib/store/beats'
import type { LiveBeat } from '@/lib/wire/live'
import type { Live } from './live'
import { within } from './within'

const flushMs = 300
const mostKept = 50 // of a job, until the next flush
const mostIdsTold = 500
const mostRead = 2000

/**
 * Carries stored beats to the pages that look at their jobs: those of this web from memory, those that another web stored
 * from the database when it says so. A few times a second at most, however many beats there are.
 */
export function createBeatTeller(live: Live, log: Logger) {
  const self = randomUUID()
  const pending = new Map<number, LiveBeat[]>()
  const lastTold = new Map<number, number>() // job id -> at of the newest beat told
  let stored = new Set<number>() // jobs, for the other webs; more than the most: any
  const heard = new Set<number>()
  let heardAll = false

  function add(beats: readonly NewBeat[], { counted }: StoredBatch): void {
    for (let i = 0; i < beats.length; i++) {
      const beat = beats[i]
      const one = counted[i]
      if (!beat || !one) continue
      if (stored.size <= mostIdsTold) stored.add(beat.jobId)
      if (!live.wantsJob(beat.jobId)) continue
      const known = pending.get(beat.jobId)
      const told = asLive(beat, one)
      if (!known) pending.set(beat.jobId, [told])
      else if (known.length < mostKept) known.push(told)
      lastTold.set(beat.jobId, beat.at)
    }
  }

  async function flush(): Promise<void> {
    if (pending.size > 0) live.beats([...pending].map(([target_id, beats]) => ({ target_id, beats })))
    pending.clear()
    const ids = stored
    stored = new Set()
    const asked = wantedOf()
    heard.clear()
    heardAll = false
    await Promise.all([
      ids.size > 0 && within(flushMs * 10, tellBeats(self, ids.size > mostIdsTold ? [] : [...ids])),
      asked.length > 0 && within(flushMs * 10, readOthers(asked)),
    ]).catch((error) => log.debug({ error: String(error) }, 'beats were not told to pages'))
  }

  /** The jobs that pages look at, of those that another web stored beats of. */
  function wantedOf(): number[] {
    if (!heardAll && heard.size === 0) return []
    const wanted = [...live.wantedJobs()]
    return heardAll ? wanted : wanted.filter((id) => heard.has(id))
  }

  async function readOthers(ids: number[]): Promise<void> {
    const justNow = Date.now() - 5 * flushMs
    const since = Math.min(...ids.map((id) => lastTold.get(id) ?? justNow))
    for (const [jobId, beats] of await beatsSince(ids, new Date(since), mostRead)) {
      const after = lastTold.get(jobId) ?? justNow
      const fresh = beats.filter((beat) => beat.at.getTime() > after).slice(-mostKept)
      const newest = fresh.at(-1)
      if (!newest) continue
      lastTold.set(jobId, newest.at.getTime())
      live.beats([
        {
          target_id: jobId,
          beats: fresh.map((beat) => ({
            at: beat.at.toISOString(),
            signal: beat.signal,
            timing: beat.timing,
            exit_status: beat.exitStatus,
            duration_ms: beat.durationMs,
            message: beat.message,
          })),
        },
      ])
    }
  }

  let isFlushing = false
  const timer = setInterval(() => {
    if (isFlushing) return
    isFlushing = true
    if (lastTold.size > 10_000) lastTold.clear()
    void flush().finally(() => {
      isFlushing = false
    })
  }, flushMs)

  return {
    add,
    /** A notice of a web: `SELF id,id,...`; without ids, of any job. */
    hear(payload: string): void {
      const [who, ids = ''] = payload.split(' ')
      if (who === self) return
      if (ids === '') heardAll = true
      for (const id of ids.split(',')) if (id) heard.add(Number(id))
    },
    stop: () => clearInterval(timer),
  }
}

const asLive = (beat: NewBeat, counted: NonNullable<StoredBatch['counted'][number]>): LiveBeat => ({
  at: new Date(beat.at).toISOString(),
  signal: beat.signal,
  timing: counted.timing,
  exit_status: beat.exitStatus,
  duration_ms: counted.durationMs,
  message: beat.message,
})
