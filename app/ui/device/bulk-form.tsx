'use client'
import { useRef, useState } from 'react'
import { ActionForm, FormMessage, SubmitButton } from '../form/action-form'
import { pauseSelected } from './actions'
import styles from './bulk-form.module.css'

const ticks = (form: HTMLElement) => [...form.querySelectorAll<HTMLInputElement>('input[name="id"]')]

/** A list whose rows can be ticked; what can be done with them appears when one is. */
export function BulkForm({ children }: { children: React.ReactNode }) {
  const [count, setCount] = useState(0)
  const frame = useRef<HTMLDivElement>(null)
  const recount = () => setCount(ticks(frame.current ?? document.body).filter((tick) => tick.checked).length)
  return (
    <div ref={frame} onChange={recount}>
      <ActionForm action={pauseSelected}>
        {children}
        <div className={styles.bar} data-shown={count > 0 || undefined} inert={count === 0}>
          <span className="strong num">{count} selected</span>
          <SubmitButton kind="plain" size="small" name="paused" value="1">
            Pause
          </SubmitButton>
          <SubmitButton kind="plain" size="small" name="paused" value="0">
            Resume
          </SubmitButton>
        </div>
        <FormMessage />
      </ActionForm>
    </div>
  )
}

/** Ticks every row of this page. */
export function SelectAll() {
  return (
    <input
      type="checkbox"
      className="tick"
      aria-label="Select every row of this page"
      onChange={(event) => {
        const form = event.currentTarget.form
        if (form) for (const tick of ticks(form)) tick.checked = event.currentTarget.checked
      }}
    />
  )
}
