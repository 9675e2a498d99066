export type StatusMedium = 'email' | 'sms'
export type ReadAddress = { address: string } | { fault: string }

const mailbox =
  /^[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/
const e164 = /^\+[1-9]\d{6,14}$/

/** An address that a stranger typed, made canonical: one person must not count as several by the way it is spelled. */
export function readStatusAddress(medium: StatusMedium, typed: string): ReadAddress {
  const text = typed.trim()
  if (medium === 'email') {
    const address = text.toLowerCase()
    if (address.length <= 254 && mailbox.test(address) && !address.includes('..')) return { address }
    return { fault: 'Expected an e-mail address, such as name@example.net.' }
  }
  const address = text
    .slice(0, 60)
    .replace(/[\s()./\u2010-\u2015-]/g, '')
    .replace(/^00/, '+')
  if (e164.test(address) && text.length <= 60) return { address }
  return { fault: 'Expected a number with the code of its country, such as +1 406 555 0142.' }
}

/**
 * What requests to one person are counted under: without what most providers let stand behind a plus, and without the dots
 * that Gmail does not see. Made for counting alone; mail goes to the address as it was typed.
 */
export function countedAddress(medium: StatusMedium, address: string): string {
  if (medium === 'sms') return address
  const at = address.lastIndexOf('@')
  const [local, domain] = [address.slice(0, at).replace(/(?<=.)\+.*$/, ''), address.slice(at + 1)]
  const isGmail = domain === 'gmail.com' || domain === 'googlemail.com'
  return isGmail ? `${local.replaceAll('.', '')}@gmail.com` : `${local}@${domain}`
}
