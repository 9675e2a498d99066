import { z } from 'zod'
import type { Problem } from '@/lib/problem'
import { credentialsMeant } from '@/lib/snmp-profile-input'
import { CredentialsInput } from '@/lib/wire/rest-snmp'
import type { SnmpCredentials } from '@/lib/wire/snmp'
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

type Fault = { at: string; message: string }
const Errors = z.array(z.object({ at: z.string(), message: z.string() })).min(1)

/** What a problem says of fields, each beside its own; null when it is about none. */
export function errorsOf({ members }: Problem): FormState | null {
  const read = Errors.safeParse(members.errors)
  return read.success ? errorsAt(read.data) : null
}

/** Faults, each beside its field; the first of a field is the one to mend. */
export function errorsAt(faults: readonly Fault[]): FormState {
  const errors: Record<string, string> = {}
  for (const { at, message } of faults) errors[at.replace(/^credentials\./, '')] ??= wordsOf(at, message)
  return { errors }
}

export const faultsOf = (error: z.ZodError | undefined): Fault[] =>
  (error?.issues ?? []).map(({ path, message }) => ({ at: path.join('.'), message }))

/** What credentials lack, beside what is kept; nothing where they cannot be read at all, which is said already. */
export function missingOf(said: unknown, kept: SnmpCredentials | null): Fault[] {
  const read = CredentialsInput.safeParse(said)
  const meant = read.success ? credentialsMeant(read.data, kept) : null
  return meant && 'faults' in meant ? meant.faults : []
}

function wordsOf(at: string, message: string): string {
  const said: Record<string, string> = {
    port: 'Expected a whole number from 1 to 65535.',
    timeout: 'Expected seconds from 0.1 to 30.',
    retries: 'Expected a whole number from 0 to 5.',
  }
  return said[at] ?? `${message.charAt(0).toUpperCase()}${message.slice(1)}.`
}
