import type { DarkSpell } from './correlation'
import { type JudgedSpell, type Verdicts, verdictOn } from './verdict-hold'

/** Within how long a node's children have to go dark to have gone together. */
export const togetherMs = 30_000
const fewest = 3
const share = 0.6

/** How many of so many children have to be dark for the node to have lost them. */
export const lostFrom = (children: number) => Math.max(fewest, Math.ceil(children * share))

/**
 * Since when (epoch ms) so many had gone dark that a child is one of many: at least 3 and at least 60 % of its node's
 * children, itself among them, within 30 s. Null: it is none. Those count that were dark at the same time; `still`: that are
 * dark even now. `children`: devices that hang on this node alone. The caller knows whether the node answered since then.
 * Source: rules, "Members lost".
 */
export function lostSince(
  child: DarkSpell,
  children: readonly number[],
  verdicts: Verdicts,
  { still = false }: { still?: boolean } = {},
): number | null {
  const needed = lostFrom(children.length)
  if (children.length < needed) return null
  const began = child.beganAt.getTime()
  const others = children.filter((id) => id !== child.targetId)
  const begins = others.flatMap((id) => {
    const at = (verdicts.spells.get(id) ?? [])
      .filter((spell) => areTogether(spell, child) && !(still && spell.endedAt !== null))
      .map(beganAt)
    return at.length === 0 ? [] : [at.reduce((a, b) => (Math.abs(a - began) <= Math.abs(b - began) ? a : b))]
  })
  return enoughSince(
    [...begins, began].sort((a, b) => a - b),
    began,
    needed,
  )
}

/** Whether a child went dark as one of many. */
export const isLostMember = (...of: Parameters<typeof lostSince>): boolean => lostSince(...of) !== null

const beganAt = (spell: DarkSpell) => spell.beganAt.getTime()

function areTogether(spell: DarkSpell, child: DarkSpell): boolean {
  if (Math.abs(beganAt(spell) - beganAt(child)) > togetherMs) return false
  const overlaps = (one: DarkSpell, other: DarkSpell) => one.endedAt === null || one.endedAt > other.beganAt
  return overlaps(spell, child) && overlaps(child, spell)
}

/** From when on a window of 30 s with `at` in it held so many of these sorted instants; null: none does. */
function enoughSince(sorted: readonly number[], at: number, needed: number): number | null {
  for (let first = 0; first < sorted.length && (sorted[first] ?? 0) <= at; first++) {
    const last = Math.max(at, sorted[first + needed - 1] ?? Number.POSITIVE_INFINITY)
    if (last - (sorted[first] ?? 0) <= togetherMs) return last
  }
  return null
}

/** Whether a node has back what it lost, when so many of so many are still dark: few enough to have causes of their own. */
export const hasBack = (dark: number, lost: number) => dark * 2 < lost || dark < fewest

/** Whether so many others of its node may still turn out dark that it would be one of many: too few have answered. */
export function mayBeLostMember(child: JudgedSpell, children: readonly number[], verdicts: Verdicts): boolean {
  const needed = lostFrom(children.length)
  if (children.length < needed) return false
  const possible = children.filter((id) => {
    if (id === child.targetId) return true
    const spells = verdicts.spells.get(id) ?? []
    if (spells.some((spell) => areTogether(spell, child))) return true
    return verdicts.watched.has(id) && verdictOn(id, child, verdicts) === 'open'
  })
  return possible.length >= needed
}
