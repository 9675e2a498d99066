import { pageSlugPattern } from '@/lib/domain/status-page'
import { feedAnswer } from '@/lib/status-feed-answer'
import { plain } from '@/lib/status-request'
import { cachedPage, cachedPageView } from '@/lib/store/status-cache'

type Context = { params: Promise<{ slug: string }> }

/** The feed of a public page. */
export async function GET(request: Request, { params }: Context): Promise<Response> {
  const { slug } = await params
  const page = pageSlugPattern.test(slug) ? await cachedPage(slug) : null
  if (!page?.isPublic) return plain(404, 'There is no such page.')
  const about = { title: page.title, base: `/status/${page.slug}`, whose: 'place' as const }
  return feedAnswer(request, await cachedPageView(page), about)
}
