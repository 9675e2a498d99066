import { guarded, pathId, readJson } from '@/lib/guarded'
import { assignIncident } from '@/lib/store/incident-acts'
import { AssignInput } from '@/lib/wire/rest-incidents'
import { answerAct } from '../../answer-incident'

/** Hands it to an operator; null: to nobody in particular. */
export const POST = guarded<{ id: string }>('write', async ({ request, params, session }) => {
  const id = pathId(params)
  const { assignee } = await readJson(request, AssignInput)
  return answerAct(id, await assignIncident(id, assignee, session))
})
