import { guarded, noContent, notFound, pathId, readJson } from '@/lib/guarded'
import { passwordFault } from '@/lib/password'
import { Problem } from '@/lib/problem'
import { forgetSessions } from '@/lib/session'
import { forgetVerified } from '@/lib/sign-in'
import { deleteUser, findUser, setPassword, updateUser } from '@/lib/store/users'
import { UserPatch } from '@/lib/wire/rest'
import { userAnswer } from '../../answers'

type Path = { id: string }
const lastAdmin = () => new Problem('conflict', 'This is the last admin: somebody must remain who can manage people')

export const GET = guarded<Path>('admin', async ({ params }) => {
  const id = pathId(params)
  const user = await findUser(id)
  if (!user) throw notFound('Nobody', id)
  return userAnswer(user)
})

/** A new password ends the sessions of that user, except the one that asked. */
export const PATCH = guarded<Path>('admin', async ({ request, params, session }) => {
  const id = pathId(params)
  const input = await readJson(request, UserPatch)
  const fault = input.password === undefined ? null : passwordFault(input.password)
  if (fault) throw new Problem('invalid-input', `password: ${fault}`)
  const user = await updateUser(id, {
    email: input.email,
    name: input.name,
    role: input.role,
    timeZone: input.time_zone,
  })
  if (user === 'last-admin') throw lastAdmin()
  if (user === 'taken') throw new Problem('conflict', `email: ${input.email} has an account already`)
  if (!user) throw notFound('Nobody', id)
  if (input.password !== undefined) await setPassword(id, input.password, session.sessionId)
  forgetSessions()
  forgetVerified()
  return userAnswer(user)
})

export const DELETE = guarded<Path>('admin', async ({ params }) => {
  const id = pathId(params)
  const outcome = await deleteUser(id)
  if (outcome === 'unknown') throw notFound('Nobody', id)
  if (outcome === 'last-admin') throw lastAdmin()
  forgetSessions()
  forgetVerified()
  return noContent()
})
