import type { InterfaceFact } from '@/lib/domain/device-facts'
import type { Rows } from '../rows'
import { ifIndexOf, mac, partsOf, text, whole } from './decode'

const ifEntry = '1.3.6.1.2.1.2.2.1'
const ifXEntry = '1.3.6.1.2.1.31.1.1.1'
const column = {
  descr: `${ifEntry}.2`,
  type: `${ifEntry}.3`,
  speed: `${ifEntry}.5`,
  mac: `${ifEntry}.6`,
  admin: `${ifEntry}.7`,
  oper: `${ifEntry}.8`,
  name: `${ifXEntry}.1`,
  highSpeed: `${ifXEntry}.15`,
  alias: `${ifXEntry}.18`,
} as const

/** ifTable and ifXTable, without the counters. */
export const interfaceTables: readonly string[] = Object.values(column)

const operStates = ['up', 'down', 'testing', 'unknown', 'dormant', 'notPresent', 'lowerLayerDown'] as const
const adminStates = ['up', 'down', 'testing'] as const

/** The interfaces, by index. A row is whatever any column names: the two tables need not agree. */
export function interfaceFacts(rows: Rows): InterfaceFact[] {
  const tables = Object.fromEntries(Object.entries(column).map(([name, oid]) => [name, rows.column(oid)])) as {
    [Name in keyof typeof column]: ReturnType<Rows['column']>
  }
  const indexes = new Set([...tables.descr.keys(), ...tables.oper.keys(), ...tables.type.keys(), ...tables.name.keys()])
  const found: InterfaceFact[] = []
  for (const key of indexes) {
    const index = indexOfKey(key)
    if (index === null) continue
    found.push({
      index,
      name: text(tables.name.get(key)) ?? text(tables.descr.get(key)) ?? `#${index}`,
      alias: text(tables.alias.get(key)),
      type: whole(tables.type.get(key)),
      mac: mac(tables.mac.get(key)),
      admin: adminStates[(whole(tables.admin.get(key)) ?? 0) - 1] ?? null,
      oper: operStates[(whole(tables.oper.get(key)) ?? 0) - 1] ?? null,
      speedBps: speedBps(whole(tables.highSpeed.get(key)), whole(tables.speed.get(key))),
    })
  }
  return found.sort((a, b) => a.index - b.index)
}

function indexOfKey(key: string): number | null {
  const parts = partsOf(key)
  return parts.length === 1 ? ifIndexOf(parts[0]) : null
}

const fastestMbps = 10_000_000 // ePMP and PMP say bit/s where Mbit/s is meant

function speedBps(high: number | null, low: number | null): number | null {
  if (high !== null && high > 0) return high > fastestMbps ? high : high * 1_000_000
  return low !== null && low > 0 && low < 0xff_ff_ff_ff ? low : null // all ones: more than 32 bits hold
}

// Of VRRP (RFC 9568), HSRP and CARP: several devices have them at once.
const shared = /^(00:00:5e:00:0[12]:|00:00:0c:07:ac:|00:00:0c:9f:f)/

/** Whether a MAC tells one device from others. */
export const isOwnMac = (address: string): boolean => !shared.test(address)
