import { takeCode } from '@/lib/status-forms'
import { openPlace } from '@/lib/status-places'
import { plain } from '@/lib/status-request'

type Context = { params: Promise<{ slug: string }> }

/** Takes the code that came by text. */
export async function POST(request: Request, { params }: Context): Promise<Response> {
  const place = await openPlace((await params).slug)
  return place ? takeCode(request, place) : plain(404, 'There is no such page.')
}
