import type { ServerResponse } from 'node:http'
import type { BeatAsked } from '@/lib/domain/beat-address'
import { ruleOfLimits } from '@/lib/domain/beat-words'
import { createJob, deleteJobs, type JobChange, updateJob } from '@/lib/store/job-writes'
import { type Job, listJobs } from '@/lib/store/jobs'
import { answerJson, answerText } from './heartbeat-answers'
import type { JobBook, KnownJob } from './heartbeat-jobs'

const mostListed = 10_000

/** Jobs that are made, changed, listed and removed by their names, under the ping key. */
export function openNamedJobs(book: JobBook) {
  const making = new Map<string, Promise<KnownJob | string>>()

  async function make(name: string, asked: BeatAsked): Promise<KnownJob | string> {
    const made = await createJob({ name, ...fieldsOf(asked) }, { unique: true })
    if ('fault' in made) return made.fault
    await book.learn([made.job.id])
    return book.byId(made.job.id) ?? 'the job was removed in this moment'
  }

  return {
    /** The new job of that name, or why there is none; asked twice at once, it is made once. */
    create(name: string, asked: BeatAsked): Promise<KnownJob | string> {
      const known = making.get(name)
      if (known) return known
      const made = make(name, asked).finally(() => making.delete(name))
      making.set(name, made)
      return made
    },

    /** heartbeat.sh: limits that are said again may be others. Returns the job as it then is. */
    async adjust(job: KnownJob, asked: BeatAsked): Promise<KnownJob> {
      const { limits } = asked
      if (!limits || (limits.warning === null && limits.error === null)) return job
      const rule = ruleOfLimits(limits, ruleBefore(job))
      const standing = ruleBefore(job)
      if (standing?.seconds === rule.seconds && standing.graceSeconds === rule.graceSeconds) return job
      await updateJob(job.id, {
        schedule: { kind: 'period', seconds: rule.seconds },
        graceSeconds: rule.graceSeconds,
      })
      await book.learn([job.id])
      return book.byId(job.id) ?? job
    },

    async remove(job: KnownJob, response: ServerResponse): Promise<void> {
      await deleteJobs([job.id])
      await book.learn([job.id])
      answerJson(response, 200, { Name: job.name })
    },

    async list(format: 'json' | 'text', response: ServerResponse): Promise<void> {
      const jobs: Job[] = []
      let cursor: string | undefined
      do {
        const page = await listJobs({ limit: 1000, cursor })
        jobs.push(...page.items)
        cursor = page.next ?? undefined
      } while (cursor && jobs.length < mostListed)
      const now = Date.now()
      const heartbeats = jobs.map((job) =>
        heartbeatOf({ ...job, warning: warningOf(job.schedule) }, job.lastBeatAt?.getTime() ?? null, now),
      )
      if (format === 'json') return answerJson(response, 200, { Heartbeats: heartbeats })
      answerText(response, heartbeats.map((one) => `${Object.values(one).join(' ')}\n`).join(''))
    },
  }
}

export type NamedJobs = ReturnType<typeof openNamedJobs>

function fieldsOf(asked: BeatAsked): Omit<JobChange, 'name'> {
  if (asked.job.by === 'name' && asked.dialect === 'healthchecks') return { slug: asked.job.name }
  if (!asked.limits) return {}
  const { seconds, graceSeconds } = ruleOfLimits(asked.limits, null)
  return { schedule: { kind: 'period', seconds }, graceSeconds }
}

const ruleBefore = ({ schedule, graceSeconds }: KnownJob) =>
  schedule.kind === 'period' ? { seconds: schedule.seconds, graceSeconds } : null

const warningOf = (schedule: Job['schedule']) => (schedule.kind === 'period' ? schedule.seconds : 86_400)

/** A beat of heartbeat.sh is answered with how its job stands. */
export function answerHeartbeat(response: ServerResponse, status: number, job: KnownJob, at: number): void {
  const one = {
    name: job.name,
    warning: warningOf(job.schedule),
    graceSeconds: job.graceSeconds,
    status: 'up' as const,
  }
  answerJson(response, status, heartbeatOf(one, at, at))
}

type Standing = { name: string; warning: number; graceSeconds: number; status: Job['status'] }

function heartbeatOf({ name, warning, graceSeconds, status }: Standing, lastAt: number | null, now: number) {
  const age = lastAt === null ? 0 : Math.max(0, Math.floor((now - lastAt) / 1000))
  const error = warning + graceSeconds
  const isError = status === 'down' || status === 'unreachable' || (lastAt !== null && age > error)
  const isWarning = status === 'late' || (lastAt !== null && age > warning)
  return {
    Name: name,
    Warning: warning,
    Error: error,
    Age: age,
    Status: isError ? 'ERROR' : isWarning ? 'WARNING' : 'OK',
    LastBeat: lastAt === null ? null : new Date(lastAt).toISOString(),
  }
}
