'use client'
import { Icon } from '../icons'
import type { RangeDraft } from './hours-draft'
import styles from './hours-fields.module.css'

const days = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']

/** One range of the hours: its days, and from when to when. */
export function RangeRow({
  range,
  number,
  onChange,
  onRemove,
}: {
  range: RangeDraft
  number: number
  onChange: (range: RangeDraft) => void
  onRemove: () => void
}) {
  const { weekdays } = range
  const turn = (day: number) =>
    onChange({
      ...range,
      weekdays: weekdays.includes(day)
        ? weekdays.filter((one) => one !== day)
        : [...weekdays, day].sort((a, b) => a - b),
    })
  const as = (what: string): RangeDraft =>
    what === 'clock'
      ? { weekdays, start: '07:00', end: '22:00' }
      : { weekdays, sun: what === 'dark' ? 'dark' : 'daylight' }
  return (
    <li className={styles.range}>
      {/* biome-ignore lint/a11y/useSemanticElements: a legend would be drawn upon the rule above it */}
      <div role="group" aria-label={`Days of range ${number}`} className={styles.days}>
        {days.map((day, i) => (
          <label key={day} className={styles.day}>
            <input
              type="checkbox"
              className="visually-hidden"
              checked={weekdays.includes(i + 1)}
              onChange={() => turn(i + 1)}
              aria-label={day}
            />
            <span aria-hidden="true">{day.slice(0, 2)}</span>
          </label>
        ))}
      </div>
      <select
        className={`input ${styles.kind}`}
        aria-label={`Kind of range ${number}`}
        value={'sun' in range ? range.sun : 'clock'}
        onChange={(event) => onChange(as(event.target.value))}
      >
        <option value="clock">By the clock</option>
        <option value="daylight">In daylight</option>
        <option value="dark">After dark</option>
      </select>
      {'start' in range && (
        <span className={styles.times}>
          <input
            type="time"
            className="input"
            aria-label={`Start of range ${number}`}
            value={range.start}
            onChange={(event) => onChange({ ...range, start: event.target.value })}
          />
          to
          <input
            type="time"
            className="input"
            aria-label={`End of range ${number}`}
            value={range.end}
            onChange={(event) => onChange({ ...range, end: event.target.value })}
          />
          {range.start !== '' && range.end !== '' && range.end <= range.start && (
            <span className="muted">the next day</span>
          )}
        </span>
      )}
      <button
        type="button"
        className={`button ${styles.remove}`}
        data-kind="quiet"
        aria-label={`Remove range ${number}`}
        onClick={onRemove}
      >
        <Icon name="close" size={16} />
      </button>
    </li>
  )
}
