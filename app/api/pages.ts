import { Problem } from '@/lib/problem'
import { readCursor, writeCursor } from '@/lib/wire/cursor'

type Key = { string: string; number: number }

/** The sort value that a cursor of one value holds; undefined without a cursor. */
export function startAfter<T extends keyof Key>(cursor: string | undefined, type: T): Key[T] | undefined {
  if (cursor === undefined) return undefined
  const values = readCursor(cursor, [type])
  const isWhole = type === 'string' || Number.isSafeInteger(values?.[0])
  if (!values || !isWhole) throw new Problem('invalid-input', 'cursor: expected the `next` of the page before')
  return values[0] as Key[T]
}

/** A page of `rows`, which were asked for with one more than `limit` to know whether there is a next one. */
export function pageOf<R, A>(
  rows: readonly R[],
  limit: number,
  keyOf: (row: R) => string | number,
  answer: (row: R) => A,
) {
  const last = rows.length > limit ? rows[limit - 1] : undefined
  return { items: rows.slice(0, limit).map(answer), next: last === undefined ? null : writeCursor([keyOf(last)]) }
}
