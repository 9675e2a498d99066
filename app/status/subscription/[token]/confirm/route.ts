import { placeOfAudience } from '@/lib/status-places'
import { plain, readStatusForm, seeOther } from '@/lib/status-request'
import { confirmByLink } from '@/lib/store/status-subscribers'

type Context = { params: Promise<{ token: string }> }

/** Confirms a subscription by e-mail: the button of the page that the link leads to. */
export async function POST(request: Request, { params }: Context): Promise<Response> {
  const read = await readStatusForm(request)
  if ('refused' in read) return read.refused
  const audience = await confirmByLink((await params).token, new Date())
  const place = audience && (await placeOfAudience(audience))
  if (!place) return plain(404, 'This link is not good any more: ask for another one on the page.')
  return seeOther(`${place.base}?note=subscribed#subscribe`)
}
