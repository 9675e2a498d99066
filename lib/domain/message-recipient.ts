export const messageMedia = ['sms', 'email'] as const
export type MessageMedium = (typeof messageMedia)[number]

export type ContactWay = {
  id: number
  position: number
  email: string | null
  phone: string | null
  isContact: boolean
  smsOk: boolean
}
export type Addressee = {
  smsAllowed: boolean
  emailAllowed: boolean
  archived: boolean
  contacts: readonly ContactWay[]
}
export type Way = { medium: MessageMedium; address: string; contactId: number; why: null }
export type NoWay = { medium: null; why: string }

/**
 * How a client is told: by the first of `media` that reaches it, at its general contacts before its others; or why by none.
 * Who opted out is not written to in that medium at another contact of the same client either.
 */
export function wayTo(
  client: Addressee,
  media: readonly MessageMedium[],
  optedOut: (medium: MessageMedium, address: string) => boolean,
): Way | NoWay {
  if (client.archived) return { medium: null, why: 'no longer a client' }
  const contacts = [...client.contacts].sort(
    (a, b) => Number(b.isContact) - Number(a.isContact) || a.position - b.position || a.id - b.id,
  )
  const whys: string[] = []
  for (const medium of media) {
    const found = medium === 'sms' ? phoneOf(client, contacts) : emailOf(client, contacts)
    if (typeof found === 'string') whys.push(found)
    else if (optedOut(medium, found.address)) whys.push(medium === 'sms' ? 'opted out of texts' : 'opted out of e-mail')
    else return { medium, ...found, why: null }
  }
  return { medium: null, why: whys.join('; ') || 'no medium was chosen' }
}

type Found = { address: string; contactId: number }

function phoneOf({ smsAllowed }: Addressee, contacts: readonly ContactWay[]): Found | string {
  if (!smsAllowed) return 'no consent to texts'
  const withPhone = contacts.filter(({ phone }) => phone !== null && phone.trim() !== '')
  if (withPhone.length === 0) return 'no phone'
  const texted = withPhone.filter(({ smsOk }) => smsOk)
  if (texted.length === 0) return 'no phone that takes texts'
  for (const { id, phone } of texted) {
    const address = phoneNumber(phone ?? '')
    if (address !== null) return { address, contactId: id }
  }
  return `the phone number ${texted[0]?.phone ?? ''} lacks the code of its country`
}

function emailOf({ emailAllowed }: Addressee, contacts: readonly ContactWay[]): Found | string {
  if (!emailAllowed) return 'no consent to e-mail'
  const given = contacts.filter(({ email }) => email !== null && email.trim() !== '')
  if (given.length === 0) return 'no e-mail address'
  for (const { id, email } of given) {
    const address = mailAddress(email ?? '')
    if (address !== null) return { address, contactId: id }
  }
  return `the e-mail address ${given[0]?.email ?? ''} is none`
}

/** A number in E.164; null where the code of its country is missing. */
export function phoneNumber(text: string): string | null {
  const bare = text
    .replace(/\(0\)/, '') // what is dialled inside the country alone
    .replace(/[\s().\-/\u00a0\u202f\p{Pd}\p{Cf}]/gu, '') // what address books put around a number among them
    .replace(/^00(?=[1-9])/, '+')
  return /^\+[1-9]\d{6,14}$/.test(bare) ? bare : null
}

/** One address as mail servers take it, its place in lower case; null where it is none. */
export function mailAddress(text: string): string | null {
  const address = text.trim()
  if (!/^[^\s@,;:<>"()[\]\\]{1,64}@[^\s@,;:<>"()[\]\\]{1,255}$/.test(address)) return null
  const at = address.lastIndexOf('@')
  return `${address.slice(0, at)}@${address.slice(at + 1).toLowerCase()}`
}

/** How opt-outs are kept: one person writes an address in more than one way. */
export const optOutKey = (medium: MessageMedium, address: string): string =>
  medium === 'sms' ? (phoneNumber(address) ?? address.trim()) : address.trim().toLowerCase()

/** What somebody asks that nothing more goes to; anything else than a whole address would never match one. */
export function optOutWay(text: string): { medium: MessageMedium; address: string } | { fault: string } {
  const isMail = text.includes('@')
  const address = isMail ? mailAddress(text) : phoneNumber(text)
  if (address !== null) return { medium: isMail ? 'email' : 'sms', address }
  const expected = isMail
    ? 'an e-mail address alone, such as robin@example.net'
    : 'a number with the code of its country, such as +14065550142'
  return { fault: `found ${JSON.stringify(text.trim().slice(0, 60))}, expected ${expected}` }
}
