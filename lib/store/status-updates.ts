import { sql } from './database'

/** What an operator told the public of an incident; `by` is for operators alone. */
export type StatusUpdate = { id: number; incidentId: number; at: Date; by: string; text: string }

/** Oldest first. */
export async function listStatusUpdates(incidentId: number): Promise<StatusUpdate[]> {
  return sql<StatusUpdate[]>`
    select id, incident_id as "incidentId", at, by, text from status_updates
    where incident_id = ${incidentId} order by at, id limit 1000`
}

/** Says something of an incident to its readers; null when there is no such incident. */
export async function addStatusUpdate(
  incidentId: number,
  { by, text, at }: { by: string; text: string; at: Date },
): Promise<StatusUpdate | null> {
  const [update] = await sql<StatusUpdate[]>`
    insert into status_updates (incident_id, at, by, text)
    select id, ${at}::timestamptz, ${by}, ${text} from incidents where id = ${incidentId}
    returning id, incident_id as "incidentId", at, by, text`
  return update ?? null
}

/** Takes back what was said, as far as the pages go: who was told was told. False when it is not there. */
export async function removeStatusUpdate(incidentId: number, id: number): Promise<boolean> {
  const removed = await sql`delete from status_updates where id = ${id} and incident_id = ${incidentId}`
  return removed.count === 1
}
