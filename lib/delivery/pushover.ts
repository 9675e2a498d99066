import { z } from 'zod'
import { cleanLine, cleanLines, cutText } from '@/lib/domain/cut-text'
import { bodyText, type Notice, type Priority, type Sent, toneOf } from '@/lib/domain/notice'
import { retryAfterMs } from '@/lib/domain/retry'
import { line } from './config-fields'
import type { Context } from './context'
import { answerText, refusal } from './delivery-error'
import { hiddenFor } from './hide-secrets'
import type { HttpAnswer } from './http'
import { inForm, readJson } from './json'

const key = (what: string) =>
  z
    .string()
    .trim()
    .regex(/^[A-Za-z0-9]{30}$/, `expected ${what}: 30 letters and digits`)

/** emergency: a critical notice sounds every minute, for up to an hour, until someone acknowledges it on the phone. */
export const PushoverConfig = z.strictObject({
  token: key('the token of an application'),
  user: key('the key of a user or a group'),
  device: line(100).optional(),
  sound: line(50).optional(),
  emergency: z.boolean().default(false),
})
export type PushoverConfig = z.infer<typeof PushoverConfig>
export const secrets = ['token', 'user'] as const

const origin = 'https://api.pushover.net'
const priorities: Record<Priority, number> = { critical: 1, normal: 0, low: -1 }

/** Sends by Pushover, where nothing sent can be changed; the end of an incident ends its alarm. https://pushover.net/api */
export async function sendPushover(config: PushoverConfig, notice: Notice, context: Context): Promise<Sent> {
  const call = (path: string, fields: Record<string, string>) =>
    context.http.request(`${origin}${path}`, {
      ...inForm({ token: config.token, ...fields }),
      signal: context.signal,
      secrets: hiddenFor(notice, [config.token, config.user]),
    })
  const tag = context.previous?.tag
  if (notice.event === 'resolved' && tag !== undefined) {
    const ended = await call(`/1/receipts/cancel_by_tag/${encodeURIComponent(tag)}.json`, {})
    // An alarm that is over already is no reason to keep the news of the end back; a server in trouble is one to wait.
    if (ended.status >= 500 || ended.status === 429) throw pushoverRefusal(ended, context.now)
  }
  const fields = pushoverFields(config, notice)
  const answer = await call('/1/messages.json', fields)
  const said = readJson(Said, answer.text)
  if (answer.status < 200 || answer.status >= 300 || said?.status === 0) throw pushoverRefusal(answer, context.now)
  return {
    reference: fields.tags ? { tag: fields.tags } : context.previous,
    status: answer.status,
    answer: answerText(said?.request ? `Accepted as ${said.request}` : answer.text),
  }
}

const Said = z.looseObject({
  status: z.number().optional(),
  request: z.string().optional(),
  errors: z.array(z.string()).optional(),
})

/** Over the month's limit it says when the next month begins, in seconds since 1970. */
function pushoverRefusal(answer: HttpAnswer, now: Date) {
  const said = readJson(Said, answer.text)?.errors?.join('; ')
  const reset = Number(answer.headers['x-limit-app-reset'] ?? 0) * 1000 - now.getTime()
  const asked = retryAfterMs(answer.headers['retry-after'], now)
  return refusal('Pushover', answer, now, {
    ...(answer.status === 200 ? { permanent: true } : {}),
    retryAfterMs: asked ?? (answer.status === 429 && reset > 0 ? reset : null),
    ...(said === undefined ? {} : { says: said }),
  })
}

function pushoverFields({ user, device, sound, emergency }: PushoverConfig, notice: Notice): Record<string, string> {
  const tone = toneOf(notice)
  const alarm = emergency && notice.priority === 'critical' && tone === 'bad'
  const priority = alarm ? 2 : tone === 'good' || tone === 'plain' ? 0 : priorities[notice.priority]
  const facts = notice.facts.map(({ label, value }) => `${cleanLine(label)}: ${cleanLine(value)}`)
  const message = cutText([cleanLines(bodyText(notice)), ...facts].filter((part) => part !== '').join('\n'), 1024)
  return {
    user,
    title: cutText(cleanLine(notice.title), 250),
    message: message || cutText(cleanLine(notice.title), 250),
    // An address that is cut leads nowhere.
    ...(notice.url.length <= 512 ? { url: notice.url, url_title: 'Open in Beatline' } : {}),
    priority: `${priority}`,
    timestamp: `${Math.floor(Date.parse(notice.at) / 1000)}`,
    ...(alarm ? { retry: '60', expire: '3600', tags: notice.key } : {}),
    ...(device === undefined ? {} : { device }),
    ...(sound === undefined ? {} : { sound }),
  }
}
