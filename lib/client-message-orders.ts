import { type MessagePreview, previewMessage } from '@/lib/client-message-preview'
import type { MessageMedium } from '@/lib/domain/message-recipient'
import { Problem } from '@/lib/problem'
import { createMessage, type NewMessage } from '@/lib/store/client-messages'
import type { Actor } from '@/lib/store/incident-acts'
import { readTemplate } from '@/lib/store/message-templates'

type Order = Pick<NewMessage, 'incidentId' | 'media' | 'send' | 'onlyIfDark' | 'followUp'> & { template: string }

/** Makes a message with the words of a template as they are now and what it is expected to cost. Throws a Problem. */
export async function orderMessage(order: Order, by: Actor, now = new Date()): Promise<number> {
  const words = await wordsOf(order.template)
  const { estimate, faults, told } = await previewOf(order.incidentId, { template: words, media: order.media }, now)
  const [fault] = faults
  if (fault !== undefined && told.length > 0) throw new Problem('invalid-input', `template: ${fault}`)
  return createMessage({ ...order, words, estimate }, by, now)
}

/** The preview of a template by its name. Throws a Problem. */
export async function previewOrder(
  incidentId: number,
  template: string,
  media: readonly MessageMedium[],
): Promise<MessagePreview> {
  return previewOf(incidentId, { template: await wordsOf(template), media }, new Date())
}

async function wordsOf(name: string) {
  const words = await readTemplate(name)
  if (!words)
    throw new Problem('invalid-input', `template: found ${name.slice(0, 60)}, expected the name of a template`)
  return words
}

async function previewOf(
  incidentId: number,
  said: Parameters<typeof previewMessage>[1],
  now: Date,
): Promise<MessagePreview> {
  const preview = await previewMessage(incidentId, said, now)
  if (!preview) throw new Problem('not-found', `No incident has the id ${incidentId}`)
  return preview
}
