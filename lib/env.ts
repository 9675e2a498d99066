import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { z } from 'zod'
import { type Mailbox, readImapUrl } from '@/lib/domain/imap-url'
import { ruleFault } from '@/lib/domain/inheritance'
import { type HouseMailSettings, houseMailOf, smtpShape } from '@/lib/smtp-settings'
import { type TwilioSettings, twilioOf, twilioShape } from '@/lib/twilio-settings'

/** A setting that cannot be used. The message names each one, what was found and what was expected. */
export class SettingsError extends Error {
  override name = 'SettingsError'
}

const whole = (min: number, max: number) => {
  const expected = `expected a whole number from ${min} to ${max}`
  return z.string().regex(/^\d+$/, expected).transform(Number).pipe(z.number().min(min, expected).max(max, expected))
}
const seconds = (min: number, max: number) => {
  const expected = `expected seconds, a number from ${min} to ${max}`
  return z
    .string()
    .regex(/^\d+(\.\d+)?$/, expected)
    .transform(Number)
    .pipe(z.number().min(min, expected).max(max, expected))
}
const yesOrNo = z
  .string()
  .regex(/^(1|0|true|false|yes|no|on|off)$/i, 'expected yes or no')
  .transform((text) => /^(1|true|yes|on)$/i.test(text))
const url = (protocols: string, expected: string) =>
  z
    .string()
    .refine((text) => URL.canParse(text) && new RegExp(`^(${protocols}):$`).test(new URL(text).protocol), expected)
const text = (min = 1, max = 4096) => z.string().min(min, `expected at least ${min} characters`).max(max)

const Settings = z.object({
  PORT: whole(1, 65_535).default(3000),
  HOST: text(1, 255).optional(),
  SITE_URL: url('https?', 'expected an address such as https://monitor.example.net').optional(),
  DATABASE_URL: url('postgres|postgresql', 'expected postgres://user:password@host:5432/name').optional(),
  DATA_DIR: text().default('data'),
  SECRET_KEY: text(32).optional(),
  ADMIN_EMAIL: z
    .string()
    .regex(/^\S+@\S+$/, 'expected an e-mail address')
    .optional(),
  ADMIN_PASSWORD: text(8, 256).optional(),
  TLS_CERT: text().optional(),
  TLS_KEY: text().optional(),
  TRUST_PROXY: yesOrNo.default(false),
  PING_INTERVAL: seconds(1, 3600).default(10),
  PING_TIMEOUT: seconds(0.05, 60).default(1),
  ISOLATE_MISSES: whole(1, 100).default(3),
  ISOLATE_SECONDS: seconds(1, 3600).default(15),
  CONFIRM_INTERVAL: seconds(0.2, 60).default(1),
  REVIVE_HITS: whole(1, 100).default(2),
  SNMP_WALK_INTERVAL: seconds(10, 86_400).default(300),
  TRAP_PORT: whole(1, 65_535).optional(),
  HEARTBEAT_CHECK_INTERVAL: seconds(1, 300).default(5),
  BEATS_KEPT_MONTHS: whole(1, 120).default(3),
  VAPID_SUBJECT: url('mailto|https', 'expected mailto:you@example.net or an https address').optional(),
  PROBE_HUB: url('wss?|https?', 'expected the web’s address, such as wss://monitor.example.net').optional(),
  PROBE_TOKEN: text(16).optional(),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], 'expected debug, info, warn or error')
    .default('info'),
  LOG_FORMAT: z.enum(['json', 'pretty'], 'expected json or pretty').optional(),
  ALLOW_PRIVATE_WEBHOOKS: yesOrNo.default(false),
  METRICS_TOKEN: text(16).optional(),
  ...smtpShape,
  ...twilioShape,
  IMAP_URL: z
    .string()
    .transform((text, context) => {
      const read = readImapUrl(text)
      if (!('fault' in read)) return read
      context.addIssue({ code: 'custom', message: read.fault })
      return z.NEVER
    })
    .optional(),
})
const secretNames = new Set([
  ...['SECRET_KEY', 'ADMIN_PASSWORD', 'PROBE_TOKEN', 'METRICS_TOKEN', 'DATABASE_URL'],
  ...['SMTP_URL', 'SMTP_PASSWORD', 'IMAP_URL', 'TWILIO_AUTH_TOKEN'],
])

/** Every setting of a process. Durations are seconds; a setting that is absent and has no default is undefined. */
export type Env = {
  port: number
  host: string
  siteUrl: string // without a slash at its end
  databaseUrl: string | undefined // undefined: the embedded server under dataDir
  dataDir: string // absolute
  secretKey: string // '' until start.ts has made it
  adminEmail: string | undefined
  adminPassword: string | undefined
  tlsCert: string | undefined // path
  tlsKey: string | undefined // path
  trustProxy: boolean
  pingInterval: number
  pingTimeout: number
  isolateMisses: number
  isolateSeconds: number
  confirmInterval: number
  reviveHits: number
  snmpWalkInterval: number
  trapPort: number | undefined // where the probe listens for traps; undefined: nowhere
  heartbeatCheckInterval: number
  beatsKeptMonths: number
  vapidSubject: string
  probeHub: string
  probeHubIsOwn: boolean // PROBE_HUB is absent: the web on this machine, found by the address where it listens
  probeToken: string | undefined
  logLevel: string
  logFormat: 'json' | 'pretty' | undefined
  allowPrivateWebhooks: boolean
  metricsToken: string | undefined
  houseMail: HouseMailSettings | undefined // undefined: no server of the house's own
  twilio: TwilioSettings | undefined // undefined: no texts to clients
  mailbox: Mailbox | undefined // where mail to the house arrives, for the check of itself
}

let parsed: Env | undefined

/** The process's settings, parsed at the first call. Throws a SettingsError. */
export function env(): Env {
  parsed ??= parseEnv(process.env)
  return parsed
}

/** Parses settings; NAME_FILE stands in for NAME, and an empty one counts as absent. Throws a SettingsError. */
export function parseEnv(source: Readonly<Record<string, string | undefined>>): Env {
  const found = Object.fromEntries(Object.keys(Settings.shape).map((name) => [name, read(source, name)]))
  const result = Settings.safeParse(found)
  if (!result.success) throw new SettingsError(result.error.issues.map((issue) => complaint(issue, found)).join('\n'))
  const set = result.data
  if (Boolean(set.TLS_CERT) !== Boolean(set.TLS_KEY)) {
    const [given, missing] = set.TLS_CERT ? ['TLS_CERT', 'TLS_KEY'] : ['TLS_KEY', 'TLS_CERT']
    throw new SettingsError(`${missing} is not set though ${given} is: expected both, or neither`)
  }
  const rule = {
    interval: set.PING_INTERVAL,
    timeout: set.PING_TIMEOUT,
    misses: set.ISOLATE_MISSES,
    within: set.ISOLATE_SECONDS,
  }
  const fault = ruleFault(rule, set.CONFIRM_INTERVAL)
  if (fault) throw new SettingsError(`ISOLATE_MISSES and ISOLATE_SECONDS would never isolate anything: ${fault}`)
  const twilio = twilioOf(set)
  if ('fault' in twilio) throw new SettingsError(twilio.fault)
  const tls = set.TLS_CERT !== undefined
  const host = set.HOST ?? (tls ? '0.0.0.0' : '127.0.0.1') // without TLS passwords would cross the network in clear
  const siteUrl = (set.SITE_URL ?? `${tls ? 'https' : 'http'}://localhost:${set.PORT}`).replace(/\/+$/, '')
  return {
    port: set.PORT,
    host,
    siteUrl,
    databaseUrl: set.DATABASE_URL,
    dataDir: resolve(set.DATA_DIR),
    secretKey: set.SECRET_KEY ?? '',
    adminEmail: set.ADMIN_EMAIL,
    adminPassword: set.ADMIN_PASSWORD,
    tlsCert: set.TLS_CERT,
    tlsKey: set.TLS_KEY,
    trustProxy: set.TRUST_PROXY,
    pingInterval: set.PING_INTERVAL,
    pingTimeout: set.PING_TIMEOUT,
    isolateMisses: set.ISOLATE_MISSES,
    isolateSeconds: set.ISOLATE_SECONDS,
    confirmInterval: set.CONFIRM_INTERVAL,
    reviveHits: set.REVIVE_HITS,
    snmpWalkInterval: set.SNMP_WALK_INTERVAL,
    trapPort: set.TRAP_PORT,
    heartbeatCheckInterval: set.HEARTBEAT_CHECK_INTERVAL,
    beatsKeptMonths: set.BEATS_KEPT_MONTHS,
    // Apple refuses addresses that cannot exist: where people reach us over https, that address serves.
    vapidSubject:
      set.VAPID_SUBJECT ??
      (siteUrl.startsWith('https:') ? siteUrl : `mailto:${set.ADMIN_EMAIL ?? 'operator@beatline.local'}`),
    probeHub: set.PROBE_HUB ?? `${tls ? 'wss' : 'ws'}://${nearest(host)}:${set.PORT}`,
    probeHubIsOwn: set.PROBE_HUB === undefined,
    probeToken: set.PROBE_TOKEN,
    logLevel: set.LOG_LEVEL,
    logFormat: set.LOG_FORMAT,
    allowPrivateWebhooks: set.ALLOW_PRIVATE_WEBHOOKS,
    metricsToken: set.METRICS_TOKEN,
    houseMail: houseMailOf(set, siteUrl),
    twilio: twilio.account,
    mailbox: set.IMAP_URL,
  }
}

function read(source: Readonly<Record<string, string | undefined>>, name: string): string | undefined {
  const file = source[`${name}_FILE`]
  if (!file) return source[name]?.trim() || undefined
  if (source[name]) throw new SettingsError(`${name} and ${name}_FILE are both set: expected one of them`)
  try {
    return readFileSync(file, 'utf8').trim() || undefined
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new SettingsError(`${name}_FILE is ${JSON.stringify(file)}, which cannot be read: ${why}`)
  }
}

function complaint(issue: z.core.$ZodIssue, found: Record<string, string | undefined>): string {
  const name = String(issue.path[0])
  const value = secretNames.has(name) ? 'set' : JSON.stringify(found[name])
  return `${name} is ${value}: ${issue.message}`
}

/** Where a process of this machine reaches a server that listens on `host`. */
function nearest(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1'
  return host.includes(':') ? `[${host}]` : host
}
