import type { DeviceFacts, StationFact } from './device-facts'
import { isCutShort } from './sightings'

/** Stations that joined a registration table or left it, by MAC. A walk that was cut short does not say who left. */
export function stationChanges(
  before: readonly StationFact[] | null,
  now: Pick<DeviceFacts, 'stations' | 'faults'>,
): { joined: string[]; left: string[] } {
  if (!before) return { joined: [], left: [] }
  const macsOf = (stations: readonly StationFact[]) =>
    new Set(stations.flatMap(({ mac }) => (mac === null ? [] : [mac])))
  const [old, fresh] = [macsOf(before), macsOf(now.stations)]
  return {
    joined: [...fresh].filter((mac) => !old.has(mac)).sort(),
    left: isCutShort(now.faults) ? [] : [...old].filter((mac) => !fresh.has(mac)).sort(),
  }
}
