import { type ConfigField, type ConfiguredKind, channelForms } from './channel-fields'

/** Stands for a secret that is kept: what answers show in its place, and what brings it back unchanged. */
export const keptSecret = '********'

/** A value of a form by the name of its field; null when it is not there. */
type Read = (name: string) => string | null

/**
 * The JSON of a kind from its form, unchecked. `kept`: the secrets that there are already; left empty they stay, unless
 * `remove.<name>` is ticked.
 */
export function configFromForm(kind: ConfiguredKind, read: Read, kept: readonly string[]): Record<string, unknown> {
  const entries = channelForms[kind].fields.flatMap((field): [string, unknown][] => {
    const text = read(field.name) ?? ''
    if (field.as === 'check') return [[field.name, text !== '']]
    if (text.trim() !== '') return [[field.name, meantBy(field, text)]]
    const stays =
      field.secret && field.as !== 'headers' && kept.includes(field.name) && read(`remove.${field.name}`) === null
    return stays ? [[field.name, keptSecret]] : []
  })
  return Object.fromEntries(entries)
}

function meantBy({ as, secret }: ConfigField, text: string): unknown {
  switch (as) {
    case 'number':
      return Number.isFinite(Number(text)) ? Number(text) : text
    case 'list':
      return partsOf(text, /[,\n]/)
    case 'people':
      return partsOf(text, /\n/).map(personOf)
    case 'headers':
      return Object.fromEntries(partsOf(text, /\n/).map(headerOf))
    case 'template':
      return text
    default:
      return secret ? text : text.trim() // a password may end in a space
  }
}

const partsOf = (text: string, between: RegExp) =>
  text
    .split(between)
    .map((part) => part.trim())
    .filter((part) => part !== '')

/** `Ada Example <ada@example.net>`; an address alone is its own name. */
function personOf(line: string): { id: string; name: string } {
  const [, name = '', id = ''] = /^(.*?)\s*<([^<>]*)>$/.exec(line) ?? []
  return id === '' ? { id: line, name: line } : { id: id.trim(), name: name.trim() || id.trim() }
}

function headerOf(line: string): [string, string] {
  const colon = line.indexOf(':')
  return colon < 0 ? [line, ''] : [line.slice(0, colon).trim(), line.slice(colon + 1).trim()]
}

/** What a form shows of a value of the JSON. */
export function formText({ as, secret }: ConfigField, value: unknown): string {
  if (value === undefined || value === null) return ''
  if (as === 'headers' && typeof value === 'object')
    return Object.entries(value)
      .map(([name, one]) => `${name}: ${one}`)
      .join('\n')
  if (secret) return ''
  if (as === 'people' && Array.isArray(value))
    return value.map(({ id, name }: { id: string; name: string }) => `${name} <${id}>`).join('\n')
  return Array.isArray(value) ? value.join(', ') : String(value)
}

/** The JSON with what is secret in it hidden; of headers their values alone. */
export function hideConfig(config: Readonly<Record<string, unknown>>, secrets: readonly string[]) {
  return Object.fromEntries(
    Object.entries(config).map(([name, value]) => {
      if (!secrets.includes(name) || value === undefined) return [name, value]
      if (typeof value !== 'object' || value === null) return [name, keptSecret]
      return [name, Object.fromEntries(Object.keys(value).map((key) => [key, keptSecret]))]
    }),
  )
}

/** The JSON with the secrets that it says to keep, from the standing one; what is not there to keep is left out. */
export function withKept(
  said: Readonly<Record<string, unknown>>,
  standing: Readonly<Record<string, unknown>> | null,
  secrets: readonly string[],
): { config: Record<string, unknown>; kept: string[] } {
  const kept: string[] = []
  const entries = Object.entries(said).flatMap(([name, value]): [string, unknown][] => {
    if (!secrets.includes(name)) return [[name, value]]
    const before = standing?.[name]
    if (value === keptSecret) {
      if (before === undefined) return []
      kept.push(name)
      return [[name, before]]
    }
    if (!isRecord(value)) return [[name, value]]
    const inside = withKept(value, isRecord(before) ? before : null, Object.keys(value))
    if (inside.kept.length > 0) kept.push(name)
    return [[name, inside.config]]
  })
  return { config: Object.fromEntries(entries), kept }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
