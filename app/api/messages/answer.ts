import type { z } from 'zod'
import type { MessagePreview } from '@/lib/client-message-preview'
import { notFound } from '@/lib/guarded'
import { findMessage, type ListedMessage, type ToldClient } from '@/lib/store/client-message-history'
import type { Estimate } from '@/lib/store/client-messages'
import type { MessageAnswer, PreviewAnswer, RecipientAnswer } from '@/lib/wire/rest-messages'

export type Path = { id: string }
const iso = (at: Date | null) => at?.toISOString() ?? null

/** The message with this id as REST says it. Throws not-found. */
export async function messageAt(id: number): Promise<z.infer<typeof MessageAnswer>> {
  const message = await findMessage(id)
  if (!message) throw notFound('No message', id)
  return messageAnswer(message)
}

export function messageAnswer(message: ListedMessage): z.infer<typeof MessageAnswer> {
  return {
    id: message.id,
    incident_id: message.incidentId,
    incident: message.incidentName,
    template: message.template,
    media: message.media,
    state: message.state,
    why: message.why,
    send_at: iso(message.sendAt),
    only_if_dark: message.onlyIfDark,
    follow_up: message.followUp,
    estimate: message.estimate && estimateAnswer(message.estimate),
    counts: {
      clients: message.clients,
      waiting: message.waiting,
      told: message.told,
      delivered: message.delivered,
      failed: message.failed,
      doubtful: message.doubtful,
      left_out: message.left,
      told_of_end: message.back,
    },
    cost: message.cost,
    created_by: message.createdBy,
    created_at: message.createdAt.toISOString(),
    started_at: iso(message.startedAt),
    ended_at: iso(message.endedAt),
  }
}

const estimateAnswer = ({ clients, told, smsParts, cost, currency }: Estimate) => ({
  clients,
  told,
  sms_parts: smsParts,
  cost,
  currency,
})

export function recipientAnswer(recipient: ToldClient): z.infer<typeof RecipientAnswer> {
  const { id, part, medium, address, language, state, why, subject, body, cost } = recipient
  return {
    ...{ id, client_id: recipient.clientId, client: recipient.clientName, part, medium, address, language, state, why },
    ...{ subject, body, sent_at: iso(recipient.sentAt), delivered_at: iso(recipient.deliveredAt), cost },
  }
}

export function previewAnswer({
  estimate,
  told,
  left,
  samples,
  faults,
  advice,
}: MessagePreview): z.infer<typeof PreviewAnswer> {
  return {
    estimate: estimateAnswer(estimate),
    told: told.flatMap(({ clientId, clientName, medium, address, language, parts }) =>
      medium === null || address === null
        ? []
        : [{ client_id: clientId, client: clientName, medium, address, language, parts }],
    ),
    left_out: left.map(({ clientId, clientName, why }) => ({
      client_id: clientId,
      client: clientName,
      why: why ?? '',
    })),
    samples: samples.map(({ client: _, ...sample }) => sample),
    faults,
    advice: advice && { wait_minutes: advice.minutes, why: advice.words },
  }
}
