import { z } from 'zod'
import type { FormState } from '../form/form-state'

const Refused = z.object({
  detail: z.string().optional(),
  errors: z.array(z.object({ at: z.string(), message: z.string() })).optional(),
})
const Kept = z.object({ id: z.number() })
const Tried = z.object({
  ok: z.boolean(),
  words: z.string(),
  version: z.string().nullable(),
  fault: z.string().nullable(),
  fingerprint: z.string().nullable(),
})
export type Tried = z.infer<typeof Tried>

type Sent<T> = { said: T } | { state: FormState }

async function send<T>(method: string, path: string, body: unknown, schema: z.ZodType<T>): Promise<Sent<T>> {
  const answer = await fetch(path, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const json: unknown = await answer.json().catch(() => null)
  const read = schema.safeParse(json)
  if (answer.ok && read.success) return { said: read.data }
  return { state: refusal(Refused.safeParse(json).data, answer.status) }
}

function refusal(said: z.infer<typeof Refused> | undefined, status: number): FormState {
  const errors: Record<string, string> = {}
  for (const { at, message } of said?.errors ?? []) errors[fieldOf(at)] ??= sentence(message)
  if (Object.keys(errors).length > 0) return { errors }
  return { problem: said?.detail ? sentence(said.detail) : `The server answered ${status}. Its log says more.` }
}

const fieldOf = (at: string) => at.replace(/^config\./, '').replace(/^isolate\./, '')
const sentence = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1).replace(/\.$/, '')}.`

/** Keeps a source: a new one, or over the one with this id. */
export const sendSource = (id: number | null, body: unknown) =>
  send(id === null ? 'POST' : 'PATCH', id === null ? '/api/sources' : `/api/sources/${id}`, body, Kept)

/** Tries a connection before it is kept. */
export const sendTest = (body: unknown) => send('POST', '/api/sources/test', body, Tried)
