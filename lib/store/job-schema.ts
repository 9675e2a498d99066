import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  customType,
  date,
  index,
  integer,
  pgTable,
  primaryKey,
  smallint,
  text,
  timestamp,
  uuid,
} from 'drizzle-orm/pg-core'
import type { BlackoutKind } from '@/lib/domain/blackout'
import type { JobPhase, Signal } from '@/lib/domain/job-state'
import { targets, users } from './schema'

const bytea = customType<{ data: Buffer }>({ dataType: () => 'bytea' })
const at = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: 'date' })

/** What a job is: its addresses, its schedule and its rule. Name, tags, site and pause stand in targets. */
export const jobs = pgTable(
  'jobs',
  {
    id: integer('id')
      .primaryKey()
      .references(() => targets.id, { onDelete: 'cascade' }),
    uuid: uuid('uuid').notNull().unique().defaultRandom(), // the address, and its only credential
    badgeKey: uuid('badge_key').notNull().unique().defaultRandom(), // may be shown in public: it can only be looked at
    slug: text('slug').notNull(), // of the name; two names may share one, then the address by name is ambiguous
    scheduleKind: text('schedule_kind').$type<'period' | 'cron' | 'oncalendar'>().notNull().default('period'),
    periodSeconds: integer('period_seconds'), // of a period only
    expression: text('expression'), // of cron and oncalendar, one or several lines
    zone: text('zone').notNull().default('UTC'), // IANA
    graceSeconds: integer('grace_seconds').notNull().default(60),
    permissibleMisses: integer('permissible_misses').notNull().default(0),
    stickyPause: boolean('sticky_pause').notNull().default(false), // a check-in does not end the pause
    channelIds: integer('channel_ids').array(), // null: everyone, as the routes say
  },
  (t) => [index('jobs_slug').on(t.slug)],
)

/**
 * What a job's beats have said so far: narrow, and changed with every beat. No index stands on a column that a beat
 * changes, so that PostgreSQL rewrites the row in its own page (HOT); alarm_at is therefore only a lower bound: nothing
 * can have gone wrong before it, and the keeper that finds it past judges anew.
 */
export const jobStates = pgTable(
  'job_states',
  {
    jobId: integer('job_id')
      .primaryKey()
      .references(() => jobs.id, { onDelete: 'cascade' }),
    phase: text('phase').$type<JobPhase>().notNull().default('new'),
    anchorAt: at('anchor_at'), // due times count from here: the last success, or the end of a pause
    firstBeatAt: at('first_beat_at'),
    lastBeatAt: at('last_beat_at'), // any signal
    lastSignal: text('last_signal').$type<Signal>(),
    lastSuccessAt: at('last_success_at'),
    startedAt: at('started_at'), // running since; null: not running
    startedRun: text('started_run'), // its run id
    lastDurationMs: bigint('last_duration_ms', { mode: 'number' }),
    misses: integer('misses').notNull().default(0), // consecutive expected beats missed, counted so far
    beatCount: bigint('beat_count', { mode: 'number' }).notNull().default(0),
    alarmAt: at('alarm_at'), // null: nothing to wait for
  },
  (t) => [index('job_states_alarm').on(t.alarmAt).where(sql`alarm_at is not null`)],
)

/** Other addresses of a job: the tokens it had at another service, so that its crontab line need not change. */
export const jobAliases = pgTable(
  'job_aliases',
  {
    token: text('token').primaryKey(),
    jobId: integer('job_id')
      .notNull()
      .references(() => jobs.id, { onDelete: 'cascade' }),
  },
  (t) => [index('job_aliases_job').on(t.jobId)],
)

/** Every beat that came, and (signal missed) every one that did not; partitioned by month of `at`. */
export const beats = pgTable(
  'beats',
  {
    jobId: integer('job_id').notNull(),
    at: at('at').notNull(), // arrival; of a missed one: when it was due
    signal: text('signal').$type<Signal | 'missed'>().notNull(),
    timing: text('timing').$type<'on_time' | 'late'>(), // of a success
    exitStatus: smallint('exit_status'),
    durationMs: bigint('duration_ms', { mode: 'number' }), // measured from the start, or as the job says
    run: text('run'),
    message: text('message'),
    body: bytea('body'), // as it came, up to the limit
    bodyCut: boolean('body_cut').notNull().default(false),
    address: text('address'),
    agent: text('agent'),
    method: text('method'),
  },
  (t) => [index('beats_job').on(t.jobId, t.at)],
)

/** Run ids seen: the same run id and signal again changes nothing. */
export const beatRuns = pgTable(
  'beat_runs',
  {
    jobId: integer('job_id').notNull(),
    run: text('run').notNull(),
    signal: text('signal').notNull(),
    at: at('at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.jobId, t.run, t.signal] }), index('beat_runs_at').on(t.at)],
)

/** A job's day (UTC), kept for good. Durations in ms. */
export const jobDays = pgTable(
  'job_days',
  {
    jobId: integer('job_id').notNull(),
    day: date('day', { mode: 'string' }).notNull(),
    count: integer('count').notNull(),
    onTime: integer('on_time').notNull(),
    late: integer('late').notNull(),
    missed: integer('missed').notNull(),
    failed: integer('failed').notNull(),
    durationMedianMs: bigint('duration_median_ms', { mode: 'number' }),
    durationP95Ms: bigint('duration_p95_ms', { mode: 'number' }),
  },
  (t) => [primaryKey({ columns: [t.jobId, t.day] })],
)

/**
 * Each web's intake: everything that it has acknowledged and that arrived before settled_at is in the database. No job is
 * called down for a time that an intake has yet to store.
 */
export const intakes = pgTable('intakes', {
  spoolId: uuid('spool_id').primaryKey(), // of the web's disk spool
  name: text('name').notNull(),
  settledAt: at('settled_at').notNull(),
  seenAt: at('seen_at').notNull(),
  lastSeq: bigint('last_seq', { mode: 'number' }).notNull().default(0), // of the spool, committed with its beats
})

/** Time in which no intake could take beats: a beat that was due then may have been sent in vain. */
export const intakeGaps = pgTable('intake_gaps', {
  id: integer('id').primaryKey().generatedAlwaysAsIdentity(),
  beganAt: at('began_at').notNull(),
  endedAt: at('ended_at').notNull(),
})

/** Time in which nobody is told: of all that it covers. What it means at an instant is lib/domain/blackout.ts. */
export const blackouts = pgTable(
  'blackouts',
  {
    id: integer('id').primaryKey().generatedAlwaysAsIdentity(),
    kind: text('kind').$type<BlackoutKind>().notNull(), // range | weekly | periods | open
    reason: text('reason').notNull().default(''),
    coversAll: boolean('covers_all').notNull().default(false),
    targetIds: integer('target_ids').array().notNull().default(sql`'{}'::integer[]`),
    siteIds: integer('site_ids').array().notNull().default(sql`'{}'::integer[]`),
    tags: text('tags').array().notNull().default(sql`'{}'::text[]`),
    fromAt: at('from_at').notNull(), // of every kind: nothing before it
    untilAt: at('until_at'), // of a range; of a weekly one: the last day; null: no end
    weekdays: smallint('weekdays').array(), // of a weekly one: 1 Monday .. 7 Sunday, the day it begins
    startMinute: smallint('start_minute'), // of a weekly one: minutes after midnight, wall clock
    endMinute: smallint('end_minute'), // <= start: the next day
    zone: text('zone').notNull().default('UTC'),
    periodsLeft: integer('periods_left'), // of `periods`: of one job
    planned: boolean('planned').notNull().default(true), // left out of uptime
    createdBy: integer('created_by').references(() => users.id, { onDelete: 'set null' }),
    createdAt: at('created_at').notNull().defaultNow(),
    endedAt: at('ended_at'), // ended by hand, or used up
  },
  (t) => [index('blackouts_live').on(t.id).where(sql`ended_at is null`)],
)
