import type { IncomingMessage, ServerResponse } from 'node:http'
import { renewedCookie } from '@/lib/session'

const ownFiles = /^\/(_next|api(?!\/docs)|live|icons|health|sw\.js)(\/|$)/

/**
 * What a visit to a page brings about: the page learns where it stands, so that a stranger comes back to it after
 * signing in (what a client claims under that name is dropped), and a session in use is good for another 30 days.
 */
export async function noteVisit(request: IncomingMessage, response: ServerResponse, now = Date.now()): Promise<void> {
  delete request.headers['x-beatline-path']
  const path = request.url ?? '/'
  if (request.method !== 'GET' || ownFiles.test(path.split('?', 1)[0] ?? '')) return
  request.headers['x-beatline-path'] = withoutMarker(path)
  const cookie = await renewedCookie(request.headers.cookie, now)
  if (cookie) response.appendHeader('set-cookie', cookie)
}

/** Next.js marks its own fetches of a page with `_rsc`. */
function withoutMarker(path: string): string {
  const [place = '/', query] = path.split('?', 2)
  const said = new URLSearchParams(query)
  said.delete('_rsc')
  return said.size > 0 ? `${place}?${said}` : place
}
