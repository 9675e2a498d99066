/** An element with what stands in it: its attributes and the texts of its children, by their names in lower case. */
export type XmlElement = { line: number; name: string; values: Map<string, string[]> }

const mostValues = 100 // of one element
const longestText = 4000

type Open = XmlElement & { text: string }

/**
 * The elements of an XML text whose name is wanted, in lower case. Reads what lists are made of, elements, attributes, text
 * and CDATA, in one pass and without a document type: entities that a document declares stay as they are written.
 */
export function xmlElements(text: string, isWanted: (name: string) => boolean): XmlElement[] {
  const found: XmlElement[] = []
  const open: Open[] = []
  const wanted: Open[] = []
  let line = 1
  let at = 0
  let newline = text.indexOf('\n')
  const step = (to: number) => {
    for (; newline >= 0 && newline < to; newline = text.indexOf('\n', newline + 1)) line++
    at = to
  }
  while (at < text.length) {
    const start = text.indexOf('<', at)
    const inner = open.at(-1)
    if (inner && inner.text.length < longestText) {
      inner.text += decoded(text.slice(at, start < 0 ? text.length : start).slice(0, longestText))
    }
    if (start < 0) break
    step(start)
    const skipped = skippedAt(text, start)
    if (skipped) {
      if (inner && skipped.text !== null && inner.text.length < longestText)
        inner.text += skipped.text.slice(0, longestText)
      step(skipped.end)
      continue
    }
    const end = tagEnd(text, start)
    if (end < 0) break
    const body = text.slice(start + 1, end)
    if (body.startsWith('/')) close(body.slice(1).trim().toLowerCase())
    else begin(body)
    step(end + 1)
  }
  return found

  function begin(body: string): void {
    const [, name = ''] = /^([^\s/>]{1,100})/.exec(body) ?? []
    const element: Open = { line, name: name.toLowerCase(), values: attributesOf(body.slice(name.length)), text: '' }
    const empty = body.endsWith('/')
    if (isWanted(element.name)) {
      found.push(element)
      if (!empty) wanted.push(element)
    }
    if (!empty && open.length < 200) open.push(element)
  }

  function close(name: string): void {
    const depth = open.findLastIndex((one) => one.name === name)
    if (depth < 0) return
    for (const ended of open.splice(depth).reverse()) {
      if (wanted.at(-1) === ended) wanted.pop()
      const holder = wanted.at(-1)
      if (holder && holder !== ended && ended.text.trim() !== '') add(holder.values, ended.name, ended.text.trim())
    }
  }
}

function add(values: Map<string, string[]>, name: string, value: string): void {
  const known = values.get(name)
  if (known) {
    if (known.length < mostValues) known.push(value)
  } else if (values.size < mostValues) values.set(name, [value])
}

/** Comments, declarations, instructions and CDATA: where they end, and the text that they are. */
function skippedAt(text: string, start: number): { end: number; text: string | null } | null {
  const upTo = (mark: string) => {
    const end = text.indexOf(mark, start)
    return end < 0 ? text.length : end + mark.length
  }
  if (text.startsWith('<!--', start)) return { end: upTo('-->'), text: null }
  if (text.startsWith('<![CDATA[', start)) {
    const end = upTo(']]>')
    return { end, text: text.slice(start + 9, Math.max(start + 9, end - 3)) }
  }
  if (text.startsWith('<?', start)) return { end: upTo('?>'), text: null }
  return text.startsWith('<!', start) ? { end: upTo('>'), text: null } : null
}

/** Where a tag ends: a > in quotes does not count. */
function tagEnd(text: string, start: number): number {
  let quote = ''
  for (let i = start + 1; i < text.length && i < start + 20_000; i++) {
    const mark = text[i] ?? ''
    if (quote) quote = mark === quote ? '' : quote
    else if (mark === '"' || mark === "'") quote = mark
    else if (mark === '>') return i
  }
  return text.indexOf('>', start)
}

function attributesOf(text: string): Map<string, string[]> {
  const values = new Map<string, string[]>()
  for (const [, name = '', double, single] of text.matchAll(/([^\s=/"'<>]{1,100})\s*=\s*(?:"([^"]*)"|'([^']*)')/g)) {
    add(values, name.toLowerCase(), decoded((double ?? single ?? '').slice(0, longestText)).trim())
  }
  return values
}

const entities = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['quot', '"'],
  ['apos', "'"],
])
const decoded = (text: string) =>
  text.replace(/&(#x[0-9a-f]{1,6}|#\d{1,7}|[a-z]{1,10});/gi, (whole, name: string) => {
    if (!name.startsWith('#')) return entities.get(name) ?? whole
    const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1))
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole
  })
