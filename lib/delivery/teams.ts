import { z } from 'zod'
import { bytes, cleanLine, cleanLines, cutText } from '@/lib/domain/cut-text'
import { bodyText, callsSomeone, type Notice, type Sent, type Tone, toneOf } from '@/lib/domain/notice'
import { line, webAddress } from './config-fields'
import type { Context } from './context'
import { answerText, isPermanent, refusal } from './delivery-error'
import { hiddenFor, secretsOfUrl } from './hide-secrets'
import { inJson, readJson } from './json'

const isConnector = (text: string) =>
  URL.canParse(text) && /(^|\.)(webhook\.office\.com|outlook\.office(365)?\.com)$/.test(new URL(text).hostname)

export const TeamsConfig = z.strictObject({
  webhook_url: webAddress.refine(
    (text) => !isConnector(text),
    'found an Office 365 connector, which Microsoft has retired: in Teams make a workflow "When a Teams webhook request is received" and paste its address',
  ),
  /** id: user principal name or Entra id. */
  mention: z
    .array(z.strictObject({ id: line(200), name: line(100) }))
    .max(10)
    .optional(),
})
export type TeamsConfig = z.infer<typeof TeamsConfig>
export const secrets = ['webhook_url'] as const

/** Hands an Adaptive Card to a Teams workflow, which posts it later and cannot edit: accepted is not yet shown. */
export async function sendTeams(config: TeamsConfig, notice: Notice, { http, signal, now }: Context): Promise<Sent> {
  const answer = await http.request(config.webhook_url, {
    ...inJson(teamsMessage(config, notice)),
    signal,
    secrets: hiddenFor(notice, secretsOfUrl(config.webhook_url)),
  })
  const { status, text } = answer
  // Microsoft's own gateways pass a refusal on inside a 200, in these words alone.
  const inner = Number(/HTTP error (\d{3})/.exec(text)?.[1] ?? 0)
  if (status >= 200 && status < 300 && inner === 0)
    return { reference: null, status, answer: answerText(text || (status === 202 ? 'Queued by the workflow' : '')) }
  const said = readJson(Problem, text)?.error
  throw refusal('Teams', answer, now, {
    permanent: isPermanent(inner || status),
    ...(said ? { says: [said.code, said.message].filter(Boolean).join(': ') } : {}),
  })
}

const Problem = z.looseObject({
  error: z.looseObject({ code: z.string().optional(), message: z.string().optional() }),
})

const colours: Record<Tone, string> = { bad: 'Attention', warning: 'Warning', good: 'Good', plain: 'Accent' }
const mostLines = 30

function teamsMessage({ mention = [] }: TeamsConfig, notice: Notice) {
  const title = cutJson(cleanLine(notice.title), 500)
  const called = callsSomeone(notice.event) ? mention : []
  const names = called.map(({ id, name }) => ({ id, name, text: `<at>${name.replace(/[<>&]/g, '')}</at>` }))
  const lines = cutJson(cleanLines(bodyText(notice)), 8000).split('\n')
  const facts = notice.facts
    .slice(0, 15)
    .map(({ label, value }) => [
      { ...run(`${cutJson(cleanLine(label), 100)}: `), weight: 'Bolder' },
      run(cutJson(cleanLine(value), 400)),
    ])
  const link = (words: string, url: string) => ({ type: 'Action.OpenUrl', title: words, url })
  const content = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    fallbackText: title,
    msteams: {
      width: 'Full',
      entities: names.map(({ id, name, text }) => ({ type: 'mention', text, mentioned: { id, name } })),
    },
    body: [
      plain([{ ...run(title), size: 'Medium', weight: 'Bolder', color: colours[toneOf(notice)] }]),
      ...(names.length === 0 ? [] : [{ type: 'TextBlock', text: names.map(({ text }) => text).join(' '), wrap: true }]),
      ...lines
        .slice(0, mostLines)
        .filter((text) => text.trim() !== '')
        .map((text) => plain([run(text)])),
      ...facts.map(plain),
    ],
    actions: [
      link('Open in Beatline', notice.url),
      ...(notice.acknowledgeUrl === null ? [] : [link('Acknowledge', notice.acknowledgeUrl)]),
    ],
  }
  const contentType = 'application/vnd.microsoft.card.adaptive'
  return { type: 'message', attachments: [{ contentType, contentUrl: null, content }] }
}

/** Runs are shown as they are; a TextBlock would read Markdown and <at> in names, and there is no escaping them. */
const run = (text: string) => ({ type: 'TextRun', text })
const plain = (inlines: object[]) => ({ type: 'RichTextBlock', inlines })

/** A card may have some 28 KB as JSON. */
const cutJson = (text: string, max: number) => cutText(text, max, (part) => bytes(JSON.stringify(part)))
