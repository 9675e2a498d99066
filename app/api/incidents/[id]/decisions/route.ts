import { guarded, notFound, pathId, readQuery } from '@/lib/guarded'
import { findIncidentHead, listDecisions } from '@/lib/store/incidents'
import { PageQuery } from '@/lib/wire/rest'
import { decisionAnswer } from '../../../answers'
import { pageOf, startAfter } from '../../../pages'

/** Why each channel was told or not, oldest first. */
export const GET = guarded<{ id: string }>('read', async ({ request, params }) => {
  const id = pathId(params)
  const { limit, cursor } = readQuery(request, PageQuery)
  const after = startAfter(cursor, 'number')
  if (!(await findIncidentHead(id))) throw notFound('No incident', id)
  const rows = await listDecisions({ incidentId: id, after, limit: limit + 1 })
  return pageOf(rows, limit, (decision) => decision.id, decisionAnswer)
})
