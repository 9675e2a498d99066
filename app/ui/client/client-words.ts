import type { ClientFilter } from '@/lib/domain/client-state'
import { stateWords } from '../state-words'

/** The words of the filter by state. */
export const filterWords: Record<ClientFilter, string> = {
  ...stateWords,
  dark: 'Without service',
  degraded: 'Partly served',
  none: 'No device',
}

const number = new Intl.NumberFormat('en')

/** "1 client", "1,204 clients". */
export const clientsWords = (count: number) => (count === 1 ? '1 client' : `${number.format(count)} clients`)

/** "2 devices", of which "1 of 2 devices dark" where some are. */
export function devicesWords({ devices, dark }: { devices: number; dark: number }): string {
  if (devices === 0) return 'no device'
  if (dark > 0 && devices > 1) return `${dark} of ${devices} devices dark`
  return devices === 1 ? '1 device' : `${devices} devices`
}

const languages = new Intl.DisplayNames('en', { type: 'language', fallback: 'code' })

/** "Spanish (es)"; a tag nobody knows stays a tag. */
export function languageWords(tag: string): string {
  try {
    const name = languages.of(tag)
    return name && name !== tag ? `${name} (${tag})` : tag
  } catch {
    return tag
  }
}

/** Why an outage was, in a word or two; null where nothing is known. */
export function causeWords(cause: string | null): string | null {
  if (cause === null || cause === 'unknown') return null
  const words: Record<string, string> = {
    reboot: 'Reboot',
    power: 'Power',
    link: 'Link',
    radio: 'Radio',
    paused: 'Paused',
    deleted: 'Deleted',
  }
  return words[cause] ?? cause
}
