import type { BlackoutRule } from '@/lib/domain/blackout'
import { guarded, noContent, notFound, pathId, readJson } from '@/lib/guarded'
import { deleteBlackout, updateBlackout } from '@/lib/store/blackouts'
import { BlackoutInput, BlackoutPatch } from '@/lib/wire/rest-blackouts'
import { blackoutAnswer, blackoutAt, type Path } from '../answer'
import { blackoutRule } from '../input'

export const GET = guarded<Path>('read', async ({ params }) => answer(pathId(params)))

export const PUT = guarded<Path>('write', async ({ request, params }) => {
  const { id } = await blackoutAt(pathId(params))
  return change(id, await blackoutRule(await readJson(request, BlackoutInput), null))
})

export const PATCH = guarded<Path>('write', async ({ request, params }) => {
  const standing = await blackoutAt(pathId(params))
  return change(standing.id, await blackoutRule(await readJson(request, BlackoutPatch), standing))
})

export const DELETE = guarded<Path>('write', async ({ params }) => {
  const id = pathId(params)
  if (!(await deleteBlackout(id))) throw notFound('No blackout', id)
  return noContent()
})

async function change(id: number, rule: BlackoutRule) {
  if (!(await updateBlackout(id, rule))) throw notFound('No blackout', id)
  return answer(id)
}

const answer = async (id: number) => blackoutAnswer(await blackoutAt(id), Date.now())
