import { notFound } from '@/lib/guarded'
import { findIncident } from '@/lib/store/incidents'
import { listWholeOutages } from '@/lib/store/outage-lists'
import { incidentDetail } from '../answers'

/** An incident as it stands now; throws not-found. */
export async function answerIncident(id: number) {
  const incident = await findIncident(id)
  if (!incident) throw notFound('No incident', id)
  const { items } = await listWholeOutages({ incident: id, limit: 1000 })
  return incidentDetail({ ...incident, outages: items })
}
