import type { IncidentKind } from './message'
import type { Priority } from './notice'
import type { Role } from './status'

/** What routes and priorities may ask of an incident; of one of a probe or a job the role is 'other'. */
export type IncidentFacts = {
  id: number
  kind: IncidentKind
  name: string
  role: Role
  site: string | null
  tags: readonly string[]
  client: string | null // whom the root serves
  size: number // outages filed under it, its own among them
  affectedClients: number
  affectedTargets: number
  priority: Priority
  openedAt: number // epoch ms
}
