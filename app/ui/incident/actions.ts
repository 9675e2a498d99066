'use server'
import { revalidatePath } from 'next/cache'
import { z } from 'zod'
import { acknowledgeIncident, addNote } from '@/lib/store/incidents'
import { attempt } from '../form/attempt'
import { type FormState, fieldErrors, filledFields } from '../form/form-state'

const IncidentId = z.coerce.number().int().positive()

/** Says that somebody is on it. */
export async function acknowledge(_: FormState, form: FormData): Promise<FormState> {
  return attempt('write', async (session) => {
    await acknowledgeIncident(IncidentId.parse(form.get('incident')), session.name)
    revalidatePath('/', 'layout')
    return {}
  })
}

const Note = z.object({
  incident: IncidentId,
  text: z.string('Write what the others should know.').max(2000, 'At most 2,000 characters.'),
})

/** Adds a line to an incident's timeline. */
export async function note(_: FormState, form: FormData): Promise<FormState> {
  return attempt('write', async (session) => {
    const parsed = Note.safeParse(filledFields(form))
    if (!parsed.success) return fieldErrors(parsed.error)
    await addNote(parsed.data.incident, session.name, parsed.data.text)
    revalidatePath(`/incidents/${parsed.data.incident}`)
    return { done: 'Added.' }
  })
}
