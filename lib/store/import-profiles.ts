import type { TransactionSql } from 'postgres'
import type { SnmpCredentials } from '@/lib/wire/snmp'
import { lockProfiles, mostProfiles, notWalked, openedCredentials, sealedOf } from './snmp-profiles'

/** What opens devices, under the name that an import uses for it. */
export type WantedProfile = { name: string; port: number; credentials: SnmpCredentials }
/** What each name of an import means here: null where there is no place for another profile. */
export type MeantProfiles = { nameOf: ReadonlyMap<string, string | null>; made: string[] }

/**
 * A profile that opens the same way is used, whatever it is called; otherwise one is made after all others, under the name
 * that is wanted or the next free one. `write`: false says what would be.
 */
export async function meantProfiles(
  tx: TransactionSql,
  wanted: readonly WantedProfile[],
  { write }: { write: boolean },
): Promise<MeantProfiles> {
  const [nameOf, made] = [new Map<string, string | null>(), [] as string[]]
  if (wanted.length === 0) return { nameOf, made }
  await lockProfiles(tx)
  const rows = await tx<{ name: string; port: number; sealed: string }[]>`
    select name, port, credentials as sealed from snmp_profiles order by position, id`
  const known = new Map<string, string>()
  for (const { name, port, sealed } of rows) {
    const credentials = openedCredentials(sealed)
    const key = credentials && keyOf({ port, credentials })
    if (key && !known.has(key)) known.set(key, name)
  }
  const taken = new Set([notWalked, ...rows.map((row) => row.name)])
  let room = mostProfiles - rows.length
  for (const profile of wanted) {
    const standing = known.get(keyOf(profile))
    if (standing !== undefined || room <= 0) {
      nameOf.set(profile.name, standing ?? null)
      continue
    }
    const name = freeName(profile.name, taken)
    if (write) {
      const { port, credentials } = profile
      await tx`
        insert into snmp_profiles (name, position, port, timeout_ms, retries, version, credentials)
        values (${name}, (select coalesce(max(position) + 1, 0) from snmp_profiles), ${port}, 2000, 2,
          ${credentials.version}, ${sealedOf(credentials)})`
    }
    known.set(keyOf(profile), name)
    taken.add(name)
    nameOf.set(profile.name, name)
    made.push(name)
    room--
  }
  return { nameOf, made }
}

const keyOf = ({ port, credentials }: Omit<WantedProfile, 'name'>) =>
  JSON.stringify([port, ...Object.entries(credentials).sort(([a], [b]) => (a < b ? -1 : 1))])

function freeName(wanted: string, taken: ReadonlySet<string>): string {
  let name = wanted
  for (let n = 2; taken.has(name); n++) name = `${wanted} (${n})`
  return name
}
