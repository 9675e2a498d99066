'use client'
import { ActionForm, FormMessage, SubmitButton } from '../form/action-form'
import { testChannel } from './actions'

/** Sends a test and shows what was really answered. */
export function TestButton({ id, name, size }: { id: number; name: string; size?: 'small' }) {
  return (
    <ActionForm action={testChannel} className="row">
      <input type="hidden" name="id" value={id} />
      <SubmitButton kind="plain" {...(size ? { size } : {})}>
        Send a test<span className="visually-hidden"> to {name}</span>
      </SubmitButton>
      <FormMessage />
    </ActionForm>
  )
}
