import type { DarkSpell } from './correlation'
import { type JudgedSpell, type Verdicts, verdictOn } from './verdict-hold'

/** Within how long a node's children have to go dark to have gone together. */
export const togetherMs = 30_000
const fewest = 3
const share = 0.6

/** How many of so many children have to be dark for the node to have lost them. */
export const lostFrom = (children: number) => Math.max(fewest, Math.ceil(children * share))

/**
 * Whether a child went dark as one of many: at least 3 and at least 60 % of its node's children, itself among them, within
 * 30 s. Those count that were dark at the same time; `still`: that are dark even now. `children`: devices that hang on this node alone. The caller knows that the node itself answers.
 * Source: rules, "Members lost".
 */
export function isLostMember(
  child: DarkSpell,
  children: readonly number[],
  verdicts: Verdicts,
  { still = false }: { still?: boolean } = {},
): boolean {
  const needed = lostFrom(children.length)
  if (children.length < needed) return false
  const began = child.beganAt.getTime()
  const others = children.filter((id) => id !== child.targetId)
  const begins = others.flatMap((id) => {
    const at = (verdicts.spells.get(id) ?? [])
      .filter((spell) => areTogether(spell, child) && !(still && spell.endedAt !== null))
      .map(beganAt)
    return at.length === 0 ? [] : [at.reduce((a, b) => (Math.abs(a - began) <= Math.abs(b - began) ? a : b))]
  })
  return (
    mostAtOnce(
      [...begins, began].sort((a, b) => a - b),
      began,
    ) >= needed
  )
}

const beganAt = (spell: DarkSpell) => spell.beganAt.getTime()

function areTogether(spell: DarkSpell, child: DarkSpell): boolean {
  if (Math.abs(beganAt(spell) - beganAt(child)) > togetherMs) return false
  const overlaps = (one: DarkSpell, other: DarkSpell) => one.endedAt === null || one.endedAt > other.beganAt
  return overlaps(spell, child) && overlaps(child, spell)
}

/** The most of these sorted instants that a window of 30 s with `at` in it holds. */
function mostAtOnce(sorted: readonly number[], at: number): number {
  let most = 0
  let last = 0
  for (let first = 0; first < sorted.length && (sorted[first] ?? 0) <= at; first++) {
    while (last < sorted.length && (sorted[last] ?? 0) - (sorted[first] ?? 0) <= togetherMs) last++
    if ((sorted[last - 1] ?? 0) >= at) most = Math.max(most, last - first)
  }
  return most
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
