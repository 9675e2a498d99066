import type { Blackout } from './blackout'
import type { IncidentFacts } from './incident-facts'
import type { NoticeEvent } from './message'
import type { CompiledPriority } from './priority'
import { ReplayRun } from './replay-run'
import type { Route } from './route'
import type { TellingChannel, TellingIncident, TellingVerdict } from './telling'

/** What happened to an incident after it was opened, in order. */
export type Act = { at: number } & (
  | { kind: 'grew'; size: number; affectedClients: number; affectedTargets: number }
  | { kind: 'acknowledged'; by: string }
  | { kind: 'unacknowledged' }
  | { kind: 'snoozed'; until: number }
  | { kind: 'muted'; for: readonly number[] | 'everyone' }
)

/** An incident as it went. Its facts are those when it was opened, its priority the one it was kept with. */
export type PastIncident = IncidentFacts & {
  beganAt: number // first miss
  resolvedAt: number | null
  root: { id: number; siteId: number | null; tags: readonly string[] } | null // what blackouts cover; null: a probe
  acts: readonly Act[]
  chosen?: readonly number[] | null // ids of the channels that a job names; null: all
}
export type ReplayChannel = Omit<TellingChannel, 'history' | 'traffic' | 'dueNow' | 'health'>
export type ReplayRules = {
  channels: readonly ReplayChannel[]
  routes: readonly Route[]
  priority: CompiledPriority | null // null: as it was kept
  blackouts: readonly Blackout[]
}

/** A notice as it went out, or would have. `at`: when, a digest when the digest went. */
export type PastNotice = {
  incidentId: number
  channelId: number
  event: NoticeEvent
  at: number
  digest: boolean
  why: string
}

/** `decided`: sees every decision as it is made. */
export type ReplayWatcher = (decision: TellingVerdict, incident: TellingIncident, now: number) => void

/**
 * Which notices would have gone out under these rules until `end` (epoch ms), in order, by the very rules that decide
 * in earnest, as if every channel had worked. What people did (acknowledge, snooze, mute) happens as it did.
 */
export function replay(
  incidents: readonly PastIncident[],
  rules: ReplayRules,
  end: number,
  decided: ReplayWatcher = () => {},
): PastNotice[] {
  const run = new ReplayRun(rules, decided)
  for (const incident of incidents) run.add(incident)
  run.go(end)
  return run.notices()
}
