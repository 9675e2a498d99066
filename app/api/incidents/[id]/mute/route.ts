import { guarded, pathId, readJson } from '@/lib/guarded'
import { muteIncident } from '@/lib/store/incident-quiet'
import { MuteInput } from '@/lib/wire/rest-incidents'
import { answerAct } from '../../answer-incident'

/** Replaces whom it is muted for: everyone, some channels, or with an empty list nobody. */
export const POST = guarded<{ id: string }>('write', async ({ request, params, session }) => {
  const id = pathId(params)
  const { for: muted, reason } = await readJson(request, MuteInput)
  return answerAct(id, await muteIncident(id, muted, session, reason ?? null))
})
