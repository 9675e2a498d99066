import type { z } from 'zod'
import { Problem, problemResponse } from '@/lib/problem'
import { type Right, requireRight, type Session } from '@/lib/session'

type Call<P> = { request: Request; params: P; session: Session }
type Context<P> = { params: Promise<P> }

/**
 * A route handler behind a right: credentials are checked first, what is returned becomes JSON, what is thrown becomes a
 * problem. Every handler of the API is made by this.
 */
export function guarded<P = Record<string, never>>(right: Right, work: (call: Call<P>) => Promise<unknown>) {
  return async (request: Request, context: Context<P>): Promise<Response> => {
    try {
      const session = await requireRight(request, right)
      const answer = await work({ request, params: await context.params, session })
      if (answer instanceof Response) return answer
      return Response.json(answer, { headers: { 'cache-control': 'no-store' } })
    } catch (error) {
      return problemResponse(error)
    }
  }
}

/** 201 with the address of what was made. */
export const created = (location: string, body: unknown) =>
  Response.json(body, { status: 201, headers: { location, 'cache-control': 'no-store' } })

export const noContent = () => new Response(null, { status: 204 })

/** The number in a path; anything else is not found. */
export function pathId({ id }: { id: string }): number {
  if (!/^[1-9]\d{0,9}$/.test(id) || Number(id) > 2_147_483_647) throw notFound('Nothing', id)
  return Number(id)
}

export const notFound = (what: string, id: string | number) =>
  new Problem('not-found', `${what} has the id ${String(id).slice(0, 60)}`)

/** The query string by its schema; a parameter given twice counts once, the last. */
export function readQuery<S extends z.ZodType>(request: Request, schema: S): z.output<S> {
  return schema.parse(Object.fromEntries(new URL(request.url).searchParams))
}

/** The body as text, at most `maxBytes`, in UTF-8. */
export async function readText(request: Request, maxBytes: number): Promise<string> {
  const told = Number(request.headers.get('content-length') ?? 0)
  const tooLarge = () => new Problem('too-large', `Found more than ${maxBytes} bytes, expected at most that many`)
  if (told > maxBytes) throw tooLarge()
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength
    if (size > maxBytes) throw tooLarge()
    chunks.push(chunk)
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks))
  } catch {
    throw new Problem('malformed-request', 'The body is not UTF-8: save the file as UTF-8 and send it again')
  }
}

/** The body as JSON, unchecked. */
export async function readAnyJson(request: Request, maxBytes: number): Promise<unknown> {
  const text = await readText(request, maxBytes)
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new Problem('malformed-request', `The body is not JSON: ${error instanceof Error ? error.message : error}`)
  }
}

/** The body as JSON by its schema, at most 256 KiB. */
export async function readJson<S extends z.ZodType>(request: Request, schema: S): Promise<z.output<S>> {
  const type = request.headers.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase()
  if (type && type !== 'application/json' && !type.endsWith('+json')) {
    throw new Problem('unsupported-media-type', `Found ${type.slice(0, 80)}, expected application/json`)
  }
  return schema.parse(await readAnyJson(request, 256 * 1024))
}

/** The same where the body may be left out. */
export async function readOptionalJson<S extends z.ZodType>(request: Request, schema: S): Promise<z.output<S>> {
  const text = await readText(request.clone(), 256 * 1024)
  return text.trim() === '' ? schema.parse({}) : readJson(request, schema)
}
