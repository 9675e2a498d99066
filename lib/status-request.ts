import { env } from '@/lib/env'
import { clientAddress } from '@/lib/session'

const mostBytes = 4096

/** What a stranger sent, and from where; or why it is not taken. */
export type StatusPost = { text: string; from: string } | { refused: Response }
export type StatusForm = { form: URLSearchParams; from: string } | { refused: Response }

/**
 * Reads what a stranger posted. It needs no script and no cookie, so nobody's rights can be borrowed by it; a page of
 * another site may not send it all the same, as its readers would be made to ask in their own names.
 */
export async function readStatusPost(request: Request): Promise<StatusPost> {
  if (isForeign(request)) return { refused: plain(403, 'This form was sent from another site.') }
  const text = await readBounded(request)
  if (text === null) return { refused: plain(413, 'Found more than 4 KiB, expected a form.') }
  return { text, from: clientAddress(request.headers) }
}

/** The same, of a plain form alone. */
export async function readStatusForm(request: Request): Promise<StatusForm> {
  const type = request.headers.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase()
  if (type !== 'application/x-www-form-urlencoded') return { refused: plain(415, 'Expected a form.') }
  const read = await readStatusPost(request)
  return 'refused' in read ? read : { form: new URLSearchParams(read.text), from: read.from }
}

/** Said by the browser: Sec-Fetch-Site where it knows it, Origin before. A mail provider's server sends neither. */
function isForeign(request: Request): boolean {
  const site = request.headers.get('sec-fetch-site')
  if (site !== null) return site !== 'same-origin' && site !== 'none'
  const origin = request.headers.get('origin')
  if (origin === null) return false
  if (!URL.canParse(origin)) return true
  const { host, origin: own } = new URL(origin)
  return host !== request.headers.get('host') && own !== new URL(env().siteUrl).origin
}

async function readBounded(request: Request): Promise<string | null> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength
    if (size > mostBytes) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** Sends the reader on to a page of ours; the form is not sent again by a reload. */
export const seeOther = (path: string): Response =>
  new Response(null, { status: 303, headers: { location: path, 'cache-control': 'no-store' } })

export const plain = (status: number, text: string, headers: Record<string, string> = {}): Response =>
  new Response(`${text}\n`, {
    status,
    headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store', ...headers },
  })
