import { takeSubscribe } from '@/lib/status-forms'
import { openClientPlace } from '@/lib/status-places'
import { plain } from '@/lib/status-request'

type Context = { params: Promise<{ token: string }> }

/** Asks an address whether it wants to be told of one client's connection. */
export async function POST(request: Request, { params }: Context): Promise<Response> {
  const place = await openClientPlace((await params).token)
  return place ? takeSubscribe(request, place) : plain(404, 'There is no such page.')
}
