import type { TransactionSql } from 'postgres'
import type { Placement } from '@/lib/domain/placing'
import { listAnswers } from './answers'

type Hold = { until: number; on: readonly number[] }

/**
 * Remembers which outages wait for whose verdicts, so that a crowd that waits for one root is not read again and again while
 * nothing new is known. What is forgotten, or filed by another keeper, costs a look.
 */
export class Holds {
  readonly #held = new Map<number, Hold>()
  #answered = new Map<number, number>() // of what is awaited, as of when it was remembered

  /** The outages that need not be looked at: something they wait for has yet to speak, and nothing answered. */
  async stillHeld(tx: TransactionSql, now: Date): Promise<number[]> {
    for (const [id, { until }] of this.#held) if (until <= now.getTime()) this.#held.delete(id)
    if (this.#held.size === 0) return []
    const awaited = new Set<number>()
    for (const { on } of this.#held.values()) for (const id of on) awaited.add(id)
    const dark = await listOpen(tx, [...awaited])
    const answers = await listAnswers(tx, [...awaited])
    const hasAnswered = (id: number) => (answers.get(id)?.getTime() ?? 0) > (this.#answered.get(id) ?? 0)
    for (const [id, { on }] of this.#held)
      if (on.every((one) => dark.has(one)) || on.some(hasAnswered)) this.#held.delete(id)
    this.#answered = new Map([...answers].map(([id, at]) => [id, at.getTime()]))
    return [...this.#held.keys()]
  }

  /** What hangs on an outage that waits, waits for the same. */
  remember(placements: readonly Placement[]): void {
    for (const one of placements) {
      const root = one.as === 'unreachable' ? this.#held.get(one.rootOutageId) : undefined
      if (root) this.#held.set(one.outageId, root)
      else if (one.as === 'wait' && one.on && one.on.length > 0)
        this.#held.set(one.outageId, { until: one.until.getTime(), on: one.on })
    }
  }
}

async function listOpen(tx: TransactionSql, ids: readonly number[]): Promise<Set<number>> {
  const rows = await tx<{ id: number }[]>`
    select target_id as id from outages where ended_at is null and target_id = any(${[...ids]}::int[])`
  return new Set(rows.map(({ id }) => id))
}
