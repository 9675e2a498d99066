'use client'
import { useEffect, useRef } from 'react'
import { Icon } from './icons'
import styles from './sheet.module.css'

/** A question over the page: a box in the middle of a desk, a sheet from below on a phone. Open for as long as it is there. */
export function Sheet({ title, close, children }: { title: string; close: () => void; children: React.ReactNode }) {
  const box = useRef<HTMLDialogElement>(null)
  useEffect(() => box.current?.showModal(), [])
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: a click beside the box closes it; Escape does so by itself
    <dialog
      ref={box}
      className={styles.sheet}
      aria-label={title}
      onClose={close}
      onClick={(event) => event.target === event.currentTarget && event.currentTarget.close()}
    >
      <div className={styles.inside}>
        <div className={styles.head}>
          <h2>{title}</h2>
          <button
            type="button"
            className="button"
            data-kind="quiet"
            aria-label="Close"
            onClick={() => box.current?.close()}
          >
            <Icon name="close" size={16} />
          </button>
        </div>
        {children}
      </div>
    </dialog>
  )
}
