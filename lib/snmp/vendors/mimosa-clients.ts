import type { RadioFact, StationFact } from '@/lib/domain/device-facts'
import type { Rows } from '../rows'
import { dbmOfTenths, ip, mac, text, whole } from '../standard/decode'
import { columnsOf, megahertz, noRadio, noStation, tableOf } from './cells'

/** Where all objects of a Mimosa radio stand. */
export const wireless = '1.3.6.1.4.1.43356.2.1.2'
// MIMOSA-NETWORKS-PTMP-MIB; of these the recording of a B5 holds the channels alone.
const networkEntry = `${wireless}.9.1.1` // 2 SSID, 3 hotspot(0) or cpe(1), 4 in use (1)
const channelEntry = `${wireless}.9.3.3.1` // 2 name, 7 MHz
const clientEntry = `${wireless}.9.5.1.1` // 2 MAC, 3 name, 5 IP
const statisticsEntry = `${wireless}.9.6.1.1` // 2 MAC, 11 tenths of dBm
const plan = { network: [2, 3, 4], channel: [2, 7], client: [2, 3, 5], statistics: [2, 11] }

/** What to ask of an access point beside what every Mimosa is asked. */
export const clientTables: readonly string[] = [
  ...columnsOf(networkEntry, plan.network),
  ...columnsOf(channelEntry, plan.channel),
  ...columnsOf(clientEntry, plan.client),
  ...columnsOf(statisticsEntry, plan.statistics),
]

/** Radios of an access point; the one for the console at 2.4 GHz serves nobody. */
export function servingRadios(rows: Rows, linkName: string | null): RadioFact[] {
  const networks = tableOf(rows, networkEntry, plan.network)
  const isServing = (index: string) => whole(networks.cell(3, index)) !== 0 && whole(networks.cell(4, index)) !== 2
  const network = networks.indexes.find(isServing)
  const ssid = network === undefined ? linkName : text(networks.cell(2, network), 64)
  const table = tableOf(rows, channelEntry, plan.channel)
  const radios = table.indexes
    .filter((index) => !/2\.?4? ?ghz/i.test(text(table.cell(2, index)) ?? ''))
    .map((index): RadioFact => ({ ...noRadio, mode: 'ap', ssid, frequencyMhz: megahertz(table.cell(7, index)) }))
  return radios.length > 0 ? radios : [{ ...noRadio, mode: 'ap', ssid }]
}

/** Clients of an access point. The two tables need not be in the same order: they are joined by MAC. */
export function clientFacts(rows: Rows): StationFact[] {
  const statistics = tableOf(rows, statisticsEntry, plan.statistics)
  const signals = new Map(
    statistics.indexes.map((index) => [mac(statistics.cell(2, index)) ?? '', dbmOfTenths(statistics.cell(11, index))]),
  )
  const table = tableOf(rows, clientEntry, plan.client)
  const clients = table.indexes.map((index): StationFact => {
    const address = mac(table.cell(2, index))
    return {
      ...noStation,
      mac: address,
      ip: ip(table.cell(5, index)),
      name: text(table.cell(3, index)),
      signalDbm: signals.get(address ?? '') ?? null,
    }
  })
  const listed = new Set(clients.map((client) => client.mac))
  const unlisted = [...signals].filter(([address]) => address !== '' && !listed.has(address))
  return [...clients, ...unlisted.map(([address, signalDbm]) => ({ ...noStation, mac: address, signalDbm }))].filter(
    (client) => client.mac !== null || client.ip !== null || client.name !== null,
  )
}
