import { z } from 'zod'
import { limits } from '@/lib/domain/device-fields'
import { Id, Instant } from './rest'
import { authProtocols, privProtocols, snmpLevels, snmpVersions } from './snmp'

/** SNMP profiles on the wire: what opens a device goes in and never comes out. Durations are seconds. */
export const profileBounds = { port: [1, 65_535], timeout: [0.1, 30], retries: [0, 5] } as const

const name = z
  .string()
  .trim()
  .min(1, 'expected a name')
  .max(limits.snmpProfile, `expected at most ${limits.snmpProfile} characters`)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'expected one line')
const secret = z.string().min(1).max(255)
const password = z
  .string()
  .min(8, 'expected at least 8 characters, as RFC 3414 makes keys of no fewer')
  .max(255, 'expected at most 255 characters')

/** What opens a device, as it is said: a secret that is left out stays as it is kept. */
export const CredentialsInput = z.strictObject({
  version: z.enum(snmpVersions),
  community: secret.optional().describe('of versions 1 and 2c'),
  user: z.string().trim().min(1).max(64).optional().describe('of version 3'),
  level: z.enum(snmpLevels).optional(),
  auth_protocol: z.enum(authProtocols).optional(),
  auth_password: password.optional().describe('with authNoPriv and authPriv'),
  priv_protocol: z.enum(privProtocols).optional(),
  priv_password: password.optional().describe('with authPriv'),
  context: z.string().max(64).optional(),
})
export type CredentialsInput = z.output<typeof CredentialsInput>

const readOnly = {
  id: z.unknown().optional(),
  version: z.unknown().optional(),
  security: z.unknown().optional(),
  readable: z.unknown().optional(),
  devices: z.unknown().optional(),
  sites: z.unknown().optional(),
  opened: z.unknown().optional(),
  created_at: z.unknown().optional(),
}
const fields = {
  name,
  port: z.int().min(profileBounds.port[0]).max(profileBounds.port[1]).describe('161 unless said'),
  timeout: z.number().min(profileBounds.timeout[0]).max(profileBounds.timeout[1]).describe('s; 2 unless said'),
  retries: z.int().min(profileBounds.retries[0]).max(profileBounds.retries[1]).describe('2 unless said'),
  position: z.int().min(0).max(1000).describe('0 is tried first; last unless said'),
  credentials: CredentialsInput.describe('never returned; on a change, what is left out stays'),
}

export const SnmpProfileInput = z
  .strictObject({ ...readOnly, ...fields })
  .partial()
  .required({ name: true, credentials: true })
export type SnmpProfileInput = z.output<typeof SnmpProfileInput>
export const SnmpProfilePatch = z.strictObject({ ...readOnly, ...fields }).partial()
export type SnmpProfilePatch = z.output<typeof SnmpProfilePatch>

export const SnmpProfileAnswer = z.object({
  id: Id,
  name: z.string(),
  position: z.int(),
  port: z.int(),
  timeout: z.number(),
  retries: z.int(),
  version: z.enum(snmpVersions),
  security: z
    .object({ level: z.string(), auth_protocol: z.string().nullable(), priv_protocol: z.string().nullable() })
    .nullable()
    .describe('of version 3'),
  readable: z.boolean().describe('false: kept with another SECRET_KEY, say its credentials anew'),
  devices: z.int().describe('that name it'),
  sites: z.int().describe('that name it'),
  opened: z.int().describe('devices that it opened at their last walk'),
  created_at: Instant,
})
export type SnmpProfileAnswer = z.infer<typeof SnmpProfileAnswer>
