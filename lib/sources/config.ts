import { X509Certificate } from 'node:crypto'
import { z } from 'zod'
import type { SourceKind } from './source'

const token = z
  .string()
  .trim()
  .min(1)
  .max(4096)
  .regex(/^[\x21-\x7e]+$/, 'expected a token: letters, digits and signs, no spaces')

const address = z
  .string()
  .trim()
  .max(2000)
  .transform((text, context) => {
    const written = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`
    const url = URL.canParse(written) ? new URL(written) : null
    const fault =
      url === null || url.hostname === ''
        ? 'expected an address such as https://uisp.example.net'
        : !/^https?:$/.test(url.protocol)
          ? `found ${url.protocol}, expected https: (or http: inside your own network)`
          : url.username || url.password
            ? 'found a user or a password in the address: they have fields of their own'
            : null
    if (url && !fault) return `${url.origin}${url.pathname.replace(/\/+$/, '')}`
    context.addIssue({ code: 'custom', message: fault ?? '' })
    return z.NEVER
  })

const isPinned = {
  message: 'a certificate is pinned, but the address is http:, which shows none',
  path: ['fingerprint'],
}
const canBePinned = ({ url, fingerprint }: { url: string; fingerprint?: string | undefined }) =>
  fingerprint === undefined || url.startsWith('https:')

const fingerprint = z
  .string()
  .trim()
  .transform((text) =>
    text
      .replace(/^sha-?256[:=\s]*/i, '')
      .replace(/[:\s]/g, '')
      .toUpperCase(),
  )
  .pipe(z.string().regex(/^[0-9A-F]{64}$/, 'expected the SHA-256 of the certificate: 64 hex digits'))
  .transform((hex) => (hex.match(/../g) ?? []).join(':'))

const authority = z
  .string()
  .trim()
  .max(65_536)
  .refine(isCertificate, 'expected certificates as PEM: -----BEGIN CERTIFICATE-----')

/** How a server shows that it is the one that is meant: an authority of one's own, a pinned certificate, or not at all. */
const trust = {
  fingerprint: fingerprint.optional(), // AA:BB:..., SHA-256
  ca: authority.optional(), // PEM, besides the known authorities
  insecure: z.boolean().optional(),
}

/** calling_code: of numbers written without one, such as "1": "(406) 555-0103" is +14065550103. */
const calling = {
  calling_code: z
    .string()
    .trim()
    .regex(/^[1-9]\d{0,2}$/, 'expected a calling code such as 1 or 49')
    .optional(),
}

export const uispConfig = z
  .object({
    url: address.transform((url) => url.replace(/\/(nms|crm)(\/.*)?$/, '')),
    token: token.optional(),
    username: z.string().trim().min(1).max(320).optional(),
    password: z.string().min(1).max(1024).optional(),
    crm_key: token.optional(),
    ...trust,
    ...calling,
  })
  .refine(
    ({ token, username, password }) => token !== undefined || (username !== undefined && password !== undefined),
    {
      message: 'expected a token, or a user name and a password',
      path: ['token'],
    },
  )
  .refine(canBePinned, isPinned)
export type UispConfig = z.infer<typeof uispConfig>

export const sonarConfig = z
  .object({
    url: address.transform((url) => url.replace(/\/(api(\/graphql)?|graphiql|app)$/, '')),
    token,
    ...trust,
    ...calling,
  })
  .refine(canBePinned, isPinned)
export type SonarConfig = z.infer<typeof sonarConfig>

export const csvConfig = z.object({ text: z.string().min(1).max(10_000_000), ...calling })
export type CsvConfig = z.infer<typeof csvConfig>

export type SourceConfigs = { uisp: UispConfig; sonar: SonarConfig; csv: CsvConfig }

type Kind<K extends SourceKind> = {
  title: string
  schema: z.ZodType<SourceConfigs[K]>
  /** Fields that are kept and never shown. */
  secrets: readonly (keyof SourceConfigs[K] & string)[]
  /** Where it leads, without secrets. */
  detail: (config: SourceConfigs[K]) => string
}

export const sourceKinds: { [K in SourceKind]: Kind<K> } = {
  uisp: {
    title: 'UISP',
    schema: uispConfig,
    secrets: ['token', 'password', 'crm_key'],
    detail: ({ url }) => new URL(url).host,
  },
  sonar: { title: 'Sonar', schema: sonarConfig, secrets: ['token'], detail: ({ url }) => new URL(url).host },
  csv: {
    title: 'A list (CSV)',
    schema: csvConfig,
    secrets: [],
    detail: ({ text }) => `${text.split(/\r\n|\n|\r/).filter((line) => line.trim() !== '').length - 1} lines`,
  },
}

function isCertificate(pem: string): boolean {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? []
  return blocks.length > 0 && blocks.every((block) => readable(block))
}

function readable(block: string): boolean {
  try {
    return new X509Certificate(block).subject !== undefined
  } catch {
    return false
  }
}
