import type { Sent } from '@/lib/domain/notice'
import { DeliveryError } from './delivery-error'
import type { Http } from './http'
import { type SmsAccount, submitSms } from './sms'

/** The account that texts to clients go out from (TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, TWILIO_FROM); null: none is set. */
export type ClientSmsContext = { http: Http; account: SmsAccount | null; signal: AbortSignal; now: Date }

/**
 * to: E.164. body: goes out as it is, so made plain and cut before (lib/domain/sms-text.ts). identity: what is sent at most
 * once; Twilio knows no such key, so it travels in the callback's address alone. statusCallback: where Twilio tells what
 * became of it, null for nowhere.
 */
export type ClientSms = { to: string; body: string; identity: string; statusCallback: string | null }

/**
 * Texts one client. Throws a DeliveryError; where its `unsent` is false and its status null or 5xx, the text may have gone
 * out all the same: sending again could be a second one.
 */
export async function sendClientSms(
  { to, body, identity, statusCallback }: ClientSms,
  { http, account, signal, now }: ClientSmsContext,
): Promise<Sent & { providerId: string | null }> {
  if (!account)
    throw new DeliveryError('No account for texts is set in TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_FROM', {
      permanent: true,
      unsent: true,
    })
  const callback = statusCallback === null ? {} : { status_callback: withIdentity(statusCallback, identity) }
  const sent = await submitSms({ ...account, ...callback, to_number: to, body }, { http, signal, now, secrets: [] })
  return { ...sent, providerId: sent.reference?.sid ?? null }
}

/** The callback's address names what it is about: it may come before the answer does, or when that never came. */
function withIdentity(address: string, identity: string): string {
  const url = new URL(address)
  if (!url.searchParams.has('identity')) url.searchParams.set('identity', identity)
  return url.href
}

/** True when a text that ended in this error may be on its way all the same. */
export function mayHaveGone(error: DeliveryError): boolean {
  if (error.unsent) return false
  return error.status === null || (error.status >= 500 && error.status !== 503)
}
