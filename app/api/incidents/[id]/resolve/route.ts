import { guarded, pathId, readOptionalJson } from '@/lib/guarded'
import { resolveIncident } from '@/lib/store/incident-acts'
import { ReasonInput } from '@/lib/wire/rest-incidents'
import { answerAct } from '../../answer-incident'

/** Ends it by hand; ending again what is over is no fault, and changes nothing. */
export const POST = guarded<{ id: string }>('write', async ({ request, params, session }) => {
  const id = pathId(params)
  const { reason } = await readOptionalJson(request, ReasonInput)
  return answerAct(id, await resolveIncident(id, session, reason ?? null))
})
