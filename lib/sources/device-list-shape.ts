import type { RawRecord, Rejected } from '@/lib/domain/device-import'
import type { Note } from '@/lib/domain/job-import'
import type { SnmpCredentials } from '@/lib/wire/snmp'

/** What opens devices, under the name that the records of its list use for it. */
export type WantedProfile = { name: string; port: number; credentials: SnmpCredentials }
/** Where a site is, in degrees. */
export type SitePlace = { site: string; latitude: number; longitude: number }

/** What a list from elsewhere says, in the columns of our import. Lines are those of the text, or places in the list. */
export type DeviceList = {
  records: RawRecord[]
  rejected: Rejected[]
  notes: Note[] // of what is taken, what is left behind
  ignored: string[] // columns, or parts, that nothing is read from
  profiles: WantedProfile[]
  places: SitePlace[]
}

export const emptyList = (): DeviceList => ({
  records: [],
  rejected: [],
  notes: [],
  ignored: [],
  profiles: [],
  places: [],
})
