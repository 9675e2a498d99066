import { z } from 'zod'
import type { Problem } from '@/lib/problem'
import type { FormState } from '../form/form-state'

const secrets = ['community', 'auth_password', 'priv_password']
const credentialFields = ['version', 'user', 'level', 'auth_protocol', 'priv_protocol', 'context', ...secrets]

/** A form as REST would say it; an empty secret is not said, passwords keep their blanks. */
export function readProfileForm(form: FormData): Record<string, unknown> {
  const text = (name: string) => {
    const value = form.get(name)
    return typeof value === 'string' ? value : undefined
  }
  const credentials = credentialFields.flatMap((name) => {
    const value = text(name)
    if (value === undefined) return []
    const said = secrets.includes(name) ? value : value.trim()
    return said === '' && name !== 'context' ? [] : [[name, said] as const]
  })
  return {
    name: text('name') ?? '',
    port: numberOf(text('port')),
    timeout: numberOf(text('timeout')),
    retries: numberOf(text('retries')),
    credentials: Object.fromEntries(credentials),
  }
}

/** Undefined where nothing is said; what is no number stays as it is, for the schema to refuse. */
function numberOf(text: string | undefined): number | string | undefined {
  const said = text?.trim().replace(',', '.') ?? ''
  if (said === '') return undefined
  return /^\d{1,9}(\.\d{1,6})?$/.test(said) ? Number(said) : said
}

const Errors = z.array(z.object({ at: z.string(), message: z.string() })).min(1)

/** What a problem says of fields, each beside its own; null when it is about none. */
export function errorsAtFields({ members }: Problem): FormState | null {
  const read = Errors.safeParse(members.errors)
  if (!read.success) return null
  const errors: Record<string, string> = {}
  for (const { at, message } of read.data) {
    errors[at.replace(/^credentials\./, '')] ??= wordsOf(at, message)
  }
  return { errors }
}

function wordsOf(at: string, message: string): string {
  const said: Record<string, string> = {
    port: 'Expected a whole number from 1 to 65535.',
    timeout: 'Expected seconds from 0.1 to 30.',
    retries: 'Expected a whole number from 0 to 5.',
  }
  return said[at] ?? `${message.charAt(0).toUpperCase()}${message.slice(1)}.`
}
