import { hoursWords } from './hours-words'
import type { TellingCase, TellingDecision } from './telling'

/** What a decision was made from, as it is kept with it: enough to see why without asking what was true then. */
export function inputsOf({
  incident,
  event,
  channel,
  blackout,
  suppressedUnder,
  lastTold,
  waiting,
  now,
}: TellingCase): TellingDecision['inputs'] {
  const { mutedFor } = incident
  const { health } = channel
  return {
    at: instant(now),
    event,
    kind: incident.kind,
    role: incident.role,
    site: incident.site,
    tags: [...incident.tags],
    client: incident.client,
    size: incident.size,
    affected_clients: incident.affectedClients,
    affected_targets: incident.affectedTargets,
    priority: incident.priority,
    opened_at: instant(incident.openedAt),
    resolved_at: instant(incident.resolvedAt),
    acknowledged_at: instant(incident.acknowledgedAt),
    acknowledged_by: incident.acknowledgedBy,
    snoozed_until: instant(incident.snoozedUntil),
    muted: mutedFor === 'everyone' || mutedFor.includes(channel.id),
    blackout: blackout?.reason ?? null,
    suppressed_under: suppressedUnder,
    hours: hoursWords(channel.hours),
    critical_breaks_through: channel.criticalBreaksThrough,
    cool_off_minutes: channel.coolOffMinutes,
    health: health.state,
    told_at: instant(lastTold?.at ?? null),
    waiting_until: instant(waiting?.until ?? null),
    told_in_last_minute: channel.traffic.toldInLastMinute,
    due_now: channel.dueNow,
  }
}

const instant = (at: number | null) => (at === null ? null : new Date(at).toISOString())
