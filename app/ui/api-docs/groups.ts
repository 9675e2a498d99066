import type { Right } from '@/lib/rights'
import { groupOf, openApi, operationId, operations } from '@/lib/wire/openapi'
import { exampleOf, type Field, fieldsOf, holdsOf, type Schema } from '@/lib/wire/schema-fields'

export type Parameter = {
  name: string
  in: 'path' | 'query'
  required: boolean
  holds: string
  says: string
  options: string[]
}
export type ShownOperation = {
  id: string
  verb: string
  path: string
  summary: string
  right: Right
  parameters: Parameter[]
  body: { types: string[]; fields: Field[]; example: string } | null
  answer: { status: string; says: string; types: string[]; holds: string; fields: Field[] }[]
}
export type Group = { name: string; title: string; operations: ShownOperation[] }

type Content = Record<string, { schema: Schema }>
type Described = {
  parameters?: { name: string; in: 'path' | 'query'; required: boolean; schema: Schema }[]
  requestBody?: { content: Content }
  responses: Record<string, { description: string; content?: Content }>
}

/** The operations of the interface by what they are about, as the page shows them. */
export function groupsOf(siteUrl: string): Group[] {
  const paths = openApi(siteUrl).paths as Record<string, Record<string, Described> & Pick<Described, 'parameters'>>
  const groups = new Map<string, Group>()
  for (const [path, verbs] of Object.entries(operations)) {
    const name = groupOf(path)
    const group = groups.get(name) ?? { name, title: titleOf(name), operations: [] }
    groups.set(name, group)
    for (const [verb, { summary, right }] of Object.entries(verbs)) {
      const of = paths[path]
      const described = of?.[verb.toLowerCase()]
      if (!of || !described) continue
      const parameters = [...(of.parameters ?? []), ...(described.parameters ?? [])].map(asParameter)
      const { body, answer } = { body: bodyOf(described), answer: answersOf(described) }
      group.operations.push({ id: operationId(verb, path), verb, path, summary, right, parameters, body, answer })
    }
  }
  return [...groups.values()]
}

const titleOf = (name: string) =>
  name === 'openapi' ? 'This description' : (name.charAt(0).toUpperCase() + name.slice(1)).replace('Snmp-', 'SNMP ')

function asParameter({ schema, ...rest }: NonNullable<Described['parameters']>[number]): Parameter {
  const says = [schema.description, schema.default === undefined ? '' : `${schema.default} unless said`]
  return {
    ...rest,
    holds: holdsOf({ ...schema, ...(schema.pattern ? { maxLength: schema.maxLength ?? 0 } : {}) }).replace(
      ', at most 0',
      '',
    ),
    says: says.filter(Boolean).join('; '),
    options: schema.enum?.map(String) ?? [],
  }
}

function bodyOf({ requestBody }: Described): ShownOperation['body'] {
  const schema = requestBody?.content['application/json']?.schema
  if (!requestBody || !schema) return null
  const types = Object.keys(requestBody.content)
  return { types, fields: fieldsOf(schema), example: JSON.stringify(exampleOf(schema), null, 2) ?? '' }
}

function answersOf({ responses }: Described): ShownOperation['answer'] {
  const seen = new Set<string | undefined>() // the same fields are listed once
  return Object.entries(responses).flatMap(([status, { description, content = {} }]) => {
    if (status === 'default') return []
    const schema = content['application/json']?.schema
    const fields = schema && !seen.has(JSON.stringify(schema)) ? fieldsOf(schema) : []
    seen.add(JSON.stringify(schema))
    return [{ status, says: description, types: Object.keys(content), holds: schema ? holdsOf(schema) : '', fields }]
  })
}
