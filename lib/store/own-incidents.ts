import type { TransactionSql } from 'postgres'
import { type OwnOutage, type Plan, type PlannedIncident, planIncidents } from '@/lib/domain/filing'
import { troubleNote, troubleOf } from '@/lib/domain/job-words'
import { listHistories, type Spell } from './dark-spells'
import type { Sink } from './incident-events'
import { insertIncidents, moveOutages, type NewIncident } from './incident-rows'
import type { Telling } from './notices'
import { grew, type IncidentRow } from './under-root'

const historyMs = 3 * 60 * 60_000

/** Makes or finds the incident of each outage that is its own root. Returns outage id -> incident id. */
export async function fileOwn(
  tx: TransactionSql,
  own: readonly Spell[],
  now: Date,
  sink: Sink,
): Promise<Map<number, number>> {
  const incidentOf = new Map<number, number>()
  if (own.length === 0) return incidentOf
  const plan = planIncidents(await withContext(tx, own, now))
  const troubles = await listTroubles(tx, own)
  const made = await insertIncidents(
    tx,
    plan.incidents.map((incident) => asRow(incident, troubles.get(incident.outageIds[0] ?? 0))),
    now,
  )
  const bySpell = new Map(own.map((spell) => [spell.outageId, spell]))
  plan.incidents.forEach((incident, i) => {
    const row = made[i]
    if (!row) throw new Error(`Cannot file outage ${incident.outageIds[0]}: its incident was not made`)
    for (const outageId of incident.outageIds) incidentOf.set(outageId, row.id)
    sink.opened.push(row.id)
    if (incident.resolvedAt) sink.resolved.add(row.id)
    sink.tellings.push(...tellingsOf(incident, row, bySpell, now))
  })
  for (const join of plan.joins) {
    incidentOf.set(join.outageId, join.incidentId)
    sink.changed.add(join.incidentId)
  }
  sink.tellings.push(...(await joinTellings(tx, plan)))
  await moveOutages(
    tx,
    [...incidentOf].map(([outageId, incidentId]) => ({ outageId, incidentId })),
    'down',
  )
  for (const spell of own)
    if (spell.state === 'unreachable') sink.statuses.push({ outageId: spell.outageId, status: 'down' })
  return incidentOf
}

async function withContext(tx: TransactionSql, own: readonly Spell[], now: Date): Promise<OwnOutage[]> {
  const targetIds = [...new Set(own.map((spell) => spell.targetId))]
  const oldest = Math.min(now.getTime(), ...own.map((spell) => spell.beganAt.getTime()))
  const histories = await listHistories(tx, targetIds, new Date(oldest - historyMs))
  const open = await tx<{ id: number; kind: string; targetId: number }[]>`
    select id, kind, target_id as "targetId" from incidents
    where resolved_at is null and kind in ('down', 'flapping') and target_id = any(${targetIds}::int[])`
  const idOf = (targetId: number, kind: string) =>
    open.find((incident) => incident.targetId === targetId && incident.kind === kind)?.id ?? null
  return own.map((spell) => ({
    ...spell,
    history: histories.get(spell.targetId) ?? [],
    open: { down: idOf(spell.targetId, 'down'), flapping: idOf(spell.targetId, 'flapping') },
  }))
}

/** What was wrong with those of these outages that are jobs', as a line of the timeline: outage id -> words. */
async function listTroubles(tx: TransactionSql, own: readonly Spell[]): Promise<Map<number, string>> {
  const rows = await tx<{ id: number; evidence: unknown }[]>`
    select o.id, o.opened_evidence as evidence from outages o join jobs j on j.id = o.target_id
    where o.id = any(${own.map((spell) => spell.outageId)}::int[])`
  return new Map(
    rows.flatMap(({ id, evidence }) => {
      const trouble = troubleOf(evidence)
      return trouble ? [[id, troubleNote(trouble)] as const] : []
    }),
  )
}

const asRow = (incident: PlannedIncident, trouble = 'Went dark.'): NewIncident => ({
  kind: incident.kind,
  targetId: incident.targetId,
  probeId: null,
  openedAt: incident.openedAt,
  resolvedAt: incident.resolvedAt,
  note: incident.kind === 'flapping' ? 'More than 4 outages in 60 min: flapping.' : trouble,
})

function tellingsOf(
  incident: PlannedIncident,
  row: IncidentRow,
  spells: ReadonlyMap<number, Spell>,
  now: Date,
): Telling[] {
  const root = spells.get(incident.outageIds[0] ?? 0)
  const overBefore = incident.resolvedAt !== null
  // A child left behind is told when that is decided, not when it went dark.
  const heardAt = !root || root.state === 'unreachable' ? now : root.isolatedAt
  const facts = {
    kind: incident.kind,
    name: row.rootName,
    site: row.siteName,
    began_at: incident.openedAt.toISOString(),
    ended_at: incident.resolvedAt?.toISOString() ?? null,
    ...(incident.kind === 'flapping' ? { outages: 5 } : {}),
  }
  const question = { kind: incident.kind, name: row.rootName, overBefore, suppressedBy: null }
  const telling = (event: 'opened' | 'resolved', tellFrom: Date): Telling => ({
    incidentId: row.id,
    question: { ...question, event },
    facts: { ...facts, event, tell_from: tellFrom.toISOString() },
  })
  return incident.resolvedAt
    ? [telling('opened', heardAt), telling('resolved', incident.resolvedAt)]
    : [telling('opened', heardAt)]
}

const joinReasons = {
  flapping: (name: string) =>
    `${name} is flapping: its outages are recorded, and told again when it has been steady for 15 min.`,
  same_incident: (name: string) => `${name} went dark again within an incident that is still open and was told.`,
}

async function joinTellings(tx: TransactionSql, plan: Plan): Promise<Telling[]> {
  const ids = [...new Set(plan.joins.map((join) => join.incidentId))]
  if (ids.length === 0) return []
  const rows = await tx<(IncidentRow & { kind: 'down' | 'flapping'; openedAt: Date })[]>`
    select id, kind, root_name as "rootName", site_name as "siteName", opened_at as "openedAt"
    from incidents where id = any(${ids}::int[])`
  return rows.map((row) =>
    grew(row, joinReasons[plan.joins.find((join) => join.incidentId === row.id)?.why ?? 'flapping'](row.rootName)),
  )
}
