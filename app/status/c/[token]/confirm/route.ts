import { takeCode } from '@/lib/status-forms'
import { openClientPlace } from '@/lib/status-places'
import { plain } from '@/lib/status-request'

type Context = { params: Promise<{ token: string }> }

/** Takes the code that came by text. */
export async function POST(request: Request, { params }: Context): Promise<Response> {
  const place = await openClientPlace((await params).token)
  return place ? takeCode(request, place) : plain(404, 'There is no such page.')
}
