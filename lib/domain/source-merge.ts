/** What is known of each field: null is "does not say". A list counts as a set. */
export type Fields = Record<string, Value>
export type Value = string | number | boolean | null | readonly (string | number)[]

export type Merged<F extends Fields> = {
  write: Partial<F> // what changes here
  said: Partial<F> // what the source last wrote here, for the next merge
  kept: (keyof F & string)[] // where the source says otherwise, and what was edited here stays
}

/**
 * Merges what a source says into what stands, field by field, against what it last wrote (`base`): its word counts where
 * nobody edited what it wrote, and where nothing stood. `ours`: null for what is new. `isBlank`: nobody set it.
 */
export function mergeFields<F extends Fields>(
  base: Partial<F>,
  theirs: F,
  ours: F | null,
  isBlank: (field: keyof F & string, value: Value) => boolean = (_, value) => isNothing(value),
): Merged<F> {
  const merged: Merged<F> = { write: {}, said: { ...base }, kept: [] }
  for (const field of Object.keys(theirs) as (keyof F & string)[]) {
    const said = theirs[field]
    if (said === null || said === undefined) continue
    if (ours === null) {
      merged.write[field] = said
      merged.said[field] = said
      continue
    }
    const standing = ours[field]
    const last = base[field]
    const isFree = last === undefined ? isBlank(field, standing ?? null) : sameValue(standing, last)
    if (sameValue(standing, said)) merged.said[field] = said
    else if (isFree) {
      merged.write[field] = said
      merged.said[field] = said
    } else merged.kept.push(field)
  }
  return merged
}

export const isNothing = (value: Value): boolean =>
  value === null || value === '' || (Array.isArray(value) && value.length === 0)

export function sameValue(a: Value | undefined, b: Value | undefined): boolean {
  if (!Array.isArray(a) || !Array.isArray(b)) return a === b
  const known = new Set<string | number>(a)
  return known.size === new Set<string | number>(b).size && b.every((one) => known.has(one))
}

/** As PostgreSQL keeps a real: what is written and what is read back are the same number. */
export const asReal = (value: number | null): number | null => (value === null ? null : Math.fround(value))

// No control characters, no lone surrogates: PostgreSQL and logs take neither.
const unprintable = /[\p{Cc}\p{Cs}]+/gu

/** A text of a source on one line, at most `max` characters; null where nothing is left of it. */
export function tidyText(text: string | null, max: number): string | null {
  if (text === null) return null
  const tidy = text.replace(unprintable, ' ').trim()
  if (tidy.length <= max) return tidy === '' ? null : tidy
  return tidy
    .slice(0, max)
    .replace(/\p{Cs}$/u, '')
    .trimEnd()
}
