import type { Sql, TransactionSql } from 'postgres'
import { decrypt, encrypt } from '@/lib/secrets'
import { sql } from './database'
import { type DeviceFault, orFault, refuse } from './device-writes'
import { removeJobs } from './job-writes'
import { endOutages } from './outages'
import { publish } from './publish'
import type { sources } from './source-schema'
import { forgetSaid } from './source-states'

type Row = typeof sources.$inferSelect
export type SourceKind = Row['kind']
/** What is set on a source beside what it takes to reach it. Durations: s. */
export type SourceSettings = Pick<
  Row,
  | 'name'
  | 'enabled'
  | 'applies'
  | 'pings'
  | 'syncSeconds'
  | 'pollSeconds'
  | 'isolateMisses'
  | 'isolatePolls'
  | 'revivePolls'
  | 'faultPolls'
>
/** How a source is reached: its JSON, encrypted, and in words without secrets. */
export type SealedSource = { sealed: string; detail: string }

/** A source with how its last reading and its polls went. `sealed`: for `openSourceConfig`, never to be shown. */
export type StoredSource = SourceSettings & {
  id: number
  kind: SourceKind
  detail: string
  sealed: string
  counts: Record<string, number> // of the last reading and poll
  lastSyncAt: Date | null // the last that went well
  lastPollAt: Date | null
  nextSyncAt: Date
  fault: string | null // in words, of the last try
  failingSince: Date | null
  jobId: number | null
  records: number // that it lists, or listed
  vanished: number
  readingId: number | null // the run that goes on now
  plannedId: number | null // the run that waits for somebody
  plannedCount: number // changes that it would make
  createdAt: Date
}

const columns = () => sql`
  s.id, s.kind, s.name, s.detail, s.config as sealed, s.enabled, s.applies, s.pings, s.sync_seconds as "syncSeconds",
  s.poll_seconds as "pollSeconds", s.isolate_misses as "isolateMisses", s.isolate_polls as "isolatePolls",
  s.revive_polls as "revivePolls", s.fault_polls as "faultPolls", s.counts, s.last_sync_at as "lastSyncAt",
  s.last_poll_at as "lastPollAt", s.next_sync_at as "nextSyncAt", s.fault, s.failing_since as "failingSince",
  s.job_id as "jobId", s.created_at as "createdAt", coalesce(r.records, 0) as records,
  coalesce(r.vanished, 0) as vanished, g.id::float8 as "readingId",
  p.id::float8 as "plannedId", coalesce(p.changes, 0) as "plannedCount"`

const joins = () => sql`
  left join lateral (
    select count(*)::int as records, (count(*) filter (where vanished_at is not null))::int as vanished
    from source_records where source_id = s.id
  ) r on true
  left join lateral (
    select id from source_runs where source_id = s.id and state = 'reading' order by id desc limit 1
  ) g on true
  left join lateral (
    select id, (changes -> 'counts' ->> 'total')::int as changes from source_runs
    where source_id = s.id and state = 'planned' order by id desc limit 1
  ) p on true`

/** Every source, by name. */
export async function listSources(): Promise<StoredSource[]> {
  return sql<StoredSource[]>`select ${columns()} from sources s ${joins()} order by s.name, s.id`
}

/** One source, or null. */
export async function findSource(id: number): Promise<StoredSource | null> {
  const [row] = await sql<StoredSource[]>`select ${columns()} from sources s ${joins()} where s.id = ${id}`
  return row ?? null
}

/** What it takes to reach a source, as it was kept. Throws when it was kept with another SECRET_KEY. */
export function openSourceConfig({ sealed }: { sealed: string }): unknown {
  try {
    return JSON.parse(decrypt(sealed))
  } catch (cause) {
    throw new Error('What is kept of this source cannot be opened: is SECRET_KEY another one?', { cause })
  }
}

export const sealSourceConfig = (config: object): string => encrypt(JSON.stringify(config))

/** Keeps a new source, to be read at once. */
export async function createSource(
  kind: SourceKind,
  settings: SourceSettings,
  { sealed, detail }: SealedSource,
): Promise<{ id: number } | DeviceFault> {
  return orFault(async (tx) => {
    await refuseName(tx, settings.name, 0)
    const [row] = await tx<{ id: number }[]>`
      insert into sources ${tx({ kind, config: sealed, detail, ...columnsOf(settings) })} returning id`
    if (!row) return refuse('Nothing was kept')
    await awaitReading(tx, row.id)
    return row
  })
}

/** Changes what is given; reads it at once. Null when there is no such source. */
export async function updateSource(
  id: number,
  settings: Partial<SourceSettings>,
  config: SealedSource | null,
): Promise<{ id: number } | DeviceFault | null> {
  const done = await orFault(async (tx) => {
    const [found] = await tx`select 1 from sources where id = ${id} for update`
    if (!found) return { id: null }
    if (settings.name !== undefined) await refuseName(tx, settings.name, id)
    const way = config
      ? { config: config.sealed, detail: config.detail, fault: null, failing_since: null, faults: 0 }
      : {}
    await tx`
      update sources set ${tx({ ...columnsOf(settings), ...way, next_sync_at: new Date(), next_poll_at: new Date() })}
      where id = ${id}`
    await awaitReading(tx, id)
    return { id }
  })
  if ('fault' in done) return done
  return done.id === null ? null : { id: done.id }
}

/**
 * Removes a source and what it last said. What it brought stays; outages that it alone saw end, and its own job goes. False
 * when there is no such source.
 */
export async function deleteSource(id: number): Promise<boolean> {
  const done = await orFault(async (tx) => {
    const [row] = await tx<{ jobId: number | null }[]>`
      select job_id as "jobId" from sources where id = ${id} for update`
    if (!row) return false
    const open = await tx<{ id: number }[]>`
      select target_id as id from outages
      where ended_at is null and opened_evidence -> 'source' ->> 'id' = ${String(id)}`
    const listed = await tx<{ id: number }[]>`
      select distinct device_id as id from source_records where source_id = ${id} and device_id is not null`
    await forgetSaid(
      tx,
      listed.map((device) => device.id),
    )
    await tx`delete from sources where id = ${id}`
    const ended = await endOutages(
      tx,
      open.map((outage) => outage.id),
      new Date(),
      'unwatched',
    )
    if (row.jobId !== null) await removeJobs(tx, [row.jobId])
    await publish(tx, ended)
    return true
  })
  return done === true
}

/** Has a reading wait for a keeper, so that whoever looks sees it come. */
export async function awaitReading(tx: Sql | TransactionSql, id: number): Promise<void> {
  await tx`
    insert into source_runs (source_id, state)
    select id, 'reading' from sources s where id = ${id} and enabled
      and not exists (select 1 from source_runs r where r.source_id = s.id and r.state = 'reading')`
}

const columnNames = {
  name: 'name',
  enabled: 'enabled',
  applies: 'applies',
  pings: 'pings',
  syncSeconds: 'sync_seconds',
  pollSeconds: 'poll_seconds',
  isolateMisses: 'isolate_misses',
  isolatePolls: 'isolate_polls',
  revivePolls: 'revive_polls',
  faultPolls: 'fault_polls',
} as const satisfies Record<keyof SourceSettings, string>

function columnsOf(settings: Partial<SourceSettings>): Record<string, string | number | boolean> {
  return Object.fromEntries(
    Object.entries(settings).flatMap(([field, value]) =>
      value === undefined ? [] : [[columnNames[field as keyof SourceSettings], value]],
    ),
  )
}

async function refuseName(tx: TransactionSql, name: string, id: number): Promise<void> {
  await tx`select pg_advisory_xact_lock(4810031)` // two who save at once could take one name
  const [other] = await tx`select 1 from sources where name = ${name} and id <> ${id}`
  if (other) refuse(`name: another source is called ${JSON.stringify(name)}`, true)
}
