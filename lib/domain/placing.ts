import { type DarkSpell, type Filing, fileOutages, groupByTarget, rootGraceMs, type Upstreams } from './correlation'
import { lostSince, mayBeLostMember } from './members-lost'
import { awaitedAbove, holdMs, type JudgedSpell, type Verdicts, verdictOn } from './verdict-hold'

/** An outage of a device or of a job, as placing needs it. */
export type PlacedSpell = JudgedSpell & {
  kind: 'device' | 'job'
  isolatedAt: Date
  recordedAt: Date
  incidentId: number | null
}

/** member: one of many that a node lost while it answers. */
export type Placement = Filing | { outageId: number; as: 'member'; nodeId: number }

/** fresh: not filed yet. left: filed under what has answered again since. young: roots and members of incidents just opened. */
export type ToPlace = { fresh: readonly PlacedSpell[]; left: readonly PlacedSpell[]; young: readonly PlacedSpell[] }

export type PlacingKnown = {
  spells: readonly DarkSpell[] // of all targets that matter, those to be placed included
  upstreams: Upstreams
  settled: ReadonlySet<number> // outages whose incident is closed
  answered: ReadonlyMap<number, Date>
  watched: ReadonlySet<number>
  members: ReadonlyMap<number, readonly number[]> // node -> watched devices that hang on it alone
  lost: ReadonlyMap<number, number> // node -> the open incident of what it lost
  crowd: boolean // hundreds wait, and verdicts still come in
  catchingUp: boolean // a probe is telling of what it found while it was cut off
}

/** When a large part of a network falls, a busy house may need longer than usual to hear of its root. */
const crowdHoldMs = 60_000
/** What was isolated so long before it was stored came from a probe that had been cut off. */
const lateMs = 5_000

/**
 * Where each outage belongs: in an incident of its own, under what is dark above it, among the members that a node lost,
 * or nowhere yet, as the verdict on something above or beside it is still awaited. Of young ones only those are answered
 * that belong elsewhere now: what is above them was found dark within 15 s, or others beside them were.
 * Source: rules, "Correlation".
 */
export function placeOutages({ fresh, left, young }: ToPlace, read: PlacingKnown, now: Date): Placement[] {
  const known = { ...read, upstreams: withoutLost(read) }
  const verdicts: Verdicts = { spells: groupByTarget(known.spells), answered: known.answered, watched: known.watched }
  const file = (spells: readonly PlacedSpell[], lead?: number) =>
    fileOutages(spells, known.spells, known.upstreams, known.settled, now, lead)
  const found = (filings: readonly Filing[], spells: readonly PlacedSpell[], place: Place) =>
    filings.flatMap((filing, i) => {
      const spell = spells[i]
      return filing.as !== 'down' || !spell ? [filing] : place(spell, { known, verdicts, now })
    })
  return withTheirRoots([
    ...found(file(fresh), fresh, placeFresh),
    ...found(file(left), left, placeLeft),
    ...found(file(young, holdMs), young, placeYoung).filter(({ as }) => as === 'unreachable' || as === 'member'),
  ])
}

/** What has lost those that hang on it alone is no way up for those that have another. */
function withoutLost({ upstreams, lost }: PlacingKnown): Upstreams {
  if (lost.size === 0) return upstreams
  const ways = (above: readonly number[]) => above.filter((id) => !lost.has(id))
  return new Map([...upstreams].map(([id, above]) => [id, ways(above).length > 0 ? ways(above) : above]))
}

/** What hangs on an outage that waits, waits with it. */
function withTheirRoots(placements: Placement[]): Placement[] {
  const waits = new Map(placements.flatMap((one) => (one.as === 'wait' ? [[one.outageId, one] as const] : [])))
  if (waits.size === 0) return placements
  return placements.map((one) => {
    const root = one.as === 'unreachable' ? waits.get(one.rootOutageId) : undefined
    return root ? { ...root, outageId: one.outageId } : one
  })
}

type Case = { known: PlacingKnown; verdicts: Verdicts; now: Date }
type Place = (spell: PlacedSpell, case_: Case) => Placement[]

const placeFresh: Place = (spell, case_) => {
  const { known, verdicts, now } = case_
  const own = [{ outageId: spell.outageId, as: 'down' as const }]
  if (spell.kind === 'job' || !known.upstreams.has(spell.targetId)) return own
  const until = holdEnd(spell, known)
  const mayWait = now < until
  const on = mayWait ? awaitedAbove(spell, known.upstreams, verdicts) : []
  if (on.length > 0) return [{ outageId: spell.outageId, as: 'wait', until, on }]
  const member = memberOf(spell, case_, false)
  if (member) return member
  const answers = (up: number) => verdictOn(up, spell, verdicts) === 'answers'
  const node = nodeOf(spell, case_, answers) ?? nodeOf(spell, case_)
  if (mayWait && node && mayBeLostMember(spell, node.children, verdicts))
    return [{ outageId: spell.outageId, as: 'wait', until }]
  return own
}

/** What its root left behind may hang on something that has lost others since: that explains it until it has them back. */
const placeLeft: Place = (spell, case_) => {
  const node = nodeOf(spell, case_)
  const lost = node ? (case_.known.lost.get(node.id) ?? null) : null
  if (node && lost !== null && lost !== spell.incidentId)
    return [{ outageId: spell.outageId, as: 'member', nodeId: node.id }]
  return memberOf(spell, case_, true) ?? [{ outageId: spell.outageId, as: 'down' }]
}
const placeYoung: Place = (spell, case_) => memberOf(spell, case_, true) ?? []

/**
 * One of many that a node lost: when that has answered since so many were dark, as otherwise it may have fallen with them.
 * For the word of one that is watched it is waited, as long as for any other. One that did fall with them, and has just come
 * back, has its minute in which they come back as well.
 */
function memberOf(spell: PlacedSpell, case_: Case, still: boolean): Placement[] | null {
  const { known, verdicts, now } = case_
  const node = nodeOf(spell, case_)
  const since = node && lostSince(spell, node.children, verdicts, { still })
  if (!node || since === null) return null
  const isJustBack = ({ endedAt }: DarkSpell) =>
    endedAt !== null && endedAt.getTime() > since && now.getTime() - endedAt.getTime() < rootGraceMs
  if (verdicts.spells.get(node.id)?.some(isJustBack)) return null
  const until = new Date(Math.max(since + holdMs, holdEnd(spell, known).getTime()))
  const isAwaited = known.watched.has(node.id) && verdictOn(node.id, { darkFrom: new Date(since) }, verdicts) === 'open'
  if (isAwaited && now < until) return [{ outageId: spell.outageId, as: 'wait', until, on: [node.id] }]
  return [{ outageId: spell.outageId, as: 'member', nodeId: node.id }]
}

/** The one thing above a device that is not dark, with what hangs on it alone; the other ways up are closed already. */
function nodeOf({ targetId, kind }: PlacedSpell, { known, verdicts }: Case, isOpen = isNotDark(verdicts)) {
  const [id, ...others] = (known.upstreams.get(targetId) ?? []).filter(isOpen)
  const children = id === undefined || others.length > 0 ? undefined : known.members.get(id)
  if (kind !== 'device' || id === undefined || !children) return null
  return { id, children: children.includes(targetId) ? children : [...children, targetId] }
}

const isNotDark =
  ({ spells }: Verdicts) =>
  (id: number) =>
    !spells.get(id)?.some((spell) => spell.endedAt === null)

/** What a probe tells after it was cut off is not older for what it tells a moment later. */
function holdEnd({ isolatedAt, recordedAt }: PlacedSpell, { catchingUp, crowd }: PlacingKnown): Date {
  const isLate = recordedAt.getTime() - isolatedAt.getTime() > lateMs
  const from = catchingUp && isLate ? recordedAt : isolatedAt
  return new Date(from.getTime() + (crowd ? crowdHoldMs : holdMs))
}
