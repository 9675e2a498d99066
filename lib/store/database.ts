import { setTimeout as sleep } from 'node:timers/promises'
import postgres, { type Sql, type TransactionSql } from 'postgres'

type Connection = { sql: Sql }
// One pool a process: Next.js bundles its own copy of this module, so it hangs on globalThis, not on the module.
const held = globalThis as typeof globalThis & { beatlineConnection?: Connection | undefined }

/** postgres.js options of a URL; `?host=/folder` names a unix socket, as libpq has it. */
export function connectionOptions(url: string) {
  const parsed = new URL(url)
  const socketFolder = parsed.searchParams.get('host')
  const sslMode = parsed.searchParams.get('sslmode')
  return {
    host: socketFolder ?? parsed.hostname,
    port: Number(parsed.port || parsed.searchParams.get('port') || 5432),
    database: decodeURIComponent(parsed.pathname.slice(1)) || 'beatline',
    username: decodeURIComponent(parsed.username) || 'beatline',
    password: decodeURIComponent(parsed.password),
    ...(sslMode && sslMode !== 'disable' ? { ssl: sslMode === 'require' ? ('require' as const) : true } : {}),
  }
}

/**
 * Opens the process's pool: once at the start of a role, until `closeDatabase`. drizzle knows the tables (schema.ts) and
 * writes the migrations; statements are plain SQL, as drizzle would change this client's date parsers.
 */
export function openDatabase(url: string, { poolSize = 6 } = {}): Connection {
  const options = {
    ...connectionOptions(url),
    connect_timeout: 10,
    backoff: (retries: number) => Math.min(1, retries / 10), // s; by default the wait grows to 20 s after a long absence
    idle_timeout: 60,
    onnotice: () => {},
    connection: {
      application_name: 'beatline',
      statement_timeout: 60_000,
      idle_in_transaction_session_timeout: 60_000,
    },
  }
  held.beatlineConnection = { sql: postgres({ ...options, max: poolSize }) }
  return held.beatlineConnection
}

function connection(): Connection {
  const url = process.env.DATABASE_URL
  if (held.beatlineConnection) return held.beatlineConnection
  if (!url) throw new Error('Cannot reach the database as it is not open: call openDatabase(url) or set DATABASE_URL')
  return openDatabase(url)
}

/** The process's pool; timestamps are Dates. */
export const sql: Sql = new Proxy((() => {}) as unknown as Sql, {
  get: (_, key) => Reflect.get(connection().sql, key),
  apply: (_, __, args) => Reflect.apply(connection().sql, undefined, args),
})

const retriedCodes = new Set(['40P01', '40001']) // deadlock detected, serialization failure
const mostRuns = 6

/**
 * Runs `work` in a transaction, and again, after a moment, when PostgreSQL ended it in favour of another one. Whatever
 * writes more than one row goes through here. `work` may run several times: it changes nothing outside the transaction.
 */
export async function transaction<T>(work: (tx: TransactionSql) => Promise<T>): Promise<T> {
  for (let run = 1; ; run++) {
    try {
      return (await sql.begin(work)) as T // begin unwraps arrays of promises; ours are none
    } catch (error) {
      if (run >= mostRuns || !retriedCodes.has(codeOf(error))) throw error
      await sleep(10 * 2 ** run * (0.5 + Math.random()))
    }
  }
}

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '')

/** The database was away, busy or in another's way: no fault of what was to be written. */
export function isTransient(error: unknown): boolean {
  return /^(08|40|53|55|57)[0-9A-Z]{3}$|^CONNECT|^E[A-Z]+$/.test(codeOf(error))
}

export async function closeDatabase(): Promise<void> {
  const open = held.beatlineConnection
  held.beatlineConnection = undefined
  if (!open) return
  await open.sql.end({ timeout: 5 })
}
