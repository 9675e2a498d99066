import type { RouteCondition } from '@/lib/domain/route'
import { notFound } from '@/lib/guarded'
import { listReplayChannels } from '@/lib/store/past-incidents'
import { findRoute, type RouteInput } from '@/lib/store/routes'
import type { ConditionInput, RouteAnswer } from '@/lib/wire/rest-routes'

export type Path = { id: string }

/** The route with this id. Throws not-found. */
export async function routeAt(id: number) {
  const route = await findRoute(id)
  if (!route) throw notFound('No route', id)
  return route
}

/** The names of channels by id. */
export async function channelNames(): Promise<ReadonlyMap<number, string>> {
  return new Map((await listReplayChannels()).map(({ id, name }) => [id, name]))
}

/** A route as REST says it. */
export function routeAnswer(
  { id, name, condition, channelIds }: RouteInput & { id: number },
  names: ReadonlyMap<number, string>,
): RouteAnswer {
  const { kinds, roles, priorities, sites, tags, clients, sizeFrom } = condition
  return {
    id,
    name,
    condition: {
      kinds: [...kinds],
      roles: [...roles],
      priorities: [...priorities],
      sites: [...sites],
      tags: [...tags],
      clients: [...clients],
      size_from: sizeFrom,
    },
    channels: channelIds.map((channel) => ({ id: channel, name: names.get(channel) ?? null })),
  }
}

/** A condition as it came, each value once. */
export function conditionOf({ size_from, ...lists }: ConditionInput): RouteCondition {
  return {
    kinds: [...new Set(lists.kinds)],
    roles: [...new Set(lists.roles)],
    priorities: [...new Set(lists.priorities)],
    sites: [...new Set(lists.sites)],
    tags: [...new Set(lists.tags)],
    clients: [...new Set(lists.clients)],
    sizeFrom: size_from,
  }
}
