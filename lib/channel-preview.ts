import { media } from '@/lib/delivery/channels'
import { WebhookConfig, webhookPayload } from '@/lib/delivery/webhook'
import { withKept } from '@/lib/domain/channel-form'
import { noticeOf } from '@/lib/domain/notice-of'
import { env } from '@/lib/env'
import { findIncidentSample, type IncidentSample } from '@/lib/store/incident-sample'

/** What stands in for an incident where none was yet. */
const example: IncidentSample = {
  id: 1,
  kind: 'down',
  name: 'AP Ridge-3',
  site: 'North Ridge',
  priority: 'critical',
  openedAt: new Date('2026-01-01T03:12:00Z'),
  acknowledgedBy: null,
  role: 'ap',
  client: null,
  tags: ['wisp'],
  behind: 41,
  openIncidents: 1,
  job: null,
}

const Shown = WebhookConfig.pick({ template: true, headers: true })

/**
 * What a webhook with this template and these headers would send when an incident, or the newest one, opened. JSON is laid
 * out to be read. The fault says what is wrong, and where.
 */
export async function previewPayload(
  said: { template?: unknown; headers?: unknown },
  standing: Record<string, unknown> | null,
  incidentId: number | null,
): Promise<{ payload: string } | { fault: string }> {
  const read = Shown.safeParse(withKept(said, standing, media.webhook.secrets).config)
  if (!read.success) return { fault: read.error.issues.map(({ message }) => message).join('; ') }
  const sample = (await findIncidentSample(incidentId)) ?? example
  const made = webhookPayload(read.data, openedNotice(sample))
  if ('payload' in made) return { payload: laidOut(made.payload) }
  const { message, line, column } = made.fault
  return { fault: line === null || /line:/.test(message) ? message : `${message} (line ${line}, column ${column})` }
}

function openedNotice({ openedAt, job, ...sample }: IncidentSample) {
  const { siteUrl } = env()
  const began = openedAt.toISOString()
  return noticeOf(
    {
      ...{ kind: sample.kind, event: 'opened', name: sample.name, site: sample.site },
      ...{ began_at: began, ended_at: null, tell_from: began },
      ...(job ? { job } : {}),
    },
    {
      ...sample,
      channelId: 1,
      deliveryId: 1,
      incidentId: sample.id,
      sequence: 1,
      acknowledgeUrl: `${siteUrl}/acknowledge/...`, // a real one would acknowledge
      toldBefore: false,
      timeZone: null,
      siteUrl,
      now: openedAt,
    },
  )
}

function laidOut(payload: string): string {
  try {
    return JSON.stringify(JSON.parse(payload), null, 2)
  } catch {
    return payload
  }
}
