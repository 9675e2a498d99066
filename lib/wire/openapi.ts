import { z } from 'zod'
import { type Operation, operations } from './operations'
import * as rest from './rest'

export { operations } from './operations'

/** The OpenAPI 3.1 document of `operations`. */
export function openApi(siteUrl: string) {
  const paths = Object.entries(operations).map(([path, verbs]) => [
    path,
    {
      ...(path.includes('{id}') ? { parameters: [idParameter(path)] } : {}),
      ...Object.fromEntries(
        Object.entries(verbs).map(([verb, operation]) => [
          verb.toLowerCase(),
          { operationId: operationId(verb, path), tags: [groupOf(path)], ...described(operation) },
        ]),
      ),
    },
  ])
  return {
    openapi: '3.1.0',
    info: { title: 'Beatline', version: '1' },
    servers: [{ url: siteUrl }],
    security: [{ key: [] }, { basic: [] }, { session: [] }],
    paths: Object.fromEntries(paths),
    components: {
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer' },
        basic: { type: 'http', scheme: 'basic' },
        session: { type: 'apiKey', in: 'cookie', name: 'next-auth.session-token' },
      },
      schemas: { Problem: schemaOf(rest.ProblemAnswer, 'output') },
    },
  }
}

/** The name of an operation, also its anchor at /api/docs: get_devices_id. */
export const operationId = (verb: string, path: string) =>
  `${verb.toLowerCase()}_${path
    .replace('/api/', '')
    .replace(/[{}]/g, '')
    .replace(/[^a-z0-9]+/gi, '_')}`

/** What an address is about: the part after /api/, the description itself apart. */
export const groupOf = (path: string) => path.split('/')[2]?.replace(/\..*/, '') ?? ''

const idParameter = (path: string) => ({
  name: 'id',
  in: 'path',
  required: true,
  schema:
    groupOf(path) === 'applications' ? { type: ['integer', 'string'], description: 'id or uuid' } : { type: 'integer' },
})

const problem = { $ref: '#/components/schemas/Problem' }

function described(operation: Operation) {
  const { summary, right, query, body, csv, answer, status = 200, stream, csvAnswer } = operation
  const json = answer ? { 'application/json': { schema: schemaOf(answer, 'output') } } : undefined
  const text = { schema: { type: 'string' } }
  const content = json && {
    ...json,
    ...(stream ? { 'text/event-stream': text } : {}),
    ...(csvAnswer ? { 'text/csv': text } : {}),
  }
  const done = content ? { content } : {}
  return {
    summary,
    description: `Takes the right to ${{ read: 'read', write: 'change', admin: 'administer' }[right]}.`,
    ...(query ? { parameters: parametersOf(query) } : {}),
    ...(body
      ? {
          requestBody: {
            required: !operation.bodyMayLack,
            content: {
              'application/json': { schema: schemaOf(body, 'input') },
              ...(csv ? { 'text/csv': text } : {}),
            },
          },
        }
      : {}),
    responses: {
      [status]: { description: { 200: 'Done', 201: 'Made', 204: 'Gone' }[status], ...done },
      ...(operation.standing ? { 200: { description: 'It stood already', ...done } } : {}),
      default: { description: 'A problem', content: { 'application/problem+json': { schema: problem } } },
    },
  }
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output') {
  const { $schema: _, ...plain } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  return plain
}

function parametersOf(query: z.ZodType) {
  const { properties = {}, required = [] } = schemaOf(query, 'input')
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema,
  }))
}
