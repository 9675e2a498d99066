import type { TransactionSql } from 'postgres'
import { decrypt, encrypt } from '@/lib/secrets'
import { SnmpCredentials, type SnmpProfile } from '@/lib/wire/snmp'
import { assignmentChanged } from './assignment'
import { sql } from './database'
import { type DeviceFault, orFault, refuse } from './device-writes'

/** What is set on a profile beside what opens a device. */
export type ProfileSettings = { name: string; port: number; timeoutMs: number; retries: number }
/** A profile as it is shown. Never what opens a device: a community or a password leaves the store for probes alone. */
export type StoredProfile = ProfileSettings & {
  id: number
  position: number // 0 is tried first
  version: SnmpCredentials['version']
  security: ProfileSecurity | null // of version 3
  readable: boolean // false: kept with another SECRET_KEY
  devices: number // that name it themselves
  sites: number // that name it
  opened: number // devices that it opened at their last walk
  createdAt: Date
}
/** How version 3 is spoken, its user included, its passwords not. */
export type ProfileSecurity = { user: string; level: string; auth: string | null; priv: string | null; context: string }

/** What a device or a site says instead of a name: it is not walked. */
export const notWalked = 'none'
export const mostProfiles = 64

type Row = Omit<StoredProfile, 'security' | 'readable'> & { sealed: string }

const columns = () => sql`
  p.id, p.name, p.position, p.port, p.timeout_ms as "timeoutMs", p.retries, p.version, p.credentials as sealed,
  p.created_at as "createdAt", (select count(*)::int from devices d where d.snmp_profile = p.name) as devices,
  (select count(*)::int from sites s where s.snmp_profile = p.name) as sites,
  (select count(*)::int from device_walks w where w.profile_id = p.id and w.failure is null) as opened`

/** The profiles in the order in which they are tried, with what opens devices: for probes alone. */
export async function listProfilesForProbes(): Promise<SnmpProfile[]> {
  const rows = await sql<{ id: number; port: number; timeoutMs: number; retries: number; sealed: string }[]>`
    select id, port, timeout_ms as "timeoutMs", retries, credentials as sealed
    from snmp_profiles order by position, id`
  return rows.flatMap(({ id, port, timeoutMs, retries, sealed }) => {
    const credentials = openedCredentials(sealed)
    return credentials ? [{ id, port, timeout_ms: timeoutMs, retries, credentials }] : []
  })
}

/** Every profile, in the order in which they are tried. */
export async function listProfiles(): Promise<StoredProfile[]> {
  const rows = await sql<Row[]>`select ${columns()} from snmp_profiles p order by p.position, p.id`
  return rows.map(shown)
}

/** Their names, in that order. */
export async function listProfileNames(): Promise<string[]> {
  const rows = await sql<{ name: string }[]>`select name from snmp_profiles order by position, id`
  return rows.map((row) => row.name)
}

/** One profile, or null. */
export async function findProfile(id: number): Promise<StoredProfile | null> {
  const [row] = await sql<Row[]>`select ${columns()} from snmp_profiles p where p.id = ${id}`
  return row ? shown(row) : null
}

/** What opens devices, kept of a profile: to be completed by what somebody changes of it, never to be shown. Null: none. */
export async function keptCredentials(id: number): Promise<SnmpCredentials | null> {
  const [row] = await sql<{ sealed: string }[]>`select credentials as sealed from snmp_profiles where id = ${id}`
  return row ? openedCredentials(row.sealed) : null
}

/** Adds a profile, tried after all others, and has the probes told. A fault names its field. */
export async function createProfile(
  settings: ProfileSettings,
  credentials: SnmpCredentials,
): Promise<{ id: number } | DeviceFault> {
  return orFault(async (tx) => {
    await lockProfiles(tx)
    await refuseName(tx, settings.name, 0)
    const [count] = await tx<{ n: number }[]>`select count(*)::int as n from snmp_profiles`
    if ((count?.n ?? 0) >= mostProfiles)
      refuse(`expected at most ${mostProfiles} profiles: each is tried on every device`)
    const [row] = await tx<{ id: number }[]>`
      insert into snmp_profiles (name, position, port, timeout_ms, retries, version, credentials)
      values (${settings.name}, (select coalesce(max(position) + 1, 0) from snmp_profiles), ${settings.port},
        ${settings.timeoutMs}, ${settings.retries}, ${credentials.version}, ${sealedOf(credentials)})
      returning id`
    if (!row) throw new Error('Cannot keep the profile: nothing was returned')
    await assignmentChanged(tx)
    return row
  })
}

/**
 * Changes what is given; without credentials those kept stay. Devices and sites that name it follow its new name. Null
 * when there is no such profile.
 */
export async function updateProfile(
  id: number,
  change: Partial<ProfileSettings>,
  credentials: SnmpCredentials | null = null,
): Promise<{ id: number } | DeviceFault | null> {
  const done = await orFault(async (tx) => {
    await lockProfiles(tx)
    const [row] = await tx<{ name: string }[]>`select name from snmp_profiles where id = ${id} for update`
    if (!row) return { id: null }
    if (change.name !== undefined && change.name !== row.name) {
      await refuseName(tx, change.name, id)
      await tx`update devices set snmp_profile = ${change.name} where snmp_profile = ${row.name}`
      await tx`update sites set snmp_profile = ${change.name} where snmp_profile = ${row.name}`
    }
    await tx`
      update snmp_profiles set name = coalesce(${change.name ?? null}, name), port = coalesce(${change.port ?? null}, port),
        timeout_ms = coalesce(${change.timeoutMs ?? null}, timeout_ms), retries = coalesce(${change.retries ?? null}, retries),
        version = coalesce(${credentials?.version ?? null}, version),
        credentials = coalesce(${credentials ? sealedOf(credentials) : null}, credentials)
      where id = ${id}`
    await assignmentChanged(tx)
    return { id }
  })
  if ('fault' in done) return done
  return done.id === null ? null : { id: done.id }
}

/** Removes a profile: what names it inherits from then on. False when there is no such profile. */
export async function deleteProfile(id: number): Promise<boolean> {
  const done = await orFault(async (tx) => {
    await lockProfiles(tx)
    const [row] = await tx<{ name: string }[]>`delete from snmp_profiles where id = ${id} returning name`
    if (!row) return false
    await tx`update devices set snmp_profile = null where snmp_profile = ${row.name}`
    await tx`update sites set snmp_profile = null where snmp_profile = ${row.name}`
    await assignmentChanged(tx)
    return true
  })
  return done === true
}

/** Tries the profiles in this order from now on; those not named follow in the order that they had. */
export async function orderProfiles(ids: readonly number[]): Promise<void> {
  await orFault(async (tx) => {
    await lockProfiles(tx)
    await tx`
      update snmp_profiles p set position = placed.position
      from (
        select q.id, (row_number() over (order by coalesce(array_position(${[...ids]}::int[], q.id), 1000000),
          q.position, q.id) - 1)::int as position
        from snmp_profiles q
      ) placed
      where placed.id = p.id and placed.position <> p.position`
    await assignmentChanged(tx)
    return true
  })
}

/** What opens a device, as it is kept. */
export const sealedOf = (credentials: SnmpCredentials) => encrypt(JSON.stringify(credentials))

/** What opens a device, of what is kept; null: kept with another SECRET_KEY. */
export function openedCredentials(sealed: string): SnmpCredentials | null {
  try {
    return SnmpCredentials.parse(JSON.parse(decrypt(sealed)))
  } catch {
    return null // kept with another SECRET_KEY: the page says so
  }
}

function shown({ sealed, ...row }: Row): StoredProfile {
  const credentials = openedCredentials(sealed)
  return { ...row, readable: credentials !== null, security: credentials ? securityOf(credentials) : null }
}

function securityOf(credentials: SnmpCredentials): ProfileSecurity | null {
  if (credentials.version !== '3') return null
  const { user, level, context } = credentials
  return {
    user,
    level,
    auth: level === 'noAuthNoPriv' ? null : credentials.auth_protocol,
    priv: level === 'authPriv' ? credentials.priv_protocol : null,
    context,
  }
}

/** Two who save at once could take one name or one place. */
export const lockProfiles = (tx: TransactionSql) => tx`select pg_advisory_xact_lock(4810021)`

async function refuseName(tx: TransactionSql, name: string, id: number): Promise<void> {
  if (name.toLowerCase() === notWalked) refuse(`name: ${JSON.stringify(name)} means that a device is not walked`)
  const [other] = await tx`select 1 from snmp_profiles where name = ${name} and id <> ${id}`
  if (other) refuse(`name: another profile is called ${JSON.stringify(name)}`, true)
}
