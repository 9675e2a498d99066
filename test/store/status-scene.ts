import type { Sql } from 'postgres'
import { newNonce } from '@/lib/status-tokens'
import { createStatusPage, findStatusPage, type StatusPage, type StatusPageInput } from '@/lib/store/status-pages'

export const minute = 60_000

/** A page of everything, public. */
export async function addPage(change: Partial<StatusPageInput> = {}): Promise<StatusPage> {
  const id = await createStatusPage({
    slug: `page-${Math.random().toString(36).slice(2)}`,
    title: 'North Valley Net',
    intro: '',
    isPublic: true,
    siteIds: [],
    tags: [],
    historyDays: 30,
    takesSubscribers: true,
    timeZone: 'UTC',
    ...change,
  })
  const page = typeof id === 'number' ? await findStatusPage(id) : null
  if (!page) throw new Error('the page was not made')
  const { subscribers: _, ...made } = page
  return made
}

type DeviceOf = {
  site?: string | null
  role?: string
  client?: string
  tags?: string[]
  kind?: 'device' | 'job'
  since?: Date
}

export async function addTarget(sql: Sql, name: string, of: DeviceOf = {}): Promise<number> {
  const {
    site = 'North Ridge',
    role = 'ap',
    client = null,
    tags = [],
    kind = 'device',
    since = new Date('2026-01-01'),
  } = of
  const [place] =
    site === null
      ? []
      : await sql<{ id: number }[]>`
          insert into sites (name) values (${site}) on conflict (name) do update set name = excluded.name returning id`
  const [row] = await sql<{ id: number }[]>`
    insert into targets (kind, name, site_id, tags, status, created_at)
    values (${kind}, ${name}, ${place?.id ?? null}, ${tags}, 'up', ${since}) returning id`
  const id = row?.id ?? 0
  if (kind === 'device')
    await sql`insert into devices (id, address, role, client) values (${id}, '203.0.113.9', ${role}, ${client})`
  return id
}

export const siteId = async (sql: Sql, name: string): Promise<number> => {
  const [row] = await sql<{ id: number }[]>`select id from sites where name = ${name}`
  return row?.id ?? 0
}
export const clientId = async (sql: Sql, name: string): Promise<number> => {
  const [row] = await sql<{ id: number }[]>`select id from clients where name = ${name}`
  return row?.id ?? 0
}

type IncidentOf = { kind?: string; beganAt?: Date; endedAt?: Date | null; planned?: boolean; root?: number | null }

/** An incident with an outage of each of `targets`, as filed. */
export async function addIncident(sql: Sql, targets: readonly number[], of: IncidentOf = {}): Promise<number> {
  const { kind = 'down', beganAt = new Date(), endedAt = null, planned = false, root = targets[0] ?? null } = of
  const [row] = await sql<{ id: number }[]>`
    insert into incidents (kind, target_id, root_name, opened_at, resolved_at)
    values (${kind}, ${root}, 'AP Ridge-3 (10.20.30.40)', ${beganAt}, ${endedAt}) returning id`
  const id = row?.id ?? 0
  for (const target of targets)
    await sql`
      insert into outages (target_id, began_at, isolated_at, ended_at, incident_id, planned, opened_evidence)
      values (${target}, ${beganAt}, ${beganAt}, ${endedAt}, ${id}, ${planned}, '{"address": "10.20.30.40"}')`
  return id
}

export async function endIncident(sql: Sql, id: number, at: Date): Promise<void> {
  await sql`update outages set ended_at = ${at} where incident_id = ${id} and ended_at is null`
  await sql`update incidents set resolved_at = ${at} where id = ${id}`
}

type SubscriberOf = { medium?: 'email' | 'sms'; confirmed?: Date | null; clientId?: number }

export async function addSubscriber(sql: Sql, pageId: number | null, address: string, of: SubscriberOf = {}) {
  const { medium = 'email', confirmed = new Date('2026-01-01'), clientId: client = null } = of
  const [row] = await sql<{ id: number }[]>`
    insert into status_subscribers (page_id, client_id, medium, address, token_hash, confirmed_at)
    values (${pageId}, ${client}, ${medium}, ${address}, ${newNonce()}, ${confirmed}) returning id`
  return row?.id ?? 0
}

/** What is in the outbox: "robin@example.net opened Service interrupted: North Ridge". */
export async function inOutbox(sql: Sql): Promise<string[]> {
  const rows = await sql<{ text: string }[]>`
    select s.address || ' ' || d.event || ' ' || coalesce(d.message ->> 'title', '') as text
    from status_deliveries d join status_subscribers s on s.id = d.subscriber_id where d.failed_at is null order by d.id`
  return rows.map(({ text }) => text)
}

/** As if everything in the outbox was accepted. */
export const deliverAll = (sql: Sql, at: Date) =>
  sql`update status_deliveries set delivered_at = ${at} where delivered_at is null and failed_at is null`
