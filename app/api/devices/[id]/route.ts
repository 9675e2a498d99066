import { guarded, noContent, notFound, pathId, readJson } from '@/lib/guarded'
import type { DeviceChange } from '@/lib/store/device-writes'
import { deleteDevices, findDevice, updateDevice } from '@/lib/store/devices'
import { DeviceInput, DevicePatch } from '@/lib/wire/rest'
import { deviceAnswer } from '../../answers'
import { deviceChange, refused } from '../input'

type Path = { id: string }

export const GET = guarded<Path>('read', async ({ params }) => answer(pathId(params)))

export const PUT = guarded<Path>('write', async ({ request, params }) => {
  return change(pathId(params), deviceChange(await readJson(request, DeviceInput)))
})

export const PATCH = guarded<Path>('write', async ({ request, params }) => {
  return change(pathId(params), deviceChange(await readJson(request, DevicePatch)))
})

export const DELETE = guarded<Path>('write', async ({ params }) => {
  const id = pathId(params)
  if ((await deleteDevices([id])) === 0) throw notFound('No device', id)
  return noContent()
})

async function change(id: number, said: DeviceChange) {
  const result = await updateDevice(id, said)
  if (result && 'fault' in result) throw refused(result)
  return answer(id)
}

async function answer(id: number) {
  const device = await findDevice(id)
  if (!device) throw notFound('No device', id)
  return deviceAnswer(device)
}
