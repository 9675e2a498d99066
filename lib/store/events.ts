import type { LiveEvent, LiveEventType } from '@/lib/wire/live'
import { sql } from './database'

/** An event of the log as it goes to clients, with the type beside it. */
export type StoredEvent = { type: LiveEventType; event: LiveEvent }

type Row = {
  id: string
  type: LiveEventType
  at: Date
  target_id: number | null
  incident_id: number | null
  body: Record<string, unknown>
}

/** Events with an id above `after`, oldest first. Ids rise in commit order, so the last one read is where to go on. */
export async function listEvents({ after, limit }: { after: number; limit: number }): Promise<StoredEvent[]> {
  const rows = await sql<Row[]>`
    select id, type, at, target_id, incident_id, body from events where id > ${after} order by id limit ${limit}`
  return rows.map((row) => ({
    type: row.type,
    event: {
      ...row.body,
      event_id: Number(row.id),
      at: row.at.toISOString(),
      ...(row.target_id === null ? {} : { target_id: row.target_id }),
      ...(row.incident_id === null ? {} : { incident_id: row.incident_id }),
    },
  }))
}

/** The newest event's id; 0 when there is none. */
export async function lastEventId(): Promise<number> {
  const [row] = await sql<{ id: string | null }[]>`select max(id) as id from events`
  return Number(row?.id ?? 0)
}

/** The oldest event's id still kept; 0 when there is none. */
export async function firstEventId(): Promise<number> {
  const [row] = await sql<{ id: string | null }[]>`select min(id) as id from events`
  return Number(row?.id ?? 0)
}
