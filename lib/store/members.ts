import type { TransactionSql } from 'postgres'
import type { Placement } from '@/lib/domain/placing'
import { namesOf } from '@/lib/domain/reach-words'
import type { Spell } from './dark-spells'
import type { Sink } from './incident-events'
import { insertIncidents, moveOutages } from './incident-rows'
import { fileChildren } from './under-root'

type Group = { nodeId: number; spells: Spell[] }

/**
 * Files what nodes lost while they answer: each into the open incident of its node, or a new one. Those that stand in an
 * incident of their own are left to be merged. Returns outage id -> incident id.
 */
export async function fileMembers(
  tx: TransactionSql,
  placements: readonly Placement[],
  bySpell: ReadonlyMap<number, Spell>,
  now: Date,
  sink: Sink,
): Promise<Map<number, number>> {
  const incidentOf = new Map<number, number>()
  const groups = groupByNode(placements, bySpell)
  if (groups.length === 0) return incidentOf
  const open = await tx<{ id: number; targetId: number }[]>`
    select id, target_id as "targetId" from incidents
    where kind = 'members_lost' and resolved_at is null and target_id = any(${groups.map((one) => one.nodeId)}::int[])`
  const idOf = new Map(open.map((one) => [one.targetId, one.id]))
  const begun = groups.filter((group) => !idOf.has(group.nodeId))
  for (const [nodeId, id] of await openIncidents(tx, begun, now, sink)) idOf.set(nodeId, id)
  const moves = groups.flatMap(({ nodeId, spells }) => {
    const incidentId = idOf.get(nodeId) ?? 0
    for (const spell of spells) incidentOf.set(spell.outageId, incidentId)
    return spells.flatMap((spell) => (isMovable(spell) ? [{ outageId: spell.outageId, incidentId, spell }] : []))
  })
  const isNew = new Set(sink.opened)
  await fileChildren(
    tx,
    moves.filter((move) => !isNew.has(move.incidentId) && move.spell.incidentId !== move.incidentId),
    now,
    sink,
  )
  const first = moves.filter((move) => isNew.has(move.incidentId))
  await moveOutages(tx, first, 'unreachable')
  for (const { outageId, spell } of first)
    if (spell.endedAt === null) sink.statuses.push({ outageId, status: 'unreachable' })
  return incidentOf
}

/** Not filed yet, or left behind by its root; a root of its own takes its whole incident with it. */
const isMovable = (spell: Spell) => spell.incidentId === null || spell.state === 'unreachable'

function groupByNode(placements: readonly Placement[], bySpell: ReadonlyMap<number, Spell>): Group[] {
  const groups = new Map<number, Spell[]>()
  for (const one of placements) {
    const spell = one.as === 'member' ? bySpell.get(one.outageId) : undefined
    if (one.as !== 'member' || !spell) continue
    groups.set(one.nodeId, [...(groups.get(one.nodeId) ?? []), spell])
  }
  return [...groups].map(([nodeId, spells]) => ({ nodeId, spells }))
}

async function openIncidents(tx: TransactionSql, groups: readonly Group[], now: Date, sink: Sink) {
  const names = await namesOfTargets(
    tx,
    groups.flatMap(({ spells }) => spells.map((spell) => spell.targetId)),
  )
  const planned = groups.map(({ nodeId, spells }) => {
    const members = spells.map((spell) => names.get(spell.targetId) ?? '').sort()
    const ends = spells.flatMap((spell) => spell.endedAt ?? [])
    return {
      kind: 'members_lost' as const,
      targetId: nodeId,
      probeId: null,
      openedAt: earliest(spells.map((spell) => spell.beganAt)),
      resolvedAt: ends.length === spells.length ? latest(ends) : null,
      note: `${spells.length} behind it went dark together while it answers: ${namesOf(members.slice(0, 5), members.length)}.`,
    }
  })
  const made = await insertIncidents(tx, planned, now)
  return planned.flatMap((incident, i) => {
    const row = made[i]
    if (!row) return []
    const { resolvedAt } = incident
    sink.opened.push(row.id)
    if (resolvedAt) sink.resolved.add(row.id)
    const isolated = latest((groups[i]?.spells ?? []).map((spell) => spell.isolatedAt))
    for (const event of resolvedAt ? (['opened', 'resolved'] as const) : (['opened'] as const))
      sink.tellings.push({
        incidentId: row.id,
        question: {
          event,
          kind: 'members_lost',
          name: row.rootName,
          overBefore: resolvedAt !== null,
          suppressedBy: null,
        },
        facts: {
          kind: 'members_lost',
          event,
          name: row.rootName,
          site: row.siteName,
          began_at: incident.openedAt.toISOString(),
          ended_at: resolvedAt?.toISOString() ?? null,
          tell_from: (event === 'resolved' && resolvedAt ? resolvedAt : isolated).toISOString(),
        },
      })
    return [[incident.targetId, row.id] as const]
  })
}

const earliest = (dates: readonly Date[]) => new Date(Math.min(...dates.map((date) => date.getTime())))
const latest = (dates: readonly Date[]) => new Date(Math.max(...dates.map((date) => date.getTime())))

async function namesOfTargets(tx: TransactionSql, ids: readonly number[]): Promise<Map<number, string>> {
  if (ids.length === 0) return new Map()
  const rows = await tx<{ id: number; name: string }[]>`
    select id, name from targets where id = any(${[...ids]}::int[])`
  return new Map(rows.map(({ id, name }) => [id, name]))
}
