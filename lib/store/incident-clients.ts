import { cutOffBy, graphOf } from '@/lib/domain/cut-off'
import { sql, transaction } from './database'
import { listBelow, listDark } from './reach'

type Concerned = {
  kind: string
  root: number | null // the device that it is about
  open: boolean
  rootDark: boolean
  own: number[] | null // devices whose outages are in it
  darkNow: number[] | null // those of them that are dark
}

/**
 * The devices that an incident concerns: whose outages are in it and, while its root or its members are dark, whatever else
 * has no way up but through them, as the graph is today. Of one that is over, those that had none.
 */
export async function listAffectedDevices(incidentId: number): Promise<number[]> {
  return transaction(async (tx) => {
    const [incident] = await tx<Concerned[]>`
      select i.kind, d.id as root, i.resolved_at is null as open, o.own, o."darkNow",
        coalesce(i.target_id = any(o.dark), false) as "rootDark"
      from incidents i left join devices d on d.id = i.target_id cross join lateral (
        select json_agg(distinct x.target_id) as own, array_agg(x.target_id) filter (where x.ended_at is null) as dark,
          json_agg(distinct x.target_id) filter (where x.ended_at is null) as "darkNow"
        from outages x join devices y on y.id = x.target_id where x.incident_id = i.id) o
      where i.id = ${incidentId}`
    if (!incident) return []
    const own = incident.own ?? []
    const roots = rootsOf(incident)
    if (roots.length === 0) return own
    const graph = graphOf(await listBelow(tx, roots))
    const dark = incident.open ? await listDark(tx, graph) : new Set(own)
    return [...new Set([...own, ...cutOffBy(roots, graph, dark)])]
  })
}

function rootsOf({ kind, root, open, rootDark, own, darkNow }: Concerned): number[] {
  if (kind === 'members_lost') return (open ? darkNow : own) ?? []
  return kind === 'down' && root !== null && (rootDark || !open) ? [root] : []
}

/** An incident by its number, for the head of a list; null when there is none. */
export async function findIncidentName(id: number): Promise<{ id: number; name: string; over: boolean } | null> {
  const [row] = await sql<{ id: number; name: string; over: boolean }[]>`
    select id, root_name as name, resolved_at is not null as over from incidents where id = ${id}`
  return row ?? null
}
