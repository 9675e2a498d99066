import type { Role } from './status'

/** The id of what stands, or the source's key of what is about to be made. */
export type Ref = number | string

/** What a source may write, by kind. Types and not interfaces, so that they are records of values. */
export type SiteFields = { name: string; latitude: number | null; longitude: number | null }
export type DeviceFields = {
  name: string
  address: string // '' where it has none
  role: Role
  site: Ref | null
  client: Ref | null
  pinged: boolean
  upstream: readonly Ref[] // made by hand or imported
}
export type ClientFields = {
  name: string
  kind: 'company' | 'person'
  company: string | null
  person: string | null
  number: string | null
  address: string | null
  language: string
  archived: boolean
}
export type ContactFields = {
  name: string
  email: string | null
  phone: string | null
  isContact: boolean
  isBilling: boolean
  smsOk: boolean
}
export type ServiceFields = {
  name: string
  client: Ref | null
  status: string
  downMbps: number | null
  upMbps: number | null
  address: string | null
}

/** What a source says of something: null where it does not. */
export type Told<F> = { [field in keyof F]: F[field] | null }

export const sourceLimits = { name: 120, client: 200, text: 500 } as const
