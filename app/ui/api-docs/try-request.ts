import type { Parameter } from './groups'

export type Shown = { status: string; ok: boolean; tookMs: number; text: string; cut: boolean }
type Body = { type: string; text: string } | null

const shownAtMost = 100_000

/** The address of a request on this site, with what was filled in; what was not stays a name in braces. */
export function addressOf(path: string, parameters: readonly Parameter[], values: Record<string, string>): string {
  const query = new URLSearchParams()
  let place = path
  for (const { name, in: where } of parameters) {
    const value = values[name]?.trim() ?? ''
    if (value === '') continue
    if (where === 'path') place = place.replace(`{${name}}`, encodeURIComponent(value))
    else query.set(name, value)
  }
  return query.size > 0 ? `${place}?${query}` : place
}

/** Sends it and waits for the answer; what keeps it from coming is an answer too. */
export async function showAnswer(verb: string, address: string, body: Body): Promise<Shown> {
  const began = performance.now()
  try {
    const response = await fetch(address, {
      method: verb,
      credentials: 'same-origin',
      headers: { accept: 'application/json, text/csv', ...(body ? { 'content-type': body.type } : {}) },
      ...(body ? { body: body.text } : {}),
      signal: AbortSignal.timeout(60_000),
    })
    const whole = readable(await response.text(), response.headers.get('content-type') ?? '')
    const text = whole.slice(0, shownAtMost)
    const tookMs = Math.round(performance.now() - began)
    return {
      status: `${response.status} ${response.statusText}`.trim(),
      ok: response.ok,
      tookMs,
      text,
      cut: text !== whole,
    }
  } catch (error) {
    const tookMs = Math.round(performance.now() - began)
    return {
      status: `No answer: ${error instanceof Error ? error.message : error}`,
      ok: false,
      tookMs,
      text: '',
      cut: false,
    }
  }
}

function readable(text: string, type: string): string {
  if (!type.includes('json')) return text
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}

/** The same request for a shell, with the key in a variable. */
export function asCurl(verb: string, address: string, body: Body): string {
  const origin = typeof window === 'undefined' ? '' : window.location.origin
  const parts = [`curl -X ${verb} ${quoted(origin + address)}`, '-H "Authorization: Bearer $BEATLINE_KEY"']
  if (body) parts.push(`-H 'Content-Type: ${body.type}'`, `--data-binary ${quoted(body.text)}`)
  return parts.join(' \\\n  ')
}

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`
