import { guarded, pathId } from '@/lib/guarded'
import { answerIncident } from '../answer-incident'

export const GET = guarded<{ id: string }>('read', async ({ params }) => answerIncident(pathId(params)))
