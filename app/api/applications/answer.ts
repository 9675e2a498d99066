import { env } from '@/lib/env'
import { notFound, pathId } from '@/lib/guarded'
import { allows, type Session } from '@/lib/rights'
import type { StoredBeat } from '@/lib/store/beats'
import { findJob, findJobByUuid, type Job } from '@/lib/store/jobs'
import type { ApplicationAnswer, HeartbeatAnswer } from '@/lib/wire/rest-jobs'

export type Path = { id: string }
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** The application of a path, by id or uuid. Throws not-found. */
export async function applicationAt({ id }: Path): Promise<Job> {
  const job = uuid.test(id) ? await findJobByUuid(id) : await findJob(pathId({ id }))
  if (!job) throw notFound('No application', id)
  return job
}

const iso = (at: Date | null) => at?.toISOString() ?? null

/** A job as REST says it. Its address is a credential: who may not write does not learn it. */
export function applicationAnswer(job: Job, { role }: Pick<Session, 'role'>): ApplicationAnswer {
  const { siteUrl } = env()
  const knows = allows(role, 'write')
  const { schedule } = job
  return {
    id: job.id,
    code: job.code,
    uuid: knows ? job.uuid : null,
    name: job.name,
    slug: job.slug,
    expected_interval: schedule.kind === 'period' ? schedule.seconds : null,
    grace_period: job.graceSeconds,
    schedule: schedule.kind === 'period' ? null : schedule.expression,
    schedule_kind: schedule.kind,
    timezone: job.zone,
    permissible_misses: job.permissibleMisses,
    tags: job.tags,
    channels: job.channelIds,
    site: job.siteName,
    runs_behind: job.runsBehind?.name ?? null,
    sticky_pause: job.stickyPause,
    paused: job.pausedAt !== null,
    status: job.status === 'unreachable' ? 'down' : job.status,
    status_since: job.statusSince.toISOString(),
    running: job.running,
    started_at: iso(job.startedAt),
    last_heartbeat_at: iso(job.lastBeatAt),
    last_signal: job.lastSignal,
    last_success_at: iso(job.lastSuccessAt),
    last_duration_ms: job.lastDurationMs,
    due_at: iso(job.dueAt),
    misses: job.misses,
    heartbeat_count: job.beatCount,
    outage_id: job.outageId,
    incident_id: job.incidentId,
    badge_url: `${siteUrl}/badge/${job.badgeKey}.svg`,
    heartbeat_url: knows ? `${siteUrl}/heartbeat/${job.uuid}` : null,
    created_at: job.createdAt.toISOString(),
  }
}

/** A beat as REST says it. */
export function heartbeatAnswer(beat: StoredBeat): HeartbeatAnswer {
  return {
    at: beat.at.toISOString(),
    signal: beat.signal,
    timing: beat.timing,
    exit_status: beat.exitStatus,
    duration_ms: beat.durationMs,
    run_id: beat.run,
    message: beat.message,
    body: beat.body,
    body_cut: beat.bodyCut,
    address: beat.address,
    user_agent: beat.agent,
    method: beat.method,
  }
}
