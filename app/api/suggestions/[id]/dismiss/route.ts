import { guarded, pathId } from '@/lib/guarded'
import { decide, type Path } from '../../answer'

export const POST = guarded<Path>('write', async ({ params, session }) =>
  decide(pathId(params), 'dismissed', session.name),
)
