'use client'
import { useId } from 'react'
import { type DeviceListFormat, deviceListFormats } from '@/lib/domain/device-import'
import { deviceListWords } from './device-list-words'
import styles from './import-panel.module.css'

/** Empty: recognised. */
export type DeviceListChoice = { format: DeviceListFormat | ''; upstream: string }
type Props = { choice: DeviceListChoice; onChange: (choice: DeviceListChoice) => void }

/** What the list is, how one comes by it, and what those of a router hang on. */
export function DeviceListFields({ choice, onChange }: Props) {
  const ids = { format: useId(), how: useId(), upstream: useId(), upstreamHint: useId() }
  const words = choice.format ? deviceListWords[choice.format] : null
  return (
    <>
      <div className="field">
        <label htmlFor={ids.format}>What it is</label>
        <select
          id={ids.format}
          className="input"
          value={choice.format}
          aria-describedby={ids.how}
          onChange={(event) => {
            const format = deviceListFormats.find((one) => one === event.target.value)
            onChange({ ...choice, format: format ?? '' })
          }}
        >
          <option value="">Recognise it</option>
          {deviceListFormats.map((format) => (
            <option key={format} value={format}>
              {deviceListWords[format].name}
            </option>
          ))}
        </select>
        <p id={ids.how} className="hint">
          {words
            ? words.how
            : 'CSV, JSON, the devices of LibreNMS, the device list of The Dude, or what a RouterOS console prints: choose one to read how to get it.'}
        </p>
        {words && words.commands.length > 0 && (
          <pre className={styles.commands}>
            <code>{words.commands.join('\n')}</code>
          </pre>
        )}
      </div>
      {choice.format === 'mikrotik' && (
        <div className="field">
          <label htmlFor={ids.upstream}>They hang on</label>
          <input
            id={ids.upstream}
            className="input"
            value={choice.upstream}
            maxLength={120}
            autoComplete="off"
            aria-describedby={ids.upstreamHint}
            onChange={(event) => onChange({ ...choice, upstream: event.target.value })}
          />
          <p id={ids.upstreamHint} className="hint">
            The name of the device that listed them, if they are all behind it: an access point for its registrations,
            the router for its PPP secrets. Empty: what they hang on is learnt or set later.
          </p>
        </div>
      )}
    </>
  )
}
