import { isTwilioCallback } from '@/lib/delivery/sms'
import { env } from '@/lib/env'
import { readText } from '@/lib/guarded'
import { Problem } from '@/lib/problem'

/**
 * The fields of a form that Twilio sent, once its signature holds for our own public address: what stands in the request's
 * Host is of no account. Throws not-found where no account is set, and forbidden.
 */
export async function readTwilioForm(request: Request): Promise<Record<string, string>> {
  const { twilio, siteUrl } = env()
  if (!twilio) throw new Problem('not-found', 'No account of Twilio is set here')
  const { pathname, search } = new URL(request.url)
  const form = Object.fromEntries(new URLSearchParams(await readText(request, 64 * 1024)))
  const signature = request.headers.get('x-twilio-signature')
  if (!isTwilioCallback(twilio.auth_token, `${siteUrl}${pathname}${search}`, form, signature))
    throw new Problem('forbidden', `Twilio did not sign this for ${siteUrl}: expected its signature over SITE_URL`)
  return form
}
