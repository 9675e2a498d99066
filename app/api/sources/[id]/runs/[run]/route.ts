import { guarded, pathId } from '@/lib/guarded'
import { type RunPath, runAnswer, runAt, sourceAt } from '../../../answer'

export const GET = guarded<RunPath>('read', async ({ params }) => {
  const { id } = await sourceAt(pathId(params))
  return runAnswer(await runAt(id, params.run))
})
