import { guarded, pathId } from '@/lib/guarded'
import { acknowledgeIncident } from '@/lib/store/incidents'
import { answerIncident } from '../../answer-incident'

/** The first to say so stays; saying it again is no fault. */
export const POST = guarded<{ id: string }>('write', async ({ params, session }) => {
  const id = pathId(params)
  await acknowledgeIncident(id, session.name)
  return answerIncident(id)
})
