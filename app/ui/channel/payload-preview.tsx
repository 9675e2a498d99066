'use client'
import { useId, useRef, useState, useTransition } from 'react'
import { useZone } from '../time'
import { clockWords } from '../time-words'
import { showPayload } from './actions'
import styles from './channel-form.module.css'

/** An incident to show a payload for; `at` (epoch ms) is when it opened. */
export type IncidentChoice = { id: number; name: string; at: number }

/** What the webhook as it stands in the form would send for one of the last incidents. */
export function PayloadPreview({ incidents, now }: { incidents: IncidentChoice[]; now: number }) {
  const zone = useZone()
  const id = useId()
  const box = useRef<HTMLDivElement>(null)
  const [incident, setIncident] = useState(incidents[0]?.id ?? null)
  const [shown, setShown] = useState<{ payload: string } | { fault: string }>()
  const [pending, start] = useTransition()
  const look = () => {
    const form = box.current?.closest('form')
    if (!form) return
    const data = new FormData(form)
    start(async () => {
      setShown(await showPayload(data, incident).catch(() => ({ fault: 'The server did not answer. Try again.' })))
    })
  }
  return (
    <div ref={box} className={styles.preview}>
      <div className={styles.previewHead}>
        <div className="field">
          <label htmlFor={id}>Preview with</label>
          <select
            id={id}
            className="input"
            value={incident ?? ''}
            onChange={(event) => setIncident(event.target.value === '' ? null : Number(event.target.value))}
          >
            {incidents.length === 0 && <option value="">An example, as no incident was yet</option>}
            {incidents.map((one) => (
              <option key={one.id} value={one.id} suppressHydrationWarning>
                {one.name}, {clockWords(one.at, zone, now, { seconds: false })}
              </option>
            ))}
          </select>
        </div>
        <button type="button" className="button" onClick={look} disabled={pending}>
          Show the payload
        </button>
      </div>
      <div aria-live="polite">
        {shown && 'fault' in shown && (
          <p className="note" data-tone="down">
            {shown.fault}
          </p>
        )}
        {shown && 'payload' in shown && (
          <section className={styles.payload} aria-label="Payload">
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
            <pre tabIndex={0}>{shown.payload === '' ? '(nothing)' : shown.payload}</pre>
          </section>
        )}
      </div>
    </div>
  )
}
