/** What is known of what a customer is called; blank and null are nothing. */
export type ClientNaming = {
  isCompany: boolean
  company: string | null
  /** Of a company: whom one asks for there. */
  companyContact: readonly (string | null)[] // first, last
  person: readonly (string | null)[] // first, last
  contacts: readonly { name: string | null; email: string | null }[]
  ident: string | null // what it is called in the books
  id: string
}

/**
 * What a client is called: a company by its name, with the person behind it where both are known ("Example Feed Co (Robin
 * Placeholder)"), a person by first and last name. Who has neither goes by a contact's name, an e-mail address, its number
 * in the books, and "Client #id" at last.
 */
export function clientName(naming: ClientNaming): { name: string; company: string | null; person: string | null } {
  const { isCompany, contacts, ident, id } = naming
  const company = said(naming.company)
  const own = whole(naming.person)
  const person = isCompany ? (whole(naming.companyContact) ?? own) : own
  const named = company && person && !same(company, person) ? `${company} (${person})` : (company ?? person)
  const name =
    named ??
    first(contacts.map(({ name }) => name)) ??
    first(contacts.map(({ email }) => email)) ??
    said(ident) ??
    `Client #${id}`
  return { name, company, person }
}

const said = (text: string | null): string | null => text?.replace(/\s+/g, ' ').trim() || null
const whole = (parts: readonly (string | null)[]) => said(parts.map((part) => said(part) ?? '').join(' '))
const first = (texts: readonly (string | null)[]) => texts.map(said).find((text) => text !== null)
const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase()
