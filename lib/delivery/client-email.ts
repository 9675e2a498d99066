import { cleanLine, cutText } from '@/lib/domain/cut-text'
import type { Sent } from '@/lib/domain/notice'
import { answerText, DeliveryError } from './delivery-error'
import type { HouseMail } from './email'
import { submitMail } from './smtp'

/** The house's own server (SMTP_*), through which clients are written to; null: none is set. */
export type ClientEmailContext = { house: HouseMail | null; signal: AbortSignal }

/**
 * html: null for plain text alone. messageId: `<...@...>`, the same at each try, so that a second copy is known as one.
 * unsubscribeUrl: a POST there ends it (RFC 8058), null where nothing can be ended. answers: the Message-ID of the mail that this one goes under.
 */
export type ClientEmail = {
  to: string
  subject: string
  text: string
  html: string | null
  messageId: string
  unsubscribeUrl: string | null
  answers?: string | null
}

/** The Message-ID of what is sent under this identity. */
export function messageIdOf(identity: string, { from }: Pick<HouseMail, 'from'>): string {
  return `<${identity.replace(/[^\w.-]/g, '-')}@${from.slice(from.lastIndexOf('@') + 1)}>`
}

/** Writes to one client. Throws a DeliveryError that says whether to try again. */
export async function sendClientEmail(mail: ClientEmail, { house, signal }: ClientEmailContext): Promise<Sent> {
  if (!house) throw new DeliveryError('No mail server is set in SMTP_URL', { permanent: true, unsent: true })
  const { to, messageId, answers = null, unsubscribeUrl } = mail
  const { response, rejected } = await submitMail(
    house,
    house.host,
    {
      from: house.from,
      to: { name: '', address: to }, // one address, whatever stands in it
      subject: cutText(cleanLine(mail.subject), 200),
      text: mail.text,
      ...(mail.html === null ? {} : { html: mail.html }),
      messageId,
      ...(answers === null ? {} : { inReplyTo: answers, references: [answers] }),
      headers: { ...automatic, ...(unsubscribeUrl === null ? {} : unsubscribe(unsubscribeUrl)) },
    },
    signal,
  )
  const status = Number(/^\d{3}/.exec(response)?.[0] ?? 250)
  if (rejected.length > 0)
    throw new DeliveryError(cutText(`${house.host} refused ${to}: ${response}`, 400), { permanent: true, status })
  return { reference: { message_ids: messageId }, status, answer: answerText(response) }
}

/** RFC 3834, and what Exchange obeys: no holiday notes in answer. */
const automatic = { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' }

/** RFC 2369 and 8058: the button that mail programs show. */
const unsubscribe = (url: string) => ({
  'List-Unsubscribe': `<${url}>`,
  ...(url.startsWith('https:') ? { 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' } : {}),
})
