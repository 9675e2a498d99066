/** What a slug may be: the name of a job in an address. */
export const slugPattern = /^[a-z0-9_-]{1,100}$/

/**
 * The slug of a name: lower case, accents taken off, anything else a hyphen. A name without a Latin letter or digit is
 * told by its code points, so that no name is without one; two names may share one.
 */
export function slugOf(name: string): string {
  const plain = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .replace(/[^a-z0-9_]+/g, '-')
  const slug = trimmed(plain)
  if (/[a-z0-9]/.test(slug)) return slug
  const points = [...name].map((character) => (character.codePointAt(0) ?? 0).toString(16)).join('-')
  return trimmed(`u${points}`)
}

const trimmed = (text: string) => text.slice(0, 200).replace(/^-+/, '').slice(0, 100).replace(/-+$/, '')
