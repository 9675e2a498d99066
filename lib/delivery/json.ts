import type { z } from 'zod'

/** The headers and body of a request in JSON. */
export function inJson(value: unknown, headers: Record<string, string> = {}) {
  return { headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(value) }
}

/** The headers and body of a request as a form sends it. */
export function inForm(fields: Record<string, string>, headers: Record<string, string> = {}) {
  const body = new URLSearchParams(fields).toString()
  return { headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers }, body }
}

/** What an answer says in JSON, or null when it is none or of another shape. */
export function readJson<T>(shape: z.ZodType<T>, text: string): T | null {
  try {
    return shape.safeParse(JSON.parse(text)).data ?? null
  } catch {
    return null
  }
}
