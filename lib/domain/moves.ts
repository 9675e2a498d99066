import type { Placement } from './placing'

type Filed = { outageId: number; incidentId: number | null }

/**
 * Where outages go that another explains, as far as that has an incident: those that are not there yet. `incidentOf` says
 * where outages stand or go, and learns of each. What hangs on a root that waits, waits with it.
 */
export function movesUnder<S extends Filed>(
  placements: readonly Placement[],
  bySpell: ReadonlyMap<number, S>,
  incidentOf: Map<number, number>,
): { outageId: number; incidentId: number; spell: S }[] {
  const moves: { outageId: number; incidentId: number; spell: S }[] = []
  let left = placements.flatMap((one) => (one.as === 'unreachable' ? [one] : []))
  for (let before = left.length + 1; left.length > 0 && left.length < before; ) {
    before = left.length
    left = left.filter(({ outageId, rootOutageId }) => {
      const incidentId = incidentOf.get(rootOutageId)
      const spell = bySpell.get(outageId)
      if (incidentId === undefined || !spell) return true
      incidentOf.set(outageId, incidentId)
      if (spell.incidentId !== incidentId) moves.push({ outageId, incidentId, spell })
      return false
    })
  }
  return moves
}

/** Incidents just opened, one of whose outages belongs into another one now: incident -> the one that takes it over. */
export function mergesOf(
  placements: readonly Placement[],
  young: ReadonlySet<number>,
  bySpell: ReadonlyMap<number, Filed>,
  incidentOf: ReadonlyMap<number, number>,
): Map<number, number> {
  const merges = new Map<number, number>()
  for (const { outageId } of placements) {
    const from = young.has(outageId) ? bySpell.get(outageId)?.incidentId : null
    const into = incidentOf.get(outageId)
    if (from && into !== undefined && into !== from && !merges.has(from)) merges.set(from, into)
  }
  return new Map([...merges].map(([from, into]) => [from, lastOf(into, merges)] as const).filter(([a, b]) => a !== b))
}

/** What takes one over may itself be taken over. */
function lastOf(id: number, merges: ReadonlyMap<number, number>): number {
  const seen = new Set([id])
  let last = id
  for (let next = merges.get(last); next !== undefined && !seen.has(next); next = merges.get(last)) {
    seen.add(next)
    last = next
  }
  return last
}
