const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })
const utf8 = new TextEncoder()

/** Length in UTF-16 code units: never less than any medium's own count of characters. */
export const units = (text: string): number => text.length
/** Length in bytes of UTF-8. */
export const bytes = (text: string): number => utf8.encode(text).length

/**
 * The longest beginning of `text` that, with an ellipsis, measures at most `max`; the text itself when it fits. Never
 * parts an emoji, a flag or a letter from its marks; '' when not even the ellipsis fits. `size` may measure an escaped form, so that
 * escaping afterwards cannot overrun: it must not shrink as text grows.
 */
export function cutText(text: string, max: number, size: (text: string) => number = units): string {
  // A grapheme is at least one unit, byte and escaped character, so nothing after this can be kept.
  const within = text.length > max + 1 ? text.slice(0, max + 1) : text
  if (within === text && size(text) <= max) return text
  const ends = [0, ...[...graphemes.segment(within)].map(({ index, segment }) => index + segment.length)]
  // The end of the window may part a grapheme; together with the ellipsis it would be too long anyhow.
  const kept = (end: number) => `${within.slice(0, end).trimEnd()}…`
  let [low, high] = [0, ends.length - 1]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (size(kept(ends[middle] ?? 0)) <= max) low = middle
    else high = middle - 1
  }
  const cut = kept(ends[low] ?? 0)
  return size(cut) <= max ? cut : ''
}

// Controls, and what reverses or hides text: none of it is part of a name, all of it can fake one.
const unseen = /(?!\n)\p{Cc}|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu
const halves = /\p{Surrogate}/gu

/** Text of several lines as any medium may have it: no controls but line feeds, no half characters. */
export function cleanLines(text: string): string {
  return text
    .replace(/\r\n?|[\u0085\u2028\u2029]/g, '\n')
    .replace(/\t/g, ' ')
    .replace(unseen, '')
    .replace(halves, '\ufffd')
}

/** The same in one line: for titles, subjects and headers. */
export function cleanLine(text: string): string {
  return cleanLines(text).replace(/\s+/g, ' ').trim()
}
