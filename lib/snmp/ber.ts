/** Octets that are not what they should be; caught where a message is read, and told as its fault. */
export class BerFault extends Error {
  override name = 'BerFault'
}

/** Tags of SNMP. RFC 3417, 8; RFC 3416, 3. */
export const tags = {
  integer: 0x02,
  octets: 0x04,
  nothing: 0x05,
  oid: 0x06,
  sequence: 0x30,
  ipAddress: 0x40,
  counter: 0x41,
  gauge: 0x42,
  ticks: 0x43,
  opaque: 0x44,
  counter64: 0x46,
  unsigned: 0x47,
  noSuchObject: 0x80,
  noSuchInstance: 0x81,
  endOfView: 0x82,
  get: 0xa0,
  next: 0xa1,
  response: 0xa2,
  trap1: 0xa4,
  bulk: 0xa5,
  inform: 0xa6,
  trap2: 0xa7,
  report: 0xa8,
} as const

/** Most parts of an object id. RFC 2578, 3.5. */
const mostParts = 128

/** Reads BER within one buffer: nothing that is in it makes it read past an end, loop, or take memory. */
export class BerReader {
  at: number
  end: number

  constructor(
    readonly bytes: Buffer,
    at = 0,
    end = bytes.length,
  ) {
    this.at = at
    this.end = end
  }

  /** The tag of the value that stands here; -1 at the end. */
  tag(): number {
    return this.at < this.end ? (this.bytes[this.at] ?? -1) : -1
  }

  /** Steps behind a tag and its length. Returns where the value ends; it lies within what is being read. */
  open(expected: number): number {
    if (this.at + 2 > this.end) throw new BerFault('it ends within a value')
    const tag = this.bytes[this.at] ?? -1
    if (tag !== expected) throw new BerFault(`tag ${tag} found, ${expected} expected`)
    this.at += 1
    return this.length()
  }

  /** Steps behind any tag and its length, as `open`. */
  openAny(): number {
    if (this.at + 2 > this.end) throw new BerFault('it ends within a value')
    this.at += 1
    return this.length()
  }

  private length(): number {
    let length = this.bytes[this.at++] ?? 0
    if (length > 0x7f) {
      const octets = length & 0x7f
      // 0x80 is the indefinite form, which SNMP forbids. RFC 3417, 8.
      if (octets < 1 || octets > 4 || this.at + octets > this.end) throw new BerFault('its length cannot be read')
      length = 0
      for (let i = 0; i < octets; i++) length = length * 256 + (this.bytes[this.at++] ?? 0)
    }
    const stop = this.at + length
    if (stop > this.end) throw new BerFault('a value is longer than what holds it')
    return stop
  }

  /** A whole number with a sign; past 2^53 no longer exact. */
  integer(): number {
    const stop = this.open(tags.integer)
    return this.signed(stop)
  }

  /** The signed number up to `stop`. */
  signed(stop: number): number {
    if (stop === this.at || stop - this.at > 9) throw new BerFault('a number of no octets, or of too many')
    let value = (this.bytes[this.at] ?? 0) & 0x80 ? -1 : 0
    while (this.at < stop) value = value * 256 + (this.bytes[this.at++] ?? 0)
    return value
  }

  /** The number without a sign up to `stop`: agents leave out the zero before a high bit, or send too many of them. */
  unsigned(stop: number): number {
    if (stop === this.at || stop - this.at > 9) throw new BerFault('a number of no octets, or of too many')
    let value = 0
    while (this.at < stop) value = value * 256 + (this.bytes[this.at++] ?? 0)
    return value
  }

  /** The number of 64 bits without a sign up to `stop`. */
  unsigned64(stop: number): bigint {
    if (stop === this.at || stop - this.at > 9) throw new BerFault('a number of no octets, or of too many')
    let value = 0n
    if (stop - this.at < 7) return BigInt(this.unsigned(stop))
    while (this.at < stop) value = value * 256n + BigInt(this.bytes[this.at++] ?? 0)
    return BigInt.asUintN(64, value)
  }

  /** The octets up to `stop`, not copied. */
  octets(stop: number): Buffer {
    const value = this.bytes.subarray(this.at, stop)
    this.at = stop
    return value
  }

  /** An object id, dotted. */
  oid(): string {
    const stop = this.open(tags.oid)
    return this.oidUntil(stop)
  }

  /** The object id up to `stop`. Parts past 32 bits are cut to 32, as other managers do: some agents send signs in them. */
  oidUntil(stop: number): string {
    if (stop === this.at) return '0.0'
    const start = this.at
    const same = this.sameParts(start, stop)
    let parts = same
    let written = same === 0 ? 0 : (textEnds[same - 1] ?? 0)
    this.at = same === 0 ? start : start + (byteEnds[same - 1] ?? 0)
    last.bytes = null // until this one is read to its end
    while (this.at < stop) {
      if (parts >= mostParts - 1) throw new BerFault(`an object id of more than ${mostParts} parts`)
      const part = this.part(stop)
      if (parts > 0) characters[written++] = dot
      written = parts === 0 ? writeFirst(part) : writeNumber(part, written)
      byteEnds[parts] = this.at - start
      textEnds[parts] = written
      parts += 1
    }
    ;[last.bytes, last.start, last.parts] = [this.bytes, start, parts]
    return characters.toString('latin1', 0, written)
  }

  private part(stop: number): number {
    let octet = this.bytes[this.at++] ?? 0
    let part = octet & 0x7f
    while (octet > 0x7f) {
      if (this.at >= stop) throw new BerFault('an object id ends within a part')
      octet = this.bytes[this.at++] ?? 0
      part = (part * 128 + (octet & 0x7f)) % 0x1_0000_0000
    }
    return part
  }

  /** How many parts are those of the object id that was read before: in a table nearly all, and their text is still there. */
  private sameParts(start: number, stop: number): number {
    if (last.bytes !== this.bytes) return 0
    const { bytes } = this
    const most = stop - start
    let at = 0
    let parts = 0
    while (parts < last.parts) {
      const end = byteEnds[parts] ?? 0
      if (end > most) return parts
      for (; at < end; at++) if (bytes[start + at] !== bytes[last.start + at]) return parts
      parts += 1
    }
    return parts
  }
}

// The object id that was read last: its octets, and the text of its parts with where each ends, in both.
const last: { bytes: Buffer | null; start: number; parts: number } = { bytes: null, start: 0, parts: 0 }
const characters = Buffer.alloc(mostParts * 11)
const byteEnds = new Uint16Array(mostParts)
const textEnds = new Uint16Array(mostParts)
const dot = 46

function writeFirst(part: number): number {
  const first = part < 40 ? 0 : part < 80 ? 1 : 2
  characters[0] = 48 + first
  characters[1] = dot
  return writeNumber(part - first * 40, 2)
}

function writeNumber(value: number, at: number): number {
  let digits = 1
  for (let limit = 10; value >= limit; limit *= 10) digits += 1
  let rest = value
  for (let i = at + digits - 1; i >= at; i--) {
    characters[i] = 48 + (rest % 10)
    rest = Math.floor(rest / 10)
  }
  return at + digits
}
