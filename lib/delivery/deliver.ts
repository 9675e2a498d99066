import type { NoticeFacts, PushMessage } from '@/lib/domain/message'
import type { Answer } from '@/lib/domain/retry'
import { type PushHeaders, type PushSender, type PushTarget, sendWebPush } from './web-push'

/** One message to one place. The union grows by a line a channel. */
export type Parcel = { kind: 'web_push'; target: PushTarget; message: PushMessage; headers: PushHeaders }
export type Senders = { web_push: PushSender }

/** kind -> function: the one table of channels. */
const doors = {
  web_push: (senders: Senders, parcel: Parcel, signal: AbortSignal) =>
    sendWebPush(senders.web_push, parcel.target, parcel.message, parcel.headers, signal),
} as const

/** Sends a parcel through its channel's door and returns the answer. */
export async function deliver(senders: Senders, parcel: Parcel, signal: AbortSignal): Promise<Answer> {
  return doors[parcel.kind](senders, parcel, signal)
}

/** How long a push service keeps a message, and what it replaces there: the news of an incident replaces its older news. */
export function pushHeaders(event: NoticeFacts['event'] | 'test' | 'digest', incidentId: number | null): PushHeaders {
  if (event === 'test') return { ttlSeconds: 60, topic: null }
  return { ttlSeconds: event === 'resolved' ? 3600 : 14_400, topic: incidentId === null ? null : `i${incidentId}` }
}
