/**
 * A mailbox and the way to it. tls: `implicit` from the first byte, `starttls` before the password, `unverified` either of
 * them with any certificate, `none` in clear.
 */
export type Mailbox = {
  host: string
  port: number
  implicitTls: boolean
  tls: 'verified' | 'unverified' | 'none'
  username: string
  password: string
  folder: string
  address: string | null // that mail arrives there by; null: the one that the house sends as
}

const expected =
  'expected imaps://user:password@mail.example.net or imap://... with a user and a password, and at most ?to=address, ?tls=unverified or ?tls=none'

/** The mailbox that an address names: imaps on 993, imap with STARTTLS on 143; the path is the folder, INBOX by default. */
export function readImapUrl(text: string): Mailbox | { fault: string } {
  const url = URL.canParse(text) ? new URL(text) : null
  if (!url || !/^imaps?:$/.test(url.protocol) || url.hostname === '') return { fault: expected }
  const tls = url.searchParams.get('tls') ?? 'verified'
  const [username, password, folder] = [url.username, url.password, url.pathname.slice(1)].map(decoded)
  if (!username || !password || folder === undefined) return { fault: expected }
  const implicitTls = url.protocol === 'imaps:'
  if (tls !== 'verified' && tls !== 'unverified' && (tls !== 'none' || implicitTls)) return { fault: expected }
  const port = Number(url.port) || (implicitTls ? 993 : 143)
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const address = url.searchParams.get('to') ?? (isAddress(username) ? username : null)
  if (address !== null && !isAddress(address)) return { fault: expected }
  return { host, port, implicitTls, tls, username, password, folder: folder === '' ? 'INBOX' : folder, address }
}

const isAddress = (text: string) => /^[^\s@<>,;]{1,64}@[^\s@<>,;]{1,255}$/.test(text)

/** undefined when it is not properly percent-encoded. */
function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part)
  } catch {
    return undefined
  }
}
