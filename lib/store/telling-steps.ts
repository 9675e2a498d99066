import { remindAt } from '@/lib/domain/cool-off'
import { anyTime } from '@/lib/domain/hours'
import type { NoticeFacts } from '@/lib/domain/message'
import type { KnownChannel } from './telling-channels'
import type { KnownIncident } from './telling-inputs'
import type { PendingTelling } from './telling-writes'

/** What is planned when a channel was told of an incident at `at` (epoch ms): to remind it, and to escalate. */
export function stepsAfter(
  { now }: KnownIncident,
  channel: KnownChannel,
  { at, isFirst, incidentId, facts }: { at: number; isFirst: boolean; incidentId: number; facts: NoticeFacts },
): PendingTelling[] {
  if (now.acknowledgedAt !== null || now.resolvedAt !== null) return []
  const isFree = now.priority === 'critical' && channel.criticalBreaksThrough
  const step = (event: 'reminded' | 'escalated', channelId: number, askAt: number) => ({
    incidentId,
    channelId,
    event,
    outcome: null,
    askAt: new Date(askAt),
    rule: null,
    because: null,
    facts: { ...facts, event, tell_from: new Date(askAt).toISOString() },
  })
  const steps: PendingTelling[] = []
  const remind = remindAt(at, channel.coolOffMinutes, isFree ? anyTime : channel.hours)
  if (remind !== null) steps.push(step('reminded', channel.id, remind))
  const { escalateTo, escalateAfterMinutes: afterMinutes, name: from } = channel
  if (!isFirst || escalateTo === null || afterMinutes === null) return steps
  const because = { from, because: 'unacknowledged' as const, afterMinutes }
  return [...steps, { ...step('escalated', escalateTo, at + afterMinutes * 60_000), because }]
}
