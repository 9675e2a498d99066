import { isIPv4, isIPv6 } from 'node:net'
import type { SnmpValue } from '../rows'

/** Most characters of a text that are kept. */
export const textLimit = 255

// Cc controls, Cs lone surrogates, line and paragraph separators, marks that turn the direction of writing, BOM.
const unseemly = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]+/gu

/**
 * Text of any octets: UTF-8, else GBK where every pair of a long run looks like it, else latin1. It ends at the first NUL
 * (padding, and residue behind it); controls become a blank. Null: nothing to read. PostgreSQL text takes what comes out.
 */
export function text(value: SnmpValue | undefined, most = textLimit): string | null {
  if (value === undefined) return null
  const raw = Buffer.isBuffer(value) ? characters(withoutPadding(value, most * 4)) : String(value).slice(0, most * 4)
  const seemly = raw.replace(unseemly, ' ').trim()
  const kept = seemly.length <= most ? seemly : [...seemly].slice(0, most).join('').trimEnd()
  return kept === '' ? null : kept
}

function withoutPadding(octets: Buffer, most: number): Buffer {
  let start = 0
  while (start < octets.length && octets[start] === 0) start += 1
  const end = octets.indexOf(0, start)
  return octets.subarray(start, Math.min(end < 0 ? octets.length : end, start + most))
}

function characters(octets: Buffer): string {
  if (octets.every((octet) => octet < 0x80)) return octets.toString('latin1')
  try {
    // As a stream: devices with fixed fields cut names in the middle of a character.
    return new TextDecoder('utf-8', { fatal: true }).decode(octets, { stream: true })
  } catch {
    return looksLikeGbk(octets) ? new TextDecoder('gbk').decode(octets, { stream: true }) : octets.toString('latin1')
  }
}

/** High octets in GB 2312 pairs alone, two of them in a row at least: latin1 words hardly ever are. */
function looksLikeGbk(octets: Buffer): boolean {
  const raw = octets.toString('latin1')
  return /^(?:[^\x80-\xff]|[\xa1-\xf7][\xa1-\xfe])*[\xa1-\xf7]?$/.test(raw) && /[\x80-\xff]{4}/.test(raw)
}

/** A MAC of six octets, or of text with colons, dashes, dots or nothing between; null: none, all zeros, broadcast or masked. */
export function mac(value: SnmpValue | undefined): string | null {
  if (!Buffer.isBuffer(value)) return typeof value === 'string' ? macOfText(value) : null
  return value.length === 6 ? macOfHex(value.toString('hex')) : macOfText(text(value, 32) ?? '')
}

function macOfText(words: string): string | null {
  const hex = words.replace(/[\s:.-]/g, '').toLowerCase()
  if (/^[0-9a-f]{12}$/.test(hex)) return macOfHex(hex)
  // Solaris and some Linux agents leave out leading zeros: 0:27:22:a:b:c.
  const parts = words.trim().split(/[:-]/)
  const whole = parts.length === 6 && parts.every((part) => /^[0-9a-f]{1,2}$/i.test(part))
  return whole
    ? macOfHex(
        parts
          .map((part) => part.padStart(2, '0'))
          .join('')
          .toLowerCase(),
      )
    : null
}

function macOfHex(hex: string): string | null {
  if (hex === '000000000000' || hex === 'ffffffffffff') return null
  return hex.replace(/(..)(?!$)/g, '$1:')
}

/** A MAC of six index parts. */
export function macOfParts(parts: readonly number[]): string | null {
  return parts.length === 6 && parts.every(isOctet) ? macOfHex(Buffer.from(parts).toString('hex')) : null
}

/** An address of 4, 8 (IPv4 with zone), 16 or 20 octets, or of text; canonical. Null: none, or all zeros. */
export function ip(value: SnmpValue | undefined): string | null {
  if (!Buffer.isBuffer(value)) return typeof value === 'string' ? ipOfText(value) : null
  return [4, 8, 16, 20].includes(value.length) && !isPrintable(value) ? ipOfParts([...value]) : ipOfEither(value)
}

// Text of 8, 16 or 20 characters may be an address too ("10.0.0.1"); four octets never are one in text.
function ipOfEither(value: Buffer): string | null {
  if (value.length === 4) return ipOfParts([...value])
  return ipOfText(text(value, 64) ?? '') ?? ([16, 20].includes(value.length) ? ipOfParts([...value]) : null)
}

const isPrintable = (value: Buffer) => value.every((octet) => octet >= 0x20 && octet < 0x7f)

/** An address of 4 or 16 octets, with a zone of four more behind it or not. */
export function ipOfParts(parts: readonly number[]): string | null {
  if (!parts.every(isOctet) && !parts.slice(0, -4).every(isOctet)) return null
  if (parts.length === 4 || parts.length === 8) return ipOfText(parts.slice(0, 4).join('.'))
  if (parts.length !== 16 && parts.length !== 20) return null
  const groups = Buffer.from(parts.slice(0, 16)).toString('hex').match(/.{4}/g) ?? []
  return ipOfText(groups.join(':'))
}

function ipOfText(words: string): string | null {
  const plain = words.trim()
  if (isIPv4(plain)) return plain === '0.0.0.0' ? null : plain
  if (!isIPv6(plain) || plain.includes('%')) return null
  const canonical = new URL(`http://[${plain}]`).hostname.slice(1, -1)
  return canonical === '::' ? null : canonical
}

/** Whether an address tells one device from others: loopback, link-local, broadcast and multicast do not. */
export function isTelling(address: string): boolean {
  if (isIPv4(address)) {
    const [first = 0, second = 0] = address.split('.').map(Number)
    return first !== 0 && first !== 127 && first < 224 && !(first === 169 && second === 254)
  }
  return address !== '::1' && !/^(fe[89ab]|ff|::ffff:)/.test(address)
}

const isOctet = (part: number) => Number.isInteger(part) && part >= 0 && part <= 255

/** The parts of an index; empty: it is not one of numbers of 32 bits. */
export function partsOf(index: string): number[] {
  const parts = /^\d+(\.\d+)*$/.test(index) ? index.split('.').map(Number) : []
  return parts.every((part) => part <= 0xff_ff_ff_ff) ? parts : []
}

/** The last part of an index; null: none. Most tables by interface end in ifIndex. */
export const lastPart = (index: string): number | null => partsOf(index).at(-1) ?? null

/** A whole number, of an integer or of text that is one; null: neither, or past 2^53. */
export function whole(value: SnmpValue | undefined): number | null {
  const found = decimal(value)
  return found !== null && Number.isSafeInteger(found) ? found : null
}

/** A number, of an integer or of text that is one ("-71.5", "-67 dBm"); null: none. */
export function decimal(value: SnmpValue | undefined): number | null {
  if (value === undefined) return null
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (typeof value === 'bigint') return Number(value)
  const words = /^\s*([+-]?\d{1,15}(?:\.\d{1,9})?)(?:\s*[a-z%/]*)?\s*$/i.exec(text(value, 40) ?? '')
  return words ? Number(words[1]) + 0 : null // "-0" is 0
}

/** A whole number between two bounds, else null: what is out of them is not measured but said ("-128", "0"). */
export function within(value: number | null, least: number, most: number): number | null {
  return value !== null && value >= least && value <= most ? value : null
}

/** An interface index as unsigned: RouterOS sends it as Integer32, which may be negative. 0: none. */
export function ifIndexOf(value: SnmpValue | number | null | undefined): number | null {
  const found = value === null ? null : whole(value)
  if (found === null || found === 0 || found < -0x80_00_00_00 || found > 0xff_ff_ff_ff) return null
  return found >>> 0
}

/** Seconds of TimeTicks (1/100 s). */
export function secondsOfTicks(value: SnmpValue | undefined): number | null {
  const ticks = whole(value)
  return ticks !== null && ticks >= 0 ? Math.floor(ticks / 100) : null
}

/** An object id in dotted form. */
export function objectId(value: SnmpValue | undefined): string | null {
  const dotted = text(value, textLimit)?.replace(/^\./, '')
  return dotted !== undefined && /^\d+(\.\d+)+$/.test(dotted) ? dotted : null
}

/** A signal in dBm, where it is one. */
export const dbm = (value: SnmpValue | undefined): number | null => signal(decimal(value))

/** A signal in dBm of a value in tenths. */
export const dbmOfTenths = (value: SnmpValue | undefined): number | null => {
  const tenths = decimal(value)
  return tenths === null ? null : signal(tenths / 10)
}

// 0 and above is what radios say that hear nothing; below -120 nothing is heard.
const signal = (value: number | null) => {
  const found = within(value, -120, -1)
  return found === null ? null : Math.round(found * 10) / 10
}
