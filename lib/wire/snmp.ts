import { z } from 'zod'

export const snmpVersions = ['1', '2c', '3'] as const
export const authProtocols = ['md5', 'sha', 'sha224', 'sha256', 'sha384', 'sha512'] as const
export const privProtocols = ['des', 'aes128', 'aes256', 'aes256-reeder'] as const
export const snmpLevels = ['noAuthNoPriv', 'authNoPriv', 'authPriv'] as const

const Secret = z.string().min(1).max(255)
// RFC 3414, 11.2: keys are made of passwords of at least 8 characters.
const Password = z.string().min(8).max(255)

/** What opens a device. Never logged, never returned, encrypted at rest. */
export const SnmpCredentials = z.discriminatedUnion('version', [
  z.object({ version: z.literal('1'), community: Secret }),
  z.object({ version: z.literal('2c'), community: Secret }),
  z.object({
    version: z.literal('3'),
    user: z.string().min(1).max(64),
    level: z.enum(snmpLevels),
    auth_protocol: z.enum(authProtocols).default('sha'),
    auth_password: Password.optional(), // with authNoPriv and authPriv
    priv_protocol: z.enum(privProtocols).default('aes128'),
    priv_password: Password.optional(), // with authPriv
    context: z.string().max(64).default(''),
  }),
])
export type SnmpCredentials = z.infer<typeof SnmpCredentials>

/** A profile as a probe needs it. */
export const SnmpProfile = z.object({
  id: z.number().int().positive(),
  port: z.number().int().min(1).max(65_535),
  timeout_ms: z.number().int().min(100).max(30_000),
  retries: z.number().int().min(0).max(5),
  credentials: SnmpCredentials,
})
export type SnmpProfile = z.infer<typeof SnmpProfile>
