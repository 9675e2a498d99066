import { BerFault, BerReader, tags } from './ber'
import { BerWriter } from './ber-writer'
import type { SnmpValue } from './rows'
import type { Question, Varbind } from './session'

export type Response = {
  community: Buffer
  requestId: number
  status: number
  index: number
  varbinds: Varbind[]
}

const versions = { '1': 0, '2c': 1 } as const

/** The datagram of a question in SNMP v1 or v2c. RFC 3416, 3; RFC 1157, 4. */
export function encodeQuestion(
  version: '1' | '2c',
  community: Uint8Array,
  requestId: number,
  { kind, oids, repetitions }: Question,
): Buffer {
  const out = new BerWriter(oids.length * 40 + community.length + 64)
  const end = out.mark()
  for (let i = oids.length - 1; i >= 0; i--) {
    const one = out.mark()
    out.nothing()
    out.oid(oids[i] ?? '0.0')
    out.close(tags.sequence, one)
  }
  out.close(tags.sequence, end)
  out.integer(kind === 'bulk' ? repetitions : 0)
  out.integer(0)
  out.integer(requestId)
  out.close(tags[kind], end)
  out.octets(community)
  out.integer(versions[version])
  out.close(tags.sequence, end)
  return out.done()
}

/** An answer in SNMP v1 or v2c, or what is wrong with it. Its values are not copied out of the datagram. */
export function decodeResponse(datagram: Buffer, version: '1' | '2c'): Response | { fault: string } {
  try {
    const reader = new BerReader(datagram)
    const community = openMessage(reader, versions[version])
    reader.end = reader.open(tags.response)
    const [requestId, status, index] = [reader.integer(), reader.integer(), reader.integer()]
    return { community, requestId, status, index, varbinds: readVarbinds(reader) }
  } catch (error) {
    if (error instanceof BerFault) return { fault: error.message }
    throw error
  }
}

/** Steps into a message of v1 or v2c up to its PDU; returns the community. What follows the message is no fault. */
export function openMessage(reader: BerReader, version: number): Buffer {
  reader.end = reader.open(tags.sequence)
  const found = reader.integer()
  if (found !== version) throw new BerFault(`version ${found} found, ${version} expected`)
  return reader.octets(reader.open(tags.octets))
}

/** The list of instances that stands here. */
export function readVarbinds(reader: BerReader): Varbind[] {
  const varbinds: Varbind[] = []
  const end = reader.open(tags.sequence)
  const outer = reader.end
  while (reader.at < end) {
    reader.end = end
    const stop = reader.open(tags.sequence)
    reader.end = stop
    varbinds.push({ oid: reader.oid(), value: readValue(reader) })
    reader.at = stop
  }
  reader.end = outer
  return varbinds
}

/** The value that stands here; null: the device has none. What cannot be read, and an unknown kind, comes as its octets. */
function readValue(reader: BerReader): SnmpValue | null {
  const tag = reader.tag()
  const stop = reader.openAny()
  const octets = stop - reader.at
  if (octets === 0 || (octets > 9 && tag !== tags.oid)) return isMissing(tag) ? null : reader.octets(stop)
  switch (tag) {
    case tags.integer:
      return reader.signed(stop)
    case tags.counter:
    case tags.gauge:
    case tags.ticks:
    case tags.unsigned:
      return reader.unsigned(stop)
    case tags.counter64:
      return reader.unsigned64(stop)
    case tags.oid:
      return reader.oidUntil(stop)
    default:
      return isMissing(tag) ? null : reader.octets(stop)
  }
}

const isMissing = (tag: number) => tag >= tags.noSuchObject && tag <= tags.endOfView
