'use client'
import { useDeferredValue, useEffect, useMemo, useState } from 'react'
import { describeSchedule, type Schedule } from '@/lib/domain/schedule'
import { previewTimes, type TouchedChange, touchedChanges } from '@/lib/domain/schedule-preview'
import { useZone } from '../time'
import styles from './job-form.module.css'

/** A schedule said in words, its next times here and there, and the clock changes that touch it; or what is wrong with it. */
export function SchedulePreview({ schedule, fault }: { schedule: Schedule | null; fault: string | null }) {
  const asked = useDeferredValue(schedule)
  const viewers = useZone()
  const [now, setNow] = useState<number | null>(null) // the server's clock would not be the browser's
  useEffect(() => {
    setNow(Date.now())
    const timer = setInterval(() => setNow(Date.now()), 60_000)
    return () => clearInterval(timer)
  }, [])
  const shown = useMemo(
    () => asked && now !== null && { times: previewTimes(asked, now), changes: touchedChanges(asked, now) },
    [asked, now],
  )
  return (
    <div className={styles.preview} aria-live="polite">
      {fault !== null && <p className="problem">{`${fault.charAt(0).toUpperCase()}${fault.slice(1)}.`}</p>}
      {asked && fault === null && <p className={styles.sentence}>{sentenceOf(asked)}</p>}
      {asked && fault === null && shown && asked.kind !== 'period' && (
        <>
          <NextTimes times={shown.times} zone={asked.zone} viewers={viewers} />
          {shown.changes.touched.map((change) => (
            <ChangeLine key={change.at} change={change} zone={asked.zone} />
          ))}
          {shown.changes.touched.length === 0 && shown.changes.others > 0 && (
            <p className="hint">The clock changes of the coming year do not touch it.</p>
          )}
        </>
      )}
    </div>
  )
}

function sentenceOf(schedule: Schedule): string {
  const words = describeSchedule(schedule)
  return schedule.kind === 'period'
    ? `A beat is expected ${words}, counted from the last one.`
    : `${words.charAt(0).toUpperCase()}${words.slice(1)}.`
}

const dayAndTime = (zone: string, now = new Date()) => {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
  })
  const withYear = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  })
  return (at: number) => (new Date(at).getUTCFullYear() === now.getUTCFullYear() ? format : withYear).format(at)
}

function NextTimes({ times, zone, viewers }: { times: number[]; zone: string; viewers: string }) {
  const [there, here] = [dayAndTime(zone), dayAndTime(viewers)]
  const both = zone !== viewers
  if (times.length === 0) return <p className="problem">It never comes again.</p>
  return (
    <table className={styles.times}>
      <thead>
        <tr>
          <th>Next five in {zone.replaceAll('_', ' ')}</th>
          {both && <th>For you, {viewers.replaceAll('_', ' ')}</th>}
        </tr>
      </thead>
      <tbody>
        {times.map((at) => (
          <tr key={at}>
            <td>{there(at)}</td>
            {both && <td className="muted">{here(at)}</td>}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** "The clock goes from 02:00 to 03:00 on Sun 28 Mar 2027: expected at 03:00 that day." */
function ChangeLine({ change, zone }: { change: TouchedChange; zone: string }) {
  const clock = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit' })
  const day = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
  })
  const before = new Date(change.at + change.beforeMinutes * 60_000).toISOString().slice(11, 16)
  const times = change.times.map((at) => clock.format(at))
  return (
    <p className={styles.change}>
      {day.format(change.at)}: the clock goes from {before} to {clock.format(change.at)}.{' '}
      {times.length === 0 ? 'It is not expected that day.' : `That day it is expected at ${times.join(', ')}.`}
    </p>
  )
}
