import { guarded, noContent, notFound, pathId } from '@/lib/guarded'
import { deleteSource } from '@/lib/store/sources'
import { SourceInput, SourcePatch } from '@/lib/wire/rest-sources'
import { type Path, sourceAnswer, sourceAt } from '../answer'
import { changeSource, readSaid, withDefaults } from '../input'

export const GET = guarded<Path>('read', async ({ params }) => sourceAnswer(await sourceAt(pathId(params))))

/** What is left out goes back to its default; only secrets that it says to keep stay. */
export const PUT = guarded<Path>('write', async ({ request, params }) => {
  const standing = await sourceAt(pathId(params))
  await changeSource(withDefaults(await readSaid(request, SourceInput)), standing)
  return sourceAnswer(await sourceAt(standing.id))
})

export const PATCH = guarded<Path>('write', async ({ request, params }) => {
  const standing = await sourceAt(pathId(params))
  await changeSource(await readSaid(request, SourcePatch), standing)
  return sourceAnswer(await sourceAt(standing.id))
})

export const DELETE = guarded<Path>('write', async ({ params }) => {
  const id = pathId(params)
  if (!(await deleteSource(id))) throw notFound('No source', id)
  return noContent()
})
