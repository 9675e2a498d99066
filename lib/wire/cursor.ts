type Kinds = { string: string; number: number; id: number; instant: number }
type Kind = keyof Kinds

const mostId = 2_147_483_647
const mostInstantMs = 8_640_000_000_000 // as on the probes' wire: the year 2243

const fits: Record<Kind, (value: unknown) => boolean> = {
  string: (value) => typeof value === 'string' && value.length <= 1000 && !value.includes('\0'),
  number: (value) => isBetween(value, 0, Number.MAX_SAFE_INTEGER),
  id: (value) => isBetween(value, 1, mostId),
  instant: (value) => isBetween(value, 0, mostInstantMs), // epoch ms
}
const isBetween = (value: unknown, least: number, most: number) =>
  typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most

/** Where a list goes on: the sort values of the last item, opaque to the caller. */
export function writeCursor(values: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url')
}

/**
 * The values of a cursor, as many and of such kinds as `like`; null when it is none of ours. What it gives, the database
 * takes: whole numbers in their bounds, no NUL in a text.
 */
export function readCursor<const T extends readonly Kind[]>(cursor: string, like: T) {
  try {
    const values: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    if (!Array.isArray(values) || values.length !== like.length) return null
    if (!values.every((value, i) => fits[like[i] ?? 'string'](value))) return null
    return values as { -readonly [I in keyof T]: Kinds[T[I]] }
  } catch {
    return null
  }
}
