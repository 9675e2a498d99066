/** A JSON schema as zod writes it, as far as the description of the interface uses it. */
export type Schema = {
  type?: string | string[]
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  anyOf?: Schema[]
  enum?: unknown[]
  const?: unknown
  description?: string
  default?: unknown
  format?: string
  pattern?: string
  minimum?: number
  maximum?: number
  maxLength?: number
  maxItems?: number
}

/** One field as it is shown: its place, what it may hold in words, and what is said of it. */
export type Field = { name: string; depth: number; holds: string; required: boolean; says: string }

const widest = Number.MAX_SAFE_INTEGER
const highestId = 2_147_483_647

/** What a schema holds, in a few words: `text`, `whole number 1 to 100`, `list of text`, `up, down or null`. */
export function holdsOf(schema: Schema): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.enum) return schema.enum.map(String).join(' | ')
  if (schema.anyOf) return [...new Set(schema.anyOf.map(holdsOf))].join(' or ')
  if (Array.isArray(schema.type)) return schema.type.map((type) => holdsOf({ ...schema, type })).join(' or ')
  if (schema.type === 'array')
    return `list of ${schema.items ? holdsOf(schema.items) : 'anything'}${upTo(schema.maxItems)}`
  if (schema.type === 'object') return 'object'
  if (schema.type === 'integer' || schema.type === 'number') {
    return `${schema.type === 'integer' ? 'whole number' : 'number'}${range(schema)}`
  }
  if (schema.type === 'string') return schema.format === 'date-time' ? 'instant' : `text${upTo(schema.maxLength)}`
  return { boolean: 'true or false', null: 'null' }[schema.type ?? ''] ?? 'anything'
}

const upTo = (most: number | undefined) => (most === undefined ? '' : `, at most ${most}`)

function range({ minimum, maximum }: Schema): string {
  if (minimum === 1 && maximum === highestId) return ' (an id)'
  const [least, most] = [minimum !== undefined && minimum > -widest, maximum !== undefined && maximum < widest]
  if (least && most) return ` ${minimum} to ${maximum}`
  return least ? ` from ${minimum}` : most ? ` up to ${maximum}` : ''
}

/** The object inside a schema: itself, the items of a list, or what else it may be beside null. */
function objectIn(schema: Schema): Schema | null {
  if (schema.properties) return schema
  if (schema.items) return objectIn(schema.items)
  for (const one of schema.anyOf ?? []) {
    const found = objectIn(one)
    if (found) return found
  }
  return null
}

/** The fields of a schema, those of objects below them; of what is only taken and left aside, nothing is said. */
export function fieldsOf(schema: Schema, depth = 0): Field[] {
  const object = objectIn(schema)
  if (!object?.properties || depth > 4) return []
  return Object.entries(object.properties).flatMap(([name, field]) => {
    const holds = holdsOf(field)
    const required = object.required?.includes(name) ?? false
    if (holds === 'anything' && !required && !field.description) return []
    const unless = field.default === undefined ? '' : `${JSON.stringify(field.default)} unless said`
    const says = [field.description, unless].filter(Boolean).join('; ')
    return [{ name, depth, holds, required, says }, ...fieldsOf(field, depth + 1)]
  })
}

/** A body to begin with: what is required, or when nothing is, an empty object. */
export function exampleOf(schema: Schema): unknown {
  if (schema.default !== undefined) return schema.default
  if (schema.const !== undefined) return schema.const
  if (schema.enum) return schema.enum[0]
  if (schema.anyOf) return exampleOf(schema.anyOf[0] ?? {})
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type
  if (type === 'object') {
    const needed = Object.entries(schema.properties ?? {}).filter(([name]) => schema.required?.includes(name))
    return Object.fromEntries(needed.map(([name, field]) => [name, exampleOf(field)]))
  }
  if (type === 'array') return []
  if (type === 'integer' || type === 'number') return Math.max(schema.minimum ?? 0, -widest) > 0 ? schema.minimum : 0
  return type === 'boolean' ? false : type === 'string' ? '' : null
}
