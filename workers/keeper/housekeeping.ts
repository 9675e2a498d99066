import type { Logger } from 'pino'
import { sql } from '@/lib/store/database'
import { forgetOldKeepers } from '@/lib/store/keepers'
import { dropOldFrames, ensurePartitions } from '@/lib/store/partitions'
import { markDoubtful } from '@/lib/store/push-devices'

const framesKeptMs = 48 * 60 * 60_000
const partitionsEveryMs = 10 * 60_000

/** What must be seen to now and then; each chore fails alone. */
export function housekeeping({ log }: { log: Logger }) {
  let partitionsAt = 0
  return async function step(): Promise<boolean> {
    const now = new Date()
    const chores: [string, () => Promise<unknown>][] = [['marking doubtful devices', markDoubtful]]
    if (now.getTime() - partitionsAt > partitionsEveryMs) {
      partitionsAt = now.getTime()
      chores.push(
        ['making partitions', () => ensurePartitions(sql, now)],
        ['dropping old frames', () => dropOldFrames(sql, new Date(now.getTime() - framesKeptMs))],
        ['forgetting old keepers', forgetOldKeepers],
      )
    }
    for (const [what, chore] of chores) {
      try {
        const result = await chore()
        if (Array.isArray(result) && result.length > 0) log.info({ result }, what)
      } catch (error) {
        log.error({ err: error }, `${what} failed, the next chore goes on`)
      }
    }
    return false
  }
}
