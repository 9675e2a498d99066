import { type ConfiguredKind, channelForms } from '@/lib/domain/channel-fields'
import { configFromForm } from '@/lib/domain/channel-form'
import type { ChannelKind } from '@/lib/domain/channel-kind'
import { minuteBounds } from '@/lib/wire/rest-channels'
import type { FormState } from '../form/form-state'

/** The form of a channel as REST takes it, unchecked. `kept`: the secrets that there are already. */
export function readChannelForm(
  kind: ChannelKind,
  form: FormData,
  kept: readonly string[],
): Record<string, unknown> & { config?: Record<string, unknown> } {
  const text = (name: string) => String(form.get(name) ?? '').trim()
  return {
    kind,
    ...(kind === 'web_push' ? {} : { name: text('name'), config: readConfigForm(kind, form, kept) }),
    hours: parsed(text('hours')),
    critical_breaks_through: form.get('critical') !== null,
    cool_off: seconds(text('cool_off')),
    escalate_to: text('escalate_to') === '' ? null : Number(text('escalate_to')),
    escalate_after: text('escalate_to') === '' ? null : seconds(text('escalate_after')),
  }
}

export const readConfigForm = (kind: ConfiguredKind, form: FormData, kept: readonly string[]) =>
  configFromForm(kind, (name) => (form.has(`config.${name}`) ? String(form.get(`config.${name}`)) : null), kept)

/** Minutes as seconds; what is no number is left to be refused. */
const seconds = (text: string) =>
  text === '' ? null : Number.isFinite(Number(text)) ? Math.round(Number(text) * 60_000) / 1000 : text

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

const wholeMinutes = (bounds: readonly [number, number]) =>
  `Expected whole minutes from ${bounds[0]} to ${bounds[1].toLocaleString('en')}.`

/** Faults by their place on the wire, at the fields of the form; what has none is said of the form. */
export function faultsAtFields(
  kind: ChannelKind,
  faults: readonly { at: string; message: string }[],
): Pick<FormState, 'errors' | 'problem'> {
  const errors: Record<string, string> = {}
  for (const { at, message } of faults) {
    const [part = '', field = ''] = at.split('.')
    const isField = kind !== 'web_push' && channelForms[kind].fields.some(({ name }) => name === field)
    if (part === 'config' && !isField) return { problem: sentence(message) }
    if (part === '' || part === 'kind') return { problem: sentence(message) }
    errors[part === 'config' ? `config.${field}` : part] ??= wordsOf(part, message)
  }
  return { errors }
}

function wordsOf(part: string, message: string): string {
  if (part === 'cool_off') return wholeMinutes(minuteBounds.coolOff)
  if (part === 'escalate_after') return wholeMinutes(minuteBounds.escalateAfter)
  return /^Invalid input: .*received undefined$/.test(message) ? 'Is needed.' : sentence(message)
}

const sentence = (words: string) => `${words.charAt(0).toUpperCase()}${words.slice(1)}${/[.?]$/.test(words) ? '' : '.'}`
