import { phoneOf } from '@/lib/domain/phone-number'
import type { SourceClient } from './records'
import { rankOf, serviceWord, type UispPeople, type UispService } from './uisp-crm'
import type { UispSite } from './uisp-sites'

/** Clients and services as far as the NMS knows them: of the CRM by name, else a customer's premises are the customer. */
export function peopleOfPremises(premises: readonly UispSite[], callingCode: string | null): UispPeople {
  const clients = new Map<string, SourceClient>()
  const services: UispService[] = []
  for (const site of premises) {
    const key = clientKeyAt(site)
    const { phone, canText } = phoneOf(site.contact.phone, callingCode)
    const { name, email } = site.contact
    const contact = { key: site.key, name: name ?? '', email, phone, isContact: true, isBilling: false, smsOk: canText }
    const known = clients.get(key)
    if (!known) {
      clients.set(key, {
        key,
        kind: 'person',
        name: site.client?.name ?? site.name,
        company: null,
        person: null,
        number: site.client?.key ?? null,
        address: site.address,
        language: null,
        isArchived: false,
        contacts: name || email || phone ? [contact] : [],
      })
    }
    if (site.service) services.push(serviceAt(site, key, site.service))
  }
  return { clients: [...clients.values()], services, rejected: [] }
}

/** Whose premises they are, where the CRM is not read. */
const clientKeyAt = ({ client, key }: UispSite) => client?.key ?? `site:${key}`

const serviceAt = (site: UispSite, clientKey: string, { key, name, status }: NonNullable<UispSite['service']>) => ({
  ...{ key, clientKey, name: name ?? `Service ${key}`, status: serviceWord(status) },
  ...{ ...site.speed, address: site.address, siteKey: site.key, rank: rankOf(status) },
})

/** Which client each place serves: the one of its best service, else the one that the NMS names; only of those listed. */
export function clientsBySite(sites: readonly UispSite[], { clients, services }: UispPeople): Map<string, string> {
  const listed = new Set(clients.map(({ key }) => key))
  const found = new Map<string, string>()
  for (const site of sites) {
    if (!site.isPremises) continue
    const own = [site.client?.key ?? '', clientKeyAt(site)].find((key) => listed.has(key))
    if (own !== undefined) found.set(site.key, own)
  }
  const best = [...services].sort((a, b) => b.rank - a.rank)
  for (const { siteKey, clientKey } of best)
    if (siteKey !== null && listed.has(clientKey)) found.set(siteKey, clientKey)
  return found
}
