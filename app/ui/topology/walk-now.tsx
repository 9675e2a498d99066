'use client'
import { useRouter } from 'next/navigation'
import { useEffect, useState } from 'react'
import { ActionForm, FormMessage, SubmitButton } from '../form/action-form'
import type { FormState } from '../form/form-state'
import { askWalk } from './actions'

const lookEveryMs = 2000
const patienceMs = 90_000

/** Asks for a walk and looks for it until it is there. `triedAt`: of the last one that the page knows (ISO). */
export function WalkNow({ id, triedAt }: { id: number; triedAt: string | null }) {
  const router = useRouter()
  const [asked, setAsked] = useState<{ at: number; before: string | null }>()
  const isHere = asked !== undefined && triedAt !== asked.before
  useEffect(() => {
    if (!asked || isHere) return
    const timer = setInterval(() => {
      if (Date.now() - asked.at > patienceMs) clearInterval(timer)
      else router.refresh()
    }, lookEveryMs)
    return () => clearInterval(timer)
  }, [asked, isHere, router])
  const ask = async (state: FormState, form: FormData): Promise<FormState> => {
    const answer = await askWalk(state, form)
    if (answer.done === undefined) return answer
    setAsked({ at: Date.now(), before: triedAt })
    return {}
  }
  return (
    <ActionForm action={ask} className="row">
      <input type="hidden" name="id" value={id} />
      <SubmitButton kind="plain" size="small">
        Walk now
      </SubmitButton>
      <span className="muted" aria-live="polite">
        {isHere ? 'Walked.' : asked ? 'Asked: it shows here once it is read.' : ''}
      </span>
      <FormMessage />
    </ActionForm>
  )
}
