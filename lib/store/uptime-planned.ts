import { type Blackout, nextOccurrences } from '@/lib/domain/blackout'
import { type Spells, spellsOf, union, within } from '@/lib/domain/spells'
import { listBlackoutsAfter } from './blackouts'
import { sql } from './database'

type Target = { id: number; siteId: number | null; pausedAt: number | null }

/** The planned time of each target: of blackouts that uptime leaves out, and of its pauses. What is the same is one list. */
export async function readPlanned(from: number, until: number): Promise<(target: Target) => Spells> {
  const [blackouts, pauses] = await Promise.all([listPlannedBlackouts(from, until), listPauses(from, until)])
  const tagged = await listTagged(blackouts)
  const wide: Blackout[] = []
  const bySite = new Map<number, Blackout[]>()
  const byTarget = new Map<number, Blackout[]>()
  for (const blackout of blackouts) {
    if (blackout.coversAll) {
      wide.push(blackout)
      continue
    }
    for (const id of blackout.siteIds) add(bySite, id, blackout)
    for (const id of [...blackout.targetIds, ...(tagged.get(blackout.id) ?? [])]) add(byTarget, id, blackout)
  }
  const times = new Map<number, Spells>()
  const known = new Map<string, Spells>()
  const timesOf = (blackout: Blackout) => {
    const found = times.get(blackout.id) ?? occurrences(blackout, from, until)
    times.set(blackout.id, found)
    return found
  }
  const bySiteAlone = new Map<number | null, Spells>()

  return ({ id, siteId, pausedAt }) => {
    const own = byTarget.get(id)
    const paused = pauses.get(id)
    const usual = own === undefined && paused === undefined && pausedAt === null
    const shared = usual ? bySiteAlone.get(siteId) : undefined
    if (shared) return shared
    const covering = [...wide, ...((siteId === null ? undefined : bySite.get(siteId)) ?? []), ...(own ?? [])]
    const key = [...new Set(covering.map((one) => one.id))].sort((a, b) => a - b).join(' ')
    const covered = known.get(key) ?? union(...covering.map(timesOf))
    known.set(key, covered)
    if (usual) bySiteAlone.set(siteId, covered)
    const still = pausedAt === null || pausedAt >= until ? [] : [pausedAt, until]
    return paused === undefined && still.length === 0
      ? covered
      : union(covered, spellsOf([...(paused ?? []), ...still]))
  }
}

async function listPlannedBlackouts(from: number, until: number): Promise<Blackout[]> {
  const all = await listBlackoutsAfter(new Date(from))
  return all.filter((blackout) => blackout.planned && blackout.fromAt < until)
}

/** Blackout -> the targets that it covers by a tag. */
async function listTagged(blackouts: readonly Blackout[]): Promise<Map<number, number[]>> {
  const ids = blackouts.filter(({ coversAll, tags }) => !coversAll && tags.length > 0).map(({ id }) => id)
  if (ids.length === 0) return new Map()
  const rows = await sql<{ id: number; targets: number[] }[]>`
    select b.id, array_agg(t.id) as targets from blackouts b join targets t on b.tags && t.tags
    where b.id = any(${ids}::int[]) group by b.id`
  return new Map(rows.map(({ id, targets }) => [id, targets]))
}

/** Target -> its pauses that are over, with time in the range. */
async function listPauses(from: number, until: number): Promise<Map<number, number[]>> {
  const rows = await sql<{ target: number; began: Date; ended: Date }[]>`
    select target_id as target, began_at as began, ended_at as ended from target_pauses
    where ended_at > ${new Date(from)} and began_at < ${new Date(until)}`
  const found = new Map<number, number[]>()
  for (const { target, began, ended } of rows) {
    const list = found.get(target)
    if (list) list.push(began.getTime(), ended.getTime())
    else found.set(target, [began.getTime(), ended.getTime()])
  }
  return found
}

/** When a blackout holds from `from` up to `until`. */
export function occurrences(blackout: Blackout, from: number, until: number): Spells {
  const parts: number[] = []
  const atOnce = 30
  for (let at = from; ; ) {
    const some = nextOccurrences(blackout, at, atOnce)
    for (const { startAt, endAt } of some) parts.push(startAt, endAt ?? until)
    const last = some.at(-1)
    if (!last || last.endAt === null || some.length < atOnce || last.startAt >= until) break
    at = last.endAt
  }
  return within(spellsOf(parts), from, until)
}

function add<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key)
  if (list) list.push(value)
  else lists.set(key, [value])
}
