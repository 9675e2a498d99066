import { z } from 'zod'
import type { Signal } from '@/lib/domain/job-state'
import type { Status } from '@/lib/domain/status'

/** Events of the ordered log, as interfaces.md names them. */
export const liveEventTypes = [
  'outage.opened',
  'outage.resolved',
  'incident.opened',
  'incident.changed',
  'incident.resolved',
  'target.status',
] as const
export type LiveEventType = (typeof liveEventTypes)[number]

/** What a client of /live receives: `event_id` rises in commit order; fields beside these belong to the type. */
export type LiveEvent = { event_id: number; at: string; target_id?: number; incident_id?: number } & Record<
  string,
  unknown
>

/** all, device:{id}, job:{id}, incident:{id} */
export const Topic = z
  .string()
  .regex(/^(all|(device|job|incident):\d{1,10})$/, 'expected all, device:ID, job:ID or incident:ID')
export type Topic = 'all' | `${'device' | 'job' | 'incident'}:${number}`

/** Recent pings of one device, oldest first: sent_at (epoch ms) and rtt in ms, null for a miss. Not part of the log. */
export type LivePings = { target_id: number; pings: [sentAt: number, rttMs: number | null][] }

/** A beat as it was stored, in the order of arrival; `at` in ISO 8601. */
export type LiveBeat = {
  at: string
  signal: Signal | 'missed'
  timing: 'on_time' | 'late' | null
  exit_status: number | null
  duration_ms: number | null
  message: string | null
}
/** Beats of one job, oldest first. Not part of the log. */
export type LiveBeats = { target_id: number; beats: LiveBeat[] }

/** The states of a moment that are not worth a row: suspect, and up again before anything was isolated. */
export type LiveStatus = { target_id: number; status: Status; since: string }

export type ServerToClient = {
  [type in LiveEventType]: (event: LiveEvent) => void
} & {
  /** Pings of the devices in rooms this socket follows with `watch`. */
  pings: (batch: LivePings[]) => void
  /** Beats of the jobs in rooms this socket follows, or asked for with `watch`. */
  beats: (batch: LiveBeats[]) => void
  /** Momentary states; the log is not advanced. */
  moment: (changes: LiveStatus[]) => void
}

export type ClientToServer = {
  follow: (topic: string, done?: (answer: { ok: boolean; error?: string }) => void) => void
  unfollow: (topic: string) => void
  /** Replays what came after `after`, oldest first, then answers with the newest id; `complete: false` means: too far back, load anew. */
  resume: (after: number, done?: (answer: { last: number; complete: boolean }) => void) => void
  /** Live pings of up to 200 devices for this socket; replaces the set before it. */
  watch: (targetIds: number[]) => void
}
