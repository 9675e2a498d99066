const mostListed = 12

/** Words as "a, b and c"; a long list is cut and says how many more there are. */
export function listText(items: readonly string[], word: 'and' | 'or' = 'and'): string {
  if (items.length > mostListed) {
    return `${items.slice(0, mostListed - 2).join(', ')} and ${items.length - mostListed + 2} more`
  }
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} ${word} ${items.at(-1)}`
}

/** Ascending values as words, three or more in a row as a range. */
export function runsText(
  values: readonly number[],
  text: (value: number) => string,
  word: 'and' | 'or' = 'and',
): string {
  const items: string[] = []
  for (let i = 0; i < values.length; ) {
    let end = i
    while ((values[end + 1] ?? Number.NaN) === (values[end] ?? 0) + 1) end++
    const first = values[i] ?? 0
    const last = values[end] ?? first
    if (end - i >= 2) items.push(`${text(first)} to ${text(last)}`)
    else for (let value = first; value <= last; value++) items.push(text(value))
    i = end + 1
  }
  return listText(items, word)
}

/** 1st, 2nd, 3rd, 11th. */
export function ordinal(value: number): string {
  const tens = value % 100
  const end = tens >= 11 && tens <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][value % 10] ?? 'th')
  return `${value}${end}`
}
