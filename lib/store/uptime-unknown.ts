import { intersection, type Spells, spellsOf, union } from '@/lib/domain/spells'
import { sql } from './database'
import { instant, int, readColumns } from './packed-arrays'
import { absentAfterSeconds } from './probes'

export type Watched = {
  id: number
  isJob: boolean
  siteId: number | null
  isPinged: boolean // with an address
  status: 'new' | 'unknown' | 'other'
  statusSince: number
}

/**
 * While nobody saw how a target was: every probe that watches it was blind or away, and every source that lists it said
 * nothing. Of a job: while no web could take beats. Targets of the same witnesses share one and the same list.
 */
export async function readUnknown(from: number, until: number): Promise<(target: Watched) => Spells> {
  const [probes, sources, gaps] = await Promise.all([
    readProbes(from, until),
    readSources(from, until),
    sql<{ began: Date; ended: Date }[]>`
      select began_at as began, ended_at as ended from intake_gaps
      where ended_at > ${new Date(from)} and began_at < ${new Date(until)}`,
  ])
  const closed = spellsOf(gaps.flatMap(({ began, ended }) => [began.getTime(), ended.getTime()]))
  const always: Spells = [from, until]
  const nothing: Spells = []
  const probesOf = new Map<number | null, typeof probes>()
  const known = new Map<string, Spells>()
  const unseen = new Map<Spells, Map<number, Spells>>()

  return (target) => {
    if (target.isJob) return closed
    if (target.status === 'other') return silenceOfAll(target)
    // Nothing is known since then: it is new, as good as new since it was paused, its outage was ended by hand, or its
    // source says neither. What was seen before stays seen.
    if (target.statusSince <= from) return always
    return target.statusSince < until ? unseenSince(silenceOfAll(target), target.statusSince) : silenceOfAll(target)
  }

  function unseenSince(silent: Spells, since: number): Spells {
    const ofSilent = unseen.get(silent) ?? new Map<number, Spells>()
    const found = ofSilent.get(since) ?? union(silent, [since, until])
    unseen.set(silent, ofSilent.set(since, found))
    return found
  }

  function silenceOfAll(target: Watched): Spells {
    let watching = probesOf.get(target.siteId)
    if (watching === undefined) {
      watching = probes.filter(({ siteIds }) => watches(siteIds, target.siteId))
      probesOf.set(target.siteId, watching)
    }
    const witnesses = [...(target.isPinged ? watching : []), ...(sources.get(target.id) ?? [])]
    if (witnesses.length === 0) return nothing
    const key = witnesses.map((one) => one.key).join(' ')
    let silent = known.get(key)
    if (silent === undefined) {
      silent = witnesses.map((one) => one.silent).reduce(intersection)
      known.set(key, silent)
    }
    return silent
  }
}

const watches = (siteIds: readonly number[], siteId: number | null) =>
  siteIds.length === 0 || (siteId !== null && siteIds.includes(siteId))

type Witness = { key: string; silent: Spells }

/** The probes that ever came, and when each was blind or away. */
async function readProbes(from: number, until: number): Promise<(Witness & { siteIds: number[] })[]> {
  const [rows, spells] = await Promise.all([
    sql<{ id: number; siteIds: number[]; seen: Date; connected: boolean }[]>`
      select id, site_ids as "siteIds", last_seen_at as seen,
        connected_at > coalesce(disconnected_at, '-infinity') as connected
      from probes where last_seen_at is not null order by id`,
    sql<{ probe: number; began: Date; ended: Date | null }[]>`
      select probe_id as probe, began_at as began, ended_at as ended from blind_spells
      where began_at < ${new Date(until)} and (ended_at is null or ended_at > ${new Date(from)})`,
  ])
  return rows.map(({ id, siteIds, seen, connected }) => {
    const parts = spells.flatMap(({ probe, began, ended }) =>
      probe === id ? [began.getTime(), ended?.getTime() ?? until] : [],
    )
    const isAway = !connected || until - seen.getTime() > absentAfterSeconds * 1000
    if (isAway && seen.getTime() < until) parts.push(seen.getTime(), until)
    return { key: `p${id}`, silent: spellsOf(parts), siteIds }
  })
}

type Source = {
  id: number
  pollSeconds: number
  lastPollAt: Date | null
  silentSince: Date | null // failing since, or not asked any more since
}
type SourceSpell = { id: number; began: Date; ended: Date | null }

/** By device: the sources that are asked how it is, and when each said nothing. */
async function readSources(from: number, until: number): Promise<Map<number, Witness[]>> {
  const [sources, spells, [ofSource, devices, vanished]] = await Promise.all([
    sql<Source[]>`
      select id, poll_seconds as "pollSeconds", last_poll_at as "lastPollAt",
        case when enabled and poll_seconds > 0 then failing_since else coalesce(last_poll_at, created_at) end as "silentSince"
      from sources where kind <> 'csv' order by id`,
    sql<SourceSpell[]>`
      select s.id, o.began_at as began, o.ended_at as ended
      from sources s join outages o on o.target_id = s.job_id
      where o.began_at < ${new Date(until)} and (o.ended_at is null or o.ended_at > ${new Date(from)})
      union all
      select source_id, began_at, ended_at from source_gaps
      where began_at < ${new Date(until)} and ended_at > ${new Date(from)}`,
    readColumns(
      [int(sql`r.source_id`), int(sql`r.device_id`), instant(sql`r.vanished_at`)],
      sql`from source_records r join sources s on s.id = r.source_id and s.kind <> 'csv'
        where r.kind = 'device' and r.device_id is not null`,
    ),
  ])
  const silentOf = new Map(sources.map((source) => [source.id, silenceOf(source, spells, from, until)]))
  const found = new Map<number, Witness[]>()
  devices?.forEach((device, i) => {
    const id = ofSource?.[i] ?? 0
    const silent = silentOf.get(id) ?? []
    const gone = vanished?.[i] ?? Number.POSITIVE_INFINITY
    const witness =
      gone < until ? { key: `s${id}.${gone}`, silent: union(silent, [gone, until]) } : { key: `s${id}`, silent }
    const others = found.get(device)
    if (others) others.push(witness)
    else found.set(device, [witness])
  })
  return found
}

/** As a gap of the past, silence of now counts once it has lasted for 5 min and three polls. */
function silenceOf(source: Source, spells: readonly SourceSpell[], from: number, until: number): Spells {
  const { id, pollSeconds, lastPollAt, silentSince } = source
  if (lastPollAt === null) return [from, until]
  const parts = spells.flatMap((one) => (one.id === id ? [one.began.getTime(), one.ended?.getTime() ?? until] : []))
  if (silentSince) parts.push(silentSince.getTime(), until)
  if (until - lastPollAt.getTime() > Math.max(300, 3 * pollSeconds) * 1000) parts.push(lastPollAt.getTime(), until)
  return spellsOf(parts)
}
