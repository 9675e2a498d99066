'use client'
import { useEffect, useRef, useState } from 'react'
import { ActionForm, FormMessage, SubmitButton } from './action-form'
import type { FormAction } from './form-state'

/** A button for what cannot be undone: asks once, in place, and says what will happen. */
export function ConfirmButton({
  action,
  fields,
  ask,
  verb,
  keep = 'Keep',
  size,
  label,
  kind = 'danger',
}: {
  action: FormAction
  fields: Record<string, string | number>
  ask: string
  verb: string
  keep?: string
  size?: 'small'
  label?: string
  kind?: 'danger' | 'quiet'
}) {
  const [asking, setAsking] = useState<boolean>()
  const opener = useRef<HTMLButtonElement>(null)
  const keeper = useRef<HTMLButtonElement>(null)
  // The button that had the focus is gone: it goes to what keeps things, and back.
  useEffect(() => {
    if (asking) keeper.current?.focus()
    else if (asking === false) opener.current?.focus()
  }, [asking])
  if (!asking) {
    return (
      <button
        ref={opener}
        type="button"
        className="button"
        data-kind={kind}
        data-size={size}
        aria-label={label}
        onClick={() => setAsking(true)}
      >
        {verb}
      </button>
    )
  }
  return (
    <ActionForm action={action} className="row">
      {Object.entries(fields).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <span>{ask}</span>
      <SubmitButton kind="danger" {...(size ? { size } : {})}>
        {verb}
      </SubmitButton>
      <button
        ref={keeper}
        type="button"
        className="button"
        data-kind="quiet"
        data-size={size}
        aria-description={ask}
        onClick={() => setAsking(false)}
        onKeyDown={(event) => event.key === 'Escape' && setAsking(false)}
      >
        {keep}
      </button>
      <FormMessage />
    </ActionForm>
  )
}
