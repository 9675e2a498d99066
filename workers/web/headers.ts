import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'

const year = 31_536_000

type Where = { https: boolean; isDevelopment: boolean }

/**
 * Sets what every answer carries. The policy goes into the request's headers as well: from there Next.js takes the
 * nonce that it stamps on its scripts.
 */
export function setSecurityHeaders(
  request: IncomingMessage,
  response: ServerResponse,
  { https, isDevelopment }: Where,
): void {
  const policy = contentPolicy(randomBytes(16).toString('base64'), request.headers.host ?? '', { https, isDevelopment })
  request.headers['content-security-policy'] = policy
  response.setHeader('content-security-policy', policy)
  response.setHeader('x-content-type-options', 'nosniff')
  response.setHeader('x-frame-options', 'DENY')
  response.setHeader('referrer-policy', 'same-origin')
  response.setHeader('permissions-policy', 'camera=(), microphone=(), geolocation=(), payment=()')
  response.setHeader('cross-origin-opener-policy', 'same-origin')
  if (https) response.setHeader('strict-transport-security', `max-age=${year}`)
}

/**
 * No unsafe-inline anywhere: scripts by nonce, styles from our own files. In development alone React rebuilds call
 * stacks by eval, and the overlay of Next.js brings inline styles (beside a nonce a browser would still refuse them).
 */
export function contentPolicy(nonce: string, host: string, { https, isDevelopment }: Where): string {
  // Older Safari does not count ws: to 'self'. A host is let in only when it is one.
  const socket = /^[\w.:[\]-]{1,255}$/.test(host) ? ` ${https ? 'wss' : 'ws'}://${host}` : ''
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${isDevelopment ? " 'unsafe-eval'" : ''}`,
    `style-src 'self' ${isDevelopment ? "'unsafe-inline'" : `'nonce-${nonce}'`}`,
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self'${socket}`,
    "worker-src 'self'",
    "manifest-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')
}

/**
 * The client's address as far as we can know it, put where the app reads it; what a client claims under that name is
 * dropped. Behind a trusted proxy the last entry of X-Forwarded-For is the one that the proxy itself wrote.
 */
export function stampAddress(request: IncomingMessage, trustProxy: boolean): string {
  const forwarded = trustProxy
    ? String(request.headers['x-forwarded-for'] ?? '')
        .split(',')
        .at(-1)
        ?.trim()
    : ''
  const address = withoutPort(forwarded || request.socket.remoteAddress || 'unknown').slice(0, 64)
  request.headers['x-beatline-address'] = address
  return address
}

/** Some proxies write 203.0.113.7:51820 or [2001:db8::7]:51820; each connection would count as another client. */
const withoutPort = (address: string) =>
  address
    .replace(/^\[([^\]]+)\](:\d+)?$/, '$1')
    .replace(/^(\d+(?:\.\d+){3}):\d+$/, '$1')
    .replace(/^::ffff:/, '')
