import { created, guarded, readJson, readQuery } from '@/lib/guarded'
import { Problem } from '@/lib/problem'
import { createRoute, listRoutes } from '@/lib/store/routes'
import { readCursor, writeCursor } from '@/lib/wire/cursor'
import { RouteInput, RouteQuery } from '@/lib/wire/rest-routes'
import { channelNames, conditionOf, routeAnswer } from './answer'

export const GET = guarded('read', async ({ request }) => {
  const { limit, cursor } = readQuery(request, RouteQuery)
  const after = cursor === undefined ? [0] : readCursor(cursor, ['id'])
  if (!after) throw new Problem('invalid-input', 'cursor: expected the `next` of the page before')
  const [routes, names] = await Promise.all([listRoutes(), channelNames()])
  const items = routes.filter(({ id }) => id > Number(after[0]))
  const last = items.length > limit ? items[limit - 1] : undefined
  return {
    items: items.slice(0, limit).map((route) => routeAnswer(route, names)),
    next: last ? writeCursor([last.id]) : null,
  }
})

export const POST = guarded('write', async ({ request }) => {
  const { name, condition, channels } = await readJson(request, RouteInput)
  const made = await createRoute({ name, condition: conditionOf(condition), channelIds: [...new Set(channels)] })
  if ('fault' in made) throw new Problem('invalid-input', made.fault)
  return created(`/api/routes/${made.id}`, routeAnswer(made, await channelNames()))
})
