import { z } from 'zod'
import { bytes, cleanLine, cleanLines, cutText } from '@/lib/domain/cut-text'
import { bodyText, type Notice, type Priority, type Sent, type Tone, toneOf } from '@/lib/domain/notice'
import { line, webAddress } from './config-fields'
import type { Context } from './context'
import { answerText, refusal } from './delivery-error'
import { hiddenFor } from './hide-secrets'
import { inJson, readJson } from './json'

export const NtfyConfig = z
  .strictObject({
    server: webAddress
      .refine(
        (text) => URL.canParse(text) && new URL(text).pathname === '/',
        'expected the address of the server alone; the topic has its own field',
      )
      .default('https://ntfy.sh'),
    topic: z
      .string()
      .trim()
      .regex(/^[-_A-Za-z0-9]{1,64}$/, 'expected a topic of 1 to 64 letters, digits, - and _'),
    token: line(200).optional(),
    username: line(200).optional(),
    password: z.string().max(200).optional(),
  })
  .refine(
    ({ token, username }) => token === undefined || username === undefined,
    'expected a token or a username, not both',
  )
export type NtfyConfig = z.infer<typeof NtfyConfig>
// The topic of a public server is as good as a password.
export const secrets = ['topic', 'token', 'password'] as const

const priorities: Record<Priority, number> = { critical: 5, normal: 4, low: 3 }
const tags: Record<Tone, string> = {
  bad: 'red_circle',
  warning: 'orange_circle',
  good: 'green_circle',
  plain: 'blue_circle',
}

/** Publishes to an ntfy topic, of the public server or one's own. https://docs.ntfy.sh/publish/#publish-as-json */
export async function sendNtfy(config: NtfyConfig, notice: Notice, { http, signal, now }: Context): Promise<Sent> {
  const { token, username, password = '' } = config
  const basic = username === undefined ? null : Buffer.from(`${username}:${password}`).toString('base64')
  const authorization = token !== undefined ? `Bearer ${token}` : basic !== null ? `Basic ${basic}` : null
  const answer = await http.request(config.server, {
    ...inJson(ntfyMessage(config, notice), authorization === null ? {} : { authorization }),
    signal,
    secrets: hiddenFor(notice, [config.topic, token ?? '', password, basic ?? '']),
  })
  const said = readJson(Said, answer.text)
  if (answer.status >= 200 && answer.status < 300)
    return {
      reference: null,
      status: answer.status,
      answer: answerText(said?.id ? `Published as ${said.id}` : answer.text),
    }
  throw refusal('ntfy', answer, now, said?.error === undefined ? {} : { says: `${said.error} (code ${said.code})` })
}

const Said = z.looseObject({ id: z.string().optional(), code: z.number().optional(), error: z.string().optional() })

function ntfyMessage({ topic }: NtfyConfig, notice: Notice) {
  const tone = toneOf(notice)
  const view = (label: string, url: string) => ({ action: 'view', label, url })
  // Servers from 2.16 on show one entry an incident; a reminder is an entry of its own, since an update may not ring.
  const again = notice.event === 'reminded' || notice.event === 'escalated'
  return {
    topic,
    title: cutText(cleanLine(notice.title), 250, bytes),
    // Longer ones become an attachment that a lock screen does not show.
    message: cutText(cleanLines(bodyText(notice)), 3900, bytes) || cutText(cleanLine(notice.name), 200, bytes),
    priority: notice.under !== undefined ? 2 : tone === 'good' || tone === 'plain' ? 3 : priorities[notice.priority],
    tags: [tags[tone]],
    click: notice.url,
    actions: [
      view('Open', notice.url),
      ...(notice.acknowledgeUrl === null ? [] : [view('Acknowledge', notice.acknowledgeUrl)]),
    ],
    ...(again ? {} : { sequence_id: notice.key.replace(/[^-_A-Za-z0-9]/g, '-').slice(0, 64) }),
  }
}
