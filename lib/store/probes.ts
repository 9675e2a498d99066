import { createHash, randomBytes } from 'node:crypto'
import type { Sql, TransactionSql } from 'postgres'
import type { ProbeAuth } from '@/lib/wire/probe'
import { assignmentChanged } from './assignment'
import { sql, transaction } from './database'
import { inNaturalOrder } from './natural-order'

export type Probe = {
  id: number
  name: string
  siteIds: number[] // empty: watches every site
  anchors: string[] // addresses beside the default gateway
  connectedAt: Date | null
  disconnectedAt: Date | null
  lastSeenAt: Date | null
  blindSince: Date | null
  pingWay: string | null
  version: string | null
  networks: string[] // CIDRs of its own interfaces, as it says
  connected: boolean
  createdAt: Date
}
export type ProbeInput = { name: string; anchors?: string[]; siteIds?: number[] }

/** A probe not heard of for this long watches nothing: it neither votes nor is waited for. Seconds. */
export const absentAfterSeconds = 90

const hashOf = (token: string) => createHash('sha256').update(token).digest('hex')

const columns = (tx: Sql | TransactionSql) => tx`
  id, name, site_ids as "siteIds", anchors, connected_at as "connectedAt", disconnected_at as "disconnectedAt",
  last_seen_at as "lastSeenAt", blind_since as "blindSince", ping_way as "pingWay", version, networks, created_at as "createdAt",
  coalesce(connected_at > coalesce(disconnected_at, '-infinity')
    and last_seen_at > now() - make_interval(secs => ${absentAfterSeconds}), false) as connected`

/** Ordered by name; `after` is the last name of the page before. */
export async function listProbes({ limit = 1000, after = '' } = {}): Promise<Probe[]> {
  return sql<Probe[]>`
    select ${columns(sql)} from probes where (${inNaturalOrder(sql`name`)}) > (${inNaturalOrder(sql`${after}::text`)})
    order by ${inNaturalOrder(sql`name`)} limit ${limit}`
}

export async function findProbe(id: number): Promise<Probe | null> {
  const [probe] = await sql<Probe[]>`select ${columns(sql)} from probes where id = ${id}`
  return probe ?? null
}

/** Makes a probe. The token is returned this once; only its hash is kept. */
export async function createProbe({ name, anchors = [], siteIds = [] }: ProbeInput) {
  const token = `bp_${randomBytes(32).toString('base64url')}`
  const [row] = await sql<{ id: number }[]>`
    insert into probes (name, token_hash, anchors, site_ids) values (${name}, ${hashOf(token)}, ${anchors}, ${siteIds})
    returning id`
  if (!row) throw new Error('Cannot create the probe: the insert returned no row')
  return { id: row.id, token }
}

/** The probe beside the web, known by the token kept in the data folder. A new token replaces the old one. */
export async function ensureLocalProbe(token: string): Promise<number> {
  const [row] = await sql<{ id: number }[]>`
    insert into probes (name, token_hash) values ('local', ${hashOf(token)})
    on conflict (name) do update set token_hash = excluded.token_hash
    returning id`
  if (!row) throw new Error('Cannot make the local probe: the insert returned no row')
  return row.id
}

/** False when there is no such probe. */
export async function updateProbe(id: number, { name, anchors, siteIds }: Partial<ProbeInput>): Promise<boolean> {
  return transaction(async (tx) => {
    const updated = await tx`
      update probes set name = coalesce(${name ?? null}, name), anchors = coalesce(${anchors ?? null}, anchors),
        site_ids = coalesce(${siteIds ?? null}, site_ids)
      where id = ${id}`
    await assignmentChanged(tx)
    return updated.count === 1
  })
}

/** Its verdicts go with it; the others decide anew. False when there is no such probe. */
export async function deleteProbe(id: number): Promise<boolean> {
  return transaction(async (tx) => {
    const deleted = await tx`delete from probes where id = ${id}`
    await assignmentChanged(tx)
    return deleted.count === 1
  })
}

export async function findProbeByToken(token: string): Promise<Probe | null> {
  const [probe] = await sql<Probe[]>`select ${columns(sql)} from probes where token_hash = ${hashOf(token)}`
  return probe ?? null
}

/** Records that a probe came, and when; spools that it has not used for 90 days are forgotten. */
export async function probeConnected(id: number, auth: ProbeAuth): Promise<Date> {
  const [row] = await sql<{ at: Date }[]>`
    update probes set connected_at = now(), last_seen_at = now(), ping_way = ${auth.ping_way}, version = ${auth.version},
      networks = coalesce(${auth.networks ?? null}, networks)
    where id = ${id} returning connected_at as at`
  await sql`
    delete from probe_spools
    where probe_id = ${id} and spool_id <> ${auth.spool_id} and updated_at < now() - interval '90 days'`
  return row?.at ?? new Date()
}

/** The connection that came at `connectedAt` ended. Nothing when the probe has come anew since, maybe to another web. */
export async function probeDisconnected(id: number, connectedAt: Date): Promise<void> {
  await sql`
    update probes set disconnected_at = now(), last_seen_at = now() where id = ${id} and connected_at = ${connectedAt}`
}

/** The probes that see and were heard of lately: who has a say in what is dark. */
export async function listSeeingProbes(): Promise<number[]> {
  const rows = await sql<{ id: number }[]>`
    select id from probes
    where blind_since is null and last_seen_at > now() - make_interval(secs => ${absentAfterSeconds}) order by id`
  return rows.map((row) => row.id)
}

/** Keeps the probes that are connected from being counted as absent. */
export async function probesSeen(ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return
  await sql`update probes set last_seen_at = now() where id = any(${[...ids]}::int[])`
}
