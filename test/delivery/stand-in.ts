import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Context } from '@/lib/delivery/context'
import { DeliveryError } from '@/lib/delivery/delivery-error'
import { createHttp, type Http } from '@/lib/delivery/http'
import type { Notice, Reference, Sent } from '@/lib/domain/notice'

/** What a medium's stand-in answers; `trouble` is an answer that is none. */
export type Answer = {
  status?: number
  headers?: Record<string, string>
  body?: unknown
  trouble?: 'hang' | 'close' | 'hang in the body' | 'huge' | 'endless' | 'echo'
}
export type Received = { method: string; path: string; headers: IncomingHttpHeaders; body: string }

export type StandIn = {
  url: string
  port: number
  received: Received[]
  json(index?: number): Json
  form(index?: number): Json
}
export type Json = Record<string, unknown>

/** A server on loopback that gives these answers in turn, the last one for ever, and remembers what it was asked. */
export async function standIn(...answers: Answer[]): Promise<StandIn> {
  const received: Received[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8')
    request.on('data', (chunk: string) => {
      body += chunk
    })
    request.on('end', () => {
      const answer = answers[Math.min(received.length, answers.length - 1)] ?? {}
      const asked = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body }
      received.push(asked)
      reply(response, answer.trouble === 'echo' ? { ...answer, body: asked } : answer)
    })
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const asked = (index: number) => received.at(index)?.body ?? ''
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    received,
    json: (index = -1) => JSON.parse(asked(index)),
    form: (index = -1) => Object.fromEntries(new URLSearchParams(asked(index))),
  }
}

function reply(response: ServerResponse, { status = 200, headers = {}, body = '', trouble }: Answer): void {
  if (trouble === 'hang') return
  if (trouble === 'close') return void response.socket?.destroy()
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  response.writeHead(status, headers)
  if (trouble === 'hang in the body') return void response.write(text.slice(0, 1))
  if (trouble === 'endless') {
    const more = () => {
      while (!response.destroyed && response.write('x'.repeat(16_384)));
    }
    response.on('drain', more).on('error', () => {})
    return void more()
  }
  if (trouble === 'huge') {
    response.on('error', () => {})
    return void response.end(`${text}${'x'.repeat(3_000_000)}`)
  }
  response.end(text)
}

/** A guarded client that may reach the stand-ins and gives up soon. */
export function clientTo(instead: Record<string, string> = {}, timeoutMs = 1000): Http {
  const http = createHttp({ allowPrivate: true, timeoutMs, instead })
  onTestFinished(() => http.close())
  return http
}

export const now = new Date('2026-09-01T12:00:00Z')

export function contextOf(http: Http, previous: Reference = null): Context {
  return { previous, signal: new AbortController().signal, http, now }
}

/** An access point that is down, with 41 clients. */
export function noticeOf(changed: Partial<Notice> = {}): Notice {
  return {
    key: 'bl-42-7',
    event: 'opened',
    sequence: 1,
    title: 'AP Ridge-3 is down: 41 clients, Acme Dental and 40 more',
    body: 'Dark since 11:53.\nThe backhaul answers, so the trouble is at the tower.',
    url: 'https://beatline.example/incidents/42',
    acknowledgeUrl: 'https://beatline.example/a/one-time-token',
    priority: 'critical',
    facts: [
      { label: 'Site', value: 'North Ridge' },
      { label: 'Clients', value: '41' },
    ],
    beganAt: '2026-09-01T11:53:29.000Z',
    endedAt: null,
    at: '2026-09-01T12:00:00.000Z',
    name: 'AP Ridge-3',
    site: 'North Ridge',
    kind: 'down',
    incidentId: 42,
    late: null,
    data: { affected_clients: 41 },
    ...changed,
  }
}

export const grown = noticeOf({ event: 'grew', sequence: 2, title: 'AP Ridge-3 is down: 57 clients' })
export const resolved = noticeOf({
  event: 'resolved',
  sequence: 3,
  title: 'AP Ridge-3 is back',
  body: 'Resolved after 14 min, at 12:07.',
  endedAt: '2026-09-01T12:07:29.000Z',
  acknowledgeUrl: null,
})

/** Everything that some medium could take for its own. */
export const nasty =
  '<b>&"Acme"*_~`x`|| @everyone <!channel> <@U1> <at>Al</at> {{ name }} [a](https://evil.example)\r\nBcc: x@y.z'

/** Families, flags and letters with marks: each one or two columns on a phone, many units inside. */
export const manyMarks = (count: number) => '👨‍👩‍👧‍👦🇳🇴e\u0301👍🏽'.repeat(count)

/** The DeliveryError that a sending ends in. */
export async function failureOf(sending: Promise<unknown>): Promise<DeliveryError> {
  const outcome = await sending.then(
    (sent) => new Error(`It was sent: ${JSON.stringify(sent)}`),
    (error: unknown) => error,
  )
  if (outcome instanceof DeliveryError) return outcome
  throw outcome
}

/** The texts of a value, however deep. */
export function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : []
}

/**
 * What never depends on the medium: no answer, a server in trouble, and answers that quote the whole request, in which
 * none of `secrets` may be left. `send` sends an opened notice; `vendor` is the origin that the stand-in stands for.
 */
export function describeTroubles(
  send: (server: StandIn, http: Http) => Promise<Sent>,
  { secrets, vendor, retriedOn = [] }: { secrets: string[]; vendor?: string; retriedOn?: number[] },
): void {
  const instead = (server: StandIn) => (vendor === undefined ? {} : { [vendor]: server.url })
  describe('in trouble', () => {
    test.each<[string, Answer]>([
      ['hangs', { trouble: 'hang' }],
      ['closes the connection', { trouble: 'close' }],
      ['is answered for by a proxy', { status: 502, headers: { 'content-type': 'text/html' }, body: '<h1>Bad</h1>' }],
      ['is being upgraded', { status: 503, headers: { 'retry-after': '120' }, body: '' }],
      ['says too much about its error', { status: 500, trouble: 'huge' }],
      ['breaks off its error', { status: 500, body: '{"message":', trouble: 'hang in the body' }],
      ['is slow to read', { status: 408 }],
    ])('a server that %s is tried again', async (_, answer) => {
      const server = await standIn(answer)
      const failure = await failureOf(send(server, clientTo(instead(server), answer.trouble === 'hang' ? 300 : 1000)))
      expect(failure).toMatchObject({
        permanent: false,
        status: answer.trouble === 'hang' ? null : (answer.status ?? null),
      })
      expect(failure.retryAfterMs).toBe(answer.status === 503 ? 120_000 : null)
      expect(failure.message.length).toBeLessThan(400)
    })

    test('a limit with a date is kept', async () => {
      const headers = { 'retry-after': 'Tue, 01 Sep 2026 12:03:20 GMT' }
      const server = await standIn({ status: 429, headers, body: 'broken {' })
      const failure = await failureOf(send(server, clientTo(instead(server))))
      expect(failure).toMatchObject({ permanent: false, status: 429, retryAfterMs: 200_000 })
    })

    test.each([301, 302, 307])('a redirect (%i) is not followed', async (status) => {
      const elsewhere = await standIn({})
      const server = await standIn({ status, headers: { location: elsewhere.url } })
      expect((await failureOf(send(server, clientTo(instead(server))))).message).toContain('redirect')
      expect(elsewhere.received).toHaveLength(0)
    })

    test.each([200, 201, 202, 400, 403, 500])(
      'an answer (%i) that quotes all it was sent gives no secret away',
      async (status) => {
        const server = await standIn({ status, trouble: 'echo' })
        const outcome = await send(server, clientTo(instead(server))).catch((error: unknown) => error)
        const shown = outcome instanceof DeliveryError ? outcome.message : JSON.stringify(outcome)
        expect(server.received.length).toBeGreaterThan(0)
        for (const secret of [...secrets, 'one-time-token']) expect(shown).not.toContain(secret)
        if (outcome instanceof DeliveryError && status >= 400 && status < 500)
          expect(outcome.permanent).toBe(!retriedOn.includes(status))
      },
    )

    test('a name that leads inside is refused', async () => {
      const server = await standIn({})
      const http = createHttp({ allowPrivate: false, timeoutMs: 2000, instead: instead(server) })
      onTestFinished(() => http.close())
      const failure = await failureOf(send(server, http))
      expect(failure.message).toContain('The address is refused')
      expect(server.received).toHaveLength(0)
    })
  })
}
