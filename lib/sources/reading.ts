import { parseAddress } from '@/lib/domain/address'
import { cleanLine, cutText } from '@/lib/domain/cut-text'
import type { Rejected, SourceFault } from './records'

/** An object of somebody else's JSON: whatever is in it has yet to be read. */
export type Entry = { readonly [key: string]: unknown }

export const isEntry = (value: unknown): value is Entry =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

const none: Entry = Object.freeze({})
/** The object under a key; an empty one when there is something else, or nothing. */
export const within = (entry: Entry, key: string): Entry => {
  const value = entry[key]
  return isEntry(value) ? value : none
}

const plain = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/

/** One line of text without what hides or reverses it, cut to `max`; a number as it is written. Null: nothing of that kind. */
export function textOf(value: unknown, max = 200): string | null {
  if (typeof value === 'number') return Number.isFinite(value) ? String(value).slice(0, max) : null
  if (typeof value !== 'string') return null
  if (value.length <= max && plain.test(value) && !value.includes('  ')) return value
  return cutText(cleanLine(value.slice(0, max * 4)), max) || null
}

/** A finite number, or one written as text, within bounds; else null. */
export function numberOf(value: unknown, least = -1e15, most = 1e15): number | null {
  const number = typeof value === 'string' && /^-?\d{1,15}(\.\d{1,15})?$/.test(value) ? Number(value) : value
  return typeof number === 'number' && number >= least && number <= most ? number : null
}

/** An instant of ISO 8601 with its zone, also with an offset without a colon, ms; else null. */
export function instantOf(value: unknown): number | null {
  if (typeof value !== 'string' || value.length > 40) return null
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)$/.test(value)) return null
  const at = Date.parse(value.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'))
  return Number.isNaN(at) ? null : at
}

/** 12 hex digits in lower case of one device, however they are parted; null for others, zeros and groups. */
export function macOf(value: unknown): string | null {
  if (typeof value !== 'string' || value.length > 30) return null
  const mac = value.replace(/[\s:.-]/g, '').toLowerCase()
  if (!/^[0-9a-f]{12}$/.test(mac) || mac === '000000000000') return null
  return Number.parseInt(mac.slice(0, 2), 16) % 2 === 1 ? null : mac
}

/** The address of "198.51.100.23/24" or "203.0.113.5", canonical; null for ranges' own addresses of more hosts and the rest. */
export function addressOf(value: unknown): string | null {
  if (typeof value !== 'string' || value.length > 80) return null
  const [address = '', prefix, ...more] = value.trim().split('/')
  if (more.length > 0 || (prefix !== undefined && !/^\d{1,3}$/.test(prefix))) return null
  const read = parseAddress(address)
  return 'address' in read ? read.address : null
}

/** The key of something; text or a whole number, whole. Null for anything else. */
export function keyOf(value: unknown): string | null {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? String(value) : null
  return typeof value === 'string' && /^[\x21-\x7e]{1,100}$/.test(value) ? value : null
}

/** What there is in a few words: `a list of 3`, `an object with code, message`, `"text"`. */
export function found(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value))
    return value.length === 0 ? 'an empty list' : `a list of ${value.length.toLocaleString('en')}`
  if (isEntry(value)) {
    const keys = Object.keys(value)
    const some = keys.slice(0, 5).map((key) => textOf(key, 30) ?? '?')
    return keys.length === 0 ? 'an empty object' : `an object with ${some.join(', ')}${keys.length > 5 ? ', ...' : ''}`
  }
  if (typeof value === 'string') return value === '' ? 'an empty text' : JSON.stringify(textOf(value, 60) ?? '')
  return value === undefined ? 'nothing' : String(value).slice(0, 60)
}

/** What could not be read; the text of a `Fault` thrown while one entry is read. */
export class Unreadable extends Error {}

type Listed = { one: string; many: string; most: number; named?: (entry: Entry) => unknown }
type Each<T> = { items: T[]; rejected: Rejected[] }

/**
 * Reads each entry apart: one that cannot be read is named by its place (from 0), its name and why, and the others go on.
 * A list in which more than half cannot be read, or that is none, is a fault of the source.
 */
export function readEach<T extends { key: string }>(
  list: unknown,
  what: Listed,
  read: (entry: Entry) => T | null,
): Each<T> | SourceFault {
  const page = readPage(list, what, read)
  return 'kind' in page ? page : (mostlyUnreadable(page, what.many) ?? page)
}

/** The same of one page of a list, of which the whole is to be judged by `mostlyUnreadable`. */
export function readPage<T extends { key: string }>(
  list: unknown,
  what: Listed,
  read: (entry: Entry) => T | null,
): Each<T> | SourceFault {
  if (!Array.isArray(list)) return shapeFault(`found ${found(list)}, expected a list of ${what.many}`)
  if (list.length > what.most) {
    const [count, most] = [list.length.toLocaleString('en'), what.most.toLocaleString('en')]
    return { kind: 'too_large', words: `found ${count} ${what.many}, expected at most ${most}` }
  }
  const items: T[] = []
  const rejected: Rejected[] = []
  const seen = new Set<string>()
  for (let i = 0; i < list.length; i++) {
    const entry: unknown = list[i]
    try {
      if (!isEntry(entry)) throw new Unreadable(`found ${found(entry)}, expected an object`)
      const item = read(entry)
      if (item === null) continue
      if (seen.has(item.key)) throw new Unreadable(`found the id ${item.key} a second time, expected each once`)
      seen.add(item.key)
      items.push(item)
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error
      const name = isEntry(entry) ? textOf((what.named ?? plainName)(entry), 60) : null
      rejected.push({ what: `${what.one} ${i}${name ? ` (${name})` : ''}`, reason: error.message })
    }
  }
  return { items, rejected }
}

/** The fault of a list that is of another shape than it was; null: most of it can be read. */
export function mostlyUnreadable({ items, rejected }: Each<unknown>, many: string): SourceFault | null {
  const [first] = rejected
  if (!first || rejected.length <= items.length) return null
  const most = `${rejected.length.toLocaleString('en')} of ${(items.length + rejected.length).toLocaleString('en')} ${many}`
  return shapeFault(`${most} cannot be read, the first ${first.what}: ${first.reason}`)
}

const plainName = (entry: Entry) => entry.name

export const shapeFault = (words: string): SourceFault => ({ kind: 'shape', words })

/** The key of an entry, without which it is nothing. */
export function neededKey(value: unknown, name: string): string {
  const key = keyOf(value)
  if (key === null) throw new Unreadable(`${name}: found ${found(value)}, expected its id`)
  return key
}

const bounds = { depth: 6, values: 600, text: 300, list: 30 }

/** A copy of somebody else's JSON that a database takes, and never more than some 600 values of 300 characters. */
export function boundedCopy(value: unknown): unknown {
  let left = bounds.values
  const copy = (one: unknown, depth: number): unknown => {
    left--
    if (typeof one === 'string') return storable(one)
    if (one === null || typeof one === 'boolean') return one
    if (typeof one === 'number') return Number.isFinite(one) ? one : null
    if (depth >= bounds.depth || left <= 0) return '…'
    if (Array.isArray(one)) return one.slice(0, Math.min(bounds.list, left)).map((item) => copy(item, depth + 1))
    if (!isEntry(one)) return null
    const result: Record<string, unknown> = {}
    for (const key of Object.keys(one)) {
      if (left <= 0) break
      if (key !== '__proto__') result[storable(key)] = copy(one[key], depth + 1)
    }
    return result
  }
  return copy(value, 0)
}

/** PostgreSQL takes no NUL and no half characters. */
function storable(text: string): string {
  const short = text.length > bounds.text ? `${text.slice(0, bounds.text - 1)}…` : text
  return /^[\x20-\x7e]*$/.test(short) ? short : short.replaceAll('\0', '').replace(/\p{Surrogate}/gu, '\ufffd')
}
