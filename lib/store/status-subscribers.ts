import type { TransactionSql } from 'postgres'
import { countedAddress, type StatusMedium } from '@/lib/domain/status-address'
import { askLimits, codeHoldsMs, linkHoldsMs, mostCodeTries, tryLimits } from '@/lib/domain/status-limits'
import { throttleAddress } from '@/lib/domain/throttle'
import { type Audience, isCode, isConfirmToken, isStopToken, newNonce, readSigned } from '@/lib/status-tokens'
import { sql, transaction } from './database'
import { takeLimits } from './status-limits'

/** Who asks, where it comes from (the client's network address), and what for. */
export type Asking = { audience: Audience; medium: StatusMedium; address: string; from: string }
/** asked: whatever came of it, nobody learns here. waitSeconds: too many from there, or for that page. */
export type Asked = { asked: true } | { asked: false; waitSeconds: number }

const keptMs = 40 * 86_400_000
const mostOfClient = 20 // contacts of one client's own link

/**
 * Asks an address whether it wants to be told. The answer is the same for one that is new, asked already, subscribed, opted
 * out or asked too often: only the owner of the address learns which.
 */
export async function askSubscriber({ audience, medium, address, from }: Asking, now: Date): Promise<Asked> {
  return transaction(async (tx) => {
    const limits = askLimits(medium, {
      place: throttleAddress(from).slice(0, 64),
      audience: audience.pageId === null ? `client ${audience.clientId}` : `page ${audience.pageId}`,
      person: countedAddress(medium, address),
    })
    const answer = await takeLimits(tx, limits, now)
    if (!answer.allowed) return answer.loud ? { asked: false, waitSeconds: answer.waitSeconds } : { asked: true }
    const [stopped] = await tx`
      select 1 from opt_outs where medium = ${medium} and lower(address) = ${address}`
    if (!stopped) await writeAsked(tx, { audience, medium, address }, now)
    return { asked: true }
  })
}

type Place = Omit<Asking, 'from'>
const isOf = (tx: TransactionSql | typeof sql, { pageId, clientId }: Audience) =>
  tx`coalesce(page_id, 0) = ${pageId ?? 0} and coalesce(client_id, 0) = ${clientId ?? 0}`

async function writeAsked(tx: TransactionSql, { audience, medium, address }: Place, now: Date): Promise<void> {
  const [found] = await tx<{ id: number; confirmed: boolean }[]>`
    select id, confirmed_at is not null as confirmed from status_subscribers
    where ${isOf(tx, audience)} and medium = ${medium} and address = ${address} for update`
  if (!found && audience.clientId !== null) {
    const [count] = await tx<{ n: number }[]>`
      select count(*)::int as n from status_subscribers where client_id = ${audience.clientId}`
    if ((count?.n ?? 0) >= mostOfClient) return
  }
  const id = found?.id ?? (await insertSubscriber(tx, { audience, medium, address }, now))
  if (found && !found.confirmed) {
    // The link or code of before is void, and what was not sent yet need not be.
    await tx`
      update status_subscribers set token_hash = ${newNonce()}, tries = 0, created_at = ${now} where id = ${id}`
    await tx`
      update status_deliveries set failed_at = ${now}
      where subscriber_id = ${id} and event = 'confirm' and delivered_at is null and failed_at is null`
  }
  const message = { made_at: now.toISOString(), already: found?.confirmed ?? false }
  await tx`
    insert into status_deliveries (subscriber_id, event, message, due_at)
    values (${id}, 'confirm', ${tx.json(message)}, ${now})`
}

async function insertSubscriber(tx: TransactionSql, { audience, medium, address }: Place, now: Date) {
  const { pageId, clientId } = audience
  const [row] = await tx<{ id: number }[]>`
    insert into status_subscribers (page_id, client_id, medium, address, token_hash, created_at)
    values (${pageId}, ${clientId}, ${medium}, ${address}, ${newNonce()}, ${now}) returning id`
  if (!row) throw new Error('A subscriber was not written')
  return row.id
}

type Held = {
  id: number
  pageId: number | null
  clientId: number | null
  nonce: string
  address: string
  confirmedAt: Date | null
  createdAt: Date
}
const columns = () => sql`
  id, page_id as "pageId", client_id as "clientId", token_hash as nonce, address, confirmed_at as "confirmedAt",
  created_at as "createdAt"`

const audienceOf = ({ pageId, clientId }: Held): Audience | null => {
  if (pageId !== null) return { pageId, clientId: null }
  return clientId === null ? null : { pageId: null, clientId }
}

/** What a confirming link is about, if it is ours and still good. Reading it changes nothing: mail programs open links. */
export async function readConfirmLink(token: string, now: Date) {
  const signed = readSigned(token)
  const [held] = signed ? await sql<Held[]>`select ${columns()} from status_subscribers where id = ${signed.id}` : []
  if (!signed || !held || !isConfirmToken(signed, held.nonce)) return null
  if (held.confirmedAt === null && now.getTime() - held.createdAt.getTime() >= linkHoldsMs) return null
  const audience = audienceOf(held)
  return audience && { id: held.id, audience, address: held.address, confirmed: held.confirmedAt !== null }
}

/** Confirms by link. The audience; null when the link is none of ours, or void. */
export async function confirmByLink(token: string, now: Date): Promise<Audience | null> {
  const read = await readConfirmLink(token, now)
  if (!read) return null
  await sql`update status_subscribers set confirmed_at = ${now} where id = ${read.id} and confirmed_at is null`
  return read.audience
}

export type CodeAnswer = 'confirmed' | 'wrong' | { waitSeconds: number }

/** Confirms by code. A wrong code, an old one, one tried too often and a number nobody asked for are all `wrong`. */
export async function confirmByCode(
  { audience, address, code, from }: { audience: Audience; address: string; code: string; from: string },
  now: Date,
): Promise<CodeAnswer> {
  return transaction(async (tx) => {
    const answer = await takeLimits(tx, tryLimits(throttleAddress(from).slice(0, 64)), now)
    if (!answer.allowed) return { waitSeconds: answer.waitSeconds }
    const [held] = await tx<Held[]>`
      update status_subscribers set tries = tries + 1
      where ${isOf(tx, audience)} and medium = 'sms' and address = ${address} and confirmed_at is null
        and tries < ${mostCodeTries} and created_at > ${new Date(now.getTime() - codeHoldsMs)}
      returning ${columns()}`
    const isRight = isCode(code, held?.id ?? 0, held?.nonce ?? '') // as long for a number that is not there
    if (!held || !isRight) return 'wrong'
    await tx`update status_subscribers set confirmed_at = ${now} where id = ${held.id}`
    return 'confirmed'
  })
}

/** Whether a link that ends a subscription is ours; `audience` null when it has ended. */
export async function readStopLink(token: string): Promise<{ id: number; audience: Audience | null } | null> {
  const signed = readSigned(token)
  if (!signed || !isStopToken(signed)) return null
  const [held] = await sql<Held[]>`select ${columns()} from status_subscribers where id = ${signed.id}`
  return { id: signed.id, audience: held ? audienceOf(held) : null }
}

/** Forgets a subscriber, with what was still to be sent. Ended already is ended; false: the link is none of ours. */
export async function stopByLink(token: string): Promise<boolean> {
  const read = await readStopLink(token)
  if (!read) return false
  await sql`delete from status_subscribers where id = ${read.id}`
  return true
}

/** Forgets those who never confirmed, what requests were counted by, and what was told long ago. */
export async function forgetUnconfirmed(now: Date): Promise<number> {
  const dayAgo = new Date(now.getTime() - linkHoldsMs)
  const gone = await sql`
    delete from status_subscribers where confirmed_at is null and created_at < ${dayAgo}`
  await sql`delete from sign_in_failures where key like 'status:%' and at < ${new Date(dayAgo.getTime() - 60_000)}`
  // An incident that is still open would be told anew.
  await sql`
    delete from status_deliveries d where due_at < ${new Date(now.getTime() - keptMs)}
      and not exists (select 1 from incidents i where i.id = d.incident_id and i.resolved_at is null)`
  return gone.count
}

/** Ends every subscription of those who said STOP since: their word holds whoever the address belongs to. */
export async function forgetOptedOut(): Promise<number> {
  const gone = await sql`
    delete from status_subscribers s using opt_outs o
    where o.medium = s.medium and lower(o.address) = s.address and o.at > coalesce(s.confirmed_at, s.created_at)`
  return gone.count
}
