import type { Role } from '@/lib/domain/status'
import { addressOf, type Entry, keyOf, macOf, textOf, within } from './reading'
import type { SourceDevice } from './records'
import type { UispLink } from './uisp-sites'
import { uispKey, uispName, uispStanding } from './uisp-status'

/** A device as UISP lists it; `mode`: which end of a radio link it is. */
export type UispDevice = Omit<SourceDevice, 'clientKey'> & { mode: 'ap' | 'station' | null }

export function deviceOf(entry: Entry): UispDevice {
  const key = uispKey(entry)
  const identification = within(entry, 'identification')
  const site = within(identification, 'site')
  const { status, isExpected, isDisconnected } = uispStanding(entry)
  const mode = modeOf(within(entry, 'overview').wirelessMode)
  const attributes = within(entry, 'attributes')
  const above = [
    attributes.parentId,
    within(attributes, 'apDevice').id,
    within(within(entry, 'uplinkDevice'), 'identification').id,
  ]
  return {
    key,
    name: uispName(entry),
    mac: macOf(identification.mac),
    serial: textOf(identification.serialNumber, 60),
    model: known(identification.modelName) ?? known(identification.model),
    vendor: known(identification.vendorName) ?? known(identification.vendor),
    firmware: textOf(identification.firmwareVersion, 60) ?? textOf(within(entry, 'firmware').current, 60),
    role: roleOf(identification, within(entry, 'overview').wirelessMode, site.type === 'endpoint'),
    // Of a disconnected one it is the last that it had: by now another's, perhaps.
    address: isDisconnected ? null : addressOf(entry.ipAddress),
    siteKey: keyOf(site.id),
    upstreamKeys: [...new Set(above.map(keyOf))].filter((one): one is string => one !== null && one !== key),
    status,
    isExpected,
    mode,
  }
}

const known = (value: unknown) => {
  const text = textOf(value, 80)
  return text === 'UNKNOWN' ? null : text
}

function modeOf(value: unknown): UispDevice['mode'] {
  if (typeof value !== 'string') return null
  return /^ap(-|$)/.test(value) ? 'ap' : /^sta(-|$)/.test(value) ? 'station' : null
}

const roles: Record<string, Role> = {
  ap: 'ap',
  ptp: 'backhaul',
  router: 'router',
  gateway: 'router',
  switch: 'switch',
  convertor: 'switch',
  server: 'server',
  station: 'cpe',
  homeWiFi: 'cpe',
  ups: 'other',
}
const types: Record<string, Role> = {
  olt: 'switch',
  onu: 'cpe',
  erouter: 'router',
  eswitch: 'switch',
  uisps: 'switch',
  uispr: 'router',
}

/** What stands at a customer's is the customer's, but for what passes the signal on to others. */
function roleOf({ role, type }: Entry, wirelessMode: unknown, atCustomer: boolean): Role {
  const [said, kind, mode] = [role, type, wirelessMode].map((one) => (typeof one === 'string' ? one : ''))
  const passesOn = said === 'ap' || mode === 'ap-ptp' || mode === 'ap-ptmp'
  if (atCustomer && !passesOn) return 'cpe'
  const own = Object.hasOwn(roles, said ?? '') ? roles[said ?? ''] : undefined
  if (own) return own
  if (/^(sta|ap)-ptp$/.test(mode ?? '')) return 'backhaul'
  if (modeOf(mode) === 'ap') return 'ap'
  if (modeOf(mode) === 'station') return 'cpe'
  return Object.hasOwn(types, kind ?? '') ? (types[kind ?? ''] ?? 'other') : 'other'
}

/** What each device hangs on: what it says itself, and of a radio link the end that is the access point. */
export function uispUpstream(devices: readonly UispDevice[], links: readonly UispLink[]): Map<string, string[]> {
  const byKey = new Map(devices.map((device) => [device.key, device]))
  const upstream = new Map(devices.map(({ key, upstreamKeys }) => [key, upstreamKeys.filter((one) => byKey.has(one))]))
  for (const { fromKey, toKey, kind } of links) {
    const [from, to] = [byKey.get(fromKey), byKey.get(toKey)]
    if (!from || !to || kind !== 'wireless') continue
    const [ap, station] = from.mode === 'ap' ? [from, to] : [to, from]
    if (ap.mode !== 'ap' || station.mode === 'ap' || upstream.get(ap.key)?.includes(station.key)) continue
    const above = upstream.get(station.key) ?? []
    if (!above.includes(ap.key)) upstream.set(station.key, [...above, ap.key])
  }
  return upstream
}
