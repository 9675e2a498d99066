import { z } from 'zod'
import { cleanLine, cleanLines, cutText } from '@/lib/domain/cut-text'
import { bodyText, type Notice, type Reference, type Sent, signs, toneOf } from '@/lib/domain/notice'
import { retryAfterMs } from '@/lib/domain/retry'
import type { Context } from './context'
import { answerText, refusal } from './delivery-error'
import { earlierMessages, messagesToEdit, withMessage } from './earlier-messages'
import { hiddenFor } from './hide-secrets'
import type { HttpAnswer } from './http'
import { inJson, readJson } from './json'

export const TelegramConfig = z.strictObject({
  bot_token: z
    .string()
    .trim()
    .regex(/^\d{1,20}:[A-Za-z0-9_-]{10,100}$/, 'expected the token that BotFather gave, such as 123456:ABC-DEF...'),
  chat_id: z
    .union([z.string().trim(), z.number().int().transform(String)])
    .pipe(z.string().regex(/^(-?\d{1,20}|@\w{3,50})$/, 'expected the number of a chat, or @channel')),
  message_thread_id: z.number().int().positive().optional(),
})
export type TelegramConfig = z.infer<typeof TelegramConfig>
export const secrets = ['bot_token'] as const

const origin = 'https://api.telegram.org'

/**
 * Sends by a Telegram bot, and rewrites what it sent as the incident grows and ends. The reference keeps the chat as well: a
 * group that became a supergroup has a new id, and its old messages are out of reach. https://core.telegram.org/bots/api
 */
export async function sendTelegram(config: TelegramConfig, notice: Notice, context: Context): Promise<Sent> {
  const chat = context.previous?.chat_id ?? config.chat_id
  const content = telegramContent(notice)
  const call = async (method: string, body: object) => {
    const asked = {
      ...inJson({ ...content, ...body }),
      signal: context.signal,
      secrets: hiddenFor(notice, [config.bot_token]),
    }
    const answer = await context.http.request(`${origin}/bot${config.bot_token}/${method}`, asked)
    return { answer, said: readJson(Said, answer.text) }
  }

  const edits = messagesToEdit(notice.event, context.previous)
  let edited: HttpAnswer | null = null
  for (const id of edits) {
    const { answer, said } = await call('editMessageText', { chat_id: chat, message_id: Number(id) })
    // The words are all there is to tell a repeated edit, which is done, from a message that is gone.
    if (isSuccess(answer, said) || /message is not modified/.test(said?.description ?? '')) edited = answer
    else if (answer.status !== 400) throw telegramRefusal(answer, said, context.now)
  }
  if (edited)
    return { reference: context.previous, status: edited.status, answer: answerText(`Edited ${edits.join(', ')}`) }

  const send = (to: string) => call('sendMessage', { chat_id: to, ...threadOf(config) })
  const first = await send(chat)
  const moved = first.said?.parameters?.migrate_to_chat_id
  const { answer, said } = moved === undefined ? first : await send(`${moved}`)
  if (!isSuccess(answer, said)) throw telegramRefusal(answer, said, context.now)
  const reference = referenceOf(context.previous, moved === undefined ? chat : `${moved}`, said?.result?.message_id)
  return {
    reference,
    status: answer.status,
    answer: answerText(said?.ok ? `Sent to ${reference?.chat_id ?? chat}` : answer.text),
  }
}

const Said = z.looseObject({
  ok: z.boolean().optional(),
  description: z.string().optional(),
  result: z.looseObject({ message_id: z.number().int().optional() }).optional().catch(undefined),
  parameters: z
    .looseObject({ retry_after: z.number().nonnegative().optional(), migrate_to_chat_id: z.number().int().optional() })
    .optional(),
})
type Said = z.infer<typeof Said>

const isSuccess = ({ status }: HttpAnswer, said: Said | null) => status >= 200 && status < 300 && said?.ok !== false
const threadOf = ({ message_thread_id }: TelegramConfig) =>
  message_thread_id === undefined ? {} : { message_thread_id }

function referenceOf(previous: Reference, chat: string, id: number | undefined): Reference {
  if (id === undefined) return previous
  const earlier = previous?.chat_id === chat ? earlierMessages(previous) : []
  return { chat_id: chat, message_ids: withMessage(earlier, `${id}`) }
}

function telegramRefusal(answer: HttpAnswer, said: Said | null, now: Date) {
  const asked = said?.parameters?.retry_after
  return refusal('Telegram', answer, now, {
    retryAfterMs: asked === undefined ? retryAfterMs(answer.headers['retry-after'], now) : Math.ceil(asked * 1000),
    ...(said?.description === undefined ? {} : { says: said.description }),
  })
}

function telegramContent(notice: Notice) {
  const title = `<b>${signs[toneOf(notice)]} ${escaped(cleanLine(notice.title), 500)}</b>`
  const facts = notice.facts
    .slice(0, 10)
    .map(({ label, value }) => `<b>${escaped(cleanLine(label), 50)}</b>: ${escaped(cleanLine(value), 100)}`)
  const button = (text: string, url: string) => ({ text, url })
  return {
    text: [title, escaped(cleanLines(bodyText(notice)), 1500), facts.join('\n')]
      .filter((part) => part !== '')
      .join('\n\n'),
    parse_mode: 'HTML',
    // A preview would have Telegram open the links itself.
    link_preview_options: { is_disabled: true },
    reply_markup: {
      inline_keyboard: [
        [
          button('Open', notice.url),
          ...(notice.acknowledgeUrl === null ? [] : [button('Acknowledge', notice.acknowledgeUrl)]),
        ],
      ],
    },
  }
}

const escaped = (text: string, max: number) => inert(cutText(text, max, (part) => inert(part).length))
const inert = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
