import { setImmediate as breathe } from 'node:timers/promises'
import type { Priority } from '@/lib/domain/notice'
import type { CompiledPriority } from '@/lib/domain/priority'
import { mismatch, type RouteCondition } from '@/lib/domain/route'
import { listPastFacts, type PastFacts } from '@/lib/store/past-incidents'

export type PriorityCounts = Record<Priority, number>
type Shown = { id: number; name: string; site: string | null; beganAt: number }
export type PriorityPreview = {
  incidents: number
  was: PriorityCounts
  would: PriorityCounts
  changed: { count: number; newest: (Shown & { from: Priority; to: Priority })[] }
  faults: { count: number; first: string | null } // of incidents for which it could not be worked out
}
export type MatchPreview = { incidents: number; matching: number; newest: Shown[] }

const dayMs = 86_400_000
const mostShown = 12
const slice = 1_000

/** What the incidents of the last `days` would have been by an expression, beside what they were. */
export async function previewPriority(
  { evaluate }: CompiledPriority,
  { days = 30, now = Date.now() } = {},
): Promise<PriorityPreview> {
  const facts = await recentFacts(days, now)
  const [was, would] = [none(), none()]
  const changed: PriorityPreview['changed'] = { count: 0, newest: [] }
  const faults: PriorityPreview['faults'] = { count: 0, first: null }
  for (let i = facts.length - 1; i >= 0; i--) {
    if (i % slice === 0) await breathe()
    const one = facts[i]
    if (!one) continue
    const { priority: to, fault } = evaluate(one)
    was[one.priority]++
    would[to]++
    if (fault !== null) {
      faults.count++
      faults.first ??= fault
    }
    if (to === one.priority) continue
    changed.count++
    if (changed.newest.length < mostShown) changed.newest.push({ ...shown(one), from: one.priority, to })
  }
  return { incidents: facts.length, was, would, changed, faults }
}

/** Which incidents of the last `days` a condition would have been for, with the priority they had. */
export async function previewCondition(
  condition: RouteCondition,
  { days = 30, now = Date.now() } = {},
): Promise<MatchPreview> {
  const facts = await recentFacts(days, now)
  const matching = facts.filter((one) => mismatch(condition, one) === null)
  return { incidents: facts.length, matching: matching.length, newest: matching.slice(-mostShown).reverse().map(shown) }
}

const none = (): PriorityCounts => ({ critical: 0, normal: 0, low: 0 })
const shown = ({ id, name, site, beganAt }: PastFacts): Shown => ({ id, name, site, beganAt })

// As somebody types it is asked again and again: what was read is good for a moment.
const freshMs = 10_000
let kept: { at: number; days: number; facts: Promise<PastFacts[]> } | undefined

async function recentFacts(days: number, now: number): Promise<PastFacts[]> {
  if (kept && kept.days === days && Math.abs(now - kept.at) < freshMs) return kept.facts
  const facts = listPastFacts(new Date(now - days * dayMs), new Date(now))
  const mine = { at: now, days, facts }
  kept = mine
  facts.catch(() => {
    if (kept === mine) kept = undefined
  })
  return facts
}
