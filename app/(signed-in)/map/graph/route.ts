import { guarded } from '@/lib/guarded'
import { readMap } from '@/lib/store/map'

/** The network for the page /map: asked again on every visit, sent again only when it changed. */
export const GET = guarded('read', async ({ request }) => {
  const { mark, json } = await readMap()
  const headers = { etag: `"${mark}"`, 'cache-control': 'private, no-cache', vary: 'Cookie, Authorization' }
  const known = request.headers.get('if-none-match')?.replaceAll('W/', '')
  if (known === `"${mark}"`) return new Response(null, { status: 304, headers })
  return new Response(json, { headers: { ...headers, 'content-type': 'application/json', 'x-map-mark': mark } })
})
