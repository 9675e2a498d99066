import { guarded, pathId, readQuery } from '@/lib/guarded'
import { listRuns } from '@/lib/store/source-run-lists'
import { PageQuery } from '@/lib/wire/rest'
import { pageOf, startAfter } from '../../../pages'
import { type Path, runAnswer, sourceAt } from '../../answer'

export const GET = guarded<Path>('read', async ({ request, params }) => {
  const { id } = await sourceAt(pathId(params))
  const { limit, cursor } = readQuery(request, PageQuery)
  const runs = await listRuns(id, { limit: limit + 1, before: startAfter(cursor, 'number') ?? null })
  return pageOf(runs, limit, (run) => run.id, runAnswer)
})
