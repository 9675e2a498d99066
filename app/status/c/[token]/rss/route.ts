import { feedAnswer } from '@/lib/status-feed-answer'
import { plain } from '@/lib/status-request'
import { cachedClientView, clientOfLink } from '@/lib/store/status-cache'

type Context = { params: Promise<{ token: string }> }

/** The feed of one client's own page. */
export async function GET(request: Request, { params }: Context): Promise<Response> {
  const { token } = await params
  const client = await clientOfLink(token)
  if (!client) return plain(404, 'There is no such page.')
  const about = { title: 'Your connection', base: `/status/c/${token}`, whose: 'client' as const }
  return feedAnswer(request, await cachedClientView(client), about)
}
