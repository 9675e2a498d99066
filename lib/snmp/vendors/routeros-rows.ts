import type { StationFact } from '@/lib/domain/device-facts'
import type { Rows, SnmpValue } from '../rows'

/** A table by its entry: its cells, and the indexes that any of some columns has. */
export const table = (rows: Rows, entry: string) => {
  const cell = (number: number, key: string): SnmpValue | undefined => rows.column(`${entry}.${number}`).get(key)
  const keys = (...numbers: number[]) => new Set(numbers.flatMap((one) => [...rows.column(`${entry}.${one}`).keys()]))
  return { cell, keys }
}

/** A station of which nothing is known. */
export const nobody: StationFact = {
  mac: null,
  ip: null,
  name: null,
  ifIndex: null,
  signalDbm: null,
  snrDb: null,
  distanceM: null,
  uptimeSeconds: null,
  txBps: null,
  rxBps: null,
}
