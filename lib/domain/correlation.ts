/**
 * One time dark of one target, as correlation needs it. endedAt null: still dark. asOf: until when that is known, where it
 * is not known at any time, as of what a source says when it is asked.
 */
export type DarkSpell = { outageId: number; targetId: number; beganAt: Date; endedAt: Date | null; asOf?: Date }

/** Where an outage is filed: as its own incident, under the outage of its root, or not yet, until `until`. */
export type Filing =
  | { outageId: number; as: 'down' }
  | { outageId: number; as: 'unreachable'; rootOutageId: number }
  | { outageId: number; as: 'wait'; until: Date; on?: readonly number[] } // on: targets whose verdicts would tell

/** device id -> the ids of the devices directly above it. */
export type Upstreams = ReadonlyMap<number, readonly number[]>

/** How long after its root answered again a child may stay dark before it becomes an incident of its own. */
export const rootGraceMs = 60_000
/** What waits for the next word of a source is looked at so often. */
const lookAgainMs = 5_000
/** How long before what is above it a device may have gone dark and still be dark because of that. */
export const leadMs = 60_000

/**
 * Files each outage: under the topmost ancestor that was dark at the same time, when every way up was dark; else as its
 * own. With several roots the one that went dark first counts. What was dark for more than `lead` ms before what is above it
 * has a cause of its own. Cycles of edges are survived: the earliest of a dark cycle is its root. `spells` are all spells known of the targets and their ancestors, `unfiled` included; `settled` are
 * outages whose incident is closed and cannot take a child that is still dark.
 * Source: rules, "Correlation: one cause, one incident".
 */
export function fileOutages(
  unfiled: readonly DarkSpell[],
  spells: readonly DarkSpell[],
  upstreams: Upstreams,
  settled: ReadonlySet<number>,
  now: Date,
  lead = leadMs,
): Filing[] {
  if (unfiled.length === 0) return []
  const known: Known = { byTarget: groupByTarget(spells), upstreams, now, lead }
  return unfiled.map((spell) => {
    const root = rootOf(spell, known)
    if (root.outageId === spell.outageId) return { outageId: spell.outageId, as: 'down' }
    if (spell.endedAt === null && root.endedAt !== null && settled.has(root.outageId))
      return { outageId: spell.outageId, as: 'wait', until: graceEnd(spell, root.endedAt, now) }
    return { outageId: spell.outageId, as: 'unreachable', rootOutageId: root.outageId }
  })
}

function graceEnd({ asOf }: DarkSpell, endedAt: Date, now: Date): Date {
  const until = endedAt.getTime() + rootGraceMs
  return new Date(asOf ? Math.max(until, now.getTime() + lookAgainMs) : until)
}

type Known = { byTarget: ReadonlyMap<number, readonly DarkSpell[]>; upstreams: Upstreams; now: Date; lead: number }

/** Target id -> its spells. */
export function groupByTarget<T extends DarkSpell>(spells: readonly T[]): Map<number, T[]> {
  const groups = new Map<number, T[]>()
  for (const spell of spells) {
    const group = groups.get(spell.targetId)
    if (group) group.push(spell)
    else groups.set(spell.targetId, [spell])
  }
  return groups
}

/** The spell that explains this one: itself when nothing above does. */
function rootOf(spell: DarkSpell, known: Known): DarkSpell {
  if (!known.upstreams.has(spell.targetId)) return spell
  const above = (child: DarkSpell) => explanations(child, spell, known)
  const seen = new Map<number, DarkSpell>([[spell.targetId, spell]])
  const roots: DarkSpell[] = []
  const queue = [spell]
  for (let next = queue.pop(); next; next = queue.pop()) {
    const parents = above(next)
    if (parents.length === 0) roots.push(next)
    for (const parent of parents) {
      if (seen.has(parent.targetId)) continue
      seen.set(parent.targetId, parent)
      queue.push(parent)
    }
  }
  return earliest(roots) ?? earliest(innermostCycle([...seen.values()], above)) ?? spell
}

/** What was dark above `child` while `asked` was, one spell a parent; none when any way up was open. */
function explanations(child: DarkSpell, asked: DarkSpell, { byTarget, upstreams, now, lead }: Known): DarkSpell[] {
  const found: DarkSpell[] = []
  for (const id of upstreams.get(child.targetId) ?? []) {
    const spells = (byTarget.get(id) ?? []).filter(
      (one) => one.beganAt.getTime() - child.beganAt.getTime() <= lead && explains(one, asked, now),
    )
    const spell = earliest(spells)
    if (!spell) return []
    found.push(spell)
  }
  return found
}

/** True when both were dark at one time; for a child still dark the parent must be so too, or have answered just now. */
function explains(parent: DarkSpell, child: DarkSpell, now: Date): boolean {
  const overlap =
    (parent.endedAt === null || parent.endedAt > child.beganAt) &&
    (child.endedAt === null || child.endedAt > parent.beganAt)
  if (!overlap) return false
  const knownAt = child.asOf ?? now
  return child.endedAt !== null || parent.endedAt === null || knownAt.getTime() - parent.endedAt.getTime() < rootGraceMs
}

/** When every way up leads into a cycle: the members of the smallest one that nothing leaves. */
function innermostCycle(spells: readonly DarkSpell[], above: (spell: DarkSpell) => DarkSpell[]): DarkSpell[] {
  let smallest: DarkSpell[] = []
  for (const spell of spells) {
    const reached = new Map<number, DarkSpell>()
    const queue = above(spell)
    for (let next = queue.pop(); next; next = queue.pop()) {
      if (reached.has(next.targetId)) continue
      reached.set(next.targetId, next)
      queue.push(...above(next))
    }
    if (reached.has(spell.targetId) && (smallest.length === 0 || reached.size < smallest.length))
      smallest = [...reached.values()]
  }
  return smallest
}

function earliest(spells: readonly DarkSpell[]): DarkSpell | null {
  let first: DarkSpell | null = null
  for (const spell of spells) {
    const difference = first ? spell.beganAt.getTime() - first.beganAt.getTime() : -1
    if (!first || difference < 0 || (difference === 0 && spell.targetId < first.targetId)) first = spell
  }
  return first
}
