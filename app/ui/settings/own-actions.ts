'use server'
import { revalidatePath } from 'next/cache'
import { z } from 'zod'
import { passwordFault, verifyPassword } from '@/lib/password'
import { forgetSessions, requireUser } from '@/lib/session'
import { revokeOtherSessions, revokeSession } from '@/lib/store/sessions'
import { findPasswordHash, setPassword, updateUser } from '@/lib/store/users'
import { attempt } from '../form/attempt'
import { type FormState, fieldErrors, filledFields } from '../form/form-state'

const Profile = z.object({
  name: z.string('Write a name.').max(120, 'At most 120 characters.'),
  email: z.email('Expected an e-mail address.').max(320),
})

export async function saveProfile(_: FormState, form: FormData): Promise<FormState> {
  return attempt('read', async ({ userId }) => {
    if (userId === null) return { problem: 'Only a person has a profile.' }
    const parsed = Profile.safeParse(filledFields(form))
    if (!parsed.success) return fieldErrors(parsed.error)
    const saved = await updateUser(userId, parsed.data)
    if (saved === 'taken') return { errors: { email: 'Somebody else signs in with this address.' } }
    forgetSessions()
    revalidatePath('/', 'layout')
    return { done: 'Saved.' }
  })
}

const tries = new Map<number, number[]>() // wrong current passwords by user, in this process
const mostTries = 5

/** Sets a new password and ends every other session. Guessing at the current one is slowed down. */
export async function setOwnPassword(_: FormState, form: FormData): Promise<FormState> {
  return attempt('read', async ({ userId, sessionId }) => {
    if (userId === null) return { problem: 'Only a person has a password.' }
    const next = String(form.get('next') ?? '')
    const fault = passwordFault(next)
    if (fault) return { errors: { next: `${fault}.` } }
    const recent = (tries.get(userId) ?? []).filter((at) => at > Date.now() - 300_000)
    if (recent.length >= mostTries) return { problem: 'Too many wrong passwords. Try again in 5 min.' }
    if (!(await verifyPassword(await findPasswordHash(userId), String(form.get('current') ?? '')))) {
      tries.set(userId, [...recent, Date.now()])
      return { errors: { current: 'This is not your current password.' } }
    }
    tries.delete(userId)
    await setPassword(userId, next, sessionId)
    forgetSessions()
    revalidatePath('/settings')
    return { done: 'Changed. Every other place is signed out.' }
  })
}

export async function endSession(_: FormState, form: FormData): Promise<FormState> {
  return attempt('read', async ({ userId }) => {
    const id = z.uuid().safeParse(form.get('id'))
    if (userId === null || !id.success) return { problem: 'There is no such session.' }
    await revokeSession(userId, id.data)
    forgetSessions()
    revalidatePath('/settings')
    return { done: 'Signed out there.' }
  })
}

export async function endOtherSessions(): Promise<FormState> {
  const { userId, sessionId } = await requireUser()
  if (userId === null) return { problem: 'Only a person is signed in.' }
  await revokeOtherSessions(userId, sessionId)
  forgetSessions()
  revalidatePath('/settings')
  return { done: 'Signed out everywhere else.' }
}
