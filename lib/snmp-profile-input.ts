import type { CredentialsInput } from '@/lib/wire/rest-snmp'
import { SnmpCredentials } from '@/lib/wire/snmp'

export type CredentialFault = { at: keyof CredentialsInput; message: string }

/**
 * What opens a device, from what is said of it and what is kept: a secret that is not said stays, as long as the version
 * still uses it. Else what is missing, by field.
 */
export function credentialsMeant(
  said: CredentialsInput,
  kept: SnmpCredentials | null,
): { credentials: SnmpCredentials } | { faults: CredentialFault[] } {
  if (said.version !== '3') {
    const community = said.community ?? (kept && 'community' in kept ? kept.community : undefined)
    if (community === undefined) return { faults: [{ at: 'community', message: 'expected a community' }] }
    return { credentials: { version: said.version, community } }
  }
  const before = kept?.version === '3' ? kept : undefined
  const level = said.level ?? before?.level ?? 'authPriv'
  const [withAuth, withPriv] = [level !== 'noAuthNoPriv', level === 'authPriv']
  const user = said.user ?? before?.user
  const authPassword = withAuth ? (said.auth_password ?? before?.auth_password) : undefined
  const privPassword = withPriv ? (said.priv_password ?? before?.priv_password) : undefined
  const faults: CredentialFault[] = []
  if (user === undefined) faults.push({ at: 'user', message: 'expected a user' })
  if (withAuth && authPassword === undefined)
    faults.push({ at: 'auth_password', message: `expected one with ${level}` })
  if (withPriv && privPassword === undefined)
    faults.push({ at: 'priv_password', message: `expected one with ${level}` })
  if (faults.length > 0) return { faults }
  const credentials = SnmpCredentials.parse({
    version: '3',
    user,
    level,
    auth_protocol: said.auth_protocol ?? before?.auth_protocol,
    priv_protocol: said.priv_protocol ?? before?.priv_protocol,
    context: said.context ?? before?.context,
    ...(authPassword === undefined ? {} : { auth_password: authPassword }),
    ...(privPassword === undefined ? {} : { priv_password: privPassword }),
  })
  return { credentials }
}
