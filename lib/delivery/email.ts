import { z } from 'zod'
import { cleanLine, cutText } from '@/lib/domain/cut-text'
import type { Notice, Reference, Sent } from '@/lib/domain/notice'
import { line } from './config-fields'
import type { Context } from './context'
import { answerText, DeliveryError } from './delivery-error'
import { mailHtml, mailText } from './mail-text'
import { type SmtpServer, submitMail } from './smtp'

const oneAddress = /^[^\s@,;:<>"()[\]\\]{1,64}@[^\s@,;:<>"()[\]\\]{1,255}$/
const mailAddress = z.string().trim().regex(oneAddress, 'expected an address such as noc@example.net')

/** Without smtp_server the mail goes out by the house's own server. to_email: one address, or several with commas. */
export const EmailConfig = z
  .strictObject({
    to_email: z
      .string()
      .transform((text) => text.split(/[,;]/).map((part) => part.trim()))
      .pipe(z.array(mailAddress).min(1).max(20, 'expected at most 20 addresses'))
      .transform((all) => all.join(', ')),
    smtp_server: line(255)
      .regex(/^[A-Za-z0-9.:_[\]-]+$/, 'expected the name of a server')
      .optional(),
    smtp_port: z.coerce.number().int().min(1).max(65_535).default(587),
    username: line(320).optional(),
    password: z.string().max(1000).optional(),
    from_email: mailAddress.optional(),
    tls: z.enum(['auto', 'verified', 'unverified', 'none']).default('auto'),
  })
  .refine(({ smtp_server, username }) => smtp_server !== undefined || username === undefined, {
    path: ['smtp_server'],
    message: 'expected the server that the username is for',
  })
export type EmailConfig = z.infer<typeof EmailConfig>
export const secrets = ['password'] as const

/** The server of the settings, which may stand in the house's own network, and the address it sends as. */
export type HouseMail = SmtpServer & { from: string }

/** Mails a notice; the notices of one incident make one thread. `house`: null when the settings name no server. */
export async function sendEmail(
  config: EmailConfig,
  notice: Notice,
  { previous, signal, http, house }: Context & { house: HouseMail | null },
): Promise<Sent> {
  const server = serverOf(config) ?? house
  if (!server) throw new DeliveryError('No mail server is set, here or in SMTP_URL', { permanent: true })
  const address = server === house ? server.host : await http.addressOf(server.host, signal)
  const from = config.from_email ?? (server === house ? house.from : senderOf(config))
  const threadId = `<${notice.key}.${notice.sequence}@${from.slice(from.lastIndexOf('@') + 1)}>`
  const earlier = previous?.message_ids?.split(' ').filter((id) => id !== '' && id !== threadId) ?? []
  const mail = {
    ...mailOf(notice),
    from: { name: 'Beatline', address: from },
    to: config.to_email,
    messageId: threadId,
  }
  const { response, rejected } = await submitMail(server, address, { ...mail, ...threadOf(earlier) }, signal)
  const refused = rejected.length === 0 ? '' : ` (refused for ${rejected.join(', ')})`
  return {
    reference: referenceOf(earlier, threadId),
    status: Number(/^\d{3}/.exec(response)?.[0] ?? 250),
    answer: answerText(`${response}${refused}`),
  }
}

function serverOf({ smtp_server, smtp_port, username, password, tls }: EmailConfig): SmtpServer | null {
  if (smtp_server === undefined) return null
  return {
    host: smtp_server,
    port: smtp_port,
    implicitTls: smtp_port === 465 && tls !== 'none',
    username: username ?? null,
    password: password ?? null,
    tls,
  }
}

/** As the older service had it: the account's own address; else one at the place that the notices go to. */
function senderOf({ username = '', to_email }: EmailConfig): string {
  if (oneAddress.test(username)) return username
  return `beatline@${/@([^,]+)/.exec(to_email)?.[1] ?? 'localhost'}`
}

function mailOf(notice: Notice) {
  const { hostname, origin } = new URL(notice.url)
  const urgent = notice.priority === 'critical' && notice.event !== 'resolved' && notice.event !== 'test'
  return {
    subject: cutText(cleanLine(notice.title), 200),
    text: mailText(notice),
    html: mailHtml(notice),
    priority: urgent ? ('high' as const) : ('normal' as const),
    headers: {
      'List-Id': `Beatline notices <${hostname}>`, // RFC 2919
      'List-Archive': `<${origin}/incidents>`,
      // RFC 3834, and what Exchange obeys: no holiday notes in answer.
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
    },
  }
}

/** RFC 5322, 3.6.4: the first message roots the thread, the last one is answered. */
function threadOf(earlier: readonly string[]) {
  const last = earlier.at(-1)
  return last === undefined ? {} : { inReplyTo: last, references: [...earlier] }
}

function referenceOf(earlier: readonly string[], id: string): Reference {
  const all = [...earlier, id]
  return { message_ids: (all.length <= 10 ? all : [...all.slice(0, 1), ...all.slice(-9)]).join(' ') }
}
