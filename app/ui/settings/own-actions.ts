'use server'
import { revalidatePath } from 'next/cache'
import { headers } from 'next/headers'
import { z } from 'zod'
import { changeOwnPassword, signOutOwn } from '@/lib/account'
import { passwordFault } from '@/lib/password'
import { clientAddress, forgetSessions } from '@/lib/session'
import { updateUser } from '@/lib/store/users'
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

/** Sets a new password and ends every other session. Guessing at the current one is throttled as a sign-in is. */
export async function setOwnPassword(_: FormState, form: FormData): Promise<FormState> {
  return attempt('read', async (session) => {
    const next = String(form.get('next') ?? '')
    const fault = passwordFault(next)
    if (fault) return { errors: { next: `${fault}.` } }
    const address = clientAddress(await headers())
    await changeOwnPassword(session, String(form.get('current') ?? ''), next, address)
    revalidatePath('/settings')
    return { done: 'Changed. Every other place is signed out.' }
  })
}

export async function endSession(_: FormState, form: FormData): Promise<FormState> {
  return attempt('read', async (session) => {
    const id = z.uuid().safeParse(form.get('id'))
    if (!id.success) return { problem: 'There is no such session.' }
    await signOutOwn(session, id.data)
    revalidatePath('/settings')
    return { done: 'Signed out there.' }
  })
}

export async function endOtherSessions(): Promise<FormState> {
  return attempt('read', async (session) => {
    await signOutOwn(session, 'others')
    revalidatePath('/settings')
    return { done: 'Signed out everywhere else.' }
  })
}
