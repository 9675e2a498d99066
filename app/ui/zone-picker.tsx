'use client'
import { useEffect, useState, useTransition } from 'react'
import { useDeviceZone, useZone } from './time'
import { chooseZone } from './zone-actions'
import styles from './zone-picker.module.css'

/** In which zone times are read, here and on every page of this operator: the device's own, or another. A phone has it in its settings alone. */
export function ZonePicker({ place = 'head' }: { place?: 'head' | 'settings' }) {
  const zone = useZone()
  const own = useDeviceZone()
  const [zones, setZones] = useState<string[]>([])
  const [busy, start] = useTransition()
  // Some 400 names that the page need not carry.
  useEffect(() => setZones(Intl.supportedValuesOf('timeZone')), [])
  return (
    <label className={styles.picker} data-place={place} data-busy={busy || undefined}>
      <span>Times in</span>
      <select
        className="input"
        value={zone === own ? '' : zone}
        onChange={(event) => start(() => chooseZone(event.target.value))}
      >
        <option value="">{placeWords(own)} (here)</option>
        {zone !== own && !zones.includes(zone) && <option value={zone}>{placeWords(zone)}</option>}
        {own !== 'UTC' && zone !== 'UTC' && <option value="UTC">UTC</option>}
        {zones
          .filter((one) => one !== own && one !== 'UTC')
          .map((one) => (
            <option key={one} value={one}>
              {placeWords(one)}
            </option>
          ))}
      </select>
    </label>
  )
}

const placeWords = (zone: string) => zone.replaceAll('_', ' ')
