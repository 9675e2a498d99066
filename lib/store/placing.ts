import type { TransactionSql } from 'postgres'
import type { Upstreams } from '@/lib/domain/correlation'
import { type Placement, type PlacingKnown, placeOutages } from '@/lib/domain/placing'
import { holdMs } from '@/lib/domain/verdict-hold'
import { listAnswers } from './answers'
import { listDarkFrom, listSpells, listUpstreams, type Spell } from './dark-spells'
import { absentAfterSeconds } from './probes'
import { listKnownUntil } from './source-states'
import { numberArray } from './text-array'

/** except: outages that cannot be filed: what hangs on them would wait for ever, and is told by itself. */
export type ToPlace = {
  fresh: readonly Spell[]
  left: readonly Spell[]
  young: readonly Spell[]
  except?: readonly number[]
}
export type Placed = { placements: Placement[]; spells: Spell[] }

/** Reads all that matters to where these outages belong, and says where; `spells` are all that were read. */
export async function placeSpells(tx: TransactionSql, toPlace: ToPlace, now: Date): Promise<Placed> {
  const batch = [...toPlace.fresh, ...toPlace.left, ...toPlace.young]
  if (batch.length === 0) return { placements: [], spells: [] }
  const upstreams = await listUpstreams(
    tx,
    batch.map((spell) => spell.targetId),
  )
  const { spells, ...known } = await readKnown(tx, batch, upstreams, { now, except: new Set(toPlace.except) })
  const fresh = await withDarkFrom(tx, toPlace.fresh, upstreams, darkTargets(spells))
  return { placements: placeOutages({ ...toPlace, fresh }, { spells, ...known }, now), spells }
}

type Read = Omit<PlacingKnown, 'spells'> & { spells: Spell[] }

async function readKnown(
  tx: TransactionSql,
  batch: readonly Spell[],
  upstreams: Upstreams,
  { now, except }: { now: Date; except: ReadonlySet<number> },
): Promise<Read> {
  const spells = new Map(batch.map((spell) => [spell.outageId, spell]))
  const nothing = {
    answered: new Map(),
    watched: new Set<number>(),
    members: new Map(),
    lost: new Map(),
    catchingUp: false,
    crowd: false,
  }
  const settled = () => new Set([...spells.values()].filter(isSettled).map((spell) => spell.outageId))
  if (upstreams.size === 0) return { ...nothing, upstreams, spells: [...batch], settled: settled() }
  const since = new Date(Math.min(...batch.map((spell) => spell.beganAt.getTime())) - 1)
  const add = (found: readonly Spell[]) => {
    for (const spell of found)
      if (!spells.has(spell.outageId) && !except.has(spell.outageId)) spells.set(spell.outageId, spell)
  }
  const ancestors = [...new Set([...upstreams.values()].flat())]
  add(await listSpells(tx, ancestors, since))
  const spoken = { answered: await listAnswers(tx, ancestors), watched: await listWatched(tx, ancestors), now }
  const members = await listMembers(tx, nodesOf(batch, upstreams, darkTargets([...spells.values()]), spoken))
  const others = [...members.values()].flat()
  add(await listSpells(tx, others, since))
  return {
    upstreams,
    spells: [...spells.values()],
    settled: settled(),
    answered: new Map([...spoken.answered, ...(await listAnswers(tx, others))]),
    watched: new Set([...spoken.watched, ...(await listWatched(tx, others))]),
    members,
    lost: await listLost(tx, [...members.keys()]),
    ...(await readArrivals(tx)),
  }
}

/** The incident of what was over before it was filed is over as soon as it is made. */
const isSettled = ({ settled, incidentId, endedAt }: Spell) => settled || (incidentId === null && endedAt !== null)

const darkTargets = (spells: readonly Spell[]) =>
  new Set(spells.filter((spell) => spell.endedAt === null).map((spell) => spell.targetId))

/**
 * Only of those with something above them that is not dark it matters when it answered last; and until when it is known to
 * be dark, where a source says so.
 */
async function withDarkFrom(
  tx: TransactionSql,
  fresh: readonly Spell[],
  upstreams: Upstreams,
  dark: ReadonlySet<number>,
): Promise<Spell[]> {
  const isAsked = ({ targetId, kind }: Spell) =>
    kind === 'device' && upstreams.get(targetId)?.some((up) => !dark.has(up))
  const from = await listDarkFrom(
    tx,
    fresh.filter(isAsked).map((spell) => spell.outageId),
  )
  const asOf = await listKnownUntil(
    tx,
    fresh.filter(({ targetId, endedAt }) => endedAt === null && upstreams.has(targetId)).map((spell) => spell.outageId),
  )
  return fresh.map((spell) => {
    const [darkFrom, known] = [from.get(spell.outageId), asOf.get(spell.outageId)]
    if (!darkFrom && !known) return spell // of thousands nearly all
    return { ...spell, darkFrom: darkFrom ?? spell.darkFrom, ...(known ? { asOf: known } : {}) }
  })
}

type Spoken = { answered: ReadonlyMap<number, Date>; watched: ReadonlySet<number>; now: Date }

/** What is above devices and answers, or says nothing and is waited for no longer: it may have lost them. */
function nodesOf(
  batch: readonly Spell[],
  upstreams: Upstreams,
  dark: ReadonlySet<number>,
  { answered, watched, now }: Spoken,
): number[] {
  const nodes = new Set<number>()
  for (const { targetId, kind, isolatedAt, incidentId } of batch) {
    const isFinal = incidentId !== null || now.getTime() - isolatedAt.getTime() >= holdMs
    for (const up of upstreams.get(targetId) ?? [])
      if (kind === 'device' && !dark.has(up) && (isFinal || answered.has(up) || !watched.has(up))) nodes.add(up)
  }
  return [...nodes]
}

/** Of each node the devices that hang on it alone and are judged at all. */
async function listMembers(tx: TransactionSql, nodes: readonly number[]): Promise<Map<number, number[]>> {
  const members = new Map<number, number[]>()
  if (nodes.length === 0) return members
  const rows = await tx<{ nodeId: number; ids: number[] }[]>`
    select e.upstream_id as "nodeId", array_agg(e.device_id) as ids
    from upstream_edges e join targets t on t.id = e.device_id
    where e.upstream_id = any(${[...nodes]}::int[]) and e.effective and t.kind = 'device' and t.paused_at is null
      and t.status not in ('new', 'unknown')
      and not exists (select 1 from upstream_edges o
        where o.device_id = e.device_id and o.upstream_id <> e.upstream_id and o.effective)
    group by 1`
  for (const { nodeId, ids } of rows) members.set(nodeId, ids)
  return members
}

/** The open incidents of what these nodes lost. */
async function listLost(tx: TransactionSql, nodes: readonly number[]): Promise<Map<number, number>> {
  if (nodes.length === 0) return new Map()
  const rows = await tx<{ id: number; targetId: number }[]>`
    select id, target_id as "targetId" from incidents
    where kind = 'members_lost' and resolved_at is null and target_id = any(${[...nodes]}::int[])`
  return new Map(rows.map(({ id, targetId }) => [targetId, id]))
}

/** The devices among these on which some probe will say something. */
async function listWatched(tx: TransactionSql, ids: readonly number[]): Promise<Set<number>> {
  const [row] = await tx<{ ids: number[] | null }[]>`
    with seeing as materialized (
      select site_ids from probes where blind_since is null and connected_at > coalesce(disconnected_at, '-infinity')
        and last_seen_at > now() - make_interval(secs => ${absentAfterSeconds})
    )
    select json_agg(t.id) as ids from targets t join devices d on d.id = t.id and d.pinged and d.address <> ''
    where t.id = any(${numberArray(ids)}::int[]) and t.kind = 'device' and t.paused_at is null and t.status <> 'new'
      and exists (select 1 from seeing p where cardinality(p.site_ids) = 0 or t.site_id = any(p.site_ids))`
  return new Set(row?.ids)
}

const crowdFrom = 500

/** Whether probes are telling right now, and whether that is of a crowd. */
async function readArrivals(tx: TransactionSql): Promise<{ catchingUp: boolean; crowd: boolean }> {
  const [row] = await tx<{ recent: boolean; waiting: number }[]>`
    select exists (select 1 from probe_spools where updated_at > now() - interval '2 seconds') as recent,
      (select count(*)::int from outages where incident_id is null and not remembered) as waiting`
  const recent = row?.recent ?? false
  return { catchingUp: recent, crowd: recent && (row?.waiting ?? 0) >= crowdFrom }
}
