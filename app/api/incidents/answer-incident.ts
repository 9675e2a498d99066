import { notFound } from '@/lib/guarded'
import { Problem } from '@/lib/problem'
import type { ActResult } from '@/lib/store/incident-acts'
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

/** The incident as it stands after an act, whoever was first; throws not-found, and conflict for what is resolved. */
export async function answerAct(id: number, result: ActResult) {
  if (result === 'missing') throw notFound('No incident', id)
  if (result === 'resolved') throw new Problem('conflict', `Incident ${id} is resolved: it takes notes alone`)
  return answerIncident(id)
}
