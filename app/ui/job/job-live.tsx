'use client'
import { useMemo } from 'react'
import { compileSchedule, type Schedule } from '@/lib/domain/schedule'
import { Ago, Due, Since } from '../time'
import { useLiveBeats } from './beat-strip'
import styles from './job-live.module.css'

/** What a job's moving figures are drawn from; instants as the page was rendered with. */
export type JobPulse = {
  id: number
  schedule: Schedule
  graceSeconds: number
  paused: boolean
  startedAt: string | null
  lastBeatAt: string | null
  dueAt: string | null
}

/** The last beat, the next due time and the run in hand, moved on by the beats that came since. */
function usePulse({ id, schedule, paused, startedAt, lastBeatAt, dueAt }: JobPulse) {
  const live = useLiveBeats(id, lastBeatAt)
  return useMemo(() => {
    let due = dueAt
    let started = startedAt
    for (const beat of live) {
      if (beat.signal === 'start') started = beat.at
      if (beat.signal === 'success' || beat.signal === 'fail') started = null
      if (beat.signal !== 'success') continue
      const next = compileSchedule(schedule).next(Date.parse(beat.at))
      due = next === null ? null : new Date(next).toISOString()
    }
    const last = live.findLast((beat) => beat.signal !== 'missed')?.at ?? lastBeatAt
    return { last, due: paused ? null : due, started }
  }, [live, schedule, paused, startedAt, lastBeatAt, dueAt])
}

/** When the job was heard last, of any signal. */
export function LastBeat({ pulse }: { pulse: JobPulse }) {
  const { last } = usePulse(pulse)
  return last === null ? <span className="muted">never</span> : <Ago at={last} />
}

/** When the next beat is expected; overdue it says since when. */
export function NextDue({ pulse }: { pulse: JobPulse }) {
  const { due } = usePulse(pulse)
  if (due !== null) return <Due at={due} graceMs={pulse.graceSeconds * 1000} />
  return <span className="muted">{pulse.paused ? 'paused' : 'first beat'}</span>
}

/** A run in hand, and for how long; nothing otherwise. */
export function RunningMark({ pulse }: { pulse: JobPulse }) {
  const { started } = usePulse(pulse)
  if (started === null) return null
  return (
    <span className={styles.running}>
      running <Since at={started} />
    </span>
  )
}
