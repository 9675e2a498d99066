import { statusFeed } from '@/lib/domain/status-feed'
import type { Whose } from '@/lib/domain/status-words'
import { env } from '@/lib/env'
import { sha256Hex } from '@/lib/secrets'
import type { StatusView } from '@/lib/store/status-view'

/** The feed of a page, with what spares readers from fetching the same again. A client's own is nobody's to keep. */
export function feedAnswer(
  request: Request,
  view: StatusView,
  { title, base, whose }: { title: string; base: string; whose: Whose },
): Response {
  const url = `${env().siteUrl}${base}`
  const incidents = [...view.open, ...view.past]
  // Of the last change, not of now: the same feed has the same tag.
  const at = incidents.reduce((last, { beganAt, endedAt, updates }) => {
    return Math.max(last, beganAt, endedAt ?? 0, ...updates.map((update) => update.at))
  }, 0)
  const body = statusFeed(incidents, { title, url, feedUrl: `${url}/rss`, whose, at })
  const etag = `"${sha256Hex(body).slice(0, 32)}"`
  const headers = {
    'content-type': 'application/rss+xml; charset=utf-8',
    'cache-control': whose === 'client' ? 'private, no-store' : 'public, max-age=30',
    etag,
    ...(whose === 'client' ? { 'x-robots-tag': 'noindex' } : {}),
  }
  const known = request.headers
    .get('if-none-match')
    ?.split(',')
    .map((one) => one.trim().replace(/^W\//, ''))
  if (known?.includes(etag)) return new Response(null, { status: 304, headers })
  return new Response(body, { headers })
}
