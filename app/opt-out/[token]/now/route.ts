import { readText } from '@/lib/guarded'
import { readOptOut } from '@/lib/opt-out-links'
import { Problem, problemResponse } from '@/lib/problem'
import { optOut } from '@/lib/store/opt-outs'

type Context = { params: Promise<{ token: string }> }

/** Ends mails to the address of the link: the button of the page, and of mail programs (RFC 8058), which ask by POST alone. */
export async function POST(request: Request, { params }: Context): Promise<Response> {
  try {
    const { token } = await params
    const address = readOptOut(token)
    if (address === null) throw new Problem('not-found', 'This link is not whole, or not ours')
    await optOut({ medium: 'email', address, how: 'link in an e-mail' })
    const form = new URLSearchParams(await readText(request, 4096).catch(() => ''))
    if (form.get('List-Unsubscribe') === 'One-Click') return new Response(null, { status: 204 })
    return new Response(null, { status: 303, headers: { location: `/opt-out/${token}` } })
  } catch (error) {
    return problemResponse(error)
  }
}

/** Whoever opens the address of the button is led to the page that asks. */
export async function GET(_: Request, { params }: Context): Promise<Response> {
  return new Response(null, { status: 303, headers: { location: `/opt-out/${(await params).token}` } })
}
