import type { z } from 'zod'

/** What an action says back to its form: in words, beside the field they belong to. `secret` is shown this once. */
export type FormState = {
  errors?: Record<string, string>
  problem?: string
  done?: string
  secret?: string
}
export type FormAction = (state: FormState, form: FormData) => Promise<FormState>

/** Errors by field from a failed parse; the first of each field, as that is the one to mend. */
export function fieldErrors(error: z.ZodError): FormState {
  const errors: Record<string, string> = {}
  for (const issue of error.issues) errors[String(issue.path[0] ?? '')] ??= issue.message
  return { errors }
}

/** The fields of a form as an object of trimmed strings; an empty field is left out. */
export function filledFields(form: FormData): Record<string, string> {
  const entries = [...form.entries()].flatMap(([name, value]) =>
    typeof value === 'string' && value.trim() !== '' ? [[name, value.trim()] as const] : [],
  )
  return Object.fromEntries(entries)
}
