'use server'
import { revalidatePath } from 'next/cache'
import { redirect } from 'next/navigation'
import { z } from 'zod'
import { requireUser } from '@/lib/session'
import { createBlackout, deleteBlackout, endBlackout, updateBlackout } from '@/lib/store/blackouts'
import { findTargetsLike } from '@/lib/store/job-pages'
import { attempt } from '../form/attempt'
import type { FormState } from '../form/form-state'
import { faultAtField, readBlackoutForm } from './blackout-form-data'

const Id = z.coerce.number().int().positive().max(2_147_483_647)

/** Adds a blackout, or changes the one whose id the form carries; then shows the list. */
export async function saveBlackout(_: FormState, form: FormData): Promise<FormState> {
  const saved = await attempt('write', async (session) => {
    const read = readBlackoutForm(form, Date.now())
    if ('fault' in read) return faultAtField(read.fault)
    const id = form.get('id')
    if (id === null) await createBlackout(read.blackout, session.userId)
    else if (!(await updateBlackout(Id.parse(id), read.blackout)))
      return { problem: 'This blackout was deleted meanwhile.' }
    revalidatePath('/', 'layout')
    return { done: 'saved' }
  })
  if (saved.done) redirect('/blackouts')
  return saved
}

/** Ends a blackout now: what it covers and is still dark is told. */
export async function endNow(_: FormState, form: FormData): Promise<FormState> {
  return attempt('write', async () => {
    const ended = await endBlackout(Id.parse(form.get('id')))
    revalidatePath('/', 'layout')
    return ended ? { done: 'Ended.' } : { problem: 'It was over already.' }
  })
}

export async function removeBlackout(_: FormState, form: FormData): Promise<FormState> {
  return attempt('write', async () => {
    await deleteBlackout(Id.parse(form.get('id')))
    revalidatePath('/', 'layout')
    return { done: 'Deleted.' }
  })
}

/** Devices and jobs by a part of their name. */
export async function targetsLike(query: string): Promise<{ id: number; name: string; kind: string }[]> {
  await requireUser()
  return findTargetsLike(String(query).trim().slice(0, 100), 12)
}
