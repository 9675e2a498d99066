import { readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { allows } from '@/lib/rights'
import { openApi, operations } from '@/lib/wire/openapi'
import { call, settingsForSignIn, site, somebody } from '../setup/credentials'
import { type TestDatabase, testDatabase } from '../setup/database'

const api = fileURLToPath(new URL('../../app/api', import.meta.url))
const verbs = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'] as const
type Verb = (typeof verbs)[number]
type Handler = Parameters<typeof call<{ id: string }>>[0]

/** Every handler under app/api, found by its file; sign-in itself is left out. */
const files = readdirSync(api, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('route.ts') && !file.startsWith('auth'))
  .sort()
const handlers = (
  await Promise.all(
    files.map(async (file) => {
      const module = (await import(join(api, file))) as Partial<Record<Verb, Handler>>
      const path = `/api/${relative('.', file).replace(/\/?route\.ts$/, '')}`.replaceAll('[', '{').replaceAll(']', '}')
      return verbs.flatMap((verb) => {
        const handler = module[verb]
        return handler ? [{ name: `${verb} ${path}`, verb, path, handler }] : []
      })
    }),
  )
).flat()
const described = (path: string, verb: Verb) => operations[path]?.[verb as keyof (typeof operations)[string]]
// The unguessable delivery and device key in its body are the credential: a service worker may have no session left.
// Of Twilio's callbacks its signature is: test/messages/callbacks.
const byKey = new Set(['POST /api/push/receipts', 'POST /api/twilio/status', 'POST /api/twilio/incoming'])
const behindSession = handlers.filter(({ name }) => !byKey.has(name))
// An operator's own phones: test/api/push; whatever is no address of ours: test/api/bounds
const told = handlers.filter(({ name, path }) => !byKey.has(name) && !path.includes('{...'))
const own = handlers.filter(({ path }) => !/^\/api\/(push|twilio)/.test(path) && !path.includes('{...'))

let database: TestDatabase
const people = {} as Record<'viewer' | 'operator' | 'admin', Awaited<ReturnType<typeof somebody>>>
beforeAll(async () => {
  settingsForSignIn()
  database = await testDatabase()
  for (const role of ['viewer', 'operator', 'admin'] as const) people[role] = await somebody(role)
})
afterAll(() => database.stop())

const send = (handler: Handler, verb: Verb, headers: Record<string, string>) => {
  const body = ['POST', 'PUT', 'PATCH'].includes(verb) ? { nothing: 'that anyone expects' } : undefined
  return call(handler, { method: verb, body, headers }, { id: '2000000000' })
}

test('there are handlers to look at', () => expect(handlers.length).toBeGreaterThan(30))

describe('without credentials every handler answers 401', () => {
  test.each(behindSession)('$name', async ({ handler, verb }) => {
    for (const headers of [{}, { authorization: 'Bearer bl_x' }, { authorization: 'Digest x' }, { cookie: 'x=y' }]) {
      const answer = await send(handler, verb, headers as Record<string, string>)
      expect(answer.status).toBe(401)
      expect(answer.headers.get('content-type')).toBe('application/problem+json')
    }
  })
})

describe('with the wrong role every handler answers 403, with the right one anything else', () => {
  test.each(own)('$name', async ({ handler, verb, path }) => {
    const right = described(path, verb)?.right
    if (!right) throw new Error(`${verb} ${path} is missing from operations in lib/wire/openapi.ts`)
    expect(right === 'read').toBe(verb === 'GET' && !/users|keys|export/.test(path))
    for (const role of ['viewer', 'operator', 'admin'] as const) {
      const { bearer, cookie } = people[role]
      for (const headers of [bearer, { cookie, origin: site }]) {
        const { status } = await send(handler, verb, headers)
        if (allows(role, right)) expect([401, 403, 500]).not.toContain(status)
        else expect(status).toBe(403)
      }
    }
  })
})

describe('a cookie sent by another site writes nothing', () => {
  test.each(behindSession.filter(({ verb }) => verb !== 'GET' && verb !== 'HEAD'))(
    '$name',
    async ({ handler, verb }) => {
      const headers = { cookie: people.admin.cookie, origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }
      expect((await send(handler, verb, headers)).status).toBe(403)
    },
  )
})

describe('the description at /api/openapi.json', () => {
  test('names exactly the handlers that exist', () => {
    const named = Object.entries(operations).flatMap(([path, of]) => Object.keys(of).map((verb) => `${verb} ${path}`))
    expect(named.sort()).toEqual(told.map(({ name }) => name).sort())
  })
  test('is a plain document with a schema for every body and answer', () => {
    const document = openApi(site)
    expect(JSON.parse(JSON.stringify(document))).toEqual(document)
    expect(document.openapi).toBe('3.1.0')
    expect(document.paths['/api/devices']).toMatchObject({
      get: {
        parameters: expect.arrayContaining([expect.objectContaining({ name: 'limit', in: 'query', required: false })]),
      },
      post: {
        requestBody: { content: { 'application/json': { schema: { required: ['name', 'address'], type: 'object' } } } },
        responses: { 201: expect.anything() },
      },
    })
  })
})
