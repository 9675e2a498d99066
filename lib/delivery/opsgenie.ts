import { z } from 'zod'
import { cleanLine, cleanLines, cutText } from '@/lib/domain/cut-text'
import { bodyText, type Notice, type Priority, type Sent } from '@/lib/domain/notice'
import { line } from './config-fields'
import type { Context } from './context'
import { answerText, refusal } from './delivery-error'
import { hiddenFor } from './hide-secrets'
import { inJson, readJson } from './json'

export const OpsgenieConfig = z.strictObject({
  api_key: line(200).regex(/^[\x21-\x7e]+$/, 'expected a key without spaces'),
  region: z.enum(['us', 'eu'], 'expected us or eu').default('us'),
  tags: z.array(line(50)).max(20).optional(),
})
export type OpsgenieConfig = z.infer<typeof OpsgenieConfig>
export const secrets = ['api_key'] as const

const origins = { us: 'https://api.opsgenie.com', eu: 'https://api.eu.opsgenie.com' }
const priorities: Record<Priority, string> = { critical: 'P1', normal: 'P3', low: 'P5' }

/** Opens an Opsgenie alert by its alias, adds notes as it grows, and closes it. https://docs.opsgenie.com/docs/alert-api */
export async function sendOpsgenie(config: OpsgenieConfig, notice: Notice, context: Context): Promise<Sent> {
  const { path, body } = opsgenieCall(config, notice, context.previous !== null)
  const answer = await context.http.request(`${origins[config.region]}${path}`, {
    ...inJson(body, { authorization: `GenieKey ${config.api_key}` }),
    signal: context.signal,
    secrets: hiddenFor(notice, [config.api_key]),
  })
  const said = readJson(Said, answer.text)
  const words = said?.message ?? said?.result
  if (answer.status >= 200 && answer.status < 300)
    return { reference: { alias: aliasOf(notice) }, status: answer.status, answer: answerText(words ?? answer.text) }
  throw refusal('Opsgenie', answer, context.now, words === undefined ? {} : { says: words })
}

const Said = z.looseObject({ message: z.string().optional(), result: z.string().optional() })
const aliasOf = ({ key }: Notice) => cutText(key, 512)

/** Opening again by the same alias only counts there, and changes no text: growth becomes a note. */
function opsgenieCall({ tags }: OpsgenieConfig, notice: Notice, known: boolean): { path: string; body: object } {
  const title = cleanLine(notice.title)
  const text = cleanLines(bodyText(notice))
  const at = `/v2/alerts/${encodeURIComponent(aliasOf(notice))}`
  const note = { source: 'Beatline', note: cutText(`${title}\n${text}`, 24_000) }
  if (notice.event === 'resolved') return { path: `${at}/close?identifierType=alias`, body: note }
  if (notice.event === 'grew' && known) return { path: `${at}/notes?identifierType=alias`, body: note }
  const facts = notice.facts.slice(0, 30)
  return {
    path: '/v2/alerts',
    body: {
      message: cutText(title, 130),
      alias: aliasOf(notice),
      description: cutText(`${text}\n${notice.url}`, 15_000),
      details: Object.fromEntries(
        facts.map(({ label, value }) => [cutText(cleanLine(label), 100), cutText(cleanLine(value), 150)]),
      ),
      priority: priorities[notice.priority],
      source: 'Beatline',
      entity: cutText(cleanLine(notice.name), 512),
      ...(tags === undefined ? {} : { tags }),
    },
  }
}
