import type { Role } from './status'

/**
 * What a source lists, read into plain records. Keys are the source's own and stay the same for good; MACs are 12 hex digits
 * in lower case; null is "does not say", and never overwrites what is known.
 */
export type SourceSite = {
  key: string
  name: string
  parentKey: string | null
  latitude: number | null
  longitude: number | null
  note: string | null
  isPremises?: boolean // a customer's: no site of ours is made of it, its devices stand at the site of parentKey
}

export type SourceDevice = {
  key: string
  name: string
  mac: string | null
  serial: string | null
  model: string | null
  vendor: string | null
  firmware: string | null
  role: Role
  address: string | null // canonical; null while it is disconnected, as it may be another's by now
  siteKey: string | null // the tower, for a client's device that of its premises
  clientKey: string | null
  upstreamKeys: string[] // devices that it is said to hang on
  status: string | null // the source's own word
  isExpected: boolean // false: in maintenance, disabled, not in service: says nothing of outages
}

export type SourceContact = {
  key: string
  name: string
  email: string | null
  phone: string | null
  isContact: boolean
  isBilling: boolean
  smsOk: boolean
}

export type SourceClient = {
  key: string
  kind: 'company' | 'person'
  name: string // as it is shown
  company: string | null
  person: string | null
  number: string | null
  address: string | null
  language: string | null
  isArchived: boolean
  contacts: SourceContact[]
}

export type SourceService = {
  key: string
  clientKey: string
  name: string
  status: string
  downMbps: number | null
  upMbps: number | null
  address: string | null
  deviceKeys: string[]
}

export type SourceLink = { key: string; fromKey: string; toKey: string; kind: 'ethernet' | 'pon' | 'wireless' }

/** An entry that could not be read, and why: the others go on without it. */
export type Rejected = { what: string; reason: string }

/** Everything a source lists at one moment. */
export type SourceSnapshot = {
  readAt: number // ms
  sites: SourceSite[]
  devices: SourceDevice[]
  clients: SourceClient[]
  services: SourceService[]
  links: SourceLink[]
  rejected: Rejected[]
}

/** What one poll says of each device, stamped with the time at which it was answered. */
export type SourcePoll = {
  answeredAt: number // ms
  devices: SourceDeviceStatus[]
  rejected: Rejected[]
}

export type SourceDeviceStatus = {
  key: string
  mac: string | null
  name: string
  /** dark: isolates. up: revives. none: says nothing (in maintenance, an unknown word, not in service). */
  says: 'dark' | 'up' | 'none'
  status: string | null
  uptimeSeconds: number | null
  signalDbm: number | null
  lastSeenAt: number | null // ms, by the source's clock
  powerCut: boolean // said so as it died
  entry: unknown // verbatim, bounded
}

/** A fault of the source itself, in words: never an outage of anybody. */
export type SourceFault = {
  kind:
    | 'unreachable'
    | 'refused'
    | 'certificate'
    | 'status'
    | 'not_json'
    | 'shape'
    | 'empty'
    | 'too_large'
    | 'slow'
    | 'redirect'
    | 'suspicious'
  words: string // what was found, what was expected
  /** Of a certificate that no authority vouches for: its SHA-256, to be pinned. */
  fingerprint?: string
  /** How long it asks to be left alone. */
  retryAfterSeconds?: number
}
