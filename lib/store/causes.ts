import { type Cause, type CauseHint, causeNote, causeOf } from '@/lib/domain/cause'
import type { Role } from '@/lib/domain/status'
import { transaction } from './database'

type Row = {
  id: number
  incidentId: number
  name: string
  isRoot: boolean
  role: Role
  beganAt: Date
  endedAt: Date
  bootedAt: Date | null
  bootedWithIt: number
  lostWithOthers: boolean
  hints: { kind: CauseHint['kind']; at: string }[]
}

const settleMs = 60_000 // others of its site are walked meanwhile
const giveUpMs = 15 * 60_000
const oldestMs = 86_400_000

/**
 * Writes the causes of outages that are over, told from walks and hints: a minute after the end when the device was walked
 * since, else after 15 min. Of what was dark because of another there is none. Returns how many.
 */
export async function writeCauses(now: Date): Promise<number> {
  const ago = (ms: number) => new Date(now.getTime() - ms)
  return transaction(async (tx) => {
    const rows = await tx<Row[]>`
      select o.id, o.incident_id as "incidentId", t.name, o.target_id = i.target_id as "isRoot", d.role,
        o.began_at as "beganAt", o.ended_at as "endedAt", w.booted_at as "bootedAt",
        (select count(distinct x.target_id)::int from outages x join targets y on y.id = x.target_id
            join device_walks v on v.device_id = x.target_id
          where y.site_id = t.site_id and x.target_id <> t.id and x.began_at < o.ended_at
            and x.began_at > o.began_at - interval '1 day' and coalesce(x.ended_at, 'infinity') > o.began_at
            and v.booted_at between w.booted_at - interval '2 minutes' and w.booted_at + interval '2 minutes'
        ) as "bootedWithIt",
        i.kind = 'members_lost' and n.role in ('ap', 'backhaul') as "lostWithOthers",
        coalesce((select jsonb_agg(jsonb_build_object('kind', h.kind, 'at', h.at)) from device_hints h
          where coalesce(h.about_id, h.device_id) = t.id
            and h.at between o.began_at - interval '1 minute' and o.ended_at + interval '1 minute'), '[]') as hints
      from outages o join targets t on t.id = o.target_id join devices d on d.id = o.target_id
        join incidents i on i.id = o.incident_id left join devices n on n.id = i.target_id
        left join device_walks w on w.device_id = o.target_id
      where o.cause is null and o.began_at > ${ago(oldestMs)} and o.ended_at < ${ago(settleMs)}
        and (o.state = 'down' or (i.kind = 'members_lost' and exists (
          select 1 from upstream_edges e where e.device_id = o.target_id and e.upstream_id = i.target_id)))
        and (w.walked_at > o.ended_at or (o.ended_at < ${ago(giveUpMs)} and (i.kind = 'members_lost' or w.device_id is not null
          or exists (select 1 from device_hints h where coalesce(h.about_id, h.device_id) = t.id and h.at > o.began_at - interval '1 minute'))))
      order by o.id limit 500`
    if (rows.length === 0) return 0
    const found = rows.map((row) => ({ row, ...causeOf(evidenceOf(row)) }))
    await tx`
      update outages o set cause = c.cause from unnest(${found.map(({ row }) => row.id)}::int[],
        ${found.map(({ cause }) => cause)}::text[]) as c(id, cause)
      where o.id = c.id and o.cause is null`
    const notes = notesOf(found)
    if (notes.length > 0)
      await tx`
        insert into incident_notes (incident_id, at, what)
        select r.incident_id, ${now}::timestamptz, r.what
        from jsonb_to_recordset(${tx.json(notes)}) as r(incident_id int, what text)`
    return rows.length
  })
}

const evidenceOf = ({ hints, beganAt, endedAt, bootedAt, ...row }: Row) => ({
  ...row,
  beganAt: beganAt.getTime(),
  endedAt: endedAt.getTime(),
  bootedAt: bootedAt?.getTime() ?? null,
  hints: hints.map(({ kind, at }) => ({ kind, at: Date.parse(at) })),
})

/** A line for each root, and for many that were lost together one for each cause. */
function notesOf(found: readonly { row: Row; cause: Cause; why: string }[]) {
  const notes = new Map<string, { incident_id: number; what: string }>()
  for (const { row, cause, why } of found) {
    const key = row.isRoot ? `${row.id}` : `${row.incidentId} ${cause}`
    if (cause === 'unknown' && !row.isRoot) continue
    if (!notes.has(key)) notes.set(key, { incident_id: row.incidentId, what: causeNote(row.name, { cause, why }) })
  }
  return [...notes.values()]
}
