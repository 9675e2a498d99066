const mostKept = 6000

/** Cuts text to a width in px, with an ellipsis; empty when not even three letters fit. What was cut is kept. */
export function makeCutter(): (context: CanvasRenderingContext2D, text: string, px: number) => string {
  const kept = new Map<string, string>()
  return (context, text, px) => {
    const width = Math.floor(px / 4) * 4
    const key = `${context.font}|${width}|${text}`
    const known = kept.get(key)
    if (known !== undefined) return known
    if (kept.size > mostKept) kept.clear()
    const cutText = cut(context, text, width)
    kept.set(key, cutText)
    return cutText
  }
}

function cut(context: CanvasRenderingContext2D, text: string, width: number): string {
  if (width < 18) return ''
  if (context.measureText(text).width <= width) return text
  let [fits, tooLong] = [0, Math.min(text.length, Math.ceil(width / 3))]
  while (tooLong - fits > 1) {
    const middle = (fits + tooLong) >> 1
    if (context.measureText(`${text.slice(0, middle)}…`).width <= width) fits = middle
    else tooLong = middle
  }
  return fits < 3 ? '' : `${text.slice(0, fits).trimEnd()}…`
}
