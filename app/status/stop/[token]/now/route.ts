import { plain, readStatusPost, seeOther } from '@/lib/status-request'
import { stopByLink } from '@/lib/store/status-subscribers'

type Context = { params: Promise<{ token: string }> }

/** For mail programs that open the address of their own button as a page. */
export async function GET(_: Request, { params }: Context): Promise<Response> {
  return seeOther(`/status/stop/${encodeURIComponent((await params).token)}`)
}

/** Ends a subscription: by the button of the page, or by that of a mail program (RFC 8058), which wants no redirect. */
export async function POST(request: Request, { params }: Context): Promise<Response> {
  const { token } = await params
  const read = await readStatusPost(request)
  if ('refused' in read) return read.refused
  if (!(await stopByLink(token))) return plain(404, 'This link is not ours.')
  // As a form of either kind: RFC 8058, 3.1.
  if (read.text.includes('List-Unsubscribe')) return plain(200, 'You get no more of these messages.')
  return seeOther(`/status/stop/${encodeURIComponent(token)}`)
}
