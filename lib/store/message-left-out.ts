import type { TransactionSql } from 'postgres'
import { findMessageIncident, listScope, type MessageIncident } from './message-scope'
import type { DueRecipient } from './message-sends'
import { optedOutOf } from './opt-outs'
import { numberArray } from './text-array'

type Verdict = { incident: MessageIncident | null; why: string | null }

/**
 * What changed since each of these was planned: its incident as it goes on now, and why it must not go out after all; 'not
 * yet': an end that is none, to be told of later. Call it under the lock on claiming: what others claimed counts.
 */
export async function leftOutNow(tx: TransactionSql, rows: readonly DueRecipient[]): Promise<Map<number, Verdict>> {
  const verdicts = new Map<number, Verdict>()
  if (rows.length === 0) return verdicts
  const incidents = new Map<number, MessageIncident | null>()
  for (const { incidentId } of rows)
    if (incidentId !== null && !incidents.has(incidentId))
      incidents.set(incidentId, await findMessageIncident(tx, incidentId))
  const optedOut = await optedOutOf(tx, rows)
  const told = await listToldOf(tx, rows)
  const isBack = backOf(tx, rows)
  for (const row of rows) {
    const incident = row.incidentId === null ? null : (incidents.get(row.incidentId) ?? null)
    const why = refusal(row, optedOut) ?? (incident ? await outdated(row, incident) : 'its incident is no longer there')
    verdicts.set(row.id, { incident, why })
    if (why === null && incident) told.push({ ...row, incidentId: incident.id })
  }
  return verdicts

  async function outdated(row: DueRecipient, incident: MessageIncident): Promise<string | null> {
    const { id, clientId, part } = row
    const before = told.find(
      (one) =>
        one.id !== id &&
        one.clientId === clientId &&
        one.part === part &&
        incident.family.includes(one.incidentId ?? 0),
    )
    if (before) return `told by message ${before.messageId}`
    if (row.wanted) return null
    if (part === 'follow_up')
      return incident.resolvedAt === null || (await isDarkSince(tx, row, incident)) ? 'not yet' : null
    if (!row.onlyIfDark) return null
    if (incident.resolvedAt !== null) return 'over before it was told'
    return (await isBack(row, incident)) ? 'back before it was told' : null
  }
}

function refusal(
  { gone, medium, address, consents, takesTexts }: DueRecipient,
  optedOut: Awaited<ReturnType<typeof optedOutOf>>,
): string | null {
  const isText = medium === 'sms'
  if (gone) return 'no longer a client'
  if (optedOut(medium, address)) return `opted out of ${isText ? 'texts' : 'e-mail'}`
  if (!consents) return `no consent to ${isText ? 'texts' : 'e-mail'}`
  return isText && !takesTexts ? 'no phone that takes texts' : null
}

type Told = Pick<DueRecipient, 'id' | 'messageId' | 'clientId' | 'part' | 'incidentId'>

/** What went out, or may have, to the clients of these. */
async function listToldOf(tx: TransactionSql, rows: readonly DueRecipient[]): Promise<Told[]> {
  const clients = numberArray([...new Set(rows.flatMap(({ clientId }) => clientId ?? []))])
  return tx<Told[]>`
    select id::float8 as id, message_id as "messageId", client_id as "clientId", part, incident_id as "incidentId"
    from message_recipients where client_id = any(${clients}::int[]) and incident_id is not null
      and state in ('sending', 'sent', 'delivered', 'doubtful')`
}

/** The same as who is called back goes by (client-message-steps.ts). */
async function isDarkSince(tx: TransactionSql, { clientId }: DueRecipient, { beganAt }: MessageIncident) {
  const [dark] = await tx`
    select 1 from devices d join outages o on o.target_id = d.id and o.ended_at is null
    where d.client_id = ${clientId} and o.began_at >= ${beganAt} limit 1`
  return dark !== undefined
}

/**
 * Tells who is cut off by its incident no more. Mostly an outage of its own says that it is; the graph is asked only for who
 * has none, once for an incident.
 */
function backOf(tx: TransactionSql, rows: readonly DueRecipient[]) {
  let dark: Promise<{ clientId: number; incidentId: number }[]> | null = null
  const scopes = new Map<number, Promise<Set<number>>>()
  const clients = numberArray([...new Set(rows.flatMap(({ clientId }) => clientId ?? []))])
  return async ({ clientId }: DueRecipient, incident: MessageIncident): Promise<boolean> => {
    if (clientId === null) return false
    dark ??= tx<{ clientId: number; incidentId: number }[]>`
      select distinct d.client_id as "clientId", o.incident_id as "incidentId" from devices d
        join outages o on o.target_id = d.id and o.ended_at is null
      where d.client_id = any(${clients}::int[]) and o.incident_id is not null`.then((found) => [...found])
    if ((await dark).some((one) => one.clientId === clientId && incident.family.includes(one.incidentId))) return false
    const scope =
      scopes.get(incident.id) ?? listScope(tx, incident).then((found) => new Set(found.map((client) => client.id)))
    scopes.set(incident.id, scope)
    return !(await scope).has(clientId)
  }
}
