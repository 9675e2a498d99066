import type { IncidentFacts } from './incident-facts'
import type { IncidentKind } from './message'
import type { Priority } from './notice'
import type { Role } from './status'

export const incidentKinds = ['down', 'members_lost', 'blind', 'flapping'] as const satisfies readonly IncidentKind[]

/** Which incidents a route is for: every part that says something has to hold, and one of its values. Empty: any. */
export type RouteCondition = {
  roles: readonly Role[]
  sites: readonly string[]
  tags: readonly string[]
  clients: readonly string[]
  priorities: readonly Priority[]
  kinds: readonly IncidentKind[]
  sizeFrom: number // outages filed under the incident, at least
}
export type Route = { id: number; name: string; condition: RouteCondition; channelIds: readonly number[] }

export const anyIncident: RouteCondition = {
  roles: [],
  sites: [],
  tags: [],
  clients: [],
  priorities: [],
  kinds: [],
  sizeFrom: 0,
}

/** Why a route is not for an incident: "it is for role router, this one is ap"; null when it is. */
export function mismatch(condition: RouteCondition, facts: IncidentFacts): string | null {
  return (
    unlisted('kind', condition.kinds, [facts.kind]) ??
    unlisted('role', condition.roles, [facts.role]) ??
    unlisted('priority', condition.priorities, [facts.priority]) ??
    unlisted('site', condition.sites, facts.site === null ? [] : [facts.site]) ??
    unlisted('client', condition.clients, facts.client === null ? [] : [facts.client]) ??
    unlisted('tag', condition.tags, facts.tags) ??
    (facts.size < condition.sizeFrom
      ? `it is for ${condition.sizeFrom} outages or more, this one has ${facts.size}`
      : null)
  )
}

/** How the routes lead to a channel: by which, or why none does. No routes at all: everyone is told. */
export function routeTo(
  channelId: number,
  routes: readonly Route[],
  facts: IncidentFacts,
): { by: string | null; why: string | null } {
  if (routes.length === 0) return { by: null, why: null }
  const here = routes.filter((route) => route.channelIds.includes(channelId))
  if (here.length === 0) return { by: null, why: 'no route names it' }
  const reasons: string[] = []
  for (const route of here) {
    const reason = mismatch(route.condition, facts)
    if (reason === null) return { by: route.name, why: null }
    reasons.push(`${route.name}: ${reason}`)
  }
  const more = reasons.length > 3 ? [`and ${reasons.length - 3} more routes`] : []
  return { by: null, why: [...reasons.slice(0, 3), ...more].join('; ') }
}

function unlisted(part: string, wanted: readonly string[], found: readonly string[]): string | null {
  if (wanted.length === 0 || found.some((one) => wanted.includes(one))) return null
  return `it is for ${part} ${listed(wanted)}, this one ${found.length === 0 ? `has no ${part}` : `is ${listed(found)}`}`
}

const listed = (words: readonly string[]) =>
  words.length > 4 ? `${words.slice(0, 4).join(', ')} or ${words.length - 4} others` : words.join(' or ')
