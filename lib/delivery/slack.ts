import { z } from 'zod'
import { cleanLine, cleanLines, cutText } from '@/lib/domain/cut-text'
import { bodyText, callsSomeone, type Notice, type Sent, signs, toneOf } from '@/lib/domain/notice'
import { line, webAddress } from './config-fields'
import type { Context } from './context'
import { answerText, isPermanent, refusal } from './delivery-error'
import { hiddenFor, secretsOfUrl } from './hide-secrets'
import { inJson } from './json'

/** channel and username work with webhooks of the old kind alone; others ignore them. */
export const SlackConfig = z.strictObject({
  webhook_url: webAddress,
  channel: line(100).optional(),
  username: line(80).optional(),
  mention: z
    .array(
      z
        .string()
        .regex(
          /^(here|channel|everyone|[UW][A-Z0-9]{2,20}|S[A-Z0-9]{2,20})$/,
          'expected here, channel, everyone, or the id of a member (U...) or a group (S...)',
        ),
    )
    .max(10)
    .optional(),
})
export type SlackConfig = z.infer<typeof SlackConfig>
export const secrets = ['webhook_url'] as const

/** Posts to a Slack incoming webhook, which can neither edit nor thread: each notice is a message of its own. */
export async function sendSlack(config: SlackConfig, notice: Notice, { http, signal, now }: Context): Promise<Sent> {
  const answer = await http.request(config.webhook_url, {
    ...inJson(slackMessage(config, notice)),
    signal,
    secrets: hiddenFor(notice, secretsOfUrl(config.webhook_url)),
  })
  const word = answer.text.trim()
  if (answer.status === 200 && word === 'ok') return { reference: null, status: 200, answer: answerText(word) }
  // 200 with another word of Slack's is its refusal; with anything else a proxy may have answered.
  const spoken = answer.complete && /^[a-z_]{1,60}$/.test(word) && word !== 'rollup_error'
  throw refusal('Slack', answer, now, {
    permanent: (answer.status === 200 && spoken) || isPermanent(answer.status),
  })
}

function slackMessage({ channel, username, mention = [] }: SlackConfig, notice: Notice) {
  const title = `${signs[toneOf(notice)]} ${cleanLine(notice.title)}`
  const called = callsSomeone(notice.event) && mention.length > 0 ? `${mention.map(mentioned).join(' ')} ` : ''
  const links = [`<${linked(notice.url)}|Open in Beatline>`]
  if (notice.acknowledgeUrl !== null) links.push(`<${linked(notice.acknowledgeUrl)}|Acknowledge>`)
  const body = bodyText(notice)
  const facts = notice.facts
    .slice(0, 10)
    .map(({ label, value }) => `*${escaped(cleanLine(label), 100)}*\n${escaped(cleanLine(value), 1000)}`)
  return {
    text: `${called}${escaped(title, 1000)}`,
    blocks: [
      section(`${called}*<${linked(notice.url)}|${escaped(title, 1000)}>*`),
      ...(body === '' ? [] : [section(escaped(cleanLines(body), 2900))]),
      ...(facts.length === 0 ? [] : [{ type: 'section', fields: facts.map(markdown) }]),
      { type: 'context', elements: [markdown(links.join(' · '))] },
    ],
    // Unfurling would have Slack open the links itself, and one of them may be used once.
    unfurl_links: false,
    unfurl_media: false,
    ...(channel === undefined ? {} : { channel }),
    ...(username === undefined ? {} : { username }),
  }
}

const markdown = (text: string) => ({ type: 'mrkdwn', text })
const section = (text: string) => ({ type: 'section', text: markdown(text) })

function mentioned(who: string): string {
  if (/^[UW]/.test(who)) return `<@${who}>`
  return who.startsWith('S') ? `<!subteam^${who}>` : `<!${who}>`
}

const linked = (url: string) => url.replaceAll('<', '%3C').replaceAll('>', '%3E').replaceAll('|', '%7C')

const escaped = (text: string, max: number) => inert(cutText(text, max, (part) => inert(part).length))

/** Slack parses & < > alone; its marks cannot be escaped, so that a joiner nobody sees keeps them from the edge of a word. */
function inert(text: string): string {
  return text
    .replace(/[*~`]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|^>/gm, '\u034f$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
}
