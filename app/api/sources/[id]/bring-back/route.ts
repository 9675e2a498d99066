import { guarded, pathId } from '@/lib/guarded'
import { forgetRemoved } from '@/lib/store/source-run-lists'
import { type Path, sourceAnswer, sourceAt } from '../../answer'

export const POST = guarded<Path>('write', async ({ params }) => {
  const { id } = await sourceAt(pathId(params))
  await forgetRemoved(id)
  return sourceAnswer(await sourceAt(id))
})
