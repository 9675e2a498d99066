import { guarded, pathId, readJson } from '@/lib/guarded'
import { snoozeIncident } from '@/lib/store/incident-quiet'
import { SnoozeInput } from '@/lib/wire/rest-incidents'
import { answerAct } from '../../answer-incident'

/** Nobody is told anything new of it until then; until null ends that. */
export const POST = guarded<{ id: string }>('write', async ({ request, params, session }) => {
  const id = pathId(params)
  const { until, minutes, reason } = await readJson(request, SnoozeInput)
  const end = minutes === undefined ? (until ? new Date(until) : null) : new Date(Date.now() + minutes * 60_000)
  return answerAct(id, await snoozeIncident(id, end, session, reason ?? null))
})
