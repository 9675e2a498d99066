'use server'
import { revalidatePath } from 'next/cache'
import { z } from 'zod'
import { Problem } from '@/lib/problem'
import type { Session } from '@/lib/session'
import {
  type ActResult,
  acknowledgeIncident,
  addNote,
  assignIncident,
  resolveIncident,
  unacknowledgeIncident,
} from '@/lib/store/incident-acts'
import { muteIncident, snoozeIncident } from '@/lib/store/incident-quiet'
import { attempt } from '../form/attempt'
import { type FormState, fieldErrors, filledFields } from '../form/form-state'

const IncidentId = z.coerce.number().int().positive().max(2_147_483_647)
const Id = z.coerce.number().int().positive().max(2_147_483_647)

/** Does one act upon the incident that a form names; every page that shows it is drawn anew. */
async function upon(
  form: FormData,
  work: (id: number, session: Session) => Promise<ActResult>,
  done?: string,
): Promise<FormState> {
  return attempt('write', async (session) => {
    const id = IncidentId.parse(form.get('incident'))
    const result = await work(id, session)
    if (result === 'missing') throw new Problem('not-found', 'This incident is no longer there')
    revalidatePath('/', 'layout')
    if (result === 'resolved') throw new Problem('conflict', 'It is over already: reload the page to see how it ended')
    return result === 'done' && done ? { done } : {}
  })
}

/** Says that somebody is on it. */
export async function acknowledge(_: FormState, form: FormData): Promise<FormState> {
  return upon(form, (id, session) => acknowledgeIncident(id, session))
}

/** Takes that back. */
export async function unacknowledge(_: FormState, form: FormData): Promise<FormState> {
  return upon(form, (id, session) => unacknowledgeIncident(id, session))
}

/** Hands it to the operator chosen, or with nobody chosen to nobody in particular. */
export async function assign(_: FormState, form: FormData): Promise<FormState> {
  const assignee = Id.nullable().safeParse(form.get('assignee') || null)
  if (!assignee.success) return { errors: { assignee: 'Choose somebody of the list.' } }
  return upon(form, (id, session) => assignIncident(id, assignee.data, session), 'Handed over.')
}

const Reason = z.object({ reason: z.string().max(500, 'At most 500 characters.').optional() })

/** Ends it by hand. */
export async function resolve(_: FormState, form: FormData): Promise<FormState> {
  const parsed = Reason.safeParse(filledFields(form))
  if (!parsed.success) return fieldErrors(parsed.error)
  return upon(form, (id, session) => resolveIncident(id, session, parsed.data.reason ?? null))
}

const Snooze = Reason.extend({ minutes: z.coerce.number().int().min(0).max(43_200) })

/** Tells nobody anything new of it for so many minutes; 0 ends that. */
export async function snooze(_: FormState, form: FormData): Promise<FormState> {
  const parsed = Snooze.safeParse(filledFields(form))
  if (!parsed.success) return fieldErrors(parsed.error)
  const { minutes, reason } = parsed.data
  const now = new Date()
  const until = minutes === 0 ? null : new Date(now.getTime() + minutes * 60_000)
  const done = until ? 'Nobody is told anything new until then.' : 'It is told again from now on.'
  return upon(form, (id, session) => snoozeIncident(id, until, session, reason ?? null, now), done)
}

const Mute = Reason.extend({ whom: z.enum(['everyone', 'some', 'nobody'], 'Choose for whom.') })

/** Mutes it for everyone or for the channels ticked; for nobody: unmutes it. */
export async function mute(_: FormState, form: FormData): Promise<FormState> {
  const parsed = Mute.safeParse(filledFields(form))
  const channels = z.array(Id).max(1000).safeParse(form.getAll('channel'))
  if (!parsed.success) return fieldErrors(parsed.error)
  const { whom, reason } = parsed.data
  if (whom === 'some' && (!channels.success || channels.data.length === 0))
    return { problem: 'Tick at least one channel.' }
  const muted = whom === 'everyone' ? whom : whom === 'some' ? (channels.data ?? []) : []
  return upon(form, (id, session) => muteIncident(id, muted, session, reason ?? null), 'Kept.')
}

const Note = z.object({
  incident: IncidentId,
  text: z.string('Write what the others should know.').max(2000, 'At most 2,000 characters.'),
})

/** Adds a line to an incident's story. */
export async function note(_: FormState, form: FormData): Promise<FormState> {
  const parsed = Note.safeParse(filledFields(form))
  if (!parsed.success) return fieldErrors(parsed.error)
  return upon(form, (id, session) => addNote(id, session, parsed.data.text), 'Added.')
}
