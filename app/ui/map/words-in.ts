export type Cutter = (context: CanvasRenderingContext2D, text: string, px: number, at?: 'end' | 'middle') => string

const mostKept = 6000

/**
 * Cuts text to a width in px, with an ellipsis; empty when not even a few letters fit. In the middle: names that begin
 * alike are told apart by their ends. What was cut is kept.
 */
export function makeCutter(): Cutter {
  const kept = new Map<string, string>()
  return (context, text, px, at = 'end') => {
    const width = Math.floor(px / 4) * 4
    const key = `${at}|${context.font}|${width}|${text}`
    const known = kept.get(key)
    if (known !== undefined) return known
    if (kept.size > mostKept) kept.clear()
    const cutText = cut(context, text, width, at)
    kept.set(key, cutText)
    return cutText
  }
}

const fewestLetters = 3

function cut(context: CanvasRenderingContext2D, text: string, width: number, at: 'end' | 'middle'): string {
  if (width < 18) return ''
  if (context.measureText(text).width <= width) return text
  const shortened = (letters: number) => {
    const tail = at === 'middle' ? Math.ceil(letters / 2) : 0
    return `${text.slice(0, letters - tail).trimEnd()}…${tail > 0 ? text.slice(-tail).trimStart() : ''}`
  }
  let [fits, tooLong] = [0, Math.min(text.length, Math.ceil(width / 3))]
  while (tooLong - fits > 1) {
    const middle = (fits + tooLong) >> 1
    if (context.measureText(shortened(middle)).width <= width) fits = middle
    else tooLong = middle
  }
  return fits < fewestLetters ? '' : shortened(fits)
}
