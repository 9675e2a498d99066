import { priorities, priorityFunctions, priorityVariables } from './priority-words'
import { incidentKinds } from './route'
import { roles } from './status'

/** One offer: `insert` stands in the place of what was typed. */
export type Completion = { label: string; insert: string; type: string; description: string }
/** What fits at a place: it replaces text from `from` up to `to`. `unasked`: worth showing without being asked for. */
export type Completions = { from: number; to: number; items: Completion[]; unasked: boolean }
/** Names that stand in the registry, to be compared with. */
export type KnownNames = { sites: readonly string[]; tags: readonly string[]; clients: readonly string[] }

const mostItems = 8

/** What may be written at a place of a priority expression: names, functions of what stands before, or values of a name. */
export function completionsAt(text: string, caret: number, known: KnownNames): Completions {
  const open = openString(text.slice(0, caret))
  if (open !== null) {
    const typed = text.slice(open + 1, caret)
    const to = endOfString(text, open, caret)
    const items = fitting(valuesAt(text, open, to, known), typed)
    return { from: open, to, items, unasked: items.length > 0 && items[0]?.label !== typed }
  }
  const from = caret - (/[A-Za-z_]\w*$/.exec(text.slice(0, caret))?.[0].length ?? 0)
  const to = caret + (/^\w*/.exec(text.slice(caret))?.[0].length ?? 0)
  const typed = text.slice(from, caret)
  const before = text.slice(0, from)
  const receiver = /(\w+)\s*\.\s*$/.exec(before)?.[1]
  if (receiver !== undefined) return answer(from, to, fitting(functionsOf(receiver), typed), true, typed)
  const values = valuesAt(text, from, to, known)
  const names = [...variables, ...functions.filter(({ label }) => label === 'size')]
  const items = fitting([...values, ...names], typed)
  return answer(from, to, items, typed.length > 0 || (values.length > 0 && /\s$/.test(before)), typed)
}

const answer = (from: number, to: number, items: Completion[], wanted: boolean, typed: string): Completions => ({
  from,
  to,
  items,
  unasked: wanted && items.length > 0 && !(items.length === 1 && items[0]?.label === typed),
})

const variables: Completion[] = priorityVariables.map(({ name, type, description }) => ({
  label: name,
  insert: name,
  type: type === 'google.protobuf.Timestamp' ? 'time' : type,
  description,
}))
const functions: Completion[] = priorityFunctions.map(({ name, type, description }) => ({
  label: name,
  insert: `${name}(`,
  type,
  description,
}))

const ofText = ['startsWith', 'endsWith', 'contains', 'lowerAscii', 'size']
const functionsByType: Record<string, readonly string[]> = {
  string: ofText,
  'list<string>': ['exists', 'all', 'size'],
  'google.protobuf.Timestamp': ['getHours', 'getDayOfWeek'],
}

/** The functions of a name; of a name that is not known, such as the one of exists(), those of text. */
function functionsOf(receiver: string): Completion[] {
  const type = priorityVariables.find(({ name }) => name === receiver)?.type ?? 'string'
  return functions.filter(({ label }) => functionsByType[type]?.includes(label))
}

/** What a text that stands at `from` up to `to` may be: by the name it is compared with, else an outcome. */
function valuesAt(text: string, from: number, to: number, known: KnownNames): Completion[] {
  const before = text.slice(0, from)
  const compared = /(\w+)\s*(?:[=!]=|in\s*\[[^\]]*)\s*$/.exec(before)?.[1]
  if (compared !== undefined) return quoted(valuesOf(compared, known), compared)
  if (/^\s*in\s+tags\b/.test(text.slice(to))) return quoted(known.tags, 'tag')
  return /[?:]\s*$/.test(before) ? quoted(priorities, 'priority') : []
}

function valuesOf(name: string, { sites, clients }: KnownNames): readonly string[] {
  const values: Record<string, readonly string[]> = { kind: incidentKinds, role: roles, site: sites, client: clients }
  return values[name] ?? []
}

const quoted = (values: readonly string[], type: string): Completion[] =>
  values.map((value) => ({ label: value, insert: JSON.stringify(value), type, description: '' }))

/** Where the text begins in which the end of this is, null outside of one. */
function openString(before: string): number | null {
  let open: number | null = null
  for (let i = 0; i < before.length; i++) {
    const character = before[i]
    if (open !== null && character === '\\') i++
    else if (open !== null && character === before[open]) open = null
    else if (open === null && (character === '"' || character === "'")) open = i
  }
  return open
}

/** The end of the text that begins at `open`: behind its closing quote when it has one before the line ends. */
function endOfString(text: string, open: number, caret: number): number {
  const rest = text.slice(caret)
  const close = rest.search(text[open] === '"' ? /["\n]/ : /['\n]/)
  return close >= 0 && rest[close] === text[open] && /^[\w .:/-]*$/.test(rest.slice(0, close))
    ? caret + close + 1
    : caret
}

/** Those that begin with what was typed, then those that hold it. */
function fitting(items: readonly Completion[], typed: string): Completion[] {
  const part = typed.toLowerCase()
  const begins = items.filter(({ label }) => label.toLowerCase().startsWith(part))
  const holds = items.filter(
    ({ label }) => !begins.some((one) => one.label === label) && label.toLowerCase().includes(part),
  )
  return [...begins, ...(part === '' ? [] : holds)].slice(0, mostItems)
}
