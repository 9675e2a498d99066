import { created, guarded, readJson, readQuery } from '@/lib/guarded'
import { passwordFault } from '@/lib/password'
import { Problem } from '@/lib/problem'
import { createUser, listUsers } from '@/lib/store/users'
import { PageQuery, UserInput } from '@/lib/wire/rest'
import { userAnswer } from '../answers'
import { pageOf, startAfter } from '../pages'

export const GET = guarded('admin', async ({ request }) => {
  const { limit, cursor } = readQuery(request, PageQuery)
  const rows = await listUsers({ limit: limit + 1, after: startAfter(cursor, 'string') ?? '' })
  return pageOf(rows, limit, (user) => user.email, userAnswer)
})

export const POST = guarded('admin', async ({ request }) => {
  const input = await readJson(request, UserInput)
  const fault = passwordFault(input.password)
  if (fault) throw new Problem('invalid-input', `password: ${fault}`)
  const user = await createUser(input)
  if (!user) throw new Problem('conflict', `email: ${input.email} has an account already`)
  return created(`/api/users/${user.id}`, userAnswer(user))
})
