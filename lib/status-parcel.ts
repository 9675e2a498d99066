import { z } from 'zod'
import { codeSms, type StatusMail, statusMailHtml, statusMailText, statusSms } from '@/lib/domain/status-mail'
import { codeOf, confirmToken, stopToken } from '@/lib/status-tokens'
import type { ClaimedStatusMail } from '@/lib/store/status-outbox'

/** One message to one subscriber, ready to be handed over. madeAt: epoch ms of when it became due. */
export type StatusParcel = {
  identity: string
  thread: string | null // the identity of the message that it goes under
  subject: string
  text: string
  html: string
  sms: string
  unsubscribeUrl: string | null
  madeAt: number
}
type Place = { base: string; title: string; siteUrl: string }
type About = Pick<ClaimedStatusMail, 'id' | 'subscriberId' | 'nonce' | 'event' | 'incidentId' | 'sequence' | 'message'>

const Instant = z.iso.datetime().transform((text) => Date.parse(text))
const Confirm = z.looseObject({ made_at: Instant, already: z.boolean().default(false) })
const Telling = z.looseObject({ made_at: Instant, title: z.string(), body: z.string(), ref: z.string() })

/** Writes a message. Tokens and codes are made here, from what is kept, and are kept nowhere themselves. */
export function statusParcel(mail: About, place: Place): StatusParcel | { fault: string } {
  const shape = mail.event === 'confirm' ? Confirm : Telling
  if (!shape.safeParse(mail.message).success) return { fault: 'No message can be made of what was kept for it' }
  return mail.event === 'confirm' ? confirmParcel(mail, place) : tellingParcel(mail, place)
}

function confirmParcel(mail: About, { base, title, siteUrl }: Place): StatusParcel {
  const { made_at: madeAt, already } = Confirm.parse(mail.message)
  const stopUrl = `${siteUrl}/status/stop/${stopToken(mail.subscriberId)}`
  const body = already
    ? `You asked to be told of ${title}: you are already, nothing has to be done.`
    : `Somebody, you we hope, asked that this address be told of ${title}: when service is interrupted, when there is news of it, and when it is back. To agree, open the link within a day.`
  const page: StatusMail = {
    title: already ? `You are told of ${title} already` : `Be told of ${title}?`,
    body,
    page: title,
    button: already ? 'Open the page' : 'Yes, tell me',
    url: already
      ? `${siteUrl}${base}`
      : `${siteUrl}/status/subscription/${confirmToken(mail.subscriberId, mail.nonce)}`,
    note: already
      ? 'If it was not you who asked, do nothing.'
      : 'If it was not you who asked, do nothing: no more is sent.',
    stopUrl: already ? stopUrl : null,
  }
  return {
    ...mailOf(page),
    identity: `status-confirm-${mail.id}`,
    thread: null,
    sms: already
      ? statusSms({ title: page.title, body: '' }, `${siteUrl}${base}`)
      : codeSms(codeOf(mail.subscriberId, mail.nonce), title),
    unsubscribeUrl: null,
    madeAt,
  }
}

function tellingParcel(mail: About, { base, title: page, siteUrl }: Place): StatusParcel {
  const { made_at: madeAt, title, body, ref } = Telling.parse(mail.message)
  const stopUrl = `${siteUrl}/status/stop/${stopToken(mail.subscriberId)}`
  const url = `${siteUrl}${base}#${ref}`
  const note = `You get this as you asked to be told of ${page}.`
  const identityOf = (event: string, sequence: number) =>
    `status-${mail.subscriberId}-${mail.incidentId ?? 0}-${event}-${sequence}`
  return {
    ...mailOf({ title, body, page, button: 'Open the page', url, note, stopUrl }),
    identity: identityOf(mail.event, mail.sequence),
    thread: mail.event === 'opened' ? null : identityOf('opened', 0),
    sms: statusSms({ title, body }, `${siteUrl}${base}`),
    unsubscribeUrl: `${stopUrl}/now`,
    madeAt,
  }
}

const mailOf = (mail: StatusMail) => ({
  subject: mail.title,
  text: statusMailText(mail),
  html: statusMailHtml(mail),
})
