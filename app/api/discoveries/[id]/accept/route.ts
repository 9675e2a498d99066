import { guarded, notFound, pathId, readJson } from '@/lib/guarded'
import { Problem } from '@/lib/problem'
import { acceptFound } from '@/lib/store/found-devices'
import { AcceptInput } from '@/lib/wire/rest-discoveries'
import { discoveryAt, type Path } from '../../answer'

export const POST = guarded<Path>('write', async ({ request, params, session }) => {
  const { id } = await discoveryAt(pathId(params))
  const said = await readJson(request, AcceptInput)
  const choice = 'items' in said ? { ids: said.items.map((item) => item.id) } : { show: said.all }
  const overrides = new Map('items' in said ? said.items.map(({ id: one, name, role }) => [one, { name, role }]) : [])
  const done = await acceptFound(id, choice, session.name, overrides)
  if (done === null) throw notFound('No discovery', id)
  if ('fault' in done) throw new Problem(done.conflict ? 'conflict' : 'invalid-input', done.fault)
  return done
})
