'use server'
import { revalidatePath } from 'next/cache'
import { z } from 'zod'
import { statusLimits } from '@/lib/domain/status-page'
import { forgetStatusViews } from '@/lib/store/status-cache'
import { renewClientLink, revokeClientLink } from '@/lib/store/status-links'
import { addStatusUpdate, removeStatusUpdate } from '@/lib/store/status-updates'
import { attempt } from '../form/attempt'
import type { FormState } from '../form/form-state'

const Id = z.coerce.number().int().positive().max(2_147_483_647)
const Text = z
  .string()
  .trim()
  .min(1, 'Write what your customers are to know.')
  .max(statusLimits.update, `At most ${statusLimits.update} characters.`)

/** Says something of an incident to its readers and subscribers. */
export async function sayUpdate(_: FormState, form: FormData): Promise<FormState> {
  return attempt('write', async (session) => {
    const text = Text.safeParse(form.get('update'))
    if (!text.success) return { errors: { update: text.error.issues[0]?.message ?? 'Expected some words.' } }
    const said = await addStatusUpdate(Id.parse(form.get('incident')), {
      by: session.name,
      text: text.data,
      at: new Date(),
    })
    if (!said) return { problem: 'This incident is no longer there.' }
    forgetStatusViews()
    revalidatePath('/', 'layout')
    return { done: 'It is on the status pages, and on its way to their subscribers.' }
  })
}

export async function takeBackUpdate(_: FormState, form: FormData): Promise<FormState> {
  return attempt('write', async () => {
    await removeStatusUpdate(Id.parse(form.get('incident')), Id.parse(form.get('update')))
    forgetStatusViews()
    revalidatePath('/', 'layout')
    return { done: 'Taken back.' }
  })
}

/** Makes a client's link, or another one in its place. */
export async function makeClientLink(_: FormState, form: FormData): Promise<FormState> {
  return attempt('write', async () => {
    if ((await renewClientLink(Id.parse(form.get('client')))) === null)
      return { problem: 'This client is no longer there, or has left.' }
    revalidatePath('/clients', 'layout')
    return { done: 'The link is made.' }
  })
}

export async function dropClientLink(_: FormState, form: FormData): Promise<FormState> {
  return attempt('write', async () => {
    await revokeClientLink(Id.parse(form.get('client')))
    revalidatePath('/clients', 'layout')
    return { done: 'Taken back: the link opens nothing any more.' }
  })
}
