import type { SnmpProfile } from '@/lib/wire/snmp'

/** One device to walk. profiles: tried in this order until one opens it. */
export type WalkJob = {
  id: number
  address: string
  profiles: SnmpProfile[]
  deadlineMs: number
  for: { targetId: number } | { discoveryId: number }
}
/** What came of it. facts: packed; null: no profile opened it, and `failure` says why. */
export type WalkOutcome = {
  profileId: number | null
  facts: Uint8Array<ArrayBuffer> | null
  failure: string | null
  durationMs: number
  /** Of a target: stations that its tables held before and hold no more, as far as it is known who they are. */
  left: { targetId: number | null; ip: string | null; mac: string }[]
  /** Of a discovery: its own addresses, and those that it sees beside or below it. */
  own: string[]
  seen: string[]
}
/** A trap that says something. mac: of the station that it speaks of. */
export type HeardTrap = {
  address: string
  at: number
  kind: 'link_down' | 'link_up' | 'rebooted' | 'station_left' | 'station_joined'
  detail: string
  mac: string | null
}

/** What the probe and the process of its walks say to each other. */
export type WalkerCommand =
  | { kind: 'walk'; job: WalkJob }
  | { kind: 'stop'; jobIds: number[] }
  | { kind: 'forget'; discoveryId: number }
  | { kind: 'traps'; port: number }
export type WalkerReport =
  | { kind: 'walked'; jobId: number; outcome: WalkOutcome }
  | { kind: 'traps'; items: HeardTrap[] }
  | { kind: 'trouble'; text: string }

export const failed = (failure: string, durationMs = 0): WalkOutcome => ({
  ...{ profileId: null, facts: null, failure: failure.slice(0, 300), durationMs: Math.round(durationMs) },
  left: [],
  own: [],
  seen: [],
})
