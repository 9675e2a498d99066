import { execFileSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What goes wrong on the way: every answer to a path that `on` matches, until another is set. */
export type Fault =
  | { kind: 'huge'; bytes: number; isAnnounced?: boolean } // so many bytes of JSON; announced by content-length
  | { kind: 'endless' } // never ends, as fast as it is read
  | { kind: 'hang' } // never answers
  | { kind: 'stall' } // answers its head, then nothing
  | { kind: 'slow'; ms: number } // answers as ever, but so late
  | { kind: 'close' } // the connection ends without an answer
  | { kind: 'cut' } // ends in the middle of its body
  | { kind: 'answer'; status?: number; headers?: Record<string, string>; body?: unknown }

export const badGateway: Fault = {
  kind: 'answer',
  status: 502,
  headers: { 'content-type': 'text/html' },
  body: '<html><head><title>502 Bad Gateway</title></head><body>502 Bad Gateway</body></html>',
}
export const emptyList: Fault = { kind: 'answer', body: [] }
export const unauthorized: Fault = {
  kind: 'answer',
  status: 401,
  body: { statusCode: 401, error: 'Unauthorized', message: 'Unauthorized' },
}
export const tooMany: Fault = { kind: 'answer', status: 429, headers: { 'retry-after': '30' }, body: '' }
export const redirectTo = (location: string, status = 302): Fault => ({ kind: 'answer', status, headers: { location } })

export type Asked = { method: string; path: string; query: URLSearchParams; headers: IncomingHttpHeaders; body: string }
export type Reply = { status?: number; headers?: Record<string, string>; body?: unknown }

export type Tls = { key: string; cert: string; fingerprint: string }

/** A certificate that no authority vouches for, of 127.0.0.1 and localhost. */
export function selfSigned(): Tls {
  const folder = mkdtempSync(join(tmpdir(), 'beatline-tls-'))
  try {
    const [keyFile, certFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
    const made = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
    const subject = ['-subj', '/CN=uisp.example.net', '-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost']
    execFileSync('openssl', [...made, ...subject, '-keyout', keyFile, '-out', certFile], { stdio: 'ignore' })
    const [key, cert] = [readFileSync(keyFile, 'utf8'), readFileSync(certFile, 'utf8')]
    return { key, cert, fingerprint: new X509Certificate(cert).fingerprint256 }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

export type StandInServer = {
  url: string
  port: number
  /** What was asked, in order. */
  asked: Asked[]
  /** Answers being given right now, and the most there ever were at once. */
  concurrency: { now: number; most: number }
  /** Sets what goes wrong; null: nothing any more. `on` is matched with the path, all by default. */
  fault(fault: Fault | null, on?: RegExp): void
  close(): Promise<void>
}

/** A real HTTP server on loopback, with TLS where a certificate is given. Bodies that are no text go as JSON. */
export async function standInServer(
  answer: (asked: Asked) => Reply,
  { tls }: { tls?: Tls } = {},
): Promise<StandInServer> {
  const asked: Asked[] = []
  const concurrency = { now: 0, most: 0 }
  let fault: { fault: Fault; on: RegExp } | null = null

  const handle = (request: IncomingMessage, response: ServerResponse) => {
    concurrency.most = Math.max(concurrency.most, ++concurrency.now)
    response.on('close', () => concurrency.now--)
    let body = ''
    request.setEncoding('utf8')
    request.on('data', (chunk: string) => {
      body += chunk
    })
    request.on('end', () => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://stand-in')
      const one = { method: request.method ?? '', path: pathname, query: searchParams, headers: request.headers, body }
      asked.push(one)
      if (fault?.on.test(pathname)) misbehave(response, fault.fault, () => answer(one))
      else reply(response, answer(one))
    })
  }
  const server = tls ? createTlsServer(tls, handle) : createServer(handle)
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    port,
    asked,
    concurrency,
    fault: (set, on = /^/) => {
      fault = set && { fault: set, on }
    },
    close: () => {
      server.closeAllConnections()
      return new Promise((closed) => server.close(() => closed()))
    },
  }
}

function reply(response: ServerResponse, { status = 200, headers = {}, body = '' }: Reply): void {
  const text = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body)
  response.on('error', () => {})
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers })
  response.end(text)
}

function misbehave(response: ServerResponse, fault: Fault, usual: () => Reply): void {
  response.on('error', () => {})
  if (fault.kind === 'answer') return void reply(response, fault)
  if (fault.kind === 'slow') {
    const timer = setTimeout(() => reply(response, usual()), fault.ms)
    response.on('close', () => clearTimeout(timer))
    return
  }
  if (fault.kind === 'hang') return
  if (fault.kind === 'close') return void response.socket?.destroy()
  if (fault.kind === 'stall') return void response.writeHead(200, { 'content-type': 'application/json' }).write('[')
  if (fault.kind === 'cut') {
    const { body } = usual()
    const text = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body)
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': `${Buffer.byteLength(text)}` })
    return void response.write(text.slice(0, text.length / 2), () => response.socket?.destroy())
  }
  const bytes = fault.kind === 'huge' ? fault.bytes : Number.POSITIVE_INFINITY
  const announced = fault.kind === 'huge' && fault.isAnnounced ? { 'content-length': `${bytes}` } : {}
  response.writeHead(200, { 'content-type': 'application/json', ...announced })
  pour(response, bytes)
}

/** Writes so many bytes, as fast as they are read. */
function pour(response: ServerResponse, bytes: number): void {
  const chunk = Buffer.alloc(65_536, '{"identification":{"id":"00000000"}},')
  let left = bytes
  const more = () => {
    while (left > 0 && !response.destroyed) {
      const part = chunk.subarray(0, Math.min(left, chunk.length))
      left -= part.length
      if (!response.write(part)) return
    }
    if (left <= 0) response.end()
  }
  response.on('drain', more)
  more()
}
