/** How an edge was learnt, the surest first. Source: rules, "Correlation". */
export const provenances = [
  'hand',
  'imported',
  'registration',
  'remote_mac',
  'lldp',
  'mndp',
  'cdp',
  'bridge',
  'arp',
] as const
export type Provenance = (typeof provenances)[number]

/** One way in which an edge was seen. seenAt: ISO 8601. detail: "00:27:22:.. is registered at wlan1 of AP-2". */
export type EdgeEvidence = { provenance: Provenance; detail: string; seenAt: string }
