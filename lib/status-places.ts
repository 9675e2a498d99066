import { pageSlugPattern } from '@/lib/domain/status-page'
import type { Audience } from '@/lib/status-tokens'
import { cachedPage, clientOfLink } from '@/lib/store/status-cache'
import { clientLinkPath } from '@/lib/store/status-links'
import { findStatusPage } from '@/lib/store/status-pages'

/** Where people subscribe: whose news it is, its address below ours, and what it is called. */
export type StatusPlaceOf = { audience: Audience; base: string; title: string; zone: string }

/** A public page that takes subscribers; null for any other. */
export async function openPlace(slug: string): Promise<StatusPlaceOf | null> {
  const page = pageSlugPattern.test(slug) ? await cachedPage(slug) : null
  if (!page?.isPublic || !page.takesSubscribers) return null
  const audience = { pageId: page.id, clientId: null }
  return { audience, base: `/status/${page.slug}`, title: page.title, zone: page.timeZone }
}

/** The page of a client's own link; null for a link that opens nothing. */
export async function openClientPlace(token: string): Promise<StatusPlaceOf | null> {
  const client = await clientOfLink(token)
  if (!client) return null
  const audience = { pageId: null, clientId: client.id }
  return { audience, base: `/status/c/${token}`, title: 'your connection', zone: client.timeZone }
}

/** The same for somebody who subscribed: null where there is no page any more that could be shown. */
export async function placeOfAudience({ pageId, clientId }: Audience): Promise<{ base: string; title: string } | null> {
  if (pageId !== null) {
    const page = await findStatusPage(pageId)
    return page?.isPublic ? { base: `/status/${page.slug}`, title: page.title } : null
  }
  const base = await clientLinkPath(clientId)
  return base === null ? null : { base, title: 'your connection' }
}
