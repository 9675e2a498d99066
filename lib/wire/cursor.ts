/** Where a list goes on: the sort values of the last item, opaque to the caller. */
export function writeCursor(values: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url')
}

/** The values of a cursor, as many and of such types as `like`; null when it is none of ours. */
export function readCursor<const T extends readonly ('string' | 'number')[]>(cursor: string, like: T) {
  try {
    const values: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    if (!Array.isArray(values) || values.length !== like.length) return null
    if (!values.every((value, i) => typeof value === like[i])) return null
    return values as { -readonly [I in keyof T]: T[I] extends 'string' ? string : number }
  } catch {
    return null
  }
}
