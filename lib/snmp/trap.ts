import { BerFault, BerReader, tags } from './ber'
import { BerWriter } from './ber-writer'
import { openMessage, readVarbinds } from './message'
import type { Varbind } from './session'
import { mac, text } from './standard/decode'

/** What a trap may tell of a device or of a station of it; other: nothing that hastens a ping. */
export type TrapKind = 'link_down' | 'link_up' | 'rebooted' | 'station_left' | 'station_joined' | 'other'

/** A trap or an inform. It proves nothing: of v1 and v2c anyone can send one, and a signature of v3 is not checked. */
export type Trap = {
  version: '1' | '2c' | '3'
  community: string | null // of v1 and v2c
  user: string | null // of v3
  kind: TrapKind
  /** snmpTrapOID; of v1 made as RFC 3584, 3.1 says. Null: it is encrypted. */
  oid: string | null
  /** The device by the words of a v1 trap; it may differ from the sender behind address translation. */
  agent: string | null
  ifIndex: number | null
  /** A name of the interface where the trap gives one. */
  ifName: string | null
  stationMac: string | null
  /** Since the start of the device, seconds. */
  uptimeSeconds: number | null
  /** What confirms an inform to its sender; null: nothing is to be sent. */
  confirmation: Buffer | null
}

const standardTraps = '1.3.6.1.6.3.1.1.5'
const upTimeOid = '1.3.6.1.2.1.1.3.0'
const trapOid = '1.3.6.1.6.3.1.1.4.1.0'

/** Kinds by snmpTrapOID. PMP: WHISP-APS-MIB whispRegComplete, whispRegLost; IEEE802dot11-MIB disassociate, deauthenticate. */
const kinds: Readonly<Record<string, TrapKind>> = {
  [`${standardTraps}.1`]: 'rebooted',
  [`${standardTraps}.2`]: 'rebooted',
  [`${standardTraps}.3`]: 'link_down',
  [`${standardTraps}.4`]: 'link_up',
  '1.3.6.1.4.1.161.19.3.1.5.1.1': 'station_joined',
  '1.3.6.1.4.1.161.19.3.1.5.1.2': 'station_left',
  '1.2.840.10036.1.6.1': 'station_left',
  '1.2.840.10036.1.6.2': 'station_left',
}

/** Reads a datagram as a trap or an inform of any version, or says what is wrong with it. */
export function parseTrap(datagram: Buffer): Trap | { fault: string } {
  try {
    const reader = new BerReader(datagram)
    const version = versionOf(datagram)
    if (version === 0) return ofVersion1(reader)
    if (version === 1) return ofVersion2(reader, datagram)
    if (version === 3) return ofVersion3(reader)
    return { fault: `version ${version} found, 0 (v1), 1 (v2c) or 3 expected` }
  } catch (error) {
    if (error instanceof BerFault) return { fault: error.message }
    throw error
  }
}

function versionOf(datagram: Buffer): number {
  const reader = new BerReader(datagram)
  reader.end = reader.open(tags.sequence)
  return reader.integer()
}

const genericKinds = 6

function ofVersion1(reader: BerReader): Trap {
  const community = openMessage(reader, 0)
  reader.end = reader.open(tags.trap1)
  const enterprise = reader.oid()
  const agent = reader.octets(reader.open(tags.ipAddress))
  const [generic, specific] = [reader.integer(), reader.integer()]
  const ticks = reader.unsigned(reader.open(tags.ticks))
  const oid = generic >= 0 && generic < genericKinds ? `${standardTraps}.${generic + 1}` : `${enterprise}.0.${specific}`
  return {
    ...told(oid, ticks, readVarbinds(reader)),
    version: '1',
    community: community.toString('latin1'),
    agent: agent.length === 4 && agent.some((octet) => octet > 0) ? agent.join('.') : null,
  }
}

function ofVersion2(reader: BerReader, datagram: Buffer): Trap | { fault: string } {
  const community = openMessage(reader, 1)
  const at = reader.at
  const tag = reader.tag()
  if (tag !== tags.trap2 && tag !== tags.inform)
    return { fault: `message of kind ${tag} found, a trap or an inform expected` }
  const trap = ofPdu(reader)
  const confirmation = tag === tags.inform ? confirmationOf(community, datagram, at) : null
  return { ...trap, version: '2c', community: community.toString('latin1'), confirmation }
}

function ofVersion3(reader: BerReader): Trap {
  reader.end = reader.open(tags.sequence)
  reader.integer()
  const afterHeader = reader.open(tags.sequence)
  reader.integer() // message id
  reader.integer() // largest message
  const flags = reader.octets(reader.open(tags.octets))[0] ?? 0
  reader.at = afterHeader
  const afterSecurity = reader.open(tags.octets)
  const security = new BerReader(reader.bytes, reader.at, afterSecurity)
  security.end = security.open(tags.sequence)
  security.at = security.open(tags.octets) // engine
  security.integer() // boots
  security.integer() // time
  const user = security.octets(security.open(tags.octets)).toString('latin1')
  reader.at = afterSecurity
  const isEncrypted = (flags & 2) !== 0
  return { ...(isEncrypted ? told(null, null, []) : scopedTrap(reader)), version: '3', user }
}

function scopedTrap(reader: BerReader): Trap {
  reader.end = reader.open(tags.sequence)
  reader.at = reader.open(tags.octets) // context engine
  reader.at = reader.open(tags.octets) // context name
  return ofPdu(reader)
}

function ofPdu(reader: BerReader): Trap {
  reader.end = reader.open(reader.tag() === tags.inform ? tags.inform : tags.trap2)
  reader.integer()
  reader.integer()
  reader.integer()
  const varbinds = readVarbinds(reader)
  const oid = varbinds.find((one) => one.oid === trapOid)?.value
  const ticks = varbinds.find((one) => one.oid === upTimeOid)?.value
  return told(typeof oid === 'string' ? oid : null, typeof ticks === 'number' ? ticks : null, varbinds)
}

/** What the trap itself and the instances in it tell. */
function told(oid: string | null, ticks: number | null, varbinds: readonly Varbind[]): Trap {
  const kind = oid === null ? 'other' : (kinds[oid] ?? kinds[oid.replace(/\.0(?=\.\d+$)/, '')] ?? 'other')
  const isAboutStation = kind === 'station_left' || kind === 'station_joined'
  const macs = varbinds.map(({ value }) => (Buffer.isBuffer(value) ? mac(value) : null))
  return {
    version: '2c',
    community: null,
    user: null,
    kind,
    oid,
    agent: null,
    ifIndex: interfaceOf(varbinds),
    ifName: nameOf(varbinds),
    stationMac: isAboutStation ? (macs.find((one) => one !== null) ?? null) : null,
    uptimeSeconds: ticks === null ? null : Math.floor(ticks / 100),
    confirmation: null,
  }
}

const interfaceOids = ['1.3.6.1.2.1.2.2.1.', '1.3.6.1.2.1.31.1.1.1.']

/** The interface that the instances are of: by the value of ifIndex, else by the index of any column of its tables. */
function interfaceOf(varbinds: readonly Varbind[]): number | null {
  const value = varbinds.find(({ oid }) => oid.startsWith('1.3.6.1.2.1.2.2.1.1.'))?.value
  if (typeof value === 'number') return value
  for (const { oid } of varbinds) {
    const root = interfaceOids.find((one) => oid.startsWith(one))
    const [, index] = root ? oid.slice(root.length).split('.') : []
    if (index !== undefined) return Number(index)
  }
  return null
}

const nameOids = ['1.3.6.1.2.1.31.1.1.1.1.', '1.3.6.1.2.1.2.2.1.2.']

function nameOf(varbinds: readonly Varbind[]): string | null {
  const named = varbinds.find(({ oid }) => nameOids.some((one) => oid.startsWith(one)))
  return named?.value ? text(named.value) : null
}

/** The response to an inform: the same id and the same instances. RFC 3416, 4.2.7. */
function confirmationOf(community: Buffer, datagram: Buffer, at: number): Buffer {
  const reader = new BerReader(datagram, at)
  reader.end = reader.open(tags.inform)
  const requestId = reader.integer()
  reader.integer()
  reader.integer()
  const instances = datagram.subarray(reader.at, reader.end)
  const out = new BerWriter(datagram.length + 32)
  const end = out.mark()
  out.raw(instances)
  out.integer(0)
  out.integer(0)
  out.integer(requestId)
  out.close(tags.response, end)
  out.octets(community)
  out.integer(1)
  out.close(tags.sequence, end)
  return out.done()
}
