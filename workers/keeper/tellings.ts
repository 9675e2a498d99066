import type { Logger } from 'pino'
import { isTransient } from '@/lib/store/database'
import { sendDigests } from '@/lib/store/digests'
import { type AskResult, askDue, nextDueIncident, setAside } from '@/lib/store/pending-tellings'

const batch = 500

/**
 * Asks the policy again what was delayed, withheld or planned and is due, a batch a step, and sends the digests that are
 * due. An incident that makes its batch fail is found by asking one at a time, and set aside for five minutes.
 */
export function tellings({ log }: { log: Logger }) {
  return async function step(): Promise<boolean> {
    const now = new Date()
    const { asked, told, more } = await askSafely(now)
    if (asked > 0) log.info({ asked, told }, 'asked again who is told')
    if (more) return true // a digest waits for what comes with it
    const digests = await sendDigests(now)
    if (digests > 0) log.info({ digests }, 'digests sent')
    return false
  }

  async function askSafely(now: Date): Promise<AskResult> {
    try {
      return await askDue(now, { limit: batch })
    } catch (error) {
      if (isTransient(error)) throw error
      log.warn({ err: error }, 'a batch of tellings could not be asked: asking one incident at a time')
      return oneByOne(now, error)
    }
  }

  async function oneByOne(now: Date, cause: unknown): Promise<AskResult> {
    const total = { asked: 0, told: 0, more: false }
    const tried: number[] = []
    const refused: number[] = []
    for (let i = 0; i < batch; i++) {
      const only = await nextDueIncident(now, tried)
      if (only === null) break
      tried.push(only)
      try {
        const { asked, told } = await askDue(now, { only })
        total.asked += asked
        total.told += told
      } catch (error) {
        if (isTransient(error)) throw error
        refused.push(only)
        log.error({ err: error, incident_id: only }, 'it cannot be decided who is told of an incident')
      }
    }
    if (total.asked === 0 && refused.length !== 1) throw cause // no incident's fault
    for (const id of refused) await setAside(id, now)
    return total
  }
}
