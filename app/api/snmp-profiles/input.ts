import { notFound } from '@/lib/guarded'
import { Problem } from '@/lib/problem'
import { credentialsMeant } from '@/lib/snmp-profile-input'
import {
  createProfile,
  findProfile,
  keptCredentials,
  listProfiles,
  orderProfiles,
  type StoredProfile,
  updateProfile,
} from '@/lib/store/snmp-profiles'
import type { CredentialsInput, SnmpProfileAnswer, SnmpProfileInput, SnmpProfilePatch } from '@/lib/wire/rest-snmp'
import type { SnmpCredentials } from '@/lib/wire/snmp'

export function profileAnswer(profile: StoredProfile): SnmpProfileAnswer {
  const { security } = profile
  return {
    id: profile.id,
    name: profile.name,
    position: profile.position,
    port: profile.port,
    timeout: profile.timeoutMs / 1000,
    retries: profile.retries,
    version: profile.version,
    // Not even the user's name: what opens a device stays inside.
    security: security && { level: security.level, auth_protocol: security.auth, priv_protocol: security.priv },
    readable: profile.readable,
    devices: profile.devices,
    sites: profile.sites,
    opened: profile.opened,
    created_at: profile.createdAt.toISOString(),
  }
}

/** The profile with this id. Throws not-found. */
export async function profileAt(id: number): Promise<StoredProfile> {
  const profile = await findProfile(id)
  if (!profile) throw notFound('No SNMP profile', id)
  return profile
}

/** Keeps a new profile and answers its id. Throws invalid-input and conflict, naming fields. */
export async function addProfile(said: SnmpProfileInput): Promise<number> {
  const settings = {
    name: said.name,
    port: said.port ?? 161,
    timeoutMs: Math.round((said.timeout ?? 2) * 1000),
    retries: said.retries ?? 2,
  }
  const made = await createProfile(settings, meant(said.credentials, null))
  if ('fault' in made) return refused(made)
  await place(made.id, said.position)
  return made.id
}

/** Keeps what is said over the standing profile. Throws not-found, invalid-input and conflict. */
export async function changeProfile(id: number, said: SnmpProfilePatch): Promise<void> {
  await profileAt(id)
  const credentials = said.credentials ? meant(said.credentials, await keptCredentials(id)) : null
  const settings = {
    ...(said.name === undefined ? {} : { name: said.name }),
    ...(said.port === undefined ? {} : { port: said.port }),
    ...(said.timeout === undefined ? {} : { timeoutMs: Math.round(said.timeout * 1000) }),
    ...(said.retries === undefined ? {} : { retries: said.retries }),
  }
  const changed = await updateProfile(id, settings, credentials)
  if (changed === null) throw notFound('No SNMP profile', id)
  if ('fault' in changed) refused(changed)
  await place(id, said.position)
}

async function place(id: number, position: number | undefined): Promise<void> {
  if (position === undefined) return
  const others = (await listProfiles()).map((profile) => profile.id).filter((one) => one !== id)
  await orderProfiles([...others.slice(0, position), id, ...others.slice(position)])
}

function meant(said: CredentialsInput, kept: SnmpCredentials | null): SnmpCredentials {
  const read = credentialsMeant(said, kept)
  if ('credentials' in read) return read.credentials
  const errors = read.faults.map(({ at, message }) => ({ at: `credentials.${at}`, message }))
  const words = errors.map(({ at, message }) => `${at}: ${message}`).join('; ')
  throw new Problem('invalid-input', words, { members: { errors } })
}

function refused({ fault, conflict }: { fault: string; conflict: boolean }): never {
  const [, at = '', message = fault] = /^([a-z_]+): (.+)$/s.exec(fault) ?? []
  throw new Problem(conflict ? 'conflict' : 'invalid-input', fault, { members: { errors: [{ at, message }] } })
}
