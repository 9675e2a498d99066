import type { TransactionSql } from 'postgres'
import { type Filing, fileOutages as fileSpells, rootGraceMs } from '@/lib/domain/correlation'
import { type OwnOutage, type Plan, type PlannedIncident, planIncidents } from '@/lib/domain/filing'
import { membersWords, troubleNote, troubleOf } from '@/lib/domain/job-words'
import { listHistories, listLeftBehind, listSpells, listUnfiled, listUpstreams, type Spell } from './dark-spells'
import { transaction } from './database'
import { newSink, publishIncidents, type Sink } from './incident-events'
import { insertIncidents, moveOutages, type NewIncident } from './incident-rows'
import { type Telling, tell } from './notices'
import { markPlanned } from './planned'
import { resolveIncidents } from './resolving'

export const correlationLock = 4_810_005
const historyMs = 3 * 60 * 60_000

export type FilingResult = { busy: boolean; filed: number; waiting: number; resolved: number }

/**
 * Files outages that have no incident, moves those that their root left behind, and resolves what is over: incidents,
 * events, decisions, notices and deliveries in one commit. One keeper at a time; `busy` when another one is at it.
 * `only` and `except` single out outages, so that one that cannot be filed stops no other.
 */
export async function fileOutages(
  now: Date,
  { limit = 500, only, except = [] }: { limit?: number; only?: number; except?: readonly number[] } = {},
): Promise<FilingResult> {
  return transaction(async (tx) => {
    const [lock] = await tx<{ held: boolean }[]>`select pg_try_advisory_xact_lock(${correlationLock}) as held`
    if (!lock?.held) return { busy: true, filed: 0, waiting: 0, resolved: 0 }
    const unfiled = await listUnfiled(tx, { limit, only, except })
    const leftBehind = only === undefined ? await listLeftBehind(tx, now, rootGraceMs) : []
    const sink = newSink()
    const filed = await fileBatch(tx, [...unfiled, ...leftBehind], now, sink)
    const held = new Set(leftBehind.flatMap((spell) => spell.incidentId ?? []))
    if (only === undefined) await resolveIncidents(tx, now, held, sink)
    await tell(tx, sink.tellings, now)
    await publishIncidents(tx, sink, now)
    return { busy: false, filed, waiting: unfiled.length + leftBehind.length - filed, resolved: sink.resolved.size }
  })
}

async function fileBatch(tx: TransactionSql, batch: readonly Spell[], now: Date, sink: Sink): Promise<number> {
  if (batch.length === 0) return 0
  const upstreams = await listUpstreams(
    tx,
    batch.map((spell) => spell.targetId),
  )
  const targets = new Set([...batch.map((spell) => spell.targetId), ...[...upstreams.values()].flat()])
  const since = new Date(Math.min(...batch.map((spell) => spell.beganAt.getTime())) - 1)
  const spells = await listSpells(tx, [...targets], since)
  const settled = new Set(spells.filter((spell) => spell.settled).map((spell) => spell.outageId))
  const filings = fileSpells(batch, spells, upstreams, settled, now)

  const bySpell = new Map(batch.map((spell) => [spell.outageId, spell]))
  const own = filings.filter((filing) => filing.as === 'down').flatMap((filing) => bySpell.get(filing.outageId) ?? [])
  const incidentOf = await fileOwn(tx, own, now, sink)
  for (const spell of spells)
    if (spell.incidentId !== null && !incidentOf.has(spell.outageId) && !isMoving(spell, filings))
      incidentOf.set(spell.outageId, spell.incidentId)
  const children = filings.flatMap((filing) => (filing.as === 'unreachable' ? [filing] : []))
  const moves = children.flatMap(({ outageId, rootOutageId }) => {
    const incidentId = incidentOf.get(rootOutageId) // none yet: the root is being written to; next time
    const spell = bySpell.get(outageId)
    return incidentId === undefined || !spell || spell.incidentId === incidentId
      ? []
      : [{ outageId, incidentId, spell }]
  })
  await fileChildren(tx, moves, now, sink)
  await markPlanned(
    tx,
    batch.filter((spell) => spell.incidentId === null),
  )
  return own.length + moves.length
}

const isMoving = (spell: Spell, filings: readonly Filing[]) =>
  spell.state === 'unreachable' && filings.some((filing) => filing.outageId === spell.outageId && filing.as === 'down')

/** Makes or finds the incident of each outage that is its own root. Returns outage id -> incident id. */
async function fileOwn(tx: TransactionSql, own: readonly Spell[], now: Date, sink: Sink): Promise<Map<number, number>> {
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

type IncidentRow = { id: number; rootName: string; siteName: string | null }

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

function grew(row: IncidentRow & { kind: 'down' | 'flapping'; openedAt: Date }, suppressedBy: string): Telling {
  const began = row.openedAt.toISOString()
  return {
    incidentId: row.id,
    question: { event: 'grew', kind: row.kind, name: row.rootName, overBefore: false, suppressedBy },
    facts: {
      kind: row.kind,
      event: 'grew',
      name: row.rootName,
      site: row.siteName,
      began_at: began,
      ended_at: null,
      tell_from: began,
    },
  }
}

type Move = { outageId: number; incidentId: number; spell: Spell }

/** Files outages under the incident of the one that explains them: recorded and counted, told to nobody anew. */
async function fileChildren(tx: TransactionSql, moves: readonly Move[], now: Date, sink: Sink) {
  if (moves.length === 0) return
  await moveOutages(tx, moves, 'unreachable')
  for (const { outageId, spell } of moves)
    if (spell.endedAt === null) sink.statuses.push({ outageId, status: 'unreachable' })
  const rows = await tx<
    (IncidentRow & {
      kind: 'down' | 'flapping'
      openedAt: Date
      members: { name: string; kind: 'device' | 'job' }[]
    })[]
  >`
    select i.id, i.kind, i.root_name as "rootName", i.site_name as "siteName", i.opened_at as "openedAt",
      jsonb_agg(jsonb_build_object('name', t.name, 'kind', t.kind) order by t.name_key) as members
    from incidents i join outages o on o.incident_id = i.id join targets t on t.id = o.target_id
    where o.id = any(${moves.map((move) => move.outageId)}::int[]) group by i.id`
  const notes = rows.map((row) => {
    const { which, names, onlyJobs } = membersWords(row.members)
    sink.changed.add(row.id)
    const went = `${which} behind ${row.rootName} went ${onlyJobs ? 'silent' : 'dark'} with it: ${names}.`
    sink.tellings.push(grew(row, `${went} ${row.rootName} is what people are told of.`))
    const is = onlyJobs ? (row.members.length === 1 ? 'is silent' : 'are silent') : 'cannot be reached'
    return { incident_id: row.id, what: `${which} behind it ${is}: ${names}.` }
  })
  await tx`
    insert into incident_notes (incident_id, at, what)
    select r.incident_id, ${now}::timestamptz, r.what
    from jsonb_to_recordset(${tx.json(notes)}) as r(incident_id int, what text)`
}
