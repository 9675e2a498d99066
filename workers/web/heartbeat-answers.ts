import type { ServerResponse } from 'node:http'
import type { Dialect, Refusal } from '@/lib/domain/beat-address'
import { bodyLimit } from './heartbeat-body'

export type Said =
  | 'stored'
  | 'created'
  | 'spooled'
  | 'unknown'
  | 'ambiguous'
  | 'limited'
  | 'overloaded'
  | 'failed'
  | Refusal

type Answer = { status: number; body: string; headers: string[] }

const plain = 'text/plain; charset=utf-8'
const json = 'application/json; charset=utf-8'

const statuses: Record<Said, number> = {
  stored: 200,
  created: 201,
  spooled: 202,
  unknown: 404,
  ambiguous: 409,
  limited: 429,
  overloaded: 503,
  failed: 500,
  invalid_url: 400,
  invalid_uuid: 400,
  invalid_ping: 404,
  not_found: 404,
  wrong_key: 401,
  method: 405,
  invalid: 400,
}
const words: Record<Said, string> = {
  stored: 'OK',
  created: 'Created',
  spooled: 'OK',
  unknown: 'not found',
  ambiguous: 'ambiguous slug',
  limited: 'rate limited',
  overloaded: 'busy, try again',
  failed: 'something failed on our side',
  invalid_url: 'invalid url format',
  invalid_uuid: 'invalid uuid format',
  invalid_ping: 'Invalid ping value. Must be between 0 and 100000000000 ms.',
  not_found: 'not found',
  wrong_key: 'unauthorized: expected the ping key as bearer, as ?key=, by Basic, or as the first label of the host',
  method: 'method not allowed',
  invalid: 'invalid request',
}
const isGood = (said: Said) => said === 'stored' || said === 'created' || said === 'spooled'
const cors = ['Access-Control-Allow-Origin', '*']

function statusIn(dialect: Dialect, said: Said): number {
  if (dialect === 'snitch' && isGood(said)) return 202
  if (dialect === 'kuma' && isGood(said)) return said === 'spooled' ? 202 : 200
  if (dialect !== 'healthchecks' && said === 'created') return 200
  if (dialect === 'kuma' && (said === 'invalid_url' || said === 'invalid_uuid')) return 404
  return statuses[said]
}

function bodyIn(dialect: Dialect, said: Said): string {
  if (dialect === 'kuma') {
    if (isGood(said)) return '{"ok":true}'
    const isUnknown = said === 'unknown' || said === 'not_found'
    return JSON.stringify({ ok: false, msg: isUnknown ? 'Monitor not found or not active.' : words[said] })
  }
  if (isGood(said)) {
    if (dialect === 'snitch') return 'Got it, thanks!'
    if (dialect === 'better_stack') return ''
    if (dialect !== 'healthchecks') return 'OK'
  }
  return words[said]
}

function answerOf(dialect: Dialect, said: Said, body = bodyIn(dialect, said)): Answer {
  const status = statusIn(dialect, said)
  const headers = [
    'Content-Type',
    dialect === 'kuma' || (dialect === 'heartbeat_sh' && body.startsWith('{')) ? json : plain,
    'Content-Length',
    String(Buffer.byteLength(body)),
    ...cors,
    'Cache-Control',
    'no-store',
    ...(dialect === 'healthchecks' || dialect === 'own' ? ['Ping-Body-Limit', String(bodyLimit)] : []),
    ...(said === 'limited' || said === 'overloaded' ? ['Retry-After', said === 'limited' ? '1' : '2'] : []),
    ...(said === 'method' ? ['Allow', 'GET, HEAD, POST, OPTIONS'] : []),
  ]
  return { status, body, headers }
}

const dialects: Dialect[] = ['own', 'healthchecks', 'kuma', 'heartbeat_sh', 'snitch', 'cronitor', 'better_stack']
const fixed = new Map(
  dialects.map((dialect) => [
    dialect,
    new Map((Object.keys(statuses) as Said[]).map((said) => [said, answerOf(dialect, said)])),
  ]),
)

/** Answers as the dialect does. `detail`: what was found and what was expected, in place of the fixed words. */
export function answerBeat(response: ServerResponse, dialect: Dialect, said: Said, detail?: string): void {
  const known = detail === undefined ? fixed.get(dialect)?.get(said) : undefined
  send(response, known ?? answerOf(dialect, said, detail))
}

/** Answers as heartbeat.sh does, in JSON. */
export function answerJson(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body)
  send(response, {
    status,
    body: text,
    headers: [
      'Content-Type',
      json,
      'Content-Length',
      String(Buffer.byteLength(text)),
      ...cors,
      'Cache-Control',
      'no-store',
    ],
  })
}

export function answerText(response: ServerResponse, text: string): void {
  send(response, {
    status: 200,
    body: text,
    headers: [
      'Content-Type',
      plain,
      'Content-Length',
      String(Buffer.byteLength(text)),
      ...cors,
      'Cache-Control',
      'no-store',
    ],
  })
}

/** A browser asks whether it may: it may. */
export function answerPreflight(response: ServerResponse, wantedHeaders: string | undefined): void {
  const asked = wantedHeaders && /^[\w, -]{1,500}$/.test(wantedHeaders) ? wantedHeaders : '*'
  response.writeHead(204, [
    ...cors,
    'Access-Control-Allow-Methods',
    'GET, HEAD, POST, PUT, DELETE, OPTIONS',
    'Access-Control-Allow-Headers',
    asked,
    'Access-Control-Max-Age',
    '86400',
  ])
  response.end()
}

function send(response: ServerResponse, { status, body, headers }: Answer): void {
  if (response.destroyed || response.headersSent) return
  response.writeHead(status, headers)
  response.end(body)
}
