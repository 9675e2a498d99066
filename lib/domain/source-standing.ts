import type { ClientFields, ContactFields, DeviceFields, ServiceFields, SiteFields } from './source-fields'

/** A record of this source as it was last applied. A null id behind one that was applied: it was removed here by hand. */
export type StandingRecord<Said> = {
  key: string
  mac: string | null // 12 hex digits
  name: string
  id: number | null
  said: Partial<Said>
  isVanished: boolean
}

/** A device as it stands. `macs`: of its walks and of other sources' records, 12 hex digits. */
export type StandingDevice = DeviceFields & { id: number; macs: readonly string[]; isDark: boolean }
export type StandingSite = SiteFields & { id: number }
export type StandingContact = ContactFields & { id: number; clientId: number; key: string | null } // key: of this source
export type StandingService = ServiceFields & { id: number }
/** byHand: no source made it or took it over. listedElsewhere: by another source, now. */
export type StandingClient = ClientFields & {
  id: number
  byHand: boolean
  isVanished: boolean
  listedElsewhere: boolean
}

/** Everything here that a source may speak of. */
export type Standing = {
  source: { name: string; pings: 'none' | 'infrastructure' | 'all' }
  records: {
    site: readonly StandingRecord<SiteFields>[]
    device: readonly StandingRecord<DeviceFields>[]
    client: readonly StandingRecord<ClientFields & { contacts: Record<string, ContactFields> }>[]
    service: readonly StandingRecord<ServiceFields>[]
  }
  sites: readonly StandingSite[]
  devices: readonly StandingDevice[]
  clients: readonly StandingClient[]
  contacts: readonly StandingContact[]
  services: readonly StandingService[]
}
