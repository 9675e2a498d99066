/** One thing that RouterOS says: a row of a `print`, or an `add` or `set` of an `export`. */
export type Statement = {
  line: number
  path: string // without the first slash, words apart: `ppp secret`; empty: not said
  verb: 'add' | 'set' | 'row'
  flags: string // of a row: X is disabled
  values: Map<string, string>
}
export type RouterOsText = { statements: Statement[]; identity: string | null }

const longest = 20_000 // characters of a statement
const mostValues = 128

/** Whether it looks like what a RouterOS console writes. */
export function isRouterOs(text: string): boolean {
  const lines = text.slice(0, 20_000).split(/\r?\n/, 200)
  return lines.some(
    (line) =>
      prompt.test(line) ||
      header.test(line) ||
      menu.test(line) ||
      /^\s*\d+\s+([A-Z]{1,6}\s+)?[a-z][a-z0-9.-]{0,40}=/.test(line),
  )
}

const prompt = /^\s*\[[^\]\n@]{1,64}@([^\]\n]{1,100})\]\s*[^>\n]{0,100}>\s*(.*)$/
const header = /^#.{0,80}\bby RouterOS\b/
const menu = /^\/[a-z][a-z0-9-]*([ /][a-z][a-z0-9-]*)+/
const verbs = new Set(['add', 'set', 'print', 'export', 'remove', 'enable', 'disable', 'find', 'get'])

/**
 * Reads `print terse`, `print detail` and `export` of RouterOS, in one text or several after each other, prompts included.
 * A value without quotes goes on until the next key, as `print terse` writes comments with blanks in them.
 */
export function readRouterOs(text: string): RouterOsText {
  const out: RouterOsText = { statements: [], identity: null }
  let path = ''
  let row: Statement | null = null
  for (const { line, text: said } of logicalLines(text)) {
    const asked = prompt.exec(said)
    if (asked) out.identity = asked[1] ?? null
    const rest = (asked ? (asked[2] ?? '') : said).slice(0, longest)
    if (rest.trim() === '' || rest.startsWith('#') || /^\s*(Flags|Columns):/.test(rest)) {
      if (asked || rest.trim() === '') row = null
      continue
    }
    if (rest.startsWith('/')) {
      row = null
      const command = commandOf(rest)
      path = command.path
      if (command.verb)
        out.statements.push({ line, path, verb: command.verb, flags: '', values: valuesOf(command.rest) })
      continue
    }
    const [, verb, told = ''] = /^\s*(add|set)\s(.*)$/s.exec(rest) ?? []
    if (verb === 'add' || verb === 'set') {
      row = null
      out.statements.push({ line, path, verb, flags: '', values: valuesOf(told) })
      continue
    }
    const [, flags = '', content = ''] = /^\s*\d{1,6}\s+((?:[A-Z*]{1,6}\s+){0,4})(.*)$/s.exec(rest) ?? []
    if (content !== '') {
      row = { line, path, verb: 'row', flags: flags.replace(/\s/g, ''), values: rowValues(content) }
      out.statements.push(row)
    } else if (row && /^\s/.test(rest)) {
      for (const [key, value] of valuesOf(rest)) if (row.values.size < mostValues) row.values.set(key, value)
    }
  }
  for (const { path: at, verb, values } of out.statements) {
    if (at === 'system identity' && verb === 'set') out.identity = values.get('name') ?? out.identity
  }
  return out
}

/** Lines without escape sequences, those that a backslash breaks put together again. */
function* logicalLines(text: string): Generator<{ line: number; text: string }> {
  let held: string[] = []
  let [heldAt, length, line] = [0, 0, 0]
  for (const raw of text.replace(/^\uFEFF/, '').split('\n')) {
    line++
    const bare = (raw.endsWith('\r') ? raw.slice(0, -1) : raw).slice(0, longest)
    const clean = bare.includes('\u001b') ? bare.replace(escapeSequence, '') : bare
    const part = held.length > 0 ? clean.trimStart() : clean
    if (held.length === 0) heldAt = line
    const goesOn = isBroken(part) && length + part.length < longest
    held.push(goesOn ? part.slice(0, -1) : part)
    length += part.length
    if (goesOn) continue
    yield { line: heldAt, text: held.join('') }
    held = []
    length = 0
  }
  if (held.length > 0) yield { line: heldAt, text: held.join('') }
}
// biome-ignore lint/suspicious/noControlCharactersInRegex: terminals colour with them
const escapeSequence = /\u001b\[[0-9;?]{0,20}[A-Za-z]/g

/** Ends in a backslash that is no escaped one. */
const isBroken = (line: string) => (/\\{1,200}$/.exec(line)?.[0].length ?? 0) % 2 === 1

/** `/ppp secret add name=x`, `/ip/neighbor/print terse`: where, what, and the rest. */
function commandOf(text: string): { path: string; verb: 'add' | 'set' | null; rest: string } {
  const words: string[] = []
  const pattern = /[\s/]*([a-z][a-z0-9-]*)(?=[\s/]|$)/gy
  let end = 0
  for (let word = pattern.exec(text); word; word = pattern.exec(text)) {
    const [, name = ''] = word
    end = pattern.lastIndex
    if (verbs.has(name) && words.length > 0) {
      const verb = name === 'add' || name === 'set' ? name : null
      return { path: words.join(' '), verb, rest: text.slice(end) }
    }
    if (words.length >= 8) break
    words.push(name)
  }
  return { path: words.join(' '), verb: null, rest: text.slice(end) }
}

/** A row may begin with `;;; its comment`, which then has the line to itself or ends where the keys begin. */
function rowValues(content: string): Map<string, string> {
  const [, comment] = /^;;;\s?(.*)$/s.exec(content) ?? []
  return comment === undefined ? valuesOf(content) : new Map([['comment', comment.trim()]])
}

function valuesOf(text: string): Map<string, string> {
  const values = new Map<string, string>()
  const key = /(?:^|\s)([a-z][a-z0-9.-]{0,40})=/g
  let open: { name: string; from: number } | null = null
  const end = (to: number) => {
    if (open && !values.has(open.name)) values.set(open.name, unescaped(text.slice(open.from, to).trim()))
    open = null
  }
  for (let found = key.exec(text); found && values.size < mostValues; found = key.exec(text)) {
    end(found.index)
    const [, name = ''] = found
    const from = key.lastIndex
    if (text[from] !== '"') open = { name, from }
    else {
      const close = quoteEnd(text, from + 1)
      if (!values.has(name)) values.set(name, unescaped(text.slice(from + 1, close)))
      key.lastIndex = Math.min(text.length, close + 1)
    }
  }
  end(text.length)
  return values
}

function quoteEnd(text: string, from: number): number {
  for (let i = from; i < text.length; i++) {
    if (text[i] === '\\') i++
    else if (text[i] === '"') return i
  }
  return text.length
}

const plain = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['_', ' '],
])

/** `\"`, `\\`, `\$` and bytes as `\C3\A9`: UTF-8 where they are, else each a character of Latin-1. */
function unescaped(text: string): string {
  if (!text.includes('\\')) return text
  return text.replace(/((?:\\[0-9A-F]{2})+)|\\(.)/gs, (_, bytes: string | undefined, mark: string | undefined) => {
    if (bytes === undefined) return plain.get(mark ?? '') ?? mark ?? ''
    const raw = Uint8Array.from(bytes.match(/[0-9A-F]{2}/g) ?? [], (hex) => Number.parseInt(hex, 16))
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(raw)
    } catch {
      return String.fromCharCode(...raw.slice(0, 4096))
    }
  })
}
