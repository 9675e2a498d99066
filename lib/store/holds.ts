import type { TransactionSql } from 'postgres'
import type { Placement } from '@/lib/domain/placing'
import { listAnswers } from './answers'
import { numberArray } from './text-array'

/** until: outage id -> how long it waits, epoch ms. */
type Group = { on: readonly number[]; until: Map<number, number>; first: number }

/** So many of what has waited are looked at again at once: few in the look that tells of their root, then more. */
const firstReleased = 1000
const released = 10_000

/**
 * Remembers which outages wait for whose verdicts, so that a crowd that waits for one root is not read again and again while
 * nothing new is known, and comes back in portions when something is. What is forgotten, or filed by another keeper, costs a
 * look.
 */
export class Holds {
  readonly #groups = new Map<string, Group>()
  readonly #groupOf = new Map<number, Group>()
  #queue: number[] = [] // no longer waiting, to be looked at soon
  #sorted: number[] = [] // all of both, and maybe some that are forgotten
  #answered = new Map<number, number>() // of what is awaited, as of when it was remembered

  get count(): number {
    return this.#groupOf.size + this.#queue.length
  }

  /** Whether something that waits no longer has yet to be looked at. */
  get hasMore(): boolean {
    return this.#queue.length > 0
  }

  /**
   * The outages that need not be looked at now, as a multirange: something they wait for has yet to speak, and nothing
   * answered, or others come first.
   */
  async stillHeld(tx: TransactionSql, now: Date): Promise<string> {
    if (this.count === 0) return '{}'
    const wasEmpty = this.#queue.length === 0
    const first = new Set<number>()
    this.#releaseOverdue(now.getTime(), first)
    const awaited = new Set<number>()
    for (const { on } of this.#groups.values()) for (const id of on) awaited.add(id)
    const dark = await listOpen(tx, [...awaited])
    const answers = await listAnswers(tx, [...awaited])
    const hasAnswered = (id: number) => (answers.get(id)?.getTime() ?? 0) > (this.#answered.get(id) ?? 0)
    for (const [key, group] of this.#groups) {
      if (!group.on.every((one) => dark.has(one)) && !group.on.some(hasAnswered)) continue
      this.#groups.delete(key)
      for (const id of group.until.keys()) {
        this.#groupOf.delete(id)
        this.#queue.push(id)
      }
      // What they hang on is looked at with the first of them.
      for (const one of group.on) first.add(dark.get(one) ?? 0)
    }
    this.#answered = new Map([...answers].map(([id, at]) => [id, at.getTime()]))
    this.#release(wasEmpty ? firstReleased : released, first)
    return this.#ranges()
  }

  /** What hangs on an outage that waits, waits for the same. */
  remember(placements: readonly Placement[]): void {
    for (const one of placements) {
      const root = one.as === 'unreachable' ? this.#groupOf.get(one.rootOutageId) : undefined
      if (root && one.as === 'unreachable') this.#hold(one.outageId, root, root.until.get(one.rootOutageId) ?? 0)
      else if (one.as === 'wait' && one.on && one.on.length > 0)
        this.#hold(one.outageId, this.#groupFor(one.on), one.until.getTime())
    }
  }

  #groupFor(on: readonly number[]): Group {
    const key = [...on].sort((a, b) => a - b).join()
    const known = this.#groups.get(key)
    if (known) return known
    const group = { on, until: new Map<number, number>(), first: Number.POSITIVE_INFINITY }
    this.#groups.set(key, group)
    return group
  }

  #hold(outageId: number, group: Group, until: number): void {
    this.#groupOf.get(outageId)?.until.delete(outageId)
    group.until.set(outageId, until)
    group.first = Math.min(group.first, until)
    if (!this.#groupOf.has(outageId)) this.#sorted.push(outageId)
    this.#groupOf.set(outageId, group)
  }

  #releaseOverdue(now: number, overdue: Set<number>): void {
    for (const [key, group] of this.#groups) {
      if (group.first > now) continue
      group.first = Number.POSITIVE_INFINITY
      for (const [id, until] of group.until) {
        if (until > now) group.first = Math.min(group.first, until)
        else {
          group.until.delete(id)
          this.#groupOf.delete(id)
          overdue.add(id)
        }
      }
      if (group.until.size === 0) this.#groups.delete(key)
    }
  }

  #release(most: number, first: ReadonlySet<number>): void {
    if (this.#queue.length === 0) return
    const others = this.#queue.filter((id) => !first.has(id))
    this.#queue = others.sort((a, b) => a - b).slice(most)
  }

  #ranges(): string {
    const queued = new Set(this.#queue)
    const ids = this.#sorted.filter((id) => this.#groupOf.has(id) || queued.has(id))
    if (ids.some((id, i) => i > 0 && id < (ids[i - 1] ?? 0))) ids.sort((a, b) => a - b)
    this.#sorted = ids
    const ranges: string[] = []
    for (let from = 0, i = 1; i <= ids.length; i++) {
      const last = ids[i - 1] ?? 0
      if (i < ids.length && (ids[i] ?? 0) <= last + 1) continue
      ranges.push(`[${ids[from]},${last}]`)
      from = i
    }
    return `{${ranges.join()}}`
  }
}

/** Target id -> its open outage. */
async function listOpen(tx: TransactionSql, ids: readonly number[]): Promise<Map<number, number>> {
  const [row] = await tx<{ open: [targetId: number, id: number][] | null }[]>`
    select json_agg(json_build_array(target_id, id)) as open from outages
    where ended_at is null and target_id = any(${numberArray(ids)}::int[])`
  return new Map(row?.open)
}
