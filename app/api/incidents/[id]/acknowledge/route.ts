import { guarded, pathId } from '@/lib/guarded'
import { acknowledgeIncident, unacknowledgeIncident } from '@/lib/store/incident-acts'
import { answerAct } from '../../answer-incident'

/** The first to say so stays; saying it again is no fault. */
export const POST = guarded<{ id: string }>('write', async ({ params, session }) => {
  const id = pathId(params)
  return answerAct(id, await acknowledgeIncident(id, session))
})

/** Nobody is on it: reminders and escalation go on. */
export const DELETE = guarded<{ id: string }>('write', async ({ params, session }) => {
  const id = pathId(params)
  return answerAct(id, await unacknowledgeIncident(id, session))
})
