import { clientToken, isClientToken, readSigned } from '@/lib/status-tokens'
import { sql, transaction } from './database'

/** Who a client's own link is for. */
export type LinkedClient = { id: number; name: string; timeZone: string }

/** The zone of a client's times: its own, that of its site, or that of the house's own page. */
export const clientZone = () => sql`
  coalesce(c.time_zone, (select s.time_zone from devices d join targets t on t.id = d.id join sites s on s.id = t.site_id
    where d.client_id = c.id and s.time_zone is not null order by d.id limit 1),
    (select p.time_zone from status_pages p order by p.id limit 1), 'UTC')`

/** The client whose link this is; null when it is none of ours, was revoked, or the client left. */
export async function findClientByToken(token: string): Promise<LinkedClient | null> {
  const signed = readSigned(token)
  if (!signed) return null
  const [row] = await sql<(LinkedClient & { round: number })[]>`
    select c.id, c.name, ${clientZone()} as "timeZone", c.status_link_round as round from clients c
    where c.id = ${signed.id} and c.archived_at is null`
  // Checked also where there is no such client, so that both take as long.
  const isRight = isClientToken(signed, Math.max(1, row?.round ?? 1))
  if (!isRight || !row || row.round <= 0) return null
  return { id: row.id, name: row.name, timeZone: row.timeZone }
}

/** Where a client's own page is, below the site's address; null while it has none. */
export async function clientLinkPath(clientId: number): Promise<string | null> {
  const [row] = await sql<{ round: number }[]>`
    select status_link_round as round from clients where id = ${clientId} and archived_at is null`
  return row && row.round > 0 ? `/status/c/${clientToken(clientId, row.round)}` : null
}

/** The same, made where there was none: for messages to the client. Null when there is no such client. */
export async function ensureClientLink(clientId: number): Promise<string | null> {
  await sql`update clients set status_link_round = 1 where id = ${clientId} and status_link_round = 0`
  return clientLinkPath(clientId)
}

// A link that was taken back must not come again: its rounds go on below zero while there is none.
/** Makes a link, or another one in its place: the one before is void, and who subscribed by it is forgotten. */
export async function renewClientLink(clientId: number): Promise<string | null> {
  return transaction(async (tx) => {
    const renewed = await tx`
      update clients set status_link_round = abs(status_link_round) + 1, updated_at = now() where id = ${clientId}`
    if (renewed.count === 0) return null
    await tx`delete from status_subscribers where client_id = ${clientId}`
    const [row] = await tx<{ round: number }[]>`
      select status_link_round as round from clients where id = ${clientId} and archived_at is null`
    return row ? `/status/c/${clientToken(clientId, row.round)}` : null
  })
}

/** Takes the link back. False when there was none. */
export async function revokeClientLink(clientId: number): Promise<boolean> {
  return transaction(async (tx) => {
    const revoked = await tx`
      update clients set status_link_round = -status_link_round, updated_at = now()
      where id = ${clientId} and status_link_round > 0`
    await tx`delete from status_subscribers where client_id = ${clientId}`
    return revoked.count === 1
  })
}
