import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { beforeAll, expect, test } from 'vitest'
import { cookieHeaderOf } from '@/lib/session'
import { noteVisit } from '@/workers/web/visit'
import { settingsForSignIn } from '../../setup/credentials'

beforeAll(settingsForSignIn)

const twoDays = 2 * 86_400_000
async function visit(url: string, headers: Record<string, string> = {}, { method = 'GET', later = 0 } = {}) {
  const request = Object.assign(new IncomingMessage(new Socket()), { method, url, headers: { ...headers } })
  const response = new ServerResponse(request)
  await noteVisit(request, response, Date.now() + later)
  return { path: request.headers['x-beatline-path'], cookie: response.getHeader('set-cookie') }
}

test.each([
  ['/incidents/5', '/incidents/5'],
  ['/devices?q=a%20b&_rsc=1x2y', '/devices?q=a+b'],
  ['/devices?_rsc=1x2y', '/devices'],
  ['/', '/'],
  ['/apiary', '/apiary'],
  ['/api/devices', undefined],
  ['/_next/static/x.js', undefined],
  ['/sw.js', undefined],
])('a visit to %s is known as %s, whatever the client claims', async (url, path) => {
  expect((await visit(url, { 'x-beatline-path': '/elsewhere' })).path).toBe(path)
})

test('a session in use is renewed after a day, by pages alone', async () => {
  const cookie = await cookieHeaderOf('11111111-1111-4111-8111-111111111111')
  expect((await visit('/', { cookie })).cookie).toBeUndefined()
  expect((await visit('/', { cookie }, { later: twoDays })).cookie).toMatch(/^next-auth.session-token=.+HttpOnly/)
  expect((await visit('/api/devices', { cookie }, { later: twoDays })).cookie).toBeUndefined()
  expect((await visit('/', { cookie }, { later: twoDays, method: 'POST' })).cookie).toBeUndefined()
  expect((await visit('/', {}, { later: twoDays })).cookie).toBeUndefined()
})
