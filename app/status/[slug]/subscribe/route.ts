import { takeSubscribe } from '@/lib/status-forms'
import { openPlace } from '@/lib/status-places'
import { plain } from '@/lib/status-request'

type Context = { params: Promise<{ slug: string }> }

/** Asks an address whether it wants to be told of a page. */
export async function POST(request: Request, { params }: Context): Promise<Response> {
  const place = await openPlace((await params).slug)
  return place ? takeSubscribe(request, place) : plain(404, 'There is no such page.')
}
