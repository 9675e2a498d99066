import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { faultOf, opened, read } from './opened'
import {
  apiToken,
  badGateway,
  emptyList,
  type Fault,
  redirectTo,
  selfSigned,
  type Tls,
  tooMany,
  type UispStandIn,
  uispStandIn,
  unauthorized,
} from './uisp-stand-in'

async function standIn(tls?: Tls): Promise<UispStandIn> {
  const server = await uispStandIn(tls ? { tls } : {})
  onTestFinished(() => server.close())
  return server
}
const settings = (server: { url: string }, more: object = {}) => ({ url: server.url, token: apiToken, ...more })
const answer = (body: unknown, more: object = {}): Fault => ({ kind: 'answer', body, ...more })

describe('what goes wrong at a source is its fault, in words', () => {
  test.each<[string, Fault, string, RegExp]>([
    [
      'a page of a proxy',
      badGateway,
      'status',
      /answers 502 to \/nms\/api\/v2.1\/devices with a page \("502 Bad Gateway"\), expected 200 with JSON/,
    ],
    [
      'a page with 200',
      answer('<!doctype html><title>UISP</title>'),
      'not_json',
      /with a page \("UISP"\), expected JSON/,
    ],
    [
      'text',
      answer('starting', { headers: { 'content-type': 'text/plain' } }),
      'not_json',
      /with text\/plain, "starting", expected JSON/,
    ],
    ['nothing', answer(''), 'not_json', /with nothing, expected JSON/],
    ['an empty list', emptyList, 'empty', /found an empty list, expected at least one device/],
    ['a refused token', unauthorized, 'refused', /401 .*\("Unauthorized"\): the token is wrong, ended or revoked/],
    [
      'a token of too little right',
      answer({ message: 'Insufficient permissions' }, { status: 403 }),
      'refused',
      /403 .*may not read this/,
    ],
    [
      'an object',
      answer({ statusCode: 200, devices: [] }),
      'shape',
      /found an object with statusCode, devices, expected a list of devices/,
    ],
    ['null', answer('null'), 'shape', /found null, expected a list of devices/],
    [
      'a list of something else',
      answer([1, 'two', { name: 'x' }]),
      'shape',
      /3 of 3 devices cannot be read, the first device 0: found 1, expected an object/,
    ],
    [
      'an error inside',
      answer({ message: 'An internal server error occurred' }, { status: 500 }),
      'status',
      /500 .*internal server error/,
    ],
    [
      'another path',
      answer({ message: 'Not Found' }, { status: 404 }),
      'status',
      /404 .*expected UISP at this address/,
    ],
    ['a connection that ends', { kind: 'close' }, 'unreachable', /ended without an answer/],
    ['half an answer', { kind: 'cut' }, 'unreachable', /ended in the middle of the answer/],
    ['JSON that stops', answer('[{"identification":'), 'not_json', /expected JSON/],
    [
      'packed as it was not asked for',
      answer('[]', { headers: { 'content-encoding': 'br' } }),
      'not_json',
      /packed \(br\)/,
    ],
  ])('%s', async (_, fault, kind, words) => {
    const server = await standIn()
    server.fault(fault, /devices/)
    const told = await faultOf(opened('uisp', settings(server)).poll?.())
    expect(told).toMatchObject({ kind, words: expect.stringMatching(words) })
    expect(told.words).not.toContain(apiToken)
  })

  test('asked too often: it says how long it wants to be left alone', async () => {
    const server = await standIn()
    server.fault(tooMany)
    const told = await faultOf(opened('uisp', settings(server)).poll?.())
    expect(told).toMatchObject({ kind: 'status', retryAfterSeconds: 30 })
    server.fault({
      kind: 'answer',
      status: 429,
      headers: { 'retry-after': new Date(Date.now() + 90_000).toUTCString() },
    })
    const { retryAfterSeconds = 0 } = await faultOf(opened('uisp', settings(server)).poll?.())
    expect(retryAfterSeconds).toBeGreaterThan(85)
    expect(retryAfterSeconds).toBeLessThanOrEqual(90)
    server.fault({ kind: 'answer', status: 429, headers: { 'retry-after': '999999' } })
    expect(await faultOf(opened('uisp', settings(server)).poll?.())).toMatchObject({ retryAfterSeconds: 3600 })
  })

  test('nor any part of a long one, wherever it is quoted and cut', async () => {
    const server = await standIn()
    const token = 'eyJhbGciOiJIUzI1NiJ9'.repeat(60)
    const bodies = [
      { message: `no such token: ${token}` },
      { error: token },
      `no such token: ${token}`,
      JSON.stringify(`no such token: ${token}`),
    ]
    for (const status of [200, 401, 500])
      for (const body of bodies) {
        server.fault({ kind: 'answer', status, body })
        const { words } = await faultOf(opened('uisp', settings(server, { token })).poll?.())
        expect(words).not.toContain('eyJ')
      }
    server.fault({ kind: 'answer', body: { errors: [{ message: `no such token: ${token}` }, token] } })
    const { words } = await faultOf(opened('sonar', settings(server, { token })).poll?.())
    expect(words).toContain('no such token: •••')
  })

  test('what a server quotes of the token is not told on', async () => {
    const server = await standIn()
    server.fault({ kind: 'answer', status: 401, body: { message: `no such token: ${apiToken}` } })
    const { words } = await faultOf(opened('uisp', settings(server)).poll?.())
    expect(words).toContain('no such token: •••')
  })

  test('nobody listens', async () => {
    const server = await standIn()
    await server.close()
    const told = await faultOf(opened('uisp', settings(server)).poll?.())
    expect(told).toMatchObject({
      kind: 'unreachable',
      words: expect.stringMatching(/nobody listens there \(ECONNREFUSED\)/),
    })
  })

  test('a name that leads nowhere', async () => {
    const told = await faultOf(opened('uisp', { url: 'https://uisp.beatline.invalid', token: 'x' }).poll?.())
    expect(told).toMatchObject({ kind: 'unreachable', words: expect.stringContaining('uisp.beatline.invalid') })
  })
})

describe('answers are bounded', () => {
  test.each([
    [
      '100 MB that are announced',
      { kind: 'huge', bytes: 100_000_000, isAnnounced: true },
      /the answer has 100.0 MB, expected at most 64 MiB/,
    ],
    ['100 MB that are not', { kind: 'huge', bytes: 100_000_000 }, /goes on after 64 MiB/],
    ['one that never ends', { kind: 'endless' }, /goes on after 64 MiB/],
  ] as [string, Fault, RegExp][])('%s', async (_, fault, words) => {
    const server = await standIn()
    server.fault(fault)
    const told = await faultOf(opened('uisp', settings(server)).poll?.())
    expect(told).toMatchObject({ kind: 'too_large', words: expect.stringMatching(words) })
    await expect.poll(() => server.concurrency.now).toBe(0) // the connection is given up, not read to its end
  })

  test.each([
    ['nested', Buffer.concat([Buffer.alloc(30_000_000, '['), Buffer.alloc(30_000_000, ']')])],
    ['in a row', Buffer.concat([Buffer.from('['), Buffer.alloc(59_999_997, '[],'), Buffer.from('1]')])],
  ])('60 MB of brackets, %s, are not parsed', async (_, body) => {
    const server = await standIn()
    server.list(body)
    const told = await faultOf(opened('uisp', settings(server)).poll?.())
    expect(told).toMatchObject({
      kind: 'too_large',
      words: expect.stringContaining('with more than 2,000,000 lists and objects, expected fewer'),
    })
  })

  test('a list of too many entries', async () => {
    const server = await standIn()
    const told = await faultOf(opened('uisp', settings(server), { limits: { entries: 40 } }).poll?.())
    expect(told).toMatchObject({ kind: 'too_large', words: 'found 46 devices, expected at most 40' })
  })

  test.each([
    ['no answer at all', { kind: 'hang' }, /no whole answer in 0.3 s$/],
    ['a head without a body', { kind: 'stall' }, /no whole answer in 0.3 s: 1 byte of it came/],
    ['a late answer', { kind: 'slow', ms: 5000 }, /no whole answer in 0.3 s/],
  ] as [string, Fault, RegExp][])('%s ends in time', async (_, fault, words) => {
    const server = await standIn()
    server.fault(fault)
    const told = await faultOf(opened('uisp', settings(server), { limits: { timeoutMs: 300 } }).poll?.())
    expect(told).toMatchObject({ kind: 'slow', words: expect.stringMatching(words) })
    await expect.poll(() => server.concurrency.now).toBe(0)
  })

  test('an answer that is slow but in time is stamped with when it came, not with when it was asked for', async () => {
    const server = await standIn()
    server.fault({ kind: 'slow', ms: 400 })
    const asked = Date.now()
    const { answeredAt, devices } = await read(opened('uisp', settings(server)).poll?.())
    expect(devices).toHaveLength(45)
    expect(answeredAt).toBeGreaterThanOrEqual(asked + 390)
    expect(answeredAt).toBeLessThanOrEqual(Date.now())
  })

  test('who is told to stop throws, so that it is no fault of the source', async () => {
    const server = await standIn()
    server.fault({ kind: 'hang' })
    const stop = new AbortController()
    const poll = opened('uisp', settings(server), { signal: stop.signal }).poll?.()
    await expect.poll(() => server.asked.length).toBe(1)
    stop.abort(new Error('the keeper stops'))
    await expect(poll).rejects.toThrow('the keeper stops')
  })
})

test.each([301, 302, 303, 307, 308])(
  'a redirect to another host (%i) is refused, with where to, and nothing is carried there',
  async (status) => {
    const [server, other] = [await standIn(), await standIn()]
    server.fault(redirectTo(`${other.url}/nms/api/v2.1/devices?token=secret`, status))
    const told = await faultOf(opened('uisp', settings(server)).poll?.())
    expect(told.kind).toBe('redirect')
    expect(told.words).toContain(`sends on to ${other.url}/nms/api/v2.1/devices (${status})`)
    await sleep(50)
    expect(other.asked).toEqual([])
  },
)

describe('certificates', () => {
  let tls: Tls
  beforeAll(() => {
    tls = selfSigned()
  })

  test('one that vouches for itself is refused before anything is asked, and offered to be pinned', async () => {
    const server = await standIn(tls)
    const told = await faultOf(opened('uisp', settings(server)).test())
    expect(told).toMatchObject({ kind: 'certificate', fingerprint: tls.fingerprint })
    expect(told.words).toMatch(
      /it vouches for itself\. Its SHA-256 is ([0-9A-F]{2}:){31}[0-9A-F]{2}: pin it if it is yours/,
    )
    expect(server.asked).toEqual([])
  })

  test.each([
    ['pinned', (own: Tls) => ({ fingerprint: own.fingerprint })],
    ['pinned in another spelling', (own: Tls) => ({ fingerprint: own.fingerprint.replaceAll(':', '').toLowerCase() })],
    ['of an authority that is named', (own: Tls) => ({ ca: own.cert })],
    ['not looked at', () => ({ insecure: true })],
  ])('one that is %s is taken', async (_, trust) => {
    const server = await standIn(tls)
    const source = opened('uisp', settings(server, trust(tls)))
    expect((await read(source.poll?.())).devices).toHaveLength(45)
    expect((await read(source.test())).words.includes('not checked')).toBe('insecure' in trust(tls))
  })

  test('another than the pinned one is refused, though it may be looked at', async () => {
    const server = await standIn(selfSigned())
    const told = await faultOf(
      opened('uisp', settings(server, { fingerprint: tls.fingerprint, insecure: true })).poll?.(),
    )
    expect(told.words).toContain(`expected ${tls.fingerprint}`)
    expect(told.fingerprint).not.toBe(tls.fingerprint)
    expect(server.asked).toEqual([])
  })

  test('one of another name is refused', async () => {
    const server = await standIn(tls)
    const url = `https://127.0.0.2:${server.port}`
    const told = await faultOf(opened('uisp', { url, token: apiToken, ca: tls.cert }).poll?.())
    // Not every system answers at 127.0.0.2.
    if (told.kind === 'certificate') expect(told.words).toMatch(/it is of IP Address:127.0.0.1, DNS:localhost/)
    else expect(told.kind).toBe('unreachable')
  })

  test('https where http is spoken', async () => {
    const server = await standIn()
    const told = await faultOf(opened('uisp', { url: `https://127.0.0.1:${server.port}`, token: apiToken }).poll?.())
    expect(told).toMatchObject({ kind: 'unreachable', words: expect.stringContaining('does not speak TLS') })
  })
})
