import { z } from 'zod'
import { cleanLine, cleanLines, cutText } from '@/lib/domain/cut-text'
import { bodyText, type Notice, type Priority, type Sent } from '@/lib/domain/notice'
import type { Context } from './context'
import { answerText, refusal } from './delivery-error'
import { hiddenFor } from './hide-secrets'
import { inJson, readJson } from './json'

export const PagerdutyConfig = z.strictObject({
  routing_key: z
    .string()
    .trim()
    .regex(/^[A-Za-z0-9]{32}$/, 'expected the integration key of an Events API v2 service: 32 letters and digits'),
})
export type PagerdutyConfig = z.infer<typeof PagerdutyConfig>
export const secrets = ['routing_key'] as const

const address = 'https://events.pagerduty.com/v2/enqueue'
const severities: Record<Priority, string> = { critical: 'critical', normal: 'error', low: 'warning' }

/** Triggers, updates and resolves one PagerDuty alert by its dedup_key. https://developer.pagerduty.com (Events API v2) */
export async function sendPagerduty(
  config: PagerdutyConfig,
  notice: Notice,
  { http, signal, now }: Context,
): Promise<Sent> {
  const asked = inJson(pagerdutyEvent(config, notice))
  const answer = await http.request(address, { ...asked, signal, secrets: hiddenFor(notice, [config.routing_key]) })
  const said = readJson(Said, answer.text)
  const words = [said?.message, ...(said?.errors ?? [])].filter(Boolean).join(': ')
  if (answer.status >= 200 && answer.status < 300)
    return { reference: { dedup_key: notice.key }, status: answer.status, answer: answerText(words || answer.text) }
  throw refusal('PagerDuty', answer, now, words === '' ? {} : { says: words })
}

const Said = z.looseObject({ message: z.string().optional(), errors: z.array(z.string()).optional() })

function pagerdutyEvent({ routing_key }: PagerdutyConfig, notice: Notice) {
  const details = notice.facts.map(({ label, value }) => [
    cutText(cleanLine(label), 100),
    cutText(cleanLine(value), 1000),
  ])
  const { priority } = notice
  return {
    routing_key,
    event_action: notice.event === 'resolved' ? 'resolve' : 'trigger',
    dedup_key: cutText(notice.key, 255),
    payload: {
      summary: cutText(cleanLine(notice.title), 1024),
      source: cutText(cleanLine(notice.name) || 'Beatline', 255),
      severity: notice.event === 'test' ? 'info' : severities[priority],
      timestamp: notice.beganAt ?? notice.at,
      class: notice.kind,
      ...(notice.site === null ? {} : { group: cutText(cleanLine(notice.site), 255) }),
      custom_details: {
        ...Object.fromEntries(details.slice(0, 50)),
        Details: cutText(cleanLines(bodyText(notice)), 8000),
      },
    },
    client: 'Beatline',
    client_url: notice.url,
    links: [
      { href: notice.url, text: 'Open in Beatline' },
      ...(notice.acknowledgeUrl === null ? [] : [{ href: notice.acknowledgeUrl, text: 'Acknowledge in Beatline' }]),
    ],
  }
}
