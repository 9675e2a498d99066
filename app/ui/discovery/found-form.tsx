'use client'
import { useRef, useState } from 'react'
import bulk from '../device/bulk-form.module.css'
import { ActionForm, FormMessage, SubmitButton } from '../form/action-form'
import { decideFound } from './actions'
import styles from './found-table.module.css'

const ticks = (form: HTMLElement) => [...form.querySelectorAll<HTMLInputElement>('input[name="id"]')]

/** What was found, to be watched or not: all of it at once, or those that are ticked. */
export function FoundForm({
  discovery,
  show,
  waiting,
  words,
  children,
}: {
  discovery: number
  show: 'waiting' | 'opened' | 'pings' | null // null: nothing here can be taken as a whole
  waiting: number
  words: string // "Watch all 12 devices"
  children: React.ReactNode
}) {
  const [count, setCount] = useState(0)
  const frame = useRef<HTMLDivElement>(null)
  const recount = () => setCount(ticks(frame.current ?? document.body).filter((tick) => tick.checked).length)
  return (
    <div ref={frame} onChange={recount}>
      <ActionForm action={decideFound}>
        <input type="hidden" name="discovery" value={discovery} />
        {show && <input type="hidden" name="show" value={show} />}
        {show && waiting > 0 && (
          <div className={styles.all}>
            <SubmitButton name="act" value="accept-all">
              {words}
            </SubmitButton>
            <SubmitButton kind="quiet" name="act" value="dismiss-all">
              Dismiss {waiting === 1 ? 'it' : 'all'}
            </SubmitButton>
            <p className="muted">or tick some. Names and roles can be changed before.</p>
          </div>
        )}
        <FormMessage />
        {children}
        <div className={bulk.bar} data-shown={count > 0 || undefined} inert={count === 0}>
          <span className="strong num">{count} selected</span>
          {show ? (
            <>
              <SubmitButton kind="plain" size="small" name="act" value="accept">
                Watch
              </SubmitButton>
              <SubmitButton kind="plain" size="small" name="act" value="dismiss">
                Dismiss
              </SubmitButton>
            </>
          ) : (
            <SubmitButton kind="plain" size="small" name="act" value="reconsider">
              Decide again
            </SubmitButton>
          )}
        </div>
      </ActionForm>
    </div>
  )
}

/** Ticks every row of this page. */
export function TickAll() {
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
