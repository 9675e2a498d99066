import { keptSecret } from '@/lib/domain/channel-form'

type Kind = 'uisp' | 'sonar' | 'csv'
const texts: Record<Kind, readonly string[]> = {
  uisp: ['url', 'token', 'username', 'password', 'crm_key', 'fingerprint', 'ca', 'calling_code'],
  sonar: ['url', 'token', 'fingerprint', 'ca', 'calling_code'],
  csv: ['text', 'calling_code'],
}
const kept: Record<Kind, readonly string[]> = {
  uisp: ['token', 'password', 'crm_key'],
  sonar: ['token'],
  csv: ['text'],
}

/** The JSON of a source from its form: `has` are the fields that are kept; a secret left empty stays. */
export function sourceConfigOf(kind: Kind, form: FormData, has: readonly string[]): Record<string, unknown> {
  const entries = texts[kind].flatMap((name): [string, unknown][] => {
    const text = textOf(form, name)
    if (text.trim() !== '') return [[name, name === 'password' || name === 'text' ? text : text.trim()]]
    return kept[kind].includes(name) && has.includes(name) ? [[name, keptSecret]] : []
  })
  const config = Object.fromEntries(entries)
  // Who signs in by a name does so instead of by a token.
  if (kind === 'uisp' && config.username !== undefined && config.token === keptSecret) delete config.token
  if (kind === 'uisp' && config.username === undefined) delete config.password
  return form.get('insecure') === null || kind === 'csv' ? config : { ...config, insecure: true }
}

/** A source from its form, as REST takes it. */
export function sourceOf(kind: Kind, form: FormData, has: readonly string[]): Record<string, unknown> {
  const whole = (name: string) => {
    const text = textOf(form, name).trim()
    return /^\d{1,7}$/.test(text) ? Number(text) : text === '' ? undefined : text
  }
  const said = {
    kind,
    name: textOf(form, 'name'),
    config: sourceConfigOf(kind, form, has),
    applies: textOf(form, 'applies') || undefined,
    pings: textOf(form, 'pings') || undefined,
    enabled: form.get('enabled_asked') === null ? undefined : form.get('enabled') !== null,
    sync_interval: whole('sync_interval'),
    poll_interval: whole('poll_interval'),
    isolate: form.get('misses') === null ? undefined : { misses: whole('misses'), polls: whole('polls') },
    revive_polls: whole('revive_polls'),
    fault_polls: whole('fault_polls'),
  }
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined))
}

const textOf = (form: FormData, name: string): string => {
  const value = form.get(name)
  return typeof value === 'string' ? value : ''
}
