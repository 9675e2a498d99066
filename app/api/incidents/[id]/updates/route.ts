import { created, guarded, notFound, pathId, readJson } from '@/lib/guarded'
import { findIncidentHead } from '@/lib/store/incidents'
import { forgetStatusViews } from '@/lib/store/status-cache'
import { addStatusUpdate, listStatusUpdates, type StatusUpdate } from '@/lib/store/status-updates'
import { StatusUpdateInput } from '@/lib/wire/rest-status'

type Path = { id: string }

const answer = ({ id, at, by, text }: StatusUpdate) => ({ id, at: at.toISOString(), by, text })

export const GET = guarded<Path>('read', async ({ params }) => {
  const id = pathId(params)
  if (!(await findIncidentHead(id))) throw notFound('No incident', id)
  return { items: (await listStatusUpdates(id)).map(answer), next: null }
})

export const POST = guarded<Path>('write', async ({ request, params, session }) => {
  const id = pathId(params)
  const { text } = await readJson(request, StatusUpdateInput)
  const update = await addStatusUpdate(id, { by: session.name, text, at: new Date() })
  if (!update) throw notFound('No incident', id)
  forgetStatusViews()
  return created(`/api/incidents/${id}/updates`, answer(update))
})
