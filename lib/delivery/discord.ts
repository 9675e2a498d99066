import { z } from 'zod'
import { cleanLine, cleanLines, cutText } from '@/lib/domain/cut-text'
import { bodyText, callsSomeone, type Notice, type Sent, type Tone, toneOf } from '@/lib/domain/notice'
import { retryAfterMs } from '@/lib/domain/retry'
import { line, webAddress } from './config-fields'
import type { Context } from './context'
import { answerText, refusal } from './delivery-error'
import { earlierMessages, messagesToEdit, withMessage } from './earlier-messages'
import { hiddenFor, secretsOfUrl } from './hide-secrets'
import type { HttpAnswer } from './http'
import { inJson, readJson } from './json'

export const DiscordConfig = z.strictObject({
  webhook_url: webAddress,
  username: line(80)
    .refine(
      (name) => !/discord|clyde/i.test(name),
      'expected a name without "discord" or "clyde", which Discord refuses',
    )
    .optional(),
  mention: z
    .array(
      z.string().regex(/^(everyone|here|(role|user):\d{5,25})$/, 'expected everyone, here, role:<id> or user:<id>'),
    )
    .max(10)
    .optional(),
})
export type DiscordConfig = z.infer<typeof DiscordConfig>
export const secrets = ['webhook_url'] as const

const unknownMessage = 10008

/** Posts to a Discord webhook, and rewrites what it posted as the incident grows and ends. */
export async function sendDiscord(config: DiscordConfig, notice: Notice, context: Context): Promise<Sent> {
  const hidden = hiddenFor(notice, secretsOfUrl(config.webhook_url))
  const ask = (method: 'POST' | 'PATCH', url: string) =>
    context.http.request(url, {
      ...inJson(discordMessage(config, notice, method)),
      method,
      signal: context.signal,
      secrets: hidden,
    })

  let edited: HttpAnswer | null = null
  const edits = messagesToEdit(notice.event, context.previous)
  for (const id of edits) {
    const answer = await ask('PATCH', messageUrl(config.webhook_url, id))
    if (answer.status >= 200 && answer.status < 300) edited = answer
    else if (problemOf(answer)?.code !== unknownMessage) throw discordRefusal(answer, context.now)
  }
  if (edited)
    return { reference: context.previous, status: edited.status, answer: answerText(`Edited ${edits.join(', ')}`) }

  const answer = await ask('POST', postUrl(config.webhook_url))
  if (answer.status < 200 || answer.status >= 300) throw discordRefusal(answer, context.now)
  const id = readJson(z.looseObject({ id: z.string().regex(/^\d+$/) }), answer.text)?.id
  return {
    reference: id ? { message_ids: withMessage(earlierMessages(context.previous), id) } : context.previous,
    status: answer.status,
    answer: answerText(id ? `Posted as message ${id}` : answer.text),
  }
}

const Problem = z.looseObject({
  message: z.string().optional(),
  code: z.number().optional(),
  retry_after: z.number().nonnegative().optional(),
  global: z.boolean().optional(),
})
const problemOf = ({ text }: HttpAnswer) => readJson(Problem, text)

/** The body has fractions of a second, the header whole ones; from the edge there is a header alone. */
function discordRefusal(answer: HttpAnswer, now: Date) {
  const problem = problemOf(answer)
  const asked = [problem?.retry_after === undefined ? null : Math.ceil(problem.retry_after * 1000)]
  asked.push(retryAfterMs(answer.headers['retry-after'], now))
  const waits = asked.filter((wait) => wait !== null)
  const code = problem?.code === undefined ? '' : ` (code ${problem.code})`
  const limit = problem?.global ? ' This limit holds for every webhook of this address.' : ''
  return refusal('Discord', answer, now, {
    retryAfterMs: waits.length === 0 ? null : Math.max(...waits),
    ...(problem?.message === undefined ? {} : { says: `${problem.message}${code}${limit}` }),
  })
}

function postUrl(webhook: string): string {
  const url = new URL(webhook)
  url.searchParams.set('wait', 'true')
  return url.href
}

/** A thread named in the webhook's query is named again when its message is edited. */
function messageUrl(webhook: string, id: string): string {
  const url = new URL(webhook)
  url.searchParams.delete('wait')
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/messages/${id}`
  return url.href
}

const colours: Record<Tone, number> = { bad: 0xe74c3c, warning: 0xe67e22, good: 0x2ecc71, plain: 0x3498db }

function discordMessage({ username, mention = [] }: DiscordConfig, notice: Notice, method: 'POST' | 'PATCH') {
  const called = method === 'POST' && callsSomeone(notice.event) ? mention : []
  const ids = (kind: string) => called.filter((who) => who.startsWith(kind)).map((who) => who.slice(kind.length))
  const acknowledge = notice.acknowledgeUrl === null ? '' : `\n[Acknowledge](${notice.acknowledgeUrl})`
  return {
    content: called.map(mentioned).join(' '),
    embeds: [
      {
        title: escaped(cleanLine(notice.title), 256),
        url: notice.url,
        description: `${escaped(cleanLines(bodyText(notice)), 2000)}${acknowledge}`,
        color: colours[toneOf(notice)],
        fields: notice.facts.slice(0, 10).map(({ label, value }) => ({
          name: escaped(cleanLine(label), 100) || '–',
          value: escaped(cleanLine(value), 200) || '–',
          inline: true,
        })),
        timestamp: notice.beganAt ?? notice.at,
        footer: { text: 'Beatline' },
      },
    ],
    allowed_mentions: {
      parse: called.some((who) => who === 'everyone' || who === 'here') ? ['everyone'] : [],
      roles: ids('role:'),
      users: ids('user:'),
    },
    ...(username !== undefined && method === 'POST' ? { username } : {}),
  }
}

function mentioned(who: string): string {
  if (who.startsWith('role:')) return `<@&${who.slice(5)}>`
  return who.startsWith('user:') ? `<@${who.slice(5)}>` : `@${who}`
}

const escaped = (text: string, max: number) => inert(cutText(text, max, (part) => inert(part).length))

/** A backslash before each mark; a space without width keeps @everyone from looking like one. */
const inert = (text: string) => text.replace(/[\\*_~`|<>[\]()#]|^-/gm, '\\$&').replaceAll('@', '@\u200b')
