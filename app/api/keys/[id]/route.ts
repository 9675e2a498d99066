import { guarded, noContent, notFound, pathId, readJson } from '@/lib/guarded'
import { forgetSessions } from '@/lib/session'
import { deleteKey, findKeyById, updateKey } from '@/lib/store/keys'
import { KeyPatch } from '@/lib/wire/rest'
import { keyAnswer } from '../../answers'

type Path = { id: string }

export const GET = guarded<Path>('admin', async ({ params }) => {
  const id = pathId(params)
  const key = await findKeyById(id)
  if (!key) throw notFound('No key', id)
  return keyAnswer(key)
})

export const PATCH = guarded<Path>('admin', async ({ request, params }) => {
  const id = pathId(params)
  const key = await updateKey(id, await readJson(request, KeyPatch))
  if (!key) throw notFound('No key', id)
  forgetSessions()
  return keyAnswer(key)
})

export const DELETE = guarded<Path>('admin', async ({ params }) => {
  const id = pathId(params)
  if (!(await deleteKey(id))) throw notFound('No key', id)
  forgetSessions()
  return noContent()
})
