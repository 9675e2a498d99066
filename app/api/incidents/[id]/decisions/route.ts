import { guarded, notFound, pathId, readQuery } from '@/lib/guarded'
import { findIncident } from '@/lib/store/incidents'
import { PageQuery } from '@/lib/wire/rest'
import { decisionAnswer } from '../../../answers'
import { pageOf, startAfter } from '../../../pages'

/** Why each channel was told or not, oldest first. */
export const GET = guarded<{ id: string }>('read', async ({ request, params }) => {
  const id = pathId(params)
  const { limit, cursor } = readQuery(request, PageQuery)
  const after = startAfter(cursor, 'number') ?? 0
  const incident = await findIncident(id)
  if (!incident) throw notFound('No incident', id)
  const rows = incident.decisions.filter((decision) => decision.id > after)
  return pageOf(rows, limit, (decision) => decision.id, decisionAnswer)
})
