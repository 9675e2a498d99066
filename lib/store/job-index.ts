import { randomBytes } from 'node:crypto'
import type { TransactionSql } from 'postgres'
import { canonicalToken } from '@/lib/domain/beat-address'
import type { Schedule } from '@/lib/domain/schedule'
import { decrypt, encrypt } from '@/lib/secrets'
import { sql, transaction } from './database'
import { readSetting, writeSetting } from './settings'

/** What the intake must know of a job to take its beats without asking the database. */
export type IndexedJob = {
  id: number
  uuid: string // 32 lower-case hex digits
  name: string
  slug: string
  aliases: string[] // in their canonical form
  schedule: Schedule
  graceSeconds: number
  permissibleMisses: number
  stickyPause: boolean
  countsPeriods: boolean // a blackout over its next periods is live
}

type Row = {
  id: number
  uuid: string
  name: string
  slug: string
  kind: Schedule['kind']
  seconds: number | null
  expression: string | null
  zone: string
  grace: number
  permissible: number
  sticky: boolean
}

/** The jobs with these ids, or all; an id that is not answered has no job. Beatline's own checks have no address. */
export async function loadJobIndex(ids?: readonly number[]): Promise<IndexedJob[]> {
  const only = (column: string) => (ids === undefined ? sql`` : sql`where ${sql(column)} = any(${[...ids]}::int[])`)
  const [rows, aliases, counting] = await Promise.all([
    sql<Row[]>`
      select j.id, replace(j.uuid::text, '-', '') as uuid, t.name, j.slug, j.schedule_kind as kind,
        j.period_seconds as seconds, j.expression, j.zone, j.grace_seconds as grace,
        j.permissible_misses as permissible, j.sticky_pause as sticky
      from (select * from jobs where id not in (
        select job_id from self_checks where job_id is not null
        union all select job_id from sources where job_id is not null)) j
        join targets t on t.id = j.id ${only('j.id')}`,
    sql<{ job_id: number; token: string }[]>`select job_id, token from job_aliases ${only('job_id')}`,
    sql<{ id: number }[]>`
      select distinct unnest(target_ids) as id from blackouts where kind = 'periods' and ended_at is null`,
  ])
  const aliasesOf = new Map<number, string[]>()
  for (const { job_id, token } of aliases)
    aliasesOf.set(job_id, [...(aliasesOf.get(job_id) ?? []), canonicalToken(token)])
  const counted = new Set(counting.map((row) => row.id))
  return rows.map((row) => ({
    id: row.id,
    uuid: row.uuid,
    name: row.name,
    slug: row.slug,
    aliases: aliasesOf.get(row.id) ?? [],
    schedule: asSchedule(row),
    graceSeconds: row.grace,
    permissibleMisses: row.permissible,
    stickyPause: row.sticky,
    countsPeriods: counted.has(row.id),
  }))
}

function asSchedule({ kind, seconds, expression, zone }: Row): Schedule {
  return kind === 'period' ? { kind, seconds: seconds ?? 86_400 } : { kind, expression: expression ?? '', zone }
}

/** The ids of the jobs that have one of these canonical tokens, names or slugs: for those that the index does not know yet. */
export async function findJobIds({ tokens, names }: { tokens: readonly string[]; names: readonly string[] }) {
  const uuids = tokens.filter((token) => /^[0-9a-f]{32}$/.test(token))
  const rows = await sql<{ id: number }[]>`
    select id from jobs where uuid = any(${uuids}::uuid[]) or slug = any(${[...names]}::text[])
    union select id from targets where kind = 'job' and name = any(${[...names]}::text[])
    union select job_id from job_aliases where token = any(${withDashes(tokens)}::text[])`
  return rows.map((row) => row.id)
}

/** An alias may have been written with the dashes of a uuid, or without. */
const withDashes = (tokens: readonly string[]) =>
  tokens.flatMap((token) =>
    /^[0-9a-f]{32}$/.test(token) ? [token, token.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')] : [token],
  )

const mostIdsTold = 600

/** Tells every web's intake which jobs changed; without ids, or with many, that anything may have. */
export async function jobsChanged(tx: TransactionSql, ids?: readonly number[]): Promise<void> {
  if (ids?.length === 0) return
  const payload = ids && ids.length <= mostIdsTold ? ids.join(',') : ''
  await tx`select pg_notify('beatline_jobs', ${payload})`
}

const pingKeyLock = 4_810_031
const keyLetters = 'abcdefghijkmnpqrstuvwxyz23456789' // of a host name's first label, and easy to tell apart

const newKey = () => Array.from(randomBytes(24), (byte) => keyLetters[byte % keyLetters.length]).join('')

/** The house's ping key, under which jobs are addressed by name; made at the first call. */
export async function pingKey(): Promise<string> {
  return (
    (await keptKey()) ??
    transaction(async (tx) => {
      await tx`select pg_advisory_xact_lock(${pingKeyLock})`
      return (await keptKey(tx)) ?? makeKey(tx)
    })
  )
}

/** Makes another ping key; addresses with the one before are no longer ours. */
export async function renewPingKey(): Promise<string> {
  return transaction(async (tx) => {
    await tx`select pg_advisory_xact_lock(${pingKeyLock})`
    return makeKey(tx)
  })
}

async function makeKey(tx: TransactionSql): Promise<string> {
  const key = newKey()
  await writeSetting('ping_key', encrypt(key), tx)
  await jobsChanged(tx)
  return key
}

async function keptKey(on?: TransactionSql): Promise<string | null> {
  const kept = await readSetting('ping_key', on)
  if (typeof kept !== 'string') return null
  try {
    return decrypt(kept)
  } catch (cause) {
    throw new Error(
      'Cannot open the ping key: SECRET_KEY is not the one it was kept with. Put the old one back, or delete the setting "ping_key"',
      { cause },
    )
  }
}
