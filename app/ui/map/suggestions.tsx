'use client'
import Link from 'next/link'
import { useState } from 'react'
import type { MapSuggestion } from '@/lib/store/map'
import styles from './map.module.css'
import { counted } from './map-words'

/** What the graph would say otherwise than it does; each leads to its device. */
export function Suggestions({
  items,
  total,
  onShow,
}: {
  items: MapSuggestion[]
  total: number
  onShow: (deviceId: number) => void
}) {
  const [open, setOpen] = useState(false)
  if (total === 0) return null
  return (
    <details className={styles.suggestions} open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{counted(total, 'suggestion')}</summary>
      <ul>
        {items.map(({ id, deviceId, words }) => (
          <li key={id}>
            <button type="button" className="link" onClick={() => onShow(deviceId)}>
              {words}
            </button>
          </li>
        ))}
      </ul>
      <p>
        <Link href="/topology">Decide on {total === 1 ? 'it' : 'them'}</Link>
      </p>
    </details>
  )
}
