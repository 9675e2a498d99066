'use client'
import { useState } from 'react'
import { ActionForm, FormMessage, SubmitButton } from '../form/action-form'
import { Icon } from '../icons'
import { Sheet } from '../sheet'
import { addQuickBlackout } from './quick-actions'
import { QuietFields } from './quiet-fields'

/** Asks for how long nobody is to be told of one target. `period`: it is a job, whose next beats can be counted. */
export function BlackoutButton({
  targetId,
  name,
  period = false,
}: {
  targetId: number
  name: string
  period?: boolean
}) {
  const [open, setOpen] = useState(false)
  return (
    <>
      <button type="button" className="button" onClick={() => setOpen(true)}>
        <Icon name="moon" size={16} />
        Blackout
      </button>
      {open && (
        <Sheet title={`Blackout of ${name}`} close={() => setOpen(false)}>
          <ActionForm
            action={async (state, form) => {
              const answer = await addQuickBlackout(state, form)
              if (answer.done) setOpen(false)
              return answer
            }}
          >
            <input type="hidden" name="id" value={targetId} />
            <QuietFields period={period} />
            <FormMessage />
            <div className="row">
              <SubmitButton>Add the blackout</SubmitButton>
            </div>
          </ActionForm>
        </Sheet>
      )}
    </>
  )
}
