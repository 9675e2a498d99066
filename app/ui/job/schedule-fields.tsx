'use client'
import { useEffect, useState } from 'react'
import {
  type PeriodUnit,
  type PressedPeriod,
  periodUnits,
  periodWords,
  press,
  readPeriod,
} from '@/lib/domain/period-buttons'
import { guessKind, readSchedule, type Schedule } from '@/lib/domain/schedule'
import { silenceSeconds, suggestedGrace } from '@/lib/domain/schedule-preview'
import { Field, TextField } from '../form/action-form'
import { useDeviceZone, useZone } from '../time'
import styles from './job-form.module.css'
import { SchedulePreview } from './schedule-preview'

type Kind = Schedule['kind']
const kindWords: Record<Kind, string> = { period: 'Every so often', cron: 'Cron', oncalendar: 'OnCalendar' }
const examples: Record<Exclude<Kind, 'period'>, string> = {
  cron: '30 2 * * mon-fri',
  oncalendar: 'Mon..Fri *-*-* 02:30',
}

type Rule = { schedule: Schedule; zone: string; graceSeconds: number; permissibleMisses: number }

/** When beats are expected, how late they may be, and how many may be missed; with what that means, as it is typed. */
export function ScheduleFields({ given }: { given: Rule | undefined }) {
  const viewers = useZone()
  const [kind, setKind] = useState<Kind>(given?.schedule.kind ?? 'period')
  const [pressed, setPressed] = useState<PressedPeriod>({
    seconds: given?.schedule.kind === 'period' ? given.schedule.seconds : 86_400,
    last: null,
  })
  const [period, setPeriod] = useState(periodWords(pressed.seconds))
  const [expression, setExpression] = useState(
    given && given.schedule.kind !== 'period' ? given.schedule.expression : '',
  )
  const [zone, setZone] = useState(given?.zone ?? viewers)
  const [grace, setGrace] = useState<string | null>(given ? periodWords(given.graceSeconds) : null)
  const [misses, setMisses] = useState(String(given?.permissibleMisses ?? 0))

  const readTyped = readPeriod(period)
  const read =
    kind === 'period'
      ? 'fault' in readTyped
        ? readTyped
        : readSchedule({ kind, seconds: readTyped.seconds })
      : readSchedule({ kind, expression, zone })
  const schedule = 'schedule' in read ? read.schedule : null
  const graceText = grace ?? periodWords(suggestedGrace(schedule ?? { kind: 'period', seconds: 86_400 }))
  const graceRead = readPeriod(graceText, 0)
  const elsewhere = kind !== 'period' && expression.trim() !== '' && !schedule ? guessKind(expression) : kind

  const onPress = (unit: PeriodUnit) => {
    const now = press(pressed, unit)
    setPressed(now)
    setPeriod(periodWords(now.seconds))
  }
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: a legend would be drawn upon the rule above it */}
      <div role="group" aria-labelledby="when" className={styles.block}>
        <div className={styles.blockHead}>
          <h2 id="when">When it is expected</h2>
          <div role="radiogroup" aria-label="Kind of schedule" className={styles.segments}>
            {(Object.keys(kindWords) as Kind[]).map((one) => (
              <label key={one} data-on={kind === one || undefined}>
                <input type="radio" name="kind" value={one} checked={kind === one} onChange={() => setKind(one)} />
                {kindWords[one]}
              </label>
            ))}
          </div>
        </div>
        {kind === 'period' ? (
          <div className={styles.period}>
            <Field
              name="period"
              label="Every"
              value={period}
              onChange={(event) => {
                setPeriod(event.target.value)
                const typed = readPeriod(event.target.value)
                setPressed({ seconds: 'seconds' in typed ? typed.seconds : pressed.seconds, last: null })
              }}
              autoComplete="off"
              inputMode="text"
            />
            {/* biome-ignore lint/a11y/useSemanticElements: buttons that belong together, not fields */}
            <div role="group" aria-label="Set the period" className={styles.units}>
              {(Object.keys(periodUnits) as PeriodUnit[]).map((unit) => (
                <button
                  key={unit}
                  type="button"
                  className="button"
                  data-on={pressed.last === unit || undefined}
                  onClick={() => onPress(unit)}
                >
                  {unit}
                  {pressed.last === unit && <span className={styles.again}>+1</span>}
                </button>
              ))}
            </div>
            <p className={`hint ${styles.wide}`}>
              Press one again to add another of it: day, day, day is 3 days. Or type 90 s, 5 min, 1 h 30 min.
            </p>
            <input type="hidden" name="zone" value={zone} />
          </div>
        ) : (
          <div className={styles.expression}>
            <TextField
              name="expression"
              label={kind === 'cron' ? 'Cron expression' : 'OnCalendar expression'}
              value={expression}
              onChange={(event) => setExpression(event.target.value)}
              placeholder={examples[kind]}
              rows={Math.min(6, Math.max(1, expression.split('\n').length))}
              spellCheck={false}
              autoCapitalize="none"
              className={styles.mono ?? ''}
            />
            <ZoneField zone={zone} onChange={setZone} />
            <input type="hidden" name="period" value={period} />
          </div>
        )}
        <SchedulePreview
          schedule={schedule}
          fault={'fault' in read && (kind === 'period' || expression.trim() !== '') ? read.fault : null}
        />
        {elsewhere !== kind && (
          <p>
            This reads like {kindWords[elsewhere]}.{' '}
            <button type="button" className={styles.switch} onClick={() => setKind(elsewhere)}>
              Read it so
            </button>
          </p>
        )}
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: as above */}
      <div role="group" aria-labelledby="down" className={styles.block}>
        <h2 id="down">When it counts as down</h2>
        <div className="fields">
          <Field
            name="grace"
            label="Grace"
            value={graceText}
            onChange={(event) => setGrace(event.target.value)}
            hint="How late a beat may come, and how long a run may take."
            autoComplete="off"
          />
          <Field
            name="permissible_misses"
            label="Permissible misses"
            type="number"
            min={0}
            max={100}
            inputMode="numeric"
            value={misses}
            onChange={(event) => setMisses(event.target.value)}
            hint="In a row, before anybody is told."
          />
        </div>
        <p className={styles.meaning}>{meaning(schedule, graceRead, Number(misses))}</p>
      </div>
    </>
  )
}

/** What the rule comes to, in one sentence. */
function meaning(schedule: Schedule | null, grace: ReturnType<typeof readPeriod>, misses: number): string {
  if ('fault' in grace) return `Grace: ${grace.fault}.`
  if (!schedule || !Number.isInteger(misses) || misses < 0) return ''
  const silence = silenceSeconds(schedule, grace.seconds, misses)
  const passed = misses === 0 ? '' : ` ${misses === 1 ? 'One miss is' : `${misses} misses in a row are`} let pass.`
  const told =
    silence !== null
      ? `You are told ${periodWords(silence)} after its last beat.`
      : grace.seconds === 0
        ? 'You are told as soon as a beat was due and did not come.'
        : `You are told ${periodWords(grace.seconds)} after a beat was due and did not come.`
  return `${told}${passed} A beat that says it failed takes it down at once.`
}

/** The zone of a calendar, by its IANA name. */
function ZoneField({ zone, onChange }: { zone: string; onChange: (zone: string) => void }) {
  const own = useDeviceZone()
  const [zones, setZones] = useState<string[]>([])
  useEffect(() => setZones(Intl.supportedValuesOf('timeZone')), [])
  return (
    <>
      <Field
        name="zone"
        label="Time zone"
        list="zones"
        value={zone}
        onChange={(event) => onChange(event.target.value)}
        autoComplete="off"
      />
      <datalist id="zones">
        <option value={own} />
        <option value="UTC" />
        {zones.map((one) => (
          <option key={one} value={one} />
        ))}
      </datalist>
    </>
  )
}
