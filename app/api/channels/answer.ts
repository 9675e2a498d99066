import { shownConfig } from '@/lib/channel-input'
import { channelState } from '@/lib/domain/channel-state'
import { notFound } from '@/lib/guarded'
import { findChannel, type StoredChannel } from '@/lib/store/channel-writes'
import { type ChannelAnswer, hoursOnWire } from '@/lib/wire/rest-channels'

export type Path = { id: string }
const iso = (at: number | null) => (at === null ? null : new Date(at).toISOString())
const seconds = (minutes: number | null) => (minutes === null ? null : minutes * 60)

/** The channel with this id. Throws not-found. */
export async function channelAt(id: number): Promise<StoredChannel> {
  const channel = await findChannel(id)
  if (!channel) throw notFound('No channel', id)
  return channel
}

/** A channel as REST says it, with how it stands at `now` (epoch ms). */
export function channelAnswer(channel: StoredChannel, now: number): ChannelAnswer {
  return {
    id: channel.id,
    kind: channel.kind,
    name: channel.name,
    detail: channel.detail,
    operator: channel.operator?.email ?? null,
    config: shownConfig(channel),
    hours: hoursOnWire(channel.hours),
    critical_breaks_through: channel.criticalBreaksThrough,
    cool_off: seconds(channel.coolOffMinutes),
    escalate_to: channel.escalateTo,
    escalate_after: seconds(channel.escalateAfterMinutes),
    health: {
      state: channelState(channel, now),
      last_delivered_at: iso(channel.lastDeliveredAt),
      failing_since: iso(channel.failingSince),
      failures: channel.failures,
      breaker_until: iso(channel.breakerUntil),
      broken_since: iso(channel.brokenSince),
      last_answer: channel.lastAnswer,
    },
    created_at: channel.createdAt.toISOString(),
  }
}
