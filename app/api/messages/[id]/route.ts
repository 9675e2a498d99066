import { guarded, pathId } from '@/lib/guarded'
import { messageAt, type Path } from '../answer'

export const GET = guarded<Path>('read', async ({ params }) => messageAt(pathId(params)))
