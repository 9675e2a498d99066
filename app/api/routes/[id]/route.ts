import { guarded, noContent, notFound, pathId, readJson } from '@/lib/guarded'
import { Problem } from '@/lib/problem'
import { type RouteInput as Definition, deleteRoute, updateRoute } from '@/lib/store/routes'
import { RouteInput, RoutePatch } from '@/lib/wire/rest-routes'
import { channelNames, conditionOf, type Path, routeAnswer, routeAt } from '../answer'

export const GET = guarded<Path>('read', async ({ params }) =>
  routeAnswer(await routeAt(pathId(params)), await channelNames()),
)

export const PUT = guarded<Path>('write', async ({ request, params }) => {
  const { id } = await routeAt(pathId(params))
  const { name, condition, channels } = await readJson(request, RouteInput)
  return change(id, { name, condition: conditionOf(condition), channelIds: channels })
})

export const PATCH = guarded<Path>('write', async ({ request, params }) => {
  const standing = await routeAt(pathId(params))
  const { name, condition, channels } = await readJson(request, RoutePatch)
  return change(standing.id, {
    name: name ?? standing.name,
    condition: condition ? conditionOf(condition) : standing.condition,
    channelIds: channels ?? standing.channelIds,
  })
})

export const DELETE = guarded<Path>('write', async ({ params }) => {
  const id = pathId(params)
  if (!(await deleteRoute(id))) throw notFound('No route', id)
  return noContent()
})

async function change(id: number, definition: Definition) {
  const changed = await updateRoute(id, { ...definition, channelIds: [...new Set(definition.channelIds)] })
  if (!changed) throw notFound('No route', id)
  if ('fault' in changed) throw new Problem('invalid-input', changed.fault)
  return routeAnswer(changed, await channelNames())
}
