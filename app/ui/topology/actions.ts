'use server'
import { revalidatePath } from 'next/cache'
import { z } from 'zod'
import { findDevice } from '@/lib/store/devices'
import { walkNow } from '@/lib/store/discoveries'
import { decideSuggestion } from '@/lib/store/suggestions'
import { attempt } from '../form/attempt'
import type { FormState } from '../form/form-state'

const Id = z.coerce.number().int().positive().max(2_147_483_647)

/** Has the probes walk a device now. */
export async function askWalk(_: FormState, form: FormData): Promise<FormState> {
  return attempt('write', async () => {
    const id = Id.parse(form.get('id'))
    if (!(await findDevice(id))) return { problem: 'This device was deleted meanwhile.' }
    await walkNow([id])
    return { done: String(Date.now()) }
  })
}

/** Follows a suggestion, or leaves it as it is. */
export async function decide(_: FormState, form: FormData): Promise<FormState> {
  return attempt('write', async (session) => {
    const decision = z.enum(['accepted', 'dismissed']).parse(form.get('decision'))
    const done = await decideSuggestion(Id.parse(form.get('id')), decision, session.name)
    revalidatePath('/', 'layout')
    if (done === null) return { problem: 'Somebody was faster: it is decided.' }
    if ('fault' in done) return { problem: `${done.fault.charAt(0).toUpperCase()}${done.fault.slice(1)}.` }
    return { done: 'Decided.' }
  })
}
