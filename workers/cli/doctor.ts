import { statfs } from 'node:fs/promises'
import { type Env, env } from '@/lib/env'
import { availableWays } from '@/lib/ping/pinger'
import { sql } from '@/lib/store/database'
import { vapidKeys } from '@/lib/store/settings'
import type { Verb } from './verb'

/** `mend` says what to do; it goes with 'broken' and 'weak'. */
export type Finding = { state: 'ok' | 'weak' | 'broken'; says: string; mend?: string }
type Check = (settings: Env) => Promise<Finding[]>

const ok = (says: string): Finding => ({ state: 'ok', says })
const weak = (says: string, mend: string): Finding => ({ state: 'weak', says, mend })
const broken = (says: string, mend: string): Finding => ({ state: 'broken', says, mend })

export const doctor: Verb = {
  usage: 'doctor',
  says: 'checks database, pings, keys, disk, clock and push, and says how to mend each',
  options: {},
  run: () => report({ ...ofDatabase, ...ofMachine }),
  runWithout: (reason) => report({ database: async () => [unopened(reason)], ...ofMachine }),
  runFar: () => report({ web: reachesWeb, ping: pingWays, disk: freeDisk }),
}

async function reachesWeb({ probeHub, probeToken }: Env): Promise<Finding[]> {
  const token = probeToken
    ? []
    : [broken('PROBE_TOKEN is not set', 'make one where the web runs: npm run cli -- probe create --name NAME')]
  const address = new URL('/health', probeHub.replace(/^ws/, 'http'))
  try {
    const { status } = await fetch(address, { signal: AbortSignal.timeout(10_000) })
    const found =
      status === 200 ? ok(`${probeHub} answers`) : weak(`${probeHub} answers with ${status}`, 'see it there')
    return [found, ...token]
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error)
    return [
      broken(`${probeHub} cannot be reached: ${cause}`, 'see that PROBE_HUB leads to the web from here'),
      ...token,
    ]
  }
}

async function report(checks: Record<string, Check>): Promise<number> {
  let worst = 0
  for (const [name, check] of Object.entries(checks)) {
    for (const finding of await check(env()).catch(crashed)) {
      if (finding.state === 'broken') worst = 1
      console.log(`${mark[finding.state]}  ${name.padEnd(9)} ${finding.says}`)
      if (finding.mend) console.log(`   ${''.padEnd(12)} mend: ${finding.mend}`)
    }
  }
  return worst
}

const unopened = (reason: string) =>
  broken(
    `cannot be opened: ${reason}`,
    process.env.DATABASE_URL || process.env.DATABASE_URL_FILE
      ? 'see that it runs and that DATABASE_URL leads to it; keys and clock are checked once it does'
      : 'as it says; what PostgreSQL wrote is in DATA_DIR/postgres/log',
  )

const mark = { ok: 'ok    ', weak: 'weak  ', broken: 'BROKEN' }
const crashed = (error: unknown): Finding[] => [
  broken(error instanceof Error ? error.message : String(error), 'as it says; the log of PostgreSQL may tell more'),
]

const ofDatabase: Record<string, Check> = {
  database: async () => {
    const [row] = await sql<{ version: string; checksums: string; fsync: string }[]>`
      select current_setting('server_version') as version, current_setting('data_checksums') as checksums,
        current_setting('fsync') as fsync`
    if (!row) return [broken('it answered nothing', 'restart it')]
    const findings = [ok(`PostgreSQL ${row.version} answers`)]
    if (row.fsync !== 'on') findings.push(broken('fsync is off', 'set fsync = on: a power cut would lose outages'))
    if (row.checksums !== 'on') findings.push(weak('no data checksums', 'pg_checksums --enable while it is stopped'))
    return findings
  },
  keys: async ({ secretKey }) => {
    if (!secretKey) return [broken('SECRET_KEY is not set', 'npm start makes one and keeps it in DATA_DIR/secrets')]
    await vapidKeys() // throws when they were kept with another key
    return [ok('SECRET_KEY opens what is kept encrypted')]
  },
  clock: async () => {
    const before = Date.now()
    const [row] = await sql<{ now: number }[]>`select extract(epoch from clock_timestamp())::float8 * 1000 as now`
    const between = (before + Date.now()) / 2
    const offMs = Math.round((row?.now ?? Number.NaN) - between)
    const says = `the database's clock is ${offMs} ms from this machine's`
    if (Math.abs(offMs) < 1000) return [ok(says)]
    return [broken(says, 'run a time service (chrony, systemd-timesyncd) on both machines')]
  },
}

const ofMachine: Record<string, Check> = {
  ping: pingWays,
  disk: freeDisk,
  push: async ({ siteUrl, vapidSubject }) => {
    const { protocol, hostname } = new URL(siteUrl)
    const local = ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
    const findings: Finding[] = []
    if (protocol === 'https:') findings.push(ok(`${siteUrl} can ask for notifications`))
    else if (local)
      findings.push(weak(`${siteUrl} works on this machine alone`, 'for phones, set SITE_URL to an https address'))
    else
      findings.push(
        broken(
          `${siteUrl} is not https: no browser allows push there`,
          'put TLS in front, or set TLS_CERT and TLS_KEY',
        ),
      )
    const reachable = vapidSubject.startsWith('https:') || /@[^@]+\.[a-z]{2,}$/i.test(vapidSubject)
    if (!reachable || /\.(local|localhost|invalid|test|example)$/i.test(vapidSubject)) {
      findings.push(
        weak(
          `${vapidSubject} is no address a push service could write to`,
          'set VAPID_SUBJECT=mailto:you@your-domain; Apple refuses others',
        ),
      )
    } else findings.push(ok(`push services may write to ${vapidSubject}`))
    return findings
  },
}

async function pingWays(): Promise<Finding[]> {
  const ways = await availableWays()
  const best = ways.find((way) => way.ok)
  if (!best) return ways.map((way) => broken(`${way.way}: ${way.reason}`, way.remedy))
  if (best.way === 'raw') return [ok('pings go by raw socket')]
  const better = ways.slice(0, ways.indexOf(best)).map((way) => weak(`not by ${way.way}: ${way.reason}`, way.remedy))
  return [
    ok(`pings go by ${best.way === 'system' ? 'the system ping, enough for a few hundred devices' : best.way}`),
    ...better,
  ]
}

async function freeDisk({ dataDir }: Env): Promise<Finding[]> {
  const { bavail, blocks, bsize } = await statfs(dataDir)
  const freeGb = (bavail * bsize) / 1e9
  const share = Math.round((bavail / blocks) * 100)
  const says = `${freeGb.toFixed(1)} GB (${share} %) free at ${dataDir}`
  if (freeGb < 0.25) return [broken(says, 'free some space: the database stops when there is none')]
  return [freeGb < 2 ? weak(says, 'free some space soon') : ok(says)]
}
