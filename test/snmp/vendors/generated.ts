import { type Rows, rowsOf, type SnmpValue } from '@/lib/snmp/rows'

/** Octets of a MAC in text. */
export const macOctets = (mac: string): Buffer => Buffer.from(mac.replace(/:/g, ''), 'hex')

/** Octets of an IPv4 address in text. */
export const ipOctets = (address: string): Buffer => Buffer.from(address.split('.').map(Number))

/** The parts of an index that is a MAC. */
export const macIndex = (mac: string): string => [...macOctets(mac)].join('.')

/** The system group. */
export const system = (
  description: string,
  objectId: string,
  name = 'generated',
): Record<string, SnmpValue | string> => ({
  '1.3.6.1.2.1.1.1.0': description,
  '1.3.6.1.2.1.1.2.0': objectId,
  '1.3.6.1.2.1.1.3.0': 360_000,
  '1.3.6.1.2.1.1.5.0': name,
})

/** Interfaces by index: their name and MAC, all of them up. */
export function interfaces(list: Record<number, [name: string, mac: string]>): Record<string, SnmpValue | string> {
  const rows = Object.entries(list).map(([index, [name, mac]]) => ({
    [`1.3.6.1.2.1.2.2.1.2.${index}`]: name,
    [`1.3.6.1.2.1.2.2.1.6.${index}`]: macOctets(mac),
    [`1.3.6.1.2.1.2.2.1.8.${index}`]: 1,
  }))
  return Object.assign({}, ...rows)
}

/** Rows of our own making, where no recording holds the table. Text becomes octets, object ids stay text. */
export function generated(...parts: Record<string, SnmpValue | string>[]): Rows {
  const all = Object.entries(Object.assign({}, ...parts) as Record<string, SnmpValue | string>)
  const value = (one: SnmpValue | string): SnmpValue =>
    typeof one === 'string' && !/^1(\.\d+){3,}$/.test(one) ? Buffer.from(one) : one
  return rowsOf(all.map(([oid, one]) => [oid, value(one)] as const))
}
