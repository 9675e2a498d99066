import { type DarkSpell, type Filing, fileOutages, groupByTarget, type Upstreams } from './correlation'
import { isLostMember, mayBeLostMember } from './members-lost'
import { awaitedAbove, holdMs, type Verdicts } from './verdict-hold'

/** An outage of a device or of a job, as placing needs it. */
export type PlacedSpell = DarkSpell & { isolatedAt: Date; recordedAt: Date; kind: 'device' | 'job' }

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
  catchingUp: boolean // a probe is telling of what it found while it was cut off
}

/** What was isolated so long before it was stored came from a probe that had been cut off. */
const lateMs = 5_000

/**
 * Where each outage belongs: in an incident of its own, under what is dark above it, among the members that a node lost,
 * or nowhere yet, as the verdict on something above or beside it is still awaited. Of young ones only those are answered
 * that belong elsewhere now: what is above them was found dark within 15 s, or others beside them were.
 * Source: rules, "Correlation".
 */
export function placeOutages({ fresh, left, young }: ToPlace, known: PlacingKnown, now: Date): Placement[] {
  const verdicts: Verdicts = { spells: groupByTarget(known.spells), answered: known.answered, watched: known.watched }
  const file = (spells: readonly PlacedSpell[], lead?: number) =>
    fileOutages(spells, known.spells, known.upstreams, known.settled, now, lead)
  const found = (filings: readonly Filing[], spells: readonly PlacedSpell[], place: Place) =>
    filings.flatMap((filing, i) => {
      const spell = spells[i]
      return filing.as !== 'down' || !spell ? [filing] : place(spell, { known, verdicts, now })
    })
  return [
    ...found(file(fresh), fresh, placeFresh),
    ...found(file(left), left, placeLeft),
    ...found(file(young, holdMs), young, placeYoung).filter(({ as }) => as === 'unreachable' || as === 'member'),
  ]
}

type Case = { known: PlacingKnown; verdicts: Verdicts; now: Date }
type Place = (spell: PlacedSpell, case_: Case) => Placement[]

const placeFresh: Place = (spell, case_) => {
  const { known, verdicts, now } = case_
  const own = [{ outageId: spell.outageId, as: 'down' as const }]
  if (spell.kind === 'job' || !known.upstreams.has(spell.targetId)) return own
  const until = holdEnd(spell, known)
  const mayWait = now < until
  if (mayWait && awaitedAbove(spell, known.upstreams, verdicts).length > 0)
    return [{ outageId: spell.outageId, as: 'wait', until }]
  const member = memberOf(spell, case_)
  if (member) return member
  const node = nodeOf(spell, known)
  if (mayWait && node && mayBeLostMember(spell, node.children, verdicts))
    return [{ outageId: spell.outageId, as: 'wait', until }]
  return own
}

const placeLeft: Place = (spell, case_) => memberOf(spell, case_) ?? [{ outageId: spell.outageId, as: 'down' }]
const placeYoung: Place = (spell, case_) => memberOf(spell, case_) ?? []

function memberOf(spell: PlacedSpell, { known, verdicts }: Case): Placement[] | null {
  const node = nodeOf(spell, known)
  if (!node || !isLostMember(spell, node.children, verdicts)) return null
  return [{ outageId: spell.outageId, as: 'member', nodeId: node.id }]
}

/** What a device hangs on alone, with all that do so. Whoever asks knows that it is not dark, or was not when it mattered. */
function nodeOf(spell: PlacedSpell, { upstreams, members }: PlacingKnown) {
  const [id, ...others] = upstreams.get(spell.targetId) ?? []
  const children = id === undefined || others.length > 0 ? undefined : members.get(id)
  return spell.kind === 'device' && id !== undefined && children ? { id, children } : null
}

/** What a probe tells after it was cut off is not older for what it tells a moment later. */
function holdEnd({ isolatedAt, recordedAt }: PlacedSpell, { catchingUp }: PlacingKnown): Date {
  const isLate = recordedAt.getTime() - isolatedAt.getTime() > lateMs
  return new Date((catchingUp && isLate ? recordedAt : isolatedAt).getTime() + holdMs)
}
