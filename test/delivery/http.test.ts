import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createHttp } from '@/lib/delivery/http'
import { clientTo, failureOf, standIn } from './stand-in'

const signal = new AbortController().signal
const leadsTo =
  (...addresses: string[]) =>
  async () =>
    addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))

describe('only public addresses are reached', () => {
  test.each([
    'http://127.0.0.1:PORT/',
    'http://127.1:PORT/',
    'http://2130706433:PORT/',
    'http://0177.0.0.1:PORT/',
    'http://0x7f000001:PORT/',
    'http://0x7f.1:PORT/',
    'http://0:PORT/',
    'http://[::1]:PORT/',
    'http://[::]:PORT/',
    'http://[::ffff:127.0.0.1]:PORT/',
    'http://[::ffff:7f00:1]:PORT/',
    'http://[64:ff9b::7f00:1]:PORT/',
    'http://[2002:7f00:1::]:PORT/',
    'http://[fe80::1]:PORT/',
    'http://[fd00:ec2::254]:PORT/',
    'http://１２７.0.0.1:PORT/',
    'http://169.254.169.254/latest/meta-data/',
    'http://100.100.100.200/latest/meta-data/',
    'https://10.0.0.1/',
    'http://172.16.0.1/',
    'http://192.168.1.1/',
    'http://100.64.0.1/',
    'http://224.0.0.1/',
    'http://255.255.255.255/',
  ])('%s is refused for good', async (address) => {
    const inside = await standIn({ body: 'inside' })
    const http = createHttp({ allowPrivate: false, timeoutMs: 2000 })
    onTestFinished(() => http.close())
    const failure = await failureOf(http.request(address.replace('PORT', `${inside.port}`), { signal }))
    expect(failure).toMatchObject({ permanent: true, status: null })
    expect(failure.message).toMatch(/^The address is refused: .* is not a public address/)
    expect(inside.received).toHaveLength(0)
  })

  test.each([['127.0.0.1'], ['169.254.169.254'], ['::ffff:10.0.0.1'], ['8.8.8.8', '10.0.0.1']])(
    'a name that leads to %s is refused, and may be tried again: names change',
    async (...addresses) => {
      const inside = await standIn({ body: 'inside' })
      const http = createHttp({ allowPrivate: false, resolve: leadsTo(...addresses) })
      onTestFinished(() => http.close())
      const failure = await failureOf(http.request(`http://hooks.example:${inside.port}/`, { signal }))
      expect(failure).toMatchObject({ permanent: false, status: null })
      expect(failure.message).toContain('hooks.example leads to')
      expect(inside.received).toHaveLength(0)
    },
  )

  test.each(['localhost', 'localhost.'])('the real look-up of %s is judged too', async (name) => {
    const inside = await standIn({ body: 'inside' })
    const http = createHttp({ allowPrivate: false })
    onTestFinished(() => http.close())
    const failure = await failureOf(http.request(`http://${name}:${inside.port}/`, { signal }))
    expect(failure.message).toMatch(/refused|No answer from/)
    expect(inside.received).toHaveLength(0)
  })

  test.each(['ftp://example.net/', 'file:///etc/passwd', 'nowhere', 'javascript:alert(1)'])(
    '%s is no address of the web',
    async (address) => {
      const failure = await failureOf(clientTo().request(address, { signal }))
      expect(failure).toMatchObject({ permanent: true })
      expect(failure.message).toContain('expected https:')
    },
  )

  test('with the setting they are reached', async () => {
    const inside = await standIn({ body: 'inside' })
    const answer = await clientTo().request(inside.url, { signal })
    expect(answer).toMatchObject({ status: 200, text: 'inside', complete: true })
  })

  test.each([
    ['127.0.0.1', 'refused'],
    ['2130706433', 'leads to 127.0.0.1'],
    ['0x7f.1', 'leads to 127.0.0.1'],
    ['[::1]', 'refused'],
  ])('for SMTP %s is judged by the same guard', async (host, words) => {
    const http = createHttp({ allowPrivate: false })
    onTestFinished(() => http.close())
    expect((await failureOf(http.addressOf(host, signal))).message).toContain(words)
  })
})

test('a look-up that hangs ends with the signal, and by itself', async () => {
  const http = createHttp({ allowPrivate: false, timeoutMs: 100, resolve: () => new Promise(() => {}) })
  onTestFinished(() => http.close())
  expect((await failureOf(http.addressOf('mail.example', signal))).message).toBe('No answer from mail.example in 0.1 s')
  expect((await failureOf(http.request('https://hooks.example/', { signal }))).message).toContain('in 0.1 s')
  expect((await failureOf(http.addressOf('mail.example', AbortSignal.abort()))).message).toMatch(/^Given up/)
})

describe('a name that changes its answer between the look-up and the connection', () => {
  /** The same port on 127.0.0.2, which may be reached here, and on 127.0.0.1, which may not. */
  async function twoServers() {
    const seen = { good: 0, evil: 0 }
    const serve = (who: 'good' | 'evil') =>
      createServer((_, response) => {
        seen[who] += 1
        response.writeHead(200, { connection: 'close' }).end(who)
      })
    const [good, evil] = [serve('good'), serve('evil')]
    onTestFinished(() => void [good.close(), evil.close()])
    await new Promise<void>((ready) => good.listen(0, '127.0.0.2', ready))
    const { port } = good.address() as AddressInfo
    await new Promise<void>((ready, fail) => evil.on('error', fail).listen(port, '127.0.0.1', ready))
    return { port, seen }
  }

  test('is looked up once a connection, and that answer is where it goes', async () => {
    const { port, seen } = await twoServers()
    let lookUps = 0
    const http = createHttp({
      allowPrivate: false,
      mayReach: (address) => address === '127.0.0.2',
      resolve: async () => [{ address: lookUps++ === 0 ? '127.0.0.2' : '127.0.0.1', family: 4 }],
    })
    onTestFinished(() => http.close())
    const url = `http://rebinding.example:${port}/`
    expect((await http.request(url, { signal })).text).toBe('good')
    expect(lookUps).toBe(1)
    expect((await failureOf(http.request(url, { signal }))).message).toContain('leads to 127.0.0.1')
    expect(seen).toEqual({ good: 1, evil: 0 })
  })
})

describe('redirects', () => {
  test('are not followed by default', async () => {
    const other = await standIn({ body: 'other' })
    const first = await standIn({ status: 307, headers: { location: other.url } })
    expect((await clientTo().request(first.url, { signal })).status).toBe(307)
    expect(other.received).toHaveLength(0)
  })

  test('to an address inside are refused where they are followed', async () => {
    const inside = await standIn({ body: 'inside' })
    const outside = await standIn({ status: 307, headers: { location: inside.url } })
    const http = createHttp({
      allowPrivate: false,
      resolve: leadsTo('127.0.0.1'),
      mayReach: (address) => address === '127.0.0.1' && outside.received.length === 0,
    })
    onTestFinished(() => http.close())
    const failure = await failureOf(http.request(`http://hooks.example:${outside.port}/`, { signal, redirects: 3 }))
    expect(failure).toMatchObject({ permanent: true })
    expect(outside.received).toHaveLength(1)
    expect(inside.received).toHaveLength(0)
  })

  test('to another origin do not carry credentials there', async () => {
    const other = await standIn({ body: 'other' })
    const first = await standIn({ status: 308, headers: { location: `${other.url}/there` } })
    const headers = { authorization: 'Bearer of-good-news', 'x-key': 'k', 'content-type': 'text/plain' }
    const answer = await clientTo().request(first.url, { signal, redirects: 1, headers, body: 'hello' })
    expect(answer.text).toBe('other')
    expect(other.received[0]).toMatchObject({ method: 'POST', path: '/there', body: 'hello' })
    expect(other.received[0]?.headers).not.toHaveProperty('authorization')
    expect(other.received[0]?.headers).not.toHaveProperty('x-key')
  })

  test('303 becomes a GET, and a circle ends', async () => {
    const circle = await standIn({ status: 303, headers: { location: '/again' } })
    expect((await clientTo().request(circle.url, { signal, redirects: 3, body: 'x' })).status).toBe(303)
    expect(circle.received.map(({ method, body }) => `${method} ${body}`)).toEqual(['POST x', 'GET ', 'GET ', 'GET '])
  })
})

describe('answers', () => {
  test('a huge one is cut at 64 KiB, and its status counts', async () => {
    const server = await standIn({ status: 200, trouble: 'huge' })
    const answer = await clientTo().request(server.url, { signal })
    expect(answer).toMatchObject({ status: 200, complete: false })
    expect(answer.text).toHaveLength(65_536)
  })

  test('an endless one is not read to the end of the time', async () => {
    const server = await standIn({ status: 200, trouble: 'endless' })
    const startedAt = performance.now()
    const answer = await clientTo({}, 20_000).request(server.url, { signal })
    expect(answer).toMatchObject({ status: 200, complete: false })
    expect(performance.now() - startedAt).toBeLessThan(10_000)
  })

  test('one whose end never comes has its status', async () => {
    const server = await standIn({ status: 202, body: 'ok', trouble: 'hang in the body' })
    expect(await clientTo().request(server.url, { signal })).toMatchObject({ status: 202, text: 'o', complete: false })
  })

  test('none in time is a failure that may be tried again', async () => {
    const server = await standIn({ trouble: 'hang' })
    const failure = await failureOf(clientTo({}, 400).request(server.url, { signal }))
    expect(failure).toMatchObject({ permanent: false, status: null })
    expect(failure.message).toMatch(/^No answer from 127\.0\.0\.1:\d+ in 0\.4 s$/)
  })

  test('being stopped is one too, and says so', async () => {
    const server = await standIn({ trouble: 'hang' })
    const stop = AbortSignal.abort()
    expect((await failureOf(clientTo().request(server.url, { signal: stop }))).message).toMatch(/^Given up/)
  })

  test('a closed port says so', async () => {
    const failure = await failureOf(clientTo().request('http://127.0.0.1:1/', { signal }))
    expect(failure).toMatchObject({ permanent: false })
    expect(failure.message).toContain('ECONNREFUSED')
  })

  test('a path of two slashes stays on its host', async () => {
    const server = await standIn({})
    await clientTo({ 'https://hooks.example': server.url }).request('https://hooks.example//evil.example/x?y=1', {
      signal,
    })
    expect(server.received[0]?.path).toBe('//evil.example/x?y=1')
  })

  test('what an answer quotes of a secret is hidden, however it is written', async () => {
    const secret = 'pa55 & word"/+'
    const quoted = [secret, encodeURIComponent(secret), JSON.stringify(secret), Buffer.from(secret).toString('base64')]
    const server = await standIn({ body: quoted.join(' | ') })
    const { text } = await clientTo().request(server.url, { signal, secrets: [secret, '', 'ab'] })
    expect(text).toBe('••• | ••• | "•••" | •••=')
  })
})
