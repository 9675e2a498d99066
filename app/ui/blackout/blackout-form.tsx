'use client'
import Link from 'next/link'
import { useEffect, useRef, useState } from 'react'
import { type Blackout, type BlackoutKind, nextOccurrences, type Occurrence } from '@/lib/domain/blackout'
import { wallText } from '@/lib/domain/quiet-time'
import { ActionForm, Field, FormMessage, SubmitButton } from '../form/action-form'
import form from '../job/job-form.module.css'
import { useZone } from '../time'
import { saveBlackout, targetsLike } from './actions'
import styles from './blackout-form.module.css'
import { readBlackoutForm } from './blackout-form-data'
import { minuteWords } from './blackout-words'
import { type Chip, ChipPicker } from './chip-picker'
import { Occurrences } from './occurrences'

const kinds: [BlackoutKind, string][] = [
  ['range', 'Once'],
  ['weekly', 'Every week'],
  ['periods', 'The next beats'],
  ['open', 'Until ended'],
]
const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

/** Adds or changes a blackout; its next five times are shown before it is saved, those of a clock change included. */
export function BlackoutForm({
  blackout,
  targets,
  sites,
  tags,
}: {
  blackout?: Blackout
  targets: Chip[] // those it covers
  sites: Chip[] // all there are
  tags: string[]
}) {
  const viewers = useZone()
  const zone = blackout?.zone ?? viewers
  const frame = useRef<HTMLDivElement>(null)
  const [kind, setKind] = useState<BlackoutKind>(blackout?.kind ?? 'range')
  const [all, setAll] = useState(blackout?.coversAll ?? false)
  const [chips, setChips] = useState({
    targets,
    sites: sites.filter((site) => blackout?.siteIds.includes(Number(site.value))),
    tags: (blackout?.tags ?? []).map((tag) => ({ value: tag, word: tag })),
  })
  const [shown, setShown] = useState<{ occurrences: Occurrence[]; fault: string | null; zone: string; now: number }>()
  const [zones, setZones] = useState<string[]>([])
  const look = () => {
    const element = frame.current?.closest('form')
    if (!element) return
    const data = new FormData(element)
    const now = Date.now()
    const read = readBlackoutForm(data, now)
    setShown({
      occurrences: 'blackout' in read ? nextOccurrences(read.blackout, now, 5) : [],
      fault: 'fault' in read ? read.fault : null,
      zone: String(data.get('zone') ?? 'UTC'),
      now,
    })
  }
  useEffect(() => setZones(Intl.supportedValuesOf('timeZone')), [])
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is chosen is in the form once it is rendered
  useEffect(look, [kind, all, chips])
  const start = blackout ? blackout.fromAt : Date.now()
  // What has no field for its beginning goes on from where it began: what it marked since stays marked.
  const began = blackout && blackout.fromAt <= Date.now() ? new Date(blackout.fromAt).toISOString() : null
  return (
    <ActionForm action={saveBlackout} className={form.form ?? ''}>
      <div ref={frame} onChange={look} className={form.form}>
        {blackout && <input type="hidden" name="id" value={blackout.id} />}
        {/* biome-ignore lint/a11y/useSemanticElements: a legend would be drawn upon the rule above it */}
        <div role="group" aria-labelledby="what" className="stack">
          <div className={form.blockHead}>
            <h2 id="what">Nobody is told of</h2>
            <div role="radiogroup" aria-label="What is covered" className={form.segments}>
              <label data-on={!all || undefined}>
                <input type="radio" name="scope" value="some" checked={!all} onChange={() => setAll(false)} />
                Only these
              </label>
              <label data-on={all || undefined}>
                <input type="radio" name="scope" value="all" checked={all} onChange={() => setAll(true)} />
                Everything
              </label>
            </div>
          </div>
          {!all && (
            <div className="stack">
              <ChipPicker
                name="target"
                label="Devices and jobs"
                placeholder="By name"
                chosen={chips.targets}
                onChange={(chosen) => setChips({ ...chips, targets: chosen })}
                find={async (query) =>
                  (await targetsLike(query).catch(() => [])).map(({ id, name, kind: what }) => ({
                    value: String(id),
                    word: name,
                    detail: what,
                  }))
                }
              />
              {kind !== 'periods' && (
                <div className="fields">
                  {sites.length > 0 && (
                    <ChipPicker
                      name="site"
                      label="All of a site"
                      placeholder="By name"
                      chosen={chips.sites}
                      onChange={(chosen) => setChips({ ...chips, sites: chosen })}
                      find={(query) => sites.filter((site) => site.word.toLowerCase().includes(query.toLowerCase()))}
                    />
                  )}
                  <ChipPicker
                    name="tag"
                    label="All with a tag"
                    placeholder="By name"
                    chosen={chips.tags}
                    onChange={(chosen) => setChips({ ...chips, tags: chosen })}
                    find={(query) => tagChips(tags, query)}
                  />
                </div>
              )}
            </div>
          )}
        </div>
        {/* biome-ignore lint/a11y/useSemanticElements: as above */}
        <div role="group" aria-labelledby="when" className={form.block}>
          <div className={form.blockHead}>
            <h2 id="when">When</h2>
            <div role="radiogroup" aria-label="Kind of blackout" className={form.segments}>
              {kinds.map(([one, word]) => (
                <label key={one} data-on={kind === one || undefined}>
                  <input type="radio" name="kind" value={one} checked={kind === one} onChange={() => setKind(one)} />
                  {word}
                </label>
              ))}
            </div>
          </div>
          {kind === 'weekly' && (
            <>
              {/* biome-ignore lint/a11y/useSemanticElements: as above */}
              <div role="group" aria-label="Days on which it begins" className={styles.days}>
                {weekdays.map((day, i) => (
                  <label key={day} className={styles.day}>
                    <input
                      type="checkbox"
                      name="weekday"
                      value={i + 1}
                      defaultChecked={blackout?.weekdays?.includes(i + 1) ?? i < 5}
                    />
                    {day}
                  </label>
                ))}
              </div>
              <div className="fields">
                <Field
                  name="start"
                  label="From"
                  type="time"
                  defaultValue={minuteWords(blackout?.startMinute ?? 22 * 60)}
                />
                <Field
                  name="end"
                  label="To"
                  type="time"
                  defaultValue={minuteWords(blackout?.endMinute ?? 2 * 60)}
                  hint="At or before the start: of the next day."
                />
              </div>
            </>
          )}
          {kind === 'periods' && (
            <Field
              name="periods"
              label="How many expected beats"
              type="number"
              min={1}
              max={1000}
              inputMode="numeric"
              defaultValue={blackout?.periodsLeft ?? 3}
              hint="Of one job. It falls by one with each, whether that came or not."
            />
          )}
          <div className="fields">
            {(kind === 'range' || kind === 'weekly') && (
              <>
                <Field
                  key={`from ${kind}`}
                  name="from"
                  label={kind === 'weekly' ? 'First day' : 'From'}
                  type={kind === 'weekly' ? 'date' : 'datetime-local'}
                  defaultValue={wallText(start, zone).slice(0, kind === 'weekly' ? 10 : 16)}
                  suppressHydrationWarning
                />
                <Field
                  key={`until ${kind}`}
                  name="until"
                  label={kind === 'weekly' ? 'Last day, if any' : 'Until'}
                  type={kind === 'weekly' ? 'date' : 'datetime-local'}
                  defaultValue={
                    blackout?.untilAt
                      ? wallText(blackout.untilAt, zone).slice(0, kind === 'weekly' ? 10 : 16)
                      : kind === 'weekly'
                        ? ''
                        : wallText(start + 7_200_000, zone)
                  }
                  suppressHydrationWarning
                />
              </>
            )}
            {(kind === 'open' || kind === 'periods') && began && <input type="hidden" name="from" value={began} />}
            {kind === 'range' || kind === 'weekly' ? (
              <Field name="zone" label="Time zone" list="blackout-zones" defaultValue={zone} autoComplete="off" />
            ) : (
              <input type="hidden" name="zone" value={zone} />
            )}
          </div>
          <datalist id="blackout-zones">
            {zones.map((one) => (
              <option key={one} value={one} />
            ))}
          </datalist>
          {shown && <Occurrences kind={kind} {...shown} />}
        </div>
        <div className={form.block}>
          <Field
            name="reason"
            label="Reason"
            defaultValue={blackout?.reason}
            placeholder="Power work at North Ridge"
            maxLength={200}
            autoComplete="off"
          />
          <label className="check">
            <input type="checkbox" name="planned" defaultChecked={blackout?.planned ?? true} />
            Planned work: leave it out of uptime
          </label>
          <p className="hint">
            Everything is measured and recorded as ever. What is still dark at its end is told then.
          </p>
        </div>
      </div>
      <FormMessage />
      <div className="row">
        <SubmitButton>{blackout ? 'Save' : 'Add the blackout'}</SubmitButton>
        <Link href="/blackouts" className="button" data-kind="quiet">
          Cancel
        </Link>
      </div>
    </ActionForm>
  )
}

/** Tags in use, and what is typed as a new one. */
function tagChips(tags: string[], query: string): Chip[] {
  const found = tags.filter((tag) => tag.toLowerCase().includes(query.toLowerCase()))
  const isNew = query !== '' && !tags.includes(query)
  return [...found, ...(isNew ? [query] : [])].map((tag) => ({ value: tag, word: tag }))
}
