'use client'
import { useEffect, useState } from 'react'
import { everyDay, type Hours } from '@/lib/domain/hours'
import { hoursPresets } from '@/lib/domain/hours-words'
import type { Place } from '@/lib/domain/sun'
import { PartProblem } from '../form/action-form'
import { Icon } from '../icons'
import { draftOf, type HoursDraft, hoursOf, presetNames, presetOf, type RangeDraft, rangeDrafts } from './hours-draft'
import styles from './hours-fields.module.css'
import { RangeRow } from './range-row'
import { WeekDrawing } from './week-drawing'

export type PlaceChoice = { name: string; place: Place }

/** When a channel likes to be told: presets that fill in ranges, the ranges, and the week that they make. `now` is epoch ms. */
export function HoursFields({ hours, places, now }: { hours: Hours; places: PlaceChoice[]; now: number }) {
  const [draft, setDraft] = useState<HoursDraft>(() => draftOf(hours))
  const [keys, setKeys] = useState(() => draft.ranges.map((_, i) => i))
  const [zones, setZones] = useState<string[]>([])
  useEffect(() => setZones(Intl.supportedValuesOf('timeZone')), [])
  const meant = hoursOf(draft)
  const preset = presetOf(draft.ranges)
  const setRanges = (ranges: RangeDraft[], kept = keys) => {
    setDraft({ ...draft, ranges })
    setKeys(kept)
  }
  const add = () =>
    setRanges([...draft.ranges, { weekdays: [...everyDay], start: '07:00', end: '22:00' }], [...keys, nextKey(keys)])
  const fill = (name: (typeof presetNames)[number]) => {
    const ranges = rangeDrafts(hoursPresets[name].ranges)
    setRanges(
      ranges,
      ranges.map((_, i) => nextKey(keys) + i),
    )
  }
  return (
    <div className="stack">
      <input type="hidden" name="hours" value={JSON.stringify(draft)} />
      {/* biome-ignore lint/a11y/useSemanticElements: a legend would be drawn upon the rule above it */}
      <div role="group" aria-label="Presets" className={styles.presets}>
        {presetNames.map((name) => (
          <button
            key={name}
            type="button"
            className={styles.preset}
            aria-pressed={preset === name}
            onClick={() => fill(name)}
          >
            {hoursPresets[name].label}
          </button>
        ))}
      </div>
      {draft.ranges.length > 0 && (
        <ol className={styles.ranges}>
          {draft.ranges.map((range, i) => (
            <RangeRow
              key={keys[i]}
              range={range}
              number={i + 1}
              onChange={(changed) => setRanges(draft.ranges.map((one, at) => (at === i ? changed : one)))}
              onRemove={() => setRanges(without(draft.ranges, i), without(keys, i))}
            />
          ))}
        </ol>
      )}
      <div className="row">
        <button type="button" className="button" data-size="small" onClick={add}>
          <Icon name="plus" size={16} />
          {draft.ranges.length === 0 ? 'Only in a range' : 'Add a range'}
        </button>
      </div>
      <div className="fields">
        <label className={`field ${styles.labelled}`}>
          Time zone
          <input
            className="input"
            list="channel-zones"
            value={draft.timezone}
            autoComplete="off"
            onChange={(event) => setDraft({ ...draft, timezone: event.target.value.trim() })}
          />
        </label>
        {draft.ranges.some((range) => 'sun' in range) && (
          <PlaceField place={draft.place} places={places} onChange={(place) => setDraft({ ...draft, place })} />
        )}
      </div>
      <datalist id="channel-zones">
        {zones.map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
      <PartProblem name="hours" />
      <div aria-live="polite">
        {'lacks' in meant ? (
          <p className="hint">{meant.lacks}</p>
        ) : meant.ranges.length === 0 ? (
          <p className="hint">At any time.</p>
        ) : (
          <WeekDrawing hours={meant} now={now} />
        )}
      </div>
    </div>
  )
}

const nextKey = (keys: number[]) => Math.max(-1, ...keys) + 1
const without = <T,>(list: T[], i: number) => list.filter((_, at) => at !== i)

/** Where the sun is looked at: a site of ours. */
function PlaceField({
  place,
  places,
  onChange,
}: {
  place: Place | null
  places: PlaceChoice[]
  onChange: (place: Place | null) => void
}) {
  const same = (one: Place) => one.latitude === place?.latitude && one.longitude === place.longitude
  const known = place === null || places.some((choice) => same(choice.place))
  const value = place === null ? '' : known ? `${places.findIndex((choice) => same(choice.place))}` : 'kept'
  return (
    <label className={`field ${styles.labelled}`}>
      The sun at
      <select
        className="input"
        value={value}
        onChange={({ target }) => {
          if (target.value !== 'kept')
            onChange(target.value === '' ? null : (places[Number(target.value)]?.place ?? null))
        }}
      >
        <option value="">No site: from 06:00 to 18:00</option>
        {!known && place && (
          <option value="kept">
            {place.latitude}, {place.longitude}
          </option>
        )}
        {places.map((choice, i) => (
          <option key={choice.name} value={i}>
            {choice.name}
          </option>
        ))}
      </select>
    </label>
  )
}
