import { readFileSync } from 'node:fs'

export type Json = { [key: string]: unknown }

/** When the fixtures were written down: a stand-in shifts their times by now - base. */
export const fixtureBase = Date.parse('2026-09-01T12:00:00.000Z')

export function fixture<T = Json[]>(name: string): T {
  return JSON.parse(readFileSync(new URL(`./fixtures/${name}.json`, import.meta.url), 'utf8')) as T
}

/** A copy with every instant moved by `ms`; dates without a time, and those that are written otherwise, stay. */
export function shifted<T>(value: T, ms: number): T {
  const instant = /"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{3}Z|\+00:00)"/g
  const moved = JSON.stringify(value).replace(instant, (_, at: string, rest: string) => {
    const iso = new Date(Date.parse(`${at}${rest}`) + ms).toISOString()
    return `"${rest.endsWith('Z') ? iso : iso.replace(/\.\d{3}Z$/, rest)}"`
  })
  return JSON.parse(moved) as T
}

/** The target with a patch over it, as RFC 7396 has it; but null means null, as UISP never leaves a field out for it. */
export function merged(target: unknown, patch: unknown): unknown {
  if (patch === null || typeof patch !== 'object' || Array.isArray(patch)) return patch
  const result: Json = target !== null && typeof target === 'object' && !Array.isArray(target) ? { ...target } : {}
  for (const [key, value] of Object.entries(patch)) result[key] = merged(result[key], value)
  return result
}
