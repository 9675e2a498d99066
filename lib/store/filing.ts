import type { TransactionSql } from 'postgres'
import { rootGraceMs } from '@/lib/domain/correlation'
import { mergesOf, movesUnder } from '@/lib/domain/moves'
import type { Placement } from '@/lib/domain/placing'
import { listLeftBehind, listUnfiled, listYoung, type Spell, takeSpells } from './dark-spells'
import { transaction } from './database'
import type { Holds } from './holds'
import { newSink, publishIncidents, type Sink } from './incident-events'
import { fileMembers } from './members'
import { mergeIncidents, takeWhole } from './merging'
import { tell } from './notices'
import { fileOwn } from './own-incidents'
import { placeSpells, type ToPlace } from './placing'
import { markPlanned } from './planned'
import { measureReach } from './reach'
import { resolveIncidents } from './resolving'
import { fileChildren } from './under-root'

export const correlationLock = 4_810_005

/** waiting: outages that are not filed yet. wakeAt: when the first of them has waited long enough; null: none does. */
export type FilingResult = {
  busy: boolean
  filed: number
  waiting: number
  resolved: number
  wakeAt: Date | null
  more: boolean
}
const nothing: FilingResult = { busy: false, filed: 0, waiting: 0, resolved: 0, wakeAt: null, more: false }

export type FilingOptions = { limit?: number; only?: number; except?: readonly number[]; holds?: Holds }

/**
 * Files outages that have no incident, moves those that their root left behind, and resolves what is over: incidents,
 * events, decisions, notices and deliveries in one commit. One keeper at a time; `busy` when another one is at it.
 * `only` and `except` single out outages, so that one that cannot be filed stops no other; `holds` remembers what waits.
 */
export async function fileOutages(
  now: Date,
  { limit = 500, only, except = [], holds }: FilingOptions = {},
): Promise<FilingResult> {
  return transaction(async (tx) => {
    const [lock] = await tx<{ held: boolean }[]>`select pg_try_advisory_xact_lock(${correlationLock}) as held`
    if (!lock?.held) return { ...nothing, busy: true }
    const isWhole = only === undefined
    const held = holds ? await holds.stillHeld(tx, now) : '{}'
    const [heldCount, hasMore] = [holds?.count ?? 0, holds?.hasMore ?? false]
    const fresh = await listUnfiled(tx, { limit, only, except, held })
    const isAsked = ({ outageId }: Spell) => (isWhole || outageId === only) && !except.includes(outageId)
    const left = (await listLeftBehind(tx, now, rootGraceMs)).filter(isAsked)
    const young = (await listYoung(tx, now)).filter(isAsked)
    const sink = newSink()
    const result = await fileBatch(tx, { fresh, left, young, except }, now, sink)
    holds?.remember(result.placements)
    const heldOpen = new Set(left.flatMap((spell) => spell.incidentId ?? []))
    if (isWhole) await resolveIncidents(tx, now, heldOpen, sink)
    await measureReach(tx, sink.opened)
    await tell(tx, sink.tellings, now)
    await publishIncidents(tx, sink, now)
    const { filed, placements } = result
    const waits = placements.flatMap((one) => (one.as === 'wait' ? [one.until.getTime()] : []))
    return {
      busy: false,
      filed,
      wakeAt: waits.length > 0 ? new Date(Math.min(...waits)) : null,
      waiting: heldCount + fresh.length + left.length - filed,
      resolved: sink.resolved.size,
      more: result.more || hasMore || (fresh.length >= limit && result.filed > 0),
    }
  })
}

/** Filed outages that may belong elsewhere by now: those that their root left behind, and the young ones. */
export async function listStanding(now: Date): Promise<number[]> {
  const spells = await transaction(async (tx) => [
    ...(await listLeftBehind(tx, now, rootGraceMs)),
    ...(await listYoung(tx, now)),
  ])
  return spells.map(({ outageId }) => outageId)
}

/** So many are moved under a root in the commit that tells of the root; the others follow. */
const mostBesideTelling = 1000

async function fileBatch(tx: TransactionSql, toPlace: ToPlace, now: Date, sink: Sink) {
  const { placements, spells } = await placeSpells(tx, toPlace, now)
  const bySpell = new Map([...toPlace.young, ...toPlace.left, ...toPlace.fresh].map((spell) => [spell.outageId, spell]))
  const { chosen, more } = chooseNow(placements)
  const taken = await takeSpells(
    tx,
    chosen.flatMap(({ outageId }) => bySpell.get(outageId) ?? []),
  )
  const isYoung = new Set(toPlace.young.map((spell) => spell.outageId))
  const incidentOfYoung = (outageId: number) =>
    (isYoung.has(outageId) ? bySpell.get(outageId)?.incidentId : null) ?? null
  // An incident goes as a whole or not yet: what would take it over must not be left with nothing in it.
  const whole = await takeWhole(
    tx,
    chosen.flatMap(({ outageId }) => incidentOfYoung(outageId) ?? []),
  )
  const chosenNow = chosen.filter(({ outageId }) => {
    const from = incidentOfYoung(outageId)
    return taken.has(outageId) && (from === null || whole.has(from))
  })
  const spellsOf = (as: Placement['as']) =>
    chosenNow.filter((one) => one.as === as).flatMap((one) => bySpell.get(one.outageId) ?? [])
  const own = spellsOf('down')
  const incidentOf = await fileOwn(tx, own, now, sink)
  for (const [outageId, id] of await fileMembers(tx, chosenNow, bySpell, now, sink)) incidentOf.set(outageId, id)
  const moving = new Set(placements.map(({ outageId }) => outageId))
  for (const { outageId, incidentId } of spells)
    if (incidentId !== null && !incidentOf.has(outageId) && !moving.has(outageId)) incidentOf.set(outageId, incidentId)
  const moves = movesUnder(chosenNow, bySpell, incidentOf)
  await fileChildren(
    tx,
    moves.filter(({ outageId }) => !isYoung.has(outageId)),
    now,
    sink,
  )
  const merged = await mergeIncidents(tx, mergesOf(chosenNow, isYoung, bySpell, incidentOf), now, sink)
  await markPlanned(
    tx,
    [...bySpell.values()].filter((spell) => spell.incidentId === null && incidentOf.has(spell.outageId)),
  )
  const filed = [...bySpell.values()].filter(
    ({ outageId }) => !isYoung.has(outageId) && taken.has(outageId) && incidentOf.has(outageId),
  )
  return { filed: filed.length + merged, placements, more }
}

/** What is done now: everything, but that a crowd does not hold up the telling of what it hangs on. */
function chooseNow(placements: readonly Placement[]): { chosen: Placement[]; more: boolean } {
  const settled = placements.filter(({ as }) => as !== 'wait')
  const children = settled.filter(({ as }) => as === 'unreachable')
  if (children.length <= mostBesideTelling || children.length === settled.length)
    return { chosen: settled, more: false }
  const now = new Set(children.slice(0, mostBesideTelling))
  return { chosen: settled.filter((one) => one.as !== 'unreachable' || now.has(one)), more: true }
}
