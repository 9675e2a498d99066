'use client'
import { useState } from 'react'
import { tomorrowMorning, wallText } from '@/lib/domain/quiet-time'
import { Field } from '../form/action-form'
import { useZone } from '../time'
import styles from './quiet-fields.module.css'

type Quiet = '1h' | 'morning' | 'periods' | 'range' | 'open'

/** For how long nobody is to be told: the ready answers, and a range. `period`: of one job, whose next ones can be counted. */
export function QuietFields({ period = false }: { period?: boolean }) {
  const zone = useZone()
  const [quiet, setQuiet] = useState<Quiet>('1h')
  const [now] = useState(() => Date.now())
  const morning = new Intl.DateTimeFormat('en-GB', { weekday: 'long', timeZone: 'UTC' }).format(
    new Date(`${tomorrowMorning(now, zone)}:00Z`),
  )
  const choices: [Quiet, string][] = [
    ['1h', 'For 1 hour'],
    ['morning', `Until ${morning} 07:00`],
    ...(period ? ([['periods', 'The next beats it owes']] as [Quiet, string][]) : []),
    ['range', 'From … to …'],
    ['open', 'Until it is ended'],
  ]
  return (
    <div className="stack">
      <p className="hint">
        Everything is measured and recorded as ever; nobody is told. What is still dark at the end is told then.
      </p>
      <div role="radiogroup" aria-label="For how long" className={styles.choices}>
        {choices.map(([value, word]) => (
          <label key={value} className={styles.choice}>
            <input type="radio" name="quiet" value={value} checked={quiet === value} onChange={() => setQuiet(value)} />
            {word}
          </label>
        ))}
      </div>
      {quiet === 'periods' && (
        <Field
          name="periods"
          label="How many"
          type="number"
          min={1}
          max={1000}
          defaultValue={1}
          inputMode="numeric"
          hint="It falls by one with each expected beat, whether that came or not."
        />
      )}
      {quiet === 'range' && (
        <div className="fields">
          <Field name="from" label="From" type="datetime-local" defaultValue={wallText(now, zone)} />
          <Field
            name="until"
            label="Until"
            type="datetime-local"
            defaultValue={wallText(now + 3_600_000, zone)}
            hint={`Times in ${zone}.`}
          />
        </div>
      )}
      <Field name="reason" label="Reason" placeholder="Database move" maxLength={200} autoComplete="off" />
      <label className="check">
        <input type="checkbox" name="planned" defaultChecked />
        Planned work: leave it out of uptime
      </label>
      <input type="hidden" name="zone" value={zone} />
    </div>
  )
}
