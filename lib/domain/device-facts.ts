import type { Role } from './status'

/** What one SNMP walk found of a device. MACs are lower case with colons, addresses canonical, text free of controls. */
export type DeviceFacts = {
  vendor: string | null // MikroTik, Juniper, Ubiquiti, Mimosa, Cambium; null: none of them
  os: string | null // routeros, swos, junos, airos, airfiber, ltu, af60, unifi, edgeos, edgeswitch, mimosa, epmp, pmp, cnmatrix, cnwave, ptp
  model: string | null
  firmware: string | null
  serial: string | null
  role: Role | null // what it looks like
  system: {
    name: string | null
    description: string | null
    objectId: string | null
    contact: string | null
    location: string | null
    uptimeSeconds: number | null
  }
  macs: string[] // its own
  addresses: string[] // its own, loopback and link-local left out
  interfaces: InterfaceFact[]
  radios: RadioFact[]
  stations: StationFact[]
  stationCount: number | null // as the device itself says; null: it does not
  links: LinkFact[]
  neighbours: NeighbourFact[]
  arp: { ip: string; mac: string; ifIndex: number | null }[]
  forwarding: { mac: string; port: number; ifIndex: number | null; vlan: number | null }[]
  /** What a walk left out or could not read, in words. */
  faults: string[]
}

export type InterfaceFact = {
  index: number
  name: string
  alias: string | null
  type: number | null // IANAifType
  mac: string | null
  admin: 'up' | 'down' | 'testing' | null
  oper: 'up' | 'down' | 'testing' | 'unknown' | 'dormant' | 'notPresent' | 'lowerLayerDown' | null
  speedBps: number | null
}

/** A radio of the device. apMac: of a station, the AP that it hangs on. */
export type RadioFact = {
  ifIndex: number | null
  mode: 'ap' | 'station' | 'ptp' | null
  ssid: string | null
  frequencyMhz: number | null
  apMac: string | null
  signalDbm: number | null
  noiseDbm: number | null
}

/** A row of a registration table. */
export type StationFact = {
  mac: string | null // null: masked or not given
  ip: string | null
  name: string | null
  ifIndex: number | null
  signalDbm: number | null
  snrDb: number | null
  distanceM: number | null
  uptimeSeconds: number | null
  txBps: number | null
  rxBps: number | null
}

/** The far end of a point-to-point link. */
export type LinkFact = {
  ifIndex: number | null
  remoteMac: string | null
  remoteIp: string | null
  remoteName: string | null
  up: boolean | null
  signalDbm: number | null
  capacityBps: number | null
  distanceM: number | null
}

/** What is heard on a port by LLDP, MNDP or CDP; chassis and ports in the words of the neighbour. */
export type NeighbourFact = {
  protocol: 'lldp' | 'mndp' | 'cdp'
  ifIndex: number | null // of ours
  localPort: string | null
  mac: string | null
  chassis: string | null
  port: string | null
  name: string | null
  platform: string | null
  addresses: string[]
}

/** Facts of a device of which nothing is known. */
export const noFacts = (): DeviceFacts => ({
  vendor: null,
  os: null,
  model: null,
  firmware: null,
  serial: null,
  role: null,
  system: { name: null, description: null, objectId: null, contact: null, location: null, uptimeSeconds: null },
  macs: [],
  addresses: [],
  interfaces: [],
  radios: [],
  stations: [],
  stationCount: null,
  links: [],
  neighbours: [],
  arp: [],
  forwarding: [],
  faults: [],
})

/** Most rows of each list that travel and are kept; a walk that found more says so in its faults. */
export const factLimits = {
  macs: 4096,
  addresses: 1024,
  interfaces: 4096,
  radios: 256,
  stations: 4096,
  links: 256,
  neighbours: 2048,
  arp: 16_384,
  forwarding: 32_768,
  faults: 32,
} as const
