import type { Status } from '@/lib/domain/status'
import type { Incident, IncidentDecision } from '@/lib/store/incidents'

/** The mark of an incident: of its kind while it is open, up once it is over. */
export function incidentStatus(incident: Pick<Incident, 'kind' | 'resolvedAt' | 'resolvedBy' | 'mergedInto'>): Status {
  const maybeDark = incident.resolvedBy !== null || incident.mergedInto !== null // by hand, or within another incident
  if (incident.resolvedAt) return maybeDark ? 'paused' : 'up'
  return { down: 'down', members_lost: 'down', blind: 'unknown', flapping: 'degraded' }[incident.kind] as Status
}

/** What happened, as a headline: "Ridge-3 is dark". */
export function incidentHeadline({
  kind,
  root,
  resolvedAt,
  resolvedBy,
  mergedInto,
}: Pick<Incident, 'kind' | 'root' | 'resolvedAt' | 'resolvedBy' | 'mergedInto'>): string {
  const over = resolvedAt !== null
  if (resolvedBy !== null) return `${kind === 'blind' ? 'Probe ' : ''}${root.name}: resolved by hand`
  if (mergedInto !== null) return `${root.name} is part of incident ${mergedInto}`
  if (kind === 'blind') return over ? `Probe ${root.name} was blind` : `Probe ${root.name} is blind`
  if (kind === 'flapping') return over ? `${root.name} was flapping` : `${root.name} is flapping`
  if (kind === 'members_lost') return over ? `${root.name} had lost devices` : `${root.name} lost devices`
  const word = root.kind === 'job' ? 'down' : 'dark'
  return over ? `${root.name} was ${word}` : `${root.name} is ${word}`
}

export const eventWords: Record<IncidentDecision['event'], string> = {
  opened: 'Opened',
  grew: 'Grew',
  escalated: 'Escalated',
  reminded: 'Reminded',
  resolved: 'Resolved',
}
export const outcomeWords: Record<IncidentDecision['outcome'], string> = {
  sent: 'Told',
  delayed: 'Delayed',
  digest: 'In a digest',
  suppressed: 'Held back',
  skipped: 'Not told',
}
