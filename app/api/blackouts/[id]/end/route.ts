import { guarded, pathId } from '@/lib/guarded'
import { endBlackout } from '@/lib/store/blackouts'
import { blackoutAnswer, blackoutAt, type Path } from '../../answer'

/** Ends it now; one that is over stays as it was. */
export const POST = guarded<Path>('write', async ({ params }) => {
  const { id } = await blackoutAt(pathId(params))
  await endBlackout(id)
  return blackoutAnswer(await blackoutAt(id), Date.now())
})
