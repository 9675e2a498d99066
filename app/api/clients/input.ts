import type { z } from 'zod'
import { Problem } from '@/lib/problem'
import type { ClientChange } from '@/lib/store/client-writes'
import type { DeviceFault } from '@/lib/store/device-writes'
import type { ClientPatch } from '@/lib/wire/rest-clients'

/** What a request says of a client, as the store takes it. */
export function clientChange(input: z.output<typeof ClientPatch>): ClientChange {
  return {
    name: input.name,
    kind: input.kind,
    company: input.company,
    person: input.person,
    number: input.number,
    address: input.address,
    note: input.note,
    language: input.language,
    timeZone: input.time_zone,
    smsAllowed: input.sms_allowed,
    emailAllowed: input.email_allowed,
    archived: input.archived,
    devices: input.devices,
    contacts: input.contacts?.map((contact) => ({
      id: contact.id,
      name: contact.name,
      email: contact.email,
      phone: contact.phone,
      isContact: contact.is_contact,
      isBilling: contact.is_billing,
      smsOk: contact.sms_ok,
    })),
  }
}

export const refused = ({ fault, conflict }: DeviceFault) => new Problem(conflict ? 'conflict' : 'invalid-input', fault)
