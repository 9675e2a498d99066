import type { Client } from '@/lib/store/clients'
import type { ClientAnswer } from '@/lib/wire/rest-clients'

const iso = (at: Date | number | null) => (at === null ? null : new Date(at).toISOString())

export function clientAnswer(client: Client): ClientAnswer {
  const { now } = client
  return {
    id: client.id,
    name: client.name,
    kind: client.kind,
    company: client.company,
    person: client.person,
    number: client.number,
    address: client.address,
    note: client.note,
    language: client.language,
    time_zone: client.timeZone,
    sms_allowed: client.smsAllowed,
    email_allowed: client.emailAllowed,
    archived: client.archivedAt !== null,
    contacts: client.contacts.map((contact) => ({
      id: contact.id,
      name: contact.name,
      email: contact.email,
      phone: contact.phone,
      is_contact: contact.isContact,
      is_billing: contact.isBilling,
      sms_ok: contact.smsOk,
      from_source: contact.fromSource,
      sms_stopped: contact.smsStopped,
      email_stopped: contact.emailStopped,
    })),
    services: client.services.map((service) => ({
      id: service.id,
      name: service.name,
      status: service.status,
      down_mbps: service.downMbps,
      up_mbps: service.upMbps,
      address: service.address,
      vanished: service.vanishedAt !== null,
    })),
    status: now.status,
    status_since: iso(now.since),
    device_count: now.devices,
    dark_devices: now.dark,
    sites: client.sites,
    sources: client.sources,
    vanished_at: iso(client.vanishedAt),
    created_at: client.createdAt.toISOString(),
    updated_at: client.updatedAt.toISOString(),
  }
}
