import type { DeviceFacts } from '@/lib/domain/device-facts'

const most = 100_000

/** What the devices of one discovery see of others: addresses, where need be found by the MAC in any ARP table so far. */
export function createSightings() {
  const ipOf = new Map<string, string>()
  const unresolved = new Set<string>() // MACs of neighbours of which no address is known yet
  const told = new Set<string>()

  function take(facts: DeviceFacts): string[] {
    for (const { mac, ip } of facts.arp) if (ipOf.size < most) ipOf.set(mac, ip)
    const macs = [
      ...facts.neighbours.filter((one) => one.addresses.length === 0).map((one) => one.mac),
      ...facts.stations.filter((one) => !one.ip).map((one) => one.mac),
      ...facts.links.filter((one) => !one.remoteIp).map((one) => one.remoteMac),
    ]
    for (const mac of macs) if (mac && unresolved.size < most) unresolved.add(mac)
    const addresses = [
      ...facts.neighbours.flatMap((one) => one.addresses),
      ...[...facts.stations.map((one) => one.ip), ...facts.links.map((one) => one.remoteIp)].flatMap((ip) => ip ?? []),
      ...[...unresolved].flatMap((mac) => ipOf.get(mac) ?? []),
    ]
    const fresh = [...new Set(addresses)].filter((ip) => !told.has(ip))
    for (const ip of fresh) if (told.size < most) told.add(ip)
    return fresh
  }
  return { take }
}
