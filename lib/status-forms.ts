import { readStatusAddress } from '@/lib/domain/status-address'
import { codeHoldsMs } from '@/lib/domain/status-limits'
import { env } from '@/lib/env'
import { readStatusForm, seeOther } from '@/lib/status-request'
import { type Audience, openPhone, sealPhone } from '@/lib/status-tokens'
import { askSubscriber, confirmByCode } from '@/lib/store/status-subscribers'

/** By which ways people can be told, as the settings of this process say. */
export function subscriptionMedia(): { email: boolean; sms: boolean } {
  const { houseMail, twilio } = env()
  return { email: houseMail !== undefined, sms: twilio !== undefined }
}

type Place = { audience: Audience; base: string }
const minutes = (seconds: number) => Math.max(1, Math.ceil(seconds / 60))

/** Takes the form that asks to be told. Where it leads says nothing of who is told already. */
export async function takeSubscribe(request: Request, { audience, base }: Place): Promise<Response> {
  const read = await readStatusForm(request)
  if ('refused' in read) return read.refused
  const medium = read.form.get('medium') === 'sms' ? 'sms' : 'email'
  if (!subscriptionMedia()[medium]) return seeOther(base)
  const typed = readStatusAddress(medium, (read.form.get('address') ?? '').slice(0, 400))
  if ('fault' in typed) return seeOther(`${base}?note=${medium}#subscribe`)
  const now = new Date()
  const answer = await askSubscriber({ audience, medium, address: typed.address, from: read.from }, now)
  if (!answer.asked) return seeOther(`${base}?wait=${minutes(answer.waitSeconds)}#subscribe`)
  if (medium === 'email') return seeOther(`${base}?note=asked#subscribe`)
  const sealed = sealPhone(typed.address, audience, now.getTime())
  return seeOther(`${base}/code?n=${encodeURIComponent(sealed)}`)
}

/** Takes the form with the code. */
export async function takeCode(request: Request, { audience, base }: Place): Promise<Response> {
  const read = await readStatusForm(request)
  if ('refused' in read) return read.refused
  const now = new Date()
  const sealed = read.form.get('n') ?? ''
  const address = openPhone(sealed, audience, { now: now.getTime(), holdsMs: codeHoldsMs })
  if (address === null) return seeOther(`${base}#subscribe`)
  const code = (read.form.get('code') ?? '').slice(0, 20)
  const answer = await confirmByCode({ audience, address, code, from: read.from }, now)
  if (answer === 'confirmed') return seeOther(`${base}?note=subscribed#subscribe`)
  if (typeof answer === 'object') return seeOther(`${base}?wait=${minutes(answer.waitSeconds)}#subscribe`)
  return seeOther(`${base}/code?n=${encodeURIComponent(sealed)}&wrong=1`)
}
