'use client'
import { ActionForm, FormMessage, SubmitButton } from '../form/action-form'
import { sendLastReport } from './report-actions'

/** Last month's report to all recipients at once, to see it arrive. */
export function SendReport() {
  return (
    <ActionForm action={sendLastReport}>
      <FormMessage />
      <div>
        <SubmitButton kind="plain">Send last month’s now</SubmitButton>
      </div>
    </ActionForm>
  )
}
