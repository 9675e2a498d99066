import { z } from 'zod'
import type { Problem } from '@/lib/problem'
import type { FormState } from '../form/form-state'

/** The form as REST would say it. */
export function readDiscoveryForm(form: FormData): Record<string, unknown> {
  const text = (name: string) => String(form.get(name) ?? '').trim()
  const fromSeeds = text('how') === 'seeds'
  const seeds = fromSeeds
    ? text('seeds')
        .split(/[\s,;]+/)
        .filter(Boolean)
    : []
  return {
    ...(text('probe') === '' ? {} : { probe: Number(text('probe')) }),
    ...(text('ranges') === '' ? {} : { ranges: text('ranges') }),
    seeds,
    site: text('site') || null,
    profiles: form.getAll('profile').map(Number),
    ...(text('rate') === '' ? {} : { rate: Number(text('rate')) }),
  }
}

const Errors = z.array(z.object({ at: z.string(), message: z.string() })).min(1)

/** What a problem says of fields, each beside its own; null when it is about none. */
export function wordsAtFields({ members }: Problem): FormState | null {
  const read = Errors.safeParse(members.errors)
  if (!read.success) return null
  const errors: Record<string, string> = {}
  for (const { at, message } of read.data) {
    errors[at.split('.')[0] ?? ''] ??= `${message.charAt(0).toUpperCase()}${message.slice(1)}.`
  }
  return { errors }
}
