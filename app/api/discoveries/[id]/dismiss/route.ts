import { guarded, pathId, readJson } from '@/lib/guarded'
import { dismissFound } from '@/lib/store/found-devices'
import { DismissInput } from '@/lib/wire/rest-discoveries'
import { discoveryAt, type Path } from '../../answer'

export const POST = guarded<Path>('write', async ({ request, params, session }) => {
  const { id } = await discoveryAt(pathId(params))
  const said = await readJson(request, DismissInput)
  const choice = 'ids' in said ? { ids: said.ids } : { show: said.all }
  return { dismissed: await dismissFound(id, choice, session.name) }
})
