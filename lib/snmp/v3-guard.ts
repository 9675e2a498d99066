import { BerFault, BerReader, tags } from './ber'

/**
 * Why a datagram must not reach net-snmp, or null. net-snmp takes a message that is shorter than it says as whole, and one
 * without a signature as the answer to a signed question; of those only a report, which tells of the time or of a wrong user,
 * may come unsigned. RFC 3414, 3.2. level: of the session.
 */
export function unfit(datagram: Buffer, level: 'noAuthNoPriv' | 'authNoPriv' | 'authPriv'): string | null {
  try {
    const reader = new BerReader(datagram)
    reader.end = reader.open(tags.sequence)
    const version = reader.integer()
    if (version !== 3) return `malformed answer (version ${version} found, 3 expected)`
    const signed = (flagsOf(reader) & 1) === 1
    // net-snmp has no key to check it with, and throws.
    if (signed && level === 'noAuthNoPriv') return 'answer with a signature that nobody asked for'
    if (signed || level === 'noAuthNoPriv') return null
    reader.at = reader.open(tags.octets) // security parameters
    reader.end = reader.open(tags.sequence) // scoped PDU: without a signature it is not encrypted either
    reader.at = reader.open(tags.octets) // context engine
    reader.at = reader.open(tags.octets) // context name
    return reader.tag() === tags.report ? null : 'answer without a signature'
  } catch (error) {
    if (error instanceof BerFault) return `malformed answer (${error.message})`
    throw error
  }
}

function flagsOf(reader: BerReader): number {
  const stop = reader.open(tags.sequence)
  reader.integer() // message id
  reader.integer() // largest message
  const flags = reader.octets(reader.open(tags.octets))[0] ?? 0
  reader.at = stop
  return flags
}
