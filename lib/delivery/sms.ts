import { createHmac, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { cleanLine, cleanLines } from '@/lib/domain/cut-text'
import { bodyText, type Notice, type Sent } from '@/lib/domain/notice'
import { smsText } from '@/lib/domain/sms-text'
import { webAddress } from './config-fields'
import type { Context } from './context'
import { answerText, refusal } from './delivery-error'
import { hiddenFor } from './hide-secrets'
import { inForm, readJson } from './json'

const number = z
  .string()
  .transform((text) => text.replace(/[\s().-]/g, ''))
  .pipe(z.string().regex(/^\+[1-9]\d{6,14}$/, 'expected a number such as +14065550142, with the code of its country'))

/**
 * from_number: a number of the account, a sender's name, or the id of a messaging service (MG...). max_segments: how many
 * parts a message may have, each paid for. status_callback: where Twilio tells what became of it.
 */
export const SmsConfig = z.strictObject({
  to_number: number,
  account_sid: z
    .string()
    .trim()
    .regex(/^[\w-]{1,64}$/, 'expected the id of an account, such as AC0123...'),
  auth_token: z.string().trim().min(1, 'expected the token of the account').max(200),
  from_number: z.union(
    [
      number,
      z
        .string()
        .trim()
        .regex(/^(MG[0-9a-fA-F]{32}|[A-Za-z0-9 ]{1,11})$/),
    ],
    {
      error: 'expected a number such as +14065550199, a sender of up to 11 letters, or a messaging service (MG...)',
    },
  ),
  max_segments: z.number().int().min(1).max(10).default(2),
  status_callback: webAddress.optional(),
})
export type SmsConfig = z.infer<typeof SmsConfig>
export const secrets = ['auth_token'] as const

const origin = 'https://api.twilio.com'

/** Sends a text message by Twilio. That it was taken is not yet that it arrived: the status callback tells. */
export async function sendSms(config: SmsConfig, notice: Notice, context: Context): Promise<Sent> {
  const words = `${cleanLine(notice.title)}\n${cleanLines(bodyText(notice))}`.trim()
  const body = smsText(words, notice.url, config.max_segments)
  return submitSms({ ...config, body }, { ...context, secrets: hiddenFor(notice, []) })
}

/** Whose texts they are, and in whose name. */
export type SmsAccount = Pick<SmsConfig, 'account_sid' | 'auth_token' | 'from_number'>
type Text = SmsAccount & { to_number: string; body: string; status_callback?: string | undefined }
type Way = Pick<Context, 'http' | 'signal' | 'now'> & { secrets: readonly string[] }

/** Hands one text to Twilio. Throws a DeliveryError. */
export async function submitSms(text: Text, { http, signal, now, secrets: hidden }: Way): Promise<Sent> {
  const { account_sid, auth_token } = text
  const basic = Buffer.from(`${account_sid}:${auth_token}`).toString('base64')
  const path = `/2010-04-01/Accounts/${encodeURIComponent(account_sid)}/Messages.json`
  const answer = await http.request(`${origin}${path}`, {
    ...inForm(smsFields(text), { authorization: `Basic ${basic}` }),
    signal,
    secrets: [...hidden, auth_token, basic],
  })
  const said = readJson(Said, answer.text)
  if (answer.status >= 200 && answer.status < 300) {
    const words = said?.sid ? `${said.status ?? 'accepted'} as ${said.sid}` : answer.text
    return { reference: said?.sid ? { sid: said.sid } : null, status: answer.status, answer: answerText(words) }
  }
  const code = said?.code === undefined ? '' : ` (code ${said.code})`
  throw refusal('Twilio', answer, now, said?.message === undefined ? {} : { says: `${said.message}${code}` })
}

const Said = z.looseObject({
  sid: z.string().optional(),
  status: z.union([z.string(), z.number()]).optional(),
  code: z.number().optional(),
  message: z.string().optional(),
})

function smsFields({ to_number, from_number, body, status_callback }: Text): Record<string, string> {
  return {
    To: to_number,
    ...(/^MG[0-9a-fA-F]{32}$/.test(from_number) ? { MessagingServiceSid: from_number } : { From: from_number }),
    Body: body,
    ...(status_callback === undefined ? {} : { StatusCallback: status_callback }),
  }
}

/**
 * True when Twilio signed this callback: base64 of HMAC-SHA1 over the public address it called and each field, sorted by
 * name. Proxies and Twilio itself disagree on whether the standard port is named: both spellings count.
 */
export function isTwilioCallback(
  authToken: string,
  url: string,
  form: Record<string, string>,
  signature: string | null | undefined,
): boolean {
  const given = Buffer.from(signature ?? '', 'base64')
  const fields = Object.keys(form)
    .sort()
    .map((name) => `${name}${form[name]}`)
    .join('')
  return spellings(url).some((address) => {
    const expected = createHmac('sha1', authToken).update(`${address}${fields}`).digest()
    return given.length === expected.length && timingSafeEqual(given, expected)
  })
}

function spellings(address: string): string[] {
  const parts = /^(https?):\/\/([^/?#]+)(.*)$/is.exec(address)
  if (!parts) return [address]
  const [, scheme = '', host = '', rest = ''] = parts
  const port = scheme.toLowerCase() === 'https' ? ':443' : ':80'
  const bare = host.endsWith(port) ? host.slice(0, -port.length) : host
  const named = /:\d+$/.test(bare) ? bare : `${bare}${port}`
  return [address, `${scheme}://${bare}${rest}`, `${scheme}://${named}${rest}`]
}
