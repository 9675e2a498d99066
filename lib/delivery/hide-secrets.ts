import type { Notice } from '@/lib/domain/notice'

const shortest = 4

/**
 * The text with every secret of at least 4 characters replaced by dots, also where it stands percent-encoded, in base64 or escaped
 * for JSON or HTML: what a server answers may quote what it was sent.
 */
export function hideSecrets(text: string, secrets: readonly string[]): string {
  const forms = secrets.filter((secret) => secret.length >= shortest).flatMap(formsOf)
  // The longest first: a secret may be part of another.
  const ordered = [...new Set(forms)].sort((a, b) => b.length - a.length)
  return ordered.reduce((shown, form) => shown.replaceAll(form, '•••'), text)
}

/** The parts of an address that open a door: path and query, and in them whatever looks like a token. */
export function secretsOfUrl(address: string): string[] {
  if (!URL.canParse(address)) return [address]
  const { href, pathname, search, searchParams } = new URL(address)
  const path = pathname.length > 1 ? [pathname, `${pathname}${search}`] : []
  const pieces = [...pathname.split('/'), ...searchParams.values()].filter(looksLikeToken)
  return [address, href, ...path, ...(search.length > 1 ? [search] : []), ...pieces]
}

/** What no answer to this notice may show: the channel's secrets, and the link that acknowledges it without signing in. */
export function hiddenFor({ acknowledgeUrl }: Pick<Notice, 'acknowledgeUrl'>, secrets: readonly string[]): string[] {
  return acknowledgeUrl === null ? [...secrets] : [...secrets, ...secretsOfUrl(acknowledgeUrl)]
}

const looksLikeToken = (piece: string) => piece.length >= 16 || (piece.length >= 8 && /\d/.test(piece))

function formsOf(secret: string): string[] {
  const base64 = Buffer.from(secret).toString('base64').replace(/=+$/, '')
  return [
    secret,
    encodeURIComponent(secret),
    encodeURI(secret),
    JSON.stringify(secret).slice(1, -1),
    secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;'),
    base64,
  ].filter((form) => form.length >= shortest)
}
