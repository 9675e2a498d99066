import { tags } from './ber'

/** Writes BER from its end to its start, so that every length is known when it is written. */
export class BerWriter {
  private bytes: Buffer
  private at: number

  constructor(size = 512) {
    this.bytes = Buffer.allocUnsafe(size)
    this.at = size
  }

  /** What is written so far, counted from the end: the mark that `close` takes. */
  mark(): number {
    return this.bytes.length - this.at
  }

  /** Puts tag and length before everything written since the mark. */
  close(tag: number, mark: number): void {
    const length = this.mark() - mark
    this.room(6)
    let octets = 0
    if (length > 0x7f)
      for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) {
        this.put(rest % 256)
        octets += 1
      }
    this.put(octets > 0 ? 0x80 | octets : length)
    this.put(tag)
  }

  integer(value: number, tag: number = tags.integer): void {
    const mark = this.mark()
    this.room(10)
    let rest = value
    for (;;) {
      const octet = ((rest % 256) + 256) % 256
      this.put(octet)
      rest = Math.floor(rest / 256)
      if ((rest === 0 && octet < 0x80) || (rest === -1 && octet >= 0x80)) break
    }
    this.close(tag, mark)
  }

  octets(value: Uint8Array, tag: number = tags.octets): void {
    const mark = this.mark()
    this.raw(value)
    this.close(tag, mark)
  }

  raw(value: Uint8Array): void {
    this.room(value.length)
    this.at -= value.length
    this.bytes.set(value, this.at)
  }

  nothing(): void {
    this.close(tags.nothing, this.mark())
  }

  /** Dotted; the first part is 0, 1 or 2. */
  oid(value: string): void {
    const mark = this.mark()
    const parts = value.split('.').map(Number)
    const [first = 0, second = 0, ...rest] = parts
    for (const part of [first * 40 + second, ...rest].reverse()) {
      this.room(6)
      this.put(part % 128)
      for (let more = Math.floor(part / 128); more > 0; more = Math.floor(more / 128)) this.put(0x80 | (more % 128))
    }
    this.close(tags.oid, mark)
  }

  /** Everything written. The writer must not be used after. */
  done(): Buffer {
    return this.bytes.subarray(this.at)
  }

  private put(octet: number): void {
    this.at -= 1
    this.bytes[this.at] = octet
  }

  private room(octets: number): void {
    if (this.at >= octets) return
    const used = this.bytes.subarray(this.at)
    const larger = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, used.length + octets * 2))
    larger.set(used, larger.length - used.length)
    this.at = larger.length - used.length
    this.bytes = larger
  }
}
