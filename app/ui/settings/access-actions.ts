'use server'
import { revalidatePath } from 'next/cache'
import { z } from 'zod'
import { parseAddress } from '@/lib/domain/address'
import { passwordFault } from '@/lib/password'
import { userRoles } from '@/lib/rights'
import { forgetSessions } from '@/lib/session'
import { forgetVerified } from '@/lib/sign-in'
import { createKey, deleteKey } from '@/lib/store/keys'
import { createProbe, deleteProbe, updateProbe } from '@/lib/store/probes'
import { createUser, deleteUser, setPassword, updateUser } from '@/lib/store/users'
import { attempt } from '../form/attempt'
import { type FormState, fieldErrors, filledFields } from '../form/form-state'

const Id = z.coerce.number().int().positive().max(2_147_483_647)
const Name = z.string('Write a name.').max(120, 'At most 120 characters.')
const Role = z.enum(userRoles, 'Choose a role.')
const isDuplicate = (error: unknown) => error instanceof Error && 'code' in error && error.code === '23505'

// ---- API keys ----
export async function makeKey(_: FormState, form: FormData): Promise<FormState> {
  return attempt('admin', async () => {
    const parsed = z.object({ name: Name, role: Role }).safeParse(filledFields(form))
    if (!parsed.success) return fieldErrors(parsed.error)
    const { key, name } = await createKey(parsed.data)
    revalidatePath('/settings/keys')
    return { done: `The key “${name}” is made.`, secret: key }
  })
}

export async function removeKey(_: FormState, form: FormData): Promise<FormState> {
  return attempt('admin', async () => {
    await deleteKey(Id.parse(form.get('id')))
    forgetSessions()
    revalidatePath('/settings/keys')
    return { done: 'Deleted.' }
  })
}

// ---- probes ----
export async function makeProbe(_: FormState, form: FormData): Promise<FormState> {
  return attempt('admin', async () => {
    const parsed = z.object({ name: Name }).safeParse(filledFields(form))
    if (!parsed.success) return fieldErrors(parsed.error)
    try {
      const { token } = await createProbe(parsed.data)
      revalidatePath('/settings/probes')
      return { done: `The probe “${parsed.data.name}” may connect with this token.`, secret: token }
    } catch (error) {
      if (isDuplicate(error)) return { errors: { name: 'Another probe is called this.' } }
      throw error
    }
  })
}

export async function saveAnchors(_: FormState, form: FormData): Promise<FormState> {
  return attempt('admin', async () => {
    const { id, anchors: text = '' } = filledFields(form)
    const anchors: string[] = []
    for (const part of text.split(/[\s,;]+/).filter(Boolean)) {
      const read = parseAddress(part)
      if ('fault' in read) return { errors: { anchors: `${part}: ${read.fault}.` } }
      anchors.push(read.address)
    }
    if (anchors.length > 16) return { errors: { anchors: `Found ${anchors.length}, expected at most 16.` } }
    await updateProbe(Id.parse(id), { anchors })
    revalidatePath('/settings/probes')
    return { done: 'Saved.' }
  })
}

export async function removeProbe(_: FormState, form: FormData): Promise<FormState> {
  return attempt('admin', async () => {
    await deleteProbe(Id.parse(form.get('id')))
    revalidatePath('/settings/probes')
    return { done: 'Deleted.' }
  })
}

// ---- operators ----
const NewUser = z.object({
  name: Name,
  email: z.email('Expected an e-mail address.').max(320),
  role: Role,
  password: z.string('Choose a first password.'),
})

export async function addUser(_: FormState, form: FormData): Promise<FormState> {
  return attempt('admin', async () => {
    const parsed = NewUser.safeParse(filledFields(form))
    if (!parsed.success) return fieldErrors(parsed.error)
    const fault = passwordFault(parsed.data.password)
    if (fault) return { errors: { password: `${fault}.` } }
    const user = await createUser(parsed.data)
    if (!user) return { errors: { email: 'Somebody signs in with this address already.' } }
    revalidatePath('/settings/users')
    return { done: `${user.name} can sign in.` }
  })
}

export async function changeRole(_: FormState, form: FormData): Promise<FormState> {
  return attempt('admin', async () => {
    const { id, role } = z.object({ id: Id, role: Role }).parse(filledFields(form))
    const user = await updateUser(id, { role })
    if (user === 'last-admin') return { problem: 'Somebody has to remain an admin.' }
    forgetSessions()
    forgetVerified()
    revalidatePath('/settings/users')
    return { done: 'Changed.' }
  })
}

export async function resetPassword(_: FormState, form: FormData): Promise<FormState> {
  return attempt('admin', async () => {
    const { id, password = '' } = filledFields(form)
    const fault = passwordFault(password)
    if (fault) return { errors: { password: `${fault}.` } }
    await setPassword(Id.parse(id), password)
    forgetSessions()
    forgetVerified()
    return { done: 'Set. Their sessions are ended.' }
  })
}

export async function removeUser(_: FormState, form: FormData): Promise<FormState> {
  return attempt('admin', async ({ userId }) => {
    const id = Id.parse(form.get('id'))
    if (id === userId) return { problem: 'You cannot delete yourself: another admin can.' }
    if ((await deleteUser(id)) === 'last-admin') return { problem: 'Somebody has to remain an admin.' }
    forgetSessions()
    forgetVerified()
    revalidatePath('/settings/users')
    return { done: 'Deleted.' }
  })
}
