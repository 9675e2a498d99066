import { describe, expect, test } from 'vitest'
import { readDeviceForm } from '@/app/ui/device/device-form-data'

const form = (fields: Record<string, string>) => {
  const data = new FormData()
  for (const [name, value] of Object.entries({ name: 'cpe', address: '', ...fields })) data.set(name, value)
  return data
}

describe('the form of a device', () => {
  test('needs no address of what is not pinged', () => {
    expect(readDeviceForm(form({ pinged_asked: '1' }))).toMatchObject({ device: { address: '', pinged: false } })
  })
  test('needs one of what is pinged, and says so at the field', () => {
    expect(readDeviceForm(form({ pinged_asked: '1', pinged: 'on' }))).toHaveProperty('errors.address')
    const answer = readDeviceForm(form({ pinged_asked: '1', pinged: 'on', address: '10.0.0.1' }))
    expect(answer).toMatchObject({ device: { address: '10.0.0.1', pinged: true } })
  })
  test('leaves pings as they are where it does not ask for them', () => {
    expect(readDeviceForm(form({ address: '10.0.0.1' }))).not.toHaveProperty('device.pinged')
    expect(readDeviceForm(form({}))).toHaveProperty('errors.address')
  })
  test('reads an address that is there though it is not pinged', () => {
    expect(readDeviceForm(form({ pinged_asked: '1', address: 'tower' }))).toHaveProperty('errors.address')
  })
})
