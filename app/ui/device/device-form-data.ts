import { type DeviceFields, type Field, readField } from '@/lib/domain/device-fields'
import type { FormState } from '../form/form-state'

/** The form's field of each field of a device. */
const formNames: Record<Field, string> = {
  name: 'name',
  address: 'address',
  role: 'role',
  site: 'site',
  upstream: 'upstream',
  tags: 'tags',
  client: 'client',
  snmpProfile: 'snmp_profile',
  pingInterval: 'ping_interval',
  pingTimeout: 'ping_timeout',
  isolateMisses: 'isolate_misses',
  isolateSeconds: 'isolate_seconds',
}

type Said = Partial<DeviceFields> & Pick<DeviceFields, 'name' | 'address'> & { pinged?: boolean }

/** Reads the form by the same rules as an import; every fault as a sentence at its field. */
export function readDeviceForm(form: FormData): { device: Said } | Required<Pick<FormState, 'errors'>> {
  const errors: Record<string, string> = {}
  const device: Partial<DeviceFields> = {}
  const pinged = form.get('pinged_asked') === null ? undefined : form.get('pinged') !== null
  const readInto = <F extends Field>(field: F) => {
    const value = form.get(formNames[field])
    if (value === null) return // the form does not ask for it
    const isNone = field === 'address' && pinged === false && String(value).trim() === ''
    const read = isNone ? { value: '' as never } : readField[field](String(value))
    if ('fault' in read) errors[formNames[field]] = `${read.fault.charAt(0).toUpperCase()}${read.fault.slice(1)}.`
    else device[field] = read.value
  }
  for (const field of Object.keys(formNames) as Field[]) readInto(field)
  const { name, address } = device
  if (Object.keys(errors).length > 0 || name === undefined || address === undefined) return { errors }
  return { device: { ...device, name, address, ...(pinged === undefined ? {} : { pinged }) } }
}
