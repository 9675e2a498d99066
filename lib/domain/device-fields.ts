import { parseAddress } from './address'
import { ruleBounds } from './inheritance'
import { type Role, roles } from './status'

/** What may be said about a device. Undefined: not said, so it stays as it is; null: none, or inherited. */
export type DeviceFields = {
  name: string
  address: string
  role: Role
  site: string | null
  upstream: (string | number)[] // names, or ids
  tags: string[]
  client: string | null
  snmpProfile: string | null
  pingInterval: number | null // s
  pingTimeout: number | null // s
  isolateMisses: number | null
  isolateSeconds: number | null
}
export type Field = keyof DeviceFields

export const limits = { name: 120, site: 120, client: 200, snmpProfile: 60, tag: 60, tags: 32, upstream: 16 } as const

// No control characters, no lone surrogates: PostgreSQL and logs take neither.
const unprintable = /\p{Cc}|\p{Cs}/u

/** What a cell says: numbers as written; anything without words of its own (an object, a list) says nothing. */
const wordsOf = (value: unknown) =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value).trim() : ''

/** JSON.stringify, for what JSON cannot say too: a BigInt, a circle, a toJSON that throws. */
function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value) ?? typeof value
  } catch {
    return typeof value
  }
}

type Read<T> = { value: T } | { fault: string }
const shown = (value: unknown) => {
  const text = jsonOf(value)
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}

/** How each field is read from a cell of text or a JSON value. A fault says what was found and what was expected. */
export const readField: { [F in Field]: (value: unknown) => Read<DeviceFields[F]> } = {
  name: (value) => {
    const read = readText(value, limits.name)
    if ('fault' in read) return read
    return read.value === null ? { fault: 'found no name, expected one' } : { value: read.value }
  },
  address: (value) => {
    const read = parseAddress(typeof value === 'string' ? value : value === null ? '' : shown(value))
    return 'fault' in read ? read : { value: read.address }
  },
  role: (value) => {
    if (isEmpty(value)) return { value: 'other' }
    const role = roles.find((known) => known === wordsOf(value).toLowerCase())
    return role ? { value: role } : { fault: `found ${shown(value)}, expected one of ${roles.join(', ')}` }
  },
  site: (value) => readText(value, limits.site),
  upstream: (value) => readUpstream(value),
  tags: (value) => readTags(value),
  client: (value) => readText(value, limits.client),
  snmpProfile: (value) => readText(value, limits.snmpProfile),
  pingInterval: (value) => readNumber(value, ruleBounds.interval, 's'),
  pingTimeout: (value) => readNumber(value, ruleBounds.timeout, 's'),
  isolateMisses: (value) => readNumber(value, { ...ruleBounds.misses, whole: true }, 'misses'),
  isolateSeconds: (value) => readNumber(value, ruleBounds.within, 's'),
}

const isEmpty = (value: unknown) => value === null || (typeof value === 'string' && value.trim() === '')

function readText(value: unknown, max: number): Read<string | null> {
  if (isEmpty(value)) return { value: null }
  if (typeof value !== 'string' && typeof value !== 'number') return { fault: `found ${shown(value)}, expected text` }
  const text = String(value).trim()
  if (text.length > max) return { fault: `found ${text.length} characters, expected at most ${max}` }
  if (unprintable.test(text)) return { fault: `found ${shown(text)}, expected text without control characters` }
  return { value: text }
}

/** A list, or a text that is one; anything else is one part, refused where it is read. */
function partsOf(value: unknown, comma: RegExp): unknown[] {
  if (Array.isArray(value)) return value
  if (isEmpty(value)) return []
  return typeof value === 'string' ? value.split(comma) : [value]
}

function readUpstream(value: unknown): Read<(string | number)[]> {
  const parts = partsOf(value, /[;|]/)
  const upstream = new Set<string | number>()
  for (const part of parts) {
    if (typeof part === 'number' && Number.isInteger(part) && part > 0) upstream.add(part)
    else {
      const read = readText(part, limits.name)
      if ('fault' in read) return read
      if (read.value !== null) upstream.add(read.value)
    }
  }
  if (upstream.size > limits.upstream) return { fault: `found ${upstream.size}, expected at most ${limits.upstream}` }
  return { value: [...upstream] }
}

function readTags(value: unknown): Read<string[]> {
  const parts = partsOf(value, /[;,|]/)
  const tags = new Set<string>()
  for (const part of parts) {
    const read = readText(part, limits.tag)
    if ('fault' in read) return read
    if (read.value !== null) tags.add(read.value)
  }
  return tags.size > limits.tags
    ? { fault: `found ${tags.size} tags, expected at most ${limits.tags}` }
    : { value: [...tags] }
}

function readNumber(
  value: unknown,
  { min, max, whole = false }: { min: number; max: number; whole?: boolean },
  unit: string,
): Read<number | null> {
  if (isEmpty(value)) return { value: null }
  const text = wordsOf(value)
  const number = /^\d{1,9}(\.\d{1,9})?$/.test(text) ? Number(text) : Number.NaN
  if (number >= min && number <= max && (!whole || Number.isInteger(number))) return { value: number }
  return {
    fault: `found ${shown(value)}, expected ${whole ? 'a whole number' : 'a number'} from ${min} to ${max} (${unit})`,
  }
}
