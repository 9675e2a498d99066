import { guarded, readQuery } from '@/lib/guarded'
import { listIncidents } from '@/lib/store/incidents'
import { IncidentQuery } from '@/lib/wire/rest'
import { incidentAnswer } from '../answers'

/** The newest first. */
export const GET = guarded('read', async ({ request }) => {
  const { items, next } = await listIncidents(readQuery(request, IncidentQuery))
  return { items: items.map(incidentAnswer), next }
})
