import { follows, isBelow } from './oid'
import type { SnmpValue } from './rows'
import type { Varbind } from './session'

export type Instance = { readonly oid: string; readonly value: SnmpValue }

/** A table that is being walked: from its root on, each answer says where the next question begins. */
export type Lane = {
  readonly root: string
  cursor: string
  readonly rows: Instance[]
  over: boolean
  /** So many questions of it alone and by GETNEXT are left: something went wrong in company. */
  careful: number
}

export const laneOf = (root: string): Lane => ({ root, cursor: root, rows: [], over: false, careful: 0 })

/**
 * Puts one instance of an answer into its lane, which may end by it. Returns what is wrong with it, in words: an object id
 * that does not come after the one before would lead the walk in a circle.
 */
export function take(lane: Lane, varbind: Varbind, mostRows: number): string | null {
  if (lane.over) return null
  lane.over = true
  if (!isInstance(varbind)) return null
  const { oid } = varbind
  const below = isBelow(oid, lane.root)
  if (!follows(oid, lane.cursor)) return `${lane.root}: ${oid} came after ${lane.cursor}, which is out of order`
  if (!below) return null
  if (lane.rows.length >= mostRows) return `${lane.root}: more than ${mostRows} instances, the rest left out`
  lane.rows.push(varbind)
  lane.cursor = oid
  lane.over = false
  return null
}

const isInstance = (varbind: Varbind): varbind is Instance => varbind.value !== null

/** Roots without those that stand below another one or twice. */
export function outermost(roots: readonly string[]): string[] {
  const all = new Set(roots)
  return [...all].filter((one) => {
    for (let at = one.lastIndexOf('.'); at > 0; at = one.lastIndexOf('.', at - 1))
      if (all.has(one.slice(0, at))) return false
    return true
  })
}
