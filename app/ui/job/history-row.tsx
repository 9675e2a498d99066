'use client'
import { useId, useState } from 'react'
import styles from './history.module.css'

/** A beat's row, and beneath it, when it is opened, all that the beat said. */
export function HistoryRow({ details, children }: { details: React.ReactNode; children: React.ReactNode }) {
  const [open, setOpen] = useState(false)
  const id = useId()
  return (
    <tbody>
      <tr data-opens={details ? '' : undefined} onClick={() => details && setOpen(!open)}>
        {children}
        <td className={styles.opener}>
          {details && (
            <button
              type="button"
              aria-expanded={open}
              aria-controls={id}
              onClick={(event) => {
                event.stopPropagation()
                setOpen(!open)
              }}
            >
              {open ? 'Less' : 'More'}
            </button>
          )}
        </td>
      </tr>
      {open && (
        <tr id={id} className={styles.opened}>
          <td colSpan={6}>{details}</td>
        </tr>
      )}
    </tbody>
  )
}
