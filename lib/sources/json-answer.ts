import type { SourceAnswer, SourceHttp } from './http'
import { found, isEntry, textOf } from './reading'
import type { SourceFault } from './records'

export type Json = { value: unknown; answeredAt: number }

/** The JSON of an answer with a 2xx, or what stands there instead. `who`: whose answer it is; `token`: what it is asked with. */
export function readJson(answer: SourceAnswer, who: string, token: string, { quoted }: SourceHttp): Json | SourceFault {
  const { status, body, headers, answeredAt, url } = answer
  if (isDense(body)) {
    const words = `${who} answers ${new URL(url).pathname} with more than ${mostParts.toLocaleString('en')} lists and objects, expected fewer`
    return { kind: 'too_large', words }
  }
  const value = parsed(body)
  const said = () => (value === undefined ? pageWords(body, headers, quoted) : messageWords(value, quoted))
  const path = new URL(url).pathname
  if (status === 401 || status === 403) {
    const why = status === 401 ? `the ${token} is wrong, ended or revoked` : `the ${token} may not read this`
    return { kind: 'refused', words: `${who} answers ${status} to ${path}${said()}: ${why}` }
  }
  if (status === 429) {
    const seconds = retryAfter(headers['retry-after'], answeredAt)
    const until = seconds === null ? '' : `, and asks for ${seconds} s of rest`
    const words = `${who} answers 429 to ${path}${said()}: it was asked too often${until}`
    return { kind: 'status', words, ...(seconds === null ? {} : { retryAfterSeconds: seconds }) }
  }
  if (status < 200 || status > 299) {
    const expected = status === 404 ? `expected ${who} at this address` : 'expected 200 with JSON'
    return { kind: 'status', words: `${who} answers ${status} to ${path}${said()}, ${expected}` }
  }
  if (value !== undefined) return { value: typeof value === 'string' ? quoted(value) : value, answeredAt }
  return { kind: 'not_json', words: `${who} answers ${path}${said()}, expected JSON` }
}

const mostParts = 2_000_000

/** Brackets alone: 64 MiB of them would be parsed for a minute, and take gigabytes. */
function isDense(body: Buffer): boolean {
  if (body.length <= mostParts) return false
  let parts = 0
  for (let i = 0; i < body.length; i++) if (body[i] === 0x5b || body[i] === 0x7b) parts++
  return parts > mostParts
}

/** undefined: not JSON. */
function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}

/** Seconds from a Retry-After, which has them or an instant; at most an hour. */
function retryAfter(header: string | undefined, now: number): number | null {
  if (header === undefined) return null
  const seconds = /^\d{1,9}$/.test(header) ? Number(header) : (Date.parse(header) - now) / 1000
  return Number.isFinite(seconds) ? Math.min(3600, Math.max(0, Math.ceil(seconds))) : null
}

function messageWords(value: unknown, quoted: SourceHttp['quoted']): string {
  const message = isEntry(value) ? (saidText(value.message, quoted) ?? saidText(value.error, quoted)) : null
  if (message !== null) return ` ("${message}")`
  return ` with ${quoted(found(typeof value === 'string' ? quoted(value) : value))}`
}

/** Text of somebody else. Secrets are taken out before it is cut: of a half one nobody sees what it is. */
export const saidText = (value: unknown, quoted: SourceHttp['quoted']): string | null =>
  textOf(typeof value === 'string' ? quoted(value) : value, 160)

function pageWords(body: Buffer, headers: Record<string, string>, quoted: SourceHttp['quoted']): string {
  const start = body.toString('utf8', 0, 4000)
  if (start.trim() === '') return ' with nothing'
  const title = /<title[^>]*>([^<]*)<\/title>/i.exec(start)?.[1]?.trim()
  if (/<!doctype html|<html/i.test(start)) return title ? ` with a page ("${quoted(title)}")` : ' with a page'
  const type = headers['content-type']?.split(';')[0]
  return ` with ${type ? `${quoted(type)}, ` : ''}"${textOf(quoted(start), 60) ?? ''}"`
}
