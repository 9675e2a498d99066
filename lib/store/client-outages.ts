import { sql } from './database'

/** A device of the client going dark: which, when, and because of what. */
export type ClientOutage = {
  id: number
  device: { id: number; name: string }
  beganAt: Date
  endedAt: Date | null
  state: 'down' | 'unreachable'
  cause: string | null
  planned: boolean
  incidentId: number | null
  /** What the incident is about, where that is something else than the device. */
  rootName: string | null
}

/** Outages of the devices of a client, the newest first. */
export async function listClientOutages(clientId: number, limit: number): Promise<ClientOutage[]> {
  return sql<ClientOutage[]>`
    select o.id, jsonb_build_object('id', t.id, 'name', t.name) as device, o.began_at as "beganAt", o.ended_at as "endedAt",
      o.state, o.cause, o.planned, o.incident_id as "incidentId",
      case when i.target_id is distinct from t.id then i.root_name end as "rootName"
    from (
      -- the newest of each device: by its index, however long ago it was made
      select n.* from devices d cross join lateral (
        select * from outages where target_id = d.id order by began_at desc limit ${limit}) n
      where d.client_id = ${clientId} order by n.began_at desc, n.id desc limit ${limit}
    ) o join targets t on t.id = o.target_id left join incidents i on i.id = o.incident_id
    order by o.began_at desc, o.id desc`
}
