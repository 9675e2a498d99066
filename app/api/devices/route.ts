import { created, guarded, readJson, readQuery } from '@/lib/guarded'
import { createDevice, findDevice, listDevices } from '@/lib/store/devices'
import { DeviceInput, DeviceQuery } from '@/lib/wire/rest'
import { deviceAnswer } from '../answers'
import { deviceChange, refused } from './input'

export const GET = guarded('read', async ({ request }) => {
  const { items, next } = await listDevices(readQuery(request, DeviceQuery))
  return { items: items.map(deviceAnswer), next }
})

export const POST = guarded('write', async ({ request }) => {
  const input = await readJson(request, DeviceInput)
  const made = await createDevice({ ...deviceChange(input), name: input.name, address: input.address })
  if ('fault' in made) throw refused(made)
  const device = await findDevice(made.id)
  return created(`/api/devices/${made.id}`, device && deviceAnswer(device))
})
