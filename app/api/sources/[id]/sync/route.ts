import { guarded, pathId } from '@/lib/guarded'
import { Problem } from '@/lib/problem'
import { syncNow } from '@/lib/store/source-runs'
import { type Path, runAnswer, runAt, sourceAt } from '../../answer'

/** Has a keeper read the source at once. */
export const POST = guarded<Path>('write', async ({ params, session }) => {
  const { id, name } = await sourceAt(pathId(params))
  const run = await syncNow(id, session.name)
  if (run === null) throw new Problem('conflict', `${JSON.stringify(name)} is switched off: switch it on first`)
  return runAnswer(await runAt(id, String(run)))
})
