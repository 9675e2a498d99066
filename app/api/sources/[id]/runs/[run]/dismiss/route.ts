import { guarded, pathId } from '@/lib/guarded'
import { Problem } from '@/lib/problem'
import { dismissRun } from '@/lib/store/source-runs'
import { type RunPath, runAnswer, runAt, sourceAt } from '../../../../answer'

export const POST = guarded<RunPath>('write', async ({ params, session }) => {
  const { id } = await sourceAt(pathId(params))
  const run = await runAt(id, params.run)
  if (!(await dismissRun(id, run.id, session.name))) {
    throw new Problem('conflict', `Found a reading that is ${run.state}, expected one that is planned`)
  }
  return runAnswer(await runAt(id, params.run))
})
