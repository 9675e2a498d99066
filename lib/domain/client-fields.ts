/** A person to write to; id: one that is known. */
export type ContactFields = {
  id?: number | undefined
  name: string
  email: string | null
  phone: string | null
  isContact: boolean
  isBilling: boolean
  smsOk: boolean
}
/** What may be said about a client. */
export type ClientFields = {
  name: string
  kind: 'company' | 'person'
  company: string | null
  person: string | null
  number: string | null
  address: string | null
  note: string | null
  language: string
  timeZone: string | null
  smsAllowed: boolean
  emailAllowed: boolean
}

export const clientLimits = {
  name: 200,
  number: 60,
  address: 500,
  note: 4000,
  language: 35,
  email: 320,
  phone: 40,
  contacts: 20,
  devices: 200,
} as const

type Read<T> = { value: T } | { fault: string }

const control = /\p{Cc}|\p{Cs}/u
const shown = (text: string) => JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}...` : text)

/** A line of text; empty is none. */
export function readLine(text: string, max: number): Read<string | null> {
  const line = text.trim()
  if (line === '') return { value: null }
  if (line.length > max) return { fault: `found ${line.length} characters, expected at most ${max}` }
  return control.test(line)
    ? { fault: `found ${shown(line)}, expected text without control characters` }
    : { value: line }
}

/** Text of several lines; empty is none. */
export function readNote(text: string): Read<string | null> {
  const note = text.replaceAll('\r\n', '\n').trim()
  if (note.length > clientLimits.note)
    return { fault: `found ${note.length} characters, expected at most ${clientLimits.note}` }
  return { value: note === '' ? null : note.replace(/[^\P{Cc}\n\t]|\p{Cs}/gu, ' ') }
}

/** An e-mail address as far as it can be told without writing to it; empty is none. */
export function readEmail(text: string): Read<string | null> {
  const read = readLine(text, clientLimits.email)
  if ('fault' in read || read.value === null) return read
  return /^[^\s@<>,;]+@[^\s@<>,;]+$/.test(read.value)
    ? read
    : { fault: `found ${shown(read.value)}, expected an e-mail address such as noc@example.net` }
}

/**
 * A telephone number: E.164 where it says its country (+ or 00 in front), whatever spaces, dots and brackets it is written
 * with; else as it was given. Empty is none.
 */
export function readPhone(text: string): Read<string | null> {
  const read = readLine(text, clientLimits.phone)
  if ('fault' in read || read.value === null) return read
  const digits = read.value.replaceAll(/\D/g, '')
  if (digits.length < 3) return { fault: `found ${shown(read.value)}, expected a telephone number such as +1 555 0100` }
  const bare = read.value.replace(/\(0\)/, '').replaceAll(/[\s().\-/\u00a0\u202f\p{Pd}\p{Cf}]/gu, '')
  const international = bare.replace(/^00/, '+')
  return { value: /^\+[1-9]\d{6,14}$/.test(international) ? international : read.value }
}

/** A language by its BCP 47 tag, in its usual case; empty is English. */
export function readLanguage(text: string): Read<string> {
  const tag = text.trim().replaceAll('_', '-')
  if (tag === '') return { value: 'en' }
  const fault = { fault: `found ${shown(tag)}, expected a language such as en, es or pt-BR` }
  if (tag.length > clientLimits.language || !/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(tag)) return fault
  try {
    return { value: Intl.getCanonicalLocales(tag)[0] ?? 'en' }
  } catch {
    return fault
  }
}

/** What a client is called when nobody says: "Example Feed Co (Robin Placeholder)"; null without either. */
export function shownName({ company, person }: Pick<ClientFields, 'company' | 'person'>): string | null {
  if (company !== null && person !== null && company !== person) return `${company} (${person})`
  return company ?? person
}
