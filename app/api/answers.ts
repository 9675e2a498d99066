import type { z } from 'zod'
import type { Device } from '@/lib/store/devices'
import type { Incident, IncidentDecision, IncidentDetail, Notice } from '@/lib/store/incidents'
import type { ApiKey } from '@/lib/store/keys'
import type { Outage } from '@/lib/store/outage-lists'
import type { Probe } from '@/lib/store/probes'
import type { Site } from '@/lib/store/sites'
import type { User } from '@/lib/store/users'
import type * as rest from '@/lib/wire/rest'

const iso = (at: Date | null) => at?.toISOString() ?? null

export function deviceAnswer(device: Device): rest.DeviceAnswer {
  const { rule } = device
  return {
    id: device.id,
    name: device.name,
    address: device.address,
    pinged: device.pinged,
    role: device.role,
    site: device.siteName,
    site_id: device.siteId,
    upstream: device.upstream.map((upstream) => upstream.name),
    client: device.client,
    client_id: device.clientId,
    tags: device.tags,
    snmp_profile: device.snmpProfile,
    ping_interval: device.pingInterval,
    ping_timeout: device.pingTimeout,
    isolate: device.isolate,
    effective: {
      ping_interval: rule.interval,
      ping_timeout: rule.timeout,
      isolate: { misses: rule.misses, seconds: rule.within },
    },
    paused: device.pausedAt !== null,
    // A device not yet pinged is new on the pages; the interface calls it unknown.
    status: device.status === 'new' || device.status === 'late' ? 'unknown' : device.status,
    status_since: device.statusSince.toISOString(),
    rtt_ms: device.rttMs,
    loss: device.loss,
    outage_id: device.outageId,
    incident_id: device.incidentId,
  }
}

export function siteAnswer(site: Site): rest.SiteAnswer {
  return {
    id: site.id,
    name: site.name,
    latitude: site.latitude,
    longitude: site.longitude,
    time_zone: site.timeZone,
    snmp_profile: site.snmpProfile,
    ping_interval: site.pingInterval,
    ping_timeout: site.pingTimeout,
    isolate: { misses: site.isolateMisses, seconds: site.isolateSeconds },
    devices: site.devices,
  }
}

export function userAnswer(user: User): z.infer<typeof rest.UserAnswer> {
  return {
    id: user.id,
    email: user.email,
    name: user.name,
    role: user.role,
    time_zone: user.timeZone,
    created_at: user.createdAt.toISOString(),
  }
}

export function keyAnswer(key: ApiKey): z.infer<typeof rest.KeyAnswer> {
  return {
    id: key.id,
    name: key.name,
    hint: key.hint,
    role: key.role,
    created_at: key.createdAt.toISOString(),
    last_used_at: iso(key.lastUsedAt),
  }
}

export function probeAnswer(probe: Probe): z.infer<typeof rest.ProbeAnswer> {
  return {
    id: probe.id,
    name: probe.name,
    anchors: probe.anchors,
    sites: probe.siteIds,
    connected: probe.connected,
    connected_at: iso(probe.connectedAt),
    disconnected_at: iso(probe.disconnectedAt),
    last_seen_at: iso(probe.lastSeenAt),
    blind_since: iso(probe.blindSince),
    ping_way: probe.pingWay,
    version: probe.version,
  }
}

export function outageAnswer(outage: Outage): z.infer<typeof rest.OutageAnswer> {
  return {
    id: outage.id,
    target: outage.target,
    site: outage.siteName,
    began_at: outage.beganAt.toISOString(),
    isolated_at: outage.isolatedAt.toISOString(),
    ended_at: iso(outage.endedAt),
    state: outage.state,
    cause: outage.cause,
    evidence: outage.evidence,
    incident_id: outage.incidentId,
    planned: outage.planned,
  }
}

export function incidentAnswer(incident: Incident): z.infer<typeof rest.IncidentAnswer> {
  return {
    id: incident.id,
    kind: incident.kind,
    root: incident.root,
    site: incident.siteName,
    opened_at: incident.openedAt.toISOString(),
    resolved_at: iso(incident.resolvedAt),
    acknowledged_at: iso(incident.acknowledgedAt),
    acknowledged_by: incident.acknowledgedBy,
    resolved_by: incident.resolvedBy,
    merged_into: incident.mergedInto,
    assignee: incident.assignee,
    snoozed_until: iso(incident.snoozedUntil),
    muted_for: incident.mutedFor,
    priority: incident.priority,
    affected_targets: incident.affectedTargets,
    affected_clients: incident.affectedClients,
  }
}

export function incidentDetail(
  incident: Omit<IncidentDetail, 'outages'> & { outages: Outage[] },
): z.infer<typeof rest.IncidentDetail> {
  return {
    ...incidentAnswer(incident),
    outages: incident.outages.map(outageAnswer),
    timeline: incident.timeline.map(({ at, what, by }) => ({ at: at.toISOString(), what, by })),
  }
}

export function decisionAnswer(decision: IncidentDecision): z.infer<typeof rest.DecisionAnswer> {
  const { event, channel, outcome, rule, why } = decision
  return { at: decision.at.toISOString(), event, channel, outcome, until: iso(decision.until), rule, why }
}

export function noticeAnswer(notice: Notice): z.infer<typeof rest.NoticeAnswer> {
  return {
    id: notice.id,
    incident_id: notice.incidentId,
    channel: notice.channel,
    device: notice.deviceName,
    event: notice.event,
    created_at: notice.createdAt.toISOString(),
    attempts: notice.attempts,
    delivered_at: iso(notice.deliveredAt),
    failed_at: iso(notice.failedAt),
    shown_at: iso(notice.shownAt),
    opened_at: iso(notice.openedAt),
  }
}
