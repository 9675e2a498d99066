import { guarded, noContent, notFound, pathId, readJson } from '@/lib/guarded'
import { removePushDevice, renamePushDevice } from '@/lib/store/push-devices'
import { PushDevicePatch } from '@/lib/wire/push'
import { ownerOf } from '../../owner'

type Params = { id: string }

/** Renames one of the operator's devices. */
export const PATCH = guarded<Params>('read', async ({ request, params, session }) => {
  const id = pathId(params)
  const { name } = await readJson(request, PushDevicePatch)
  if (!(await renamePushDevice(ownerOf(session), id, name))) throw notFound('No device of yours', id)
  return { id, name }
})

/** Takes a device off the list: it is told nothing more. */
export const DELETE = guarded<Params>('read', async ({ params, session }) => {
  const id = pathId(params)
  if (!(await removePushDevice(ownerOf(session), id))) throw notFound('No device of yours', id)
  return noContent()
})
