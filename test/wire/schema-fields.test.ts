import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { openApi, operationId } from '@/lib/wire/openapi'
import { exampleOf, fieldsOf, holdsOf, type Schema } from '@/lib/wire/schema-fields'

const schemaOf = (schema: z.ZodType) => z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Schema

describe('what a schema holds, in words', () => {
  test.each<[z.ZodType, string]>([
    [z.string().max(20), 'text, at most 20'],
    [z.iso.datetime(), 'instant'],
    [z.int().min(1).max(9), 'whole number 1 to 9'],
    [z.int().min(1).max(2_147_483_647), 'whole number (an id)'],
    [z.number(), 'number'],
    [z.number().min(0), 'number from 0'],
    [z.int(), 'whole number'],
    [z.boolean(), 'true or false'],
    [z.enum(['up', 'down']).nullable(), 'up | down or null'],
    [z.array(z.union([z.string(), z.int()])).max(3), 'list of text or whole number, at most 3'],
    [z.array(z.object({ a: z.int() })), 'list of object'],
    [z.literal('name'), '"name"'],
    [z.unknown(), 'anything'],
  ])('%#: %s', (schema, words) => expect(holdsOf(schemaOf(schema))).toBe(words))
})

describe('the fields of a schema', () => {
  test('are those of objects below them too, and nothing of what is left aside', () => {
    const schema = z.object({
      id: z.unknown().optional(),
      name: z.string(),
      isolate: z.object({ misses: z.int().nullable().describe('null: inherited') }).optional(),
      limit: z.int().default(100),
    })
    expect(fieldsOf(schemaOf(schema))).toEqual([
      { name: 'name', depth: 0, holds: 'text', required: true, says: '' },
      { name: 'isolate', depth: 0, holds: 'object', required: false, says: '' },
      { name: 'misses', depth: 1, holds: 'whole number or null', required: true, says: 'null: inherited' },
      { name: 'limit', depth: 0, holds: 'whole number', required: false, says: '100 unless said' },
    ])
  })
  test('an example is what is required, by its bounds', () => {
    const schema = z.object({
      name: z.string(),
      count: z.int().min(2),
      kind: z.enum(['a', 'b']),
      of: z.string().optional(),
    })
    expect(exampleOf(schemaOf(schema))).toEqual({ name: '', count: 2, kind: 'a' })
  })
})

describe('the description', () => {
  const document = openApi('https://beatline.test')
  const all = Object.entries(document.paths as Record<string, Record<string, { operationId?: string }>>).flatMap(
    ([path, verbs]) =>
      Object.entries(verbs)
        .filter(([verb]) => verb !== 'parameters')
        .map(([verb, one]) => ({ path, verb, one })),
  )
  test('names every operation once', () => {
    const ids = all.map(({ one }) => one.operationId)
    expect(new Set(ids).size).toBe(ids.length)
    expect(operationId('GET', '/api/applications/{id}/heartbeats')).toBe('get_applications_id_heartbeats')
    expect(ids).toContain('get_openapi_json')
  })
  test('has a line of words for every field of applications and blackouts', () => {
    for (const { path, one } of all) {
      if (!/applications|blackouts/.test(path)) continue
      const { requestBody } = one as { requestBody?: { content: Record<string, { schema: Schema }> } }
      const schema = requestBody?.content['application/json']?.schema
      if (schema && !/import/.test(path)) expect(fieldsOf(schema).length, path).toBeGreaterThan(0)
    }
  })
})
