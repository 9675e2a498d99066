import { z } from 'zod'

/** The house's own mail server, and the address it sends as. */
export type HouseMailSettings = {
  host: string
  port: number
  implicitTls: boolean
  username: string | null
  password: string | null
  tls: 'auto' | 'verified' | 'unverified' | 'none'
  from: string
}

const tlsWords = ['auto', 'verified', 'unverified', 'none'] as const
const isMailUrl = (text: string) => {
  if (!URL.canParse(text)) return false
  const { protocol, hostname, username, password } = new URL(text)
  return /^smtps?:$/.test(protocol) && hostname !== '' && isDecodable(`${username}${password}`)
}
const expectedTls = 'expected auto, verified, unverified or none'

/** The settings of the house's mail: SMTP_URL, or SMTP_HOST and its companions. */
export const smtpShape = {
  SMTP_URL: z
    .string()
    .refine(isMailUrl, 'expected smtp://user:password@host:587, with signs such as @ in the password as %40')
    .refine(
      (text) => !isMailUrl(text) || isTls(new URL(text).searchParams.get('tls') ?? 'auto'),
      `${expectedTls} for tls`,
    )
    .optional(),
  SMTP_HOST: z
    .string()
    .regex(/^[A-Za-z0-9.:_[\]-]{1,255}$/, 'expected the name of a server')
    .optional(),
  SMTP_PORT: z
    .string()
    .regex(/^\d{1,5}$/, 'expected a whole number from 1 to 65535')
    .transform(Number)
    .pipe(
      z
        .number()
        .min(1, 'expected a whole number from 1 to 65535')
        .max(65_535, 'expected a whole number from 1 to 65535'),
    )
    .default(587),
  SMTP_USER: z.string().max(320).optional(),
  SMTP_PASSWORD: z.string().max(1000).optional(),
  SMTP_FROM: z
    .string()
    .regex(/^[^\s@<>]+@[^\s@<>]+$/, 'expected an address such as beatline@example.net')
    .optional(),
  SMTP_TLS: z.enum(tlsWords, expectedTls).default('auto'),
}
type Smtp = z.infer<z.ZodObject<typeof smtpShape>>

/** The house's mail server; undefined when none is set. Without SMTP_FROM it sends as its user, or as Beatline at the site. */
export function houseMailOf(set: Smtp, siteUrl: string): HouseMailSettings | undefined {
  const server = set.SMTP_URL ? serverOfUrl(new URL(set.SMTP_URL)) : serverOf(set)
  if (!server) return undefined
  const user = server.username ?? ''
  const from = set.SMTP_FROM ?? (/^\S+@\S+$/.test(user) ? user : `beatline@${new URL(siteUrl).hostname}`)
  return { ...server, from }
}

type Server = Omit<HouseMailSettings, 'from'>

function serverOfUrl({ protocol, hostname, port, username, password, searchParams }: URL): Server {
  const tls = searchParams.get('tls') ?? 'auto'
  const implicitTls = protocol === 'smtps:' || port === '465'
  return {
    host: hostname,
    port: Number(port || (implicitTls ? 465 : 587)),
    implicitTls,
    username: username === '' ? null : decodeURIComponent(username),
    password: username === '' ? null : decodeURIComponent(password),
    tls: isTls(tls) ? tls : 'auto',
  }
}

function serverOf(set: Smtp): Server | null {
  if (set.SMTP_HOST === undefined) return null
  return {
    host: set.SMTP_HOST,
    port: set.SMTP_PORT,
    implicitTls: set.SMTP_PORT === 465 && set.SMTP_TLS !== 'none',
    username: set.SMTP_USER ?? null,
    password: set.SMTP_USER === undefined ? null : (set.SMTP_PASSWORD ?? ''),
    tls: set.SMTP_TLS,
  }
}

const isTls = (word: string): word is HouseMailSettings['tls'] => tlsWords.some((one) => one === word)

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text)
    return true
  } catch {
    return false
  }
}
