import { addressKey, type Directory, nameKey } from './directory'
import type { How, Sighting, Sightings } from './sightings'
import type { Role } from './status'

/**
 * One device says of another one that it is near. by: what named the other one. shared: others are heard on that port as
 * well. keptAt: it is no longer said, and held on to; epoch ms of the walk that said it last.
 */
export type Claim = {
  reporter: number
  other: number
  how: How
  by: 'mac' | 'address' | 'name'
  port: number | null
  since: number | null
  shared: boolean
  keptAt: number | null
}

/** What a device says, and who stands beside it at each of its ports (null: a device that is not ours). */
export type Said = { claims: Claim[]; heard: ReadonlyMap<number, ReadonlySet<number | null>> }

const bridging: ReadonlySet<Role> = new Set(['router', 'switch', 'ap', 'backhaul', 'other'])

/** Turns what a walk saw into claims on the devices that are known. */
export function claimsOf(
  reporter: number,
  roleOf: (id: number) => Role,
  sightings: Sightings,
  directory: Directory,
): Said {
  const role = roleOf(reporter)
  const found: Claim[] = []
  const voices = new Voices()
  for (const sighting of sightings.seen) {
    const match = matchOf(sighting, directory)
    if (match?.other === reporter) continue
    if (isNeighbour(sighting.how)) voices.hear(sighting, match?.other ?? null)
    if (match) {
      const { how, port, since } = sighting
      found.push({ reporter, ...match, how, port, since, shared: false, keptAt: null })
    }
  }
  const alone = voices.alone()
  const claims: Claim[] = []
  for (const claim of found) {
    const shared = isNeighbour(claim.how) && claim.port !== null && !alone.has(claim.other)
    // MNDP floods: of a station it says no more than that it is in the same network.
    if (shared && claim.how !== 'lldp' && (role === 'cpe' || roleOf(claim.other) === 'cpe')) continue
    claims.push({ ...claim, shared })
  }
  if (bridging.has(role)) claims.push(...bridgeClaims(reporter, sightings, directory))
  if (role === 'router') claims.push(...arpClaims(reporter, sightings, directory))
  return { claims: distinct(claims), heard: voices.beside() }
}

/** Who is heard on each port: by number where it is ours, else as it names itself. */
class Voices {
  readonly #ports = new Map<number, Map<number | string, { ours: number | null; isLldp: boolean }>>()

  hear({ how, port, mac, name, addresses }: Sighting, ours: number | null): void {
    if (port === null) return
    const heard = this.#ports.get(port) ?? new Map<number | string, { ours: number | null; isLldp: boolean }>()
    const who = ours ?? `${mac ?? name ?? addresses[0] ?? ''}`
    heard.set(who, { ours, isLldp: how === 'lldp' || heard.get(who)?.isLldp === true })
    this.#ports.set(port, heard)
  }

  /** Devices alone on a port. RouterOS names a neighbour on a port and on its bridge: alone on any of them counts. */
  alone(): Set<number | null> {
    return new Set(
      [...this.#ports.values()]
        .flatMap((heard) => (heard.size === 1 ? [...heard.values()] : []))
        .map((one) => one.ours),
    )
  }

  /** Who stands beside it at each port: what LLDP says, and what else is alone there. */
  beside(): Map<number, Set<number | null>> {
    const beside = new Map<number, Set<number | null>>()
    for (const [port, heard] of this.#ports) {
      const near = [...heard.values()].filter((one) => one.isLldp || heard.size === 1)
      if (near.length > 0) beside.set(port, new Set(near.map((one) => one.ours)))
    }
    return beside
  }
}

export const isNeighbour = (how: How) => how === 'lldp' || how === 'mndp' || how === 'cdp'

/** A MAC before an address before a name. */
function matchOf(sighting: Sighting, directory: Directory): Pick<Claim, 'other' | 'by'> | null {
  const byMac = directory.find(sighting.mac)
  if (byMac !== null) return { other: byMac, by: 'mac' }
  for (const address of sighting.addresses) {
    const other = directory.find(addressKey(address))
    if (other !== null) return { other, by: 'address' }
  }
  const byName = directory.find(nameKey(sighting.name))
  return byName === null ? null : { other: byName, by: 'name' }
}

function bridgeClaims(reporter: number, { bridge }: Sightings, directory: Directory): Claim[] {
  const claims: Claim[] = []
  for (const [i, mac] of bridge.macs.entries()) {
    const other = directory.find(mac)
    if (other === null || other === reporter) continue
    claims.push({
      reporter,
      other,
      how: 'bridge',
      by: 'mac',
      port: bridge.ports[i] ?? null,
      since: null,
      shared: false,
      keptAt: null,
    })
  }
  return claims
}

function arpClaims(reporter: number, { arp }: Sightings, directory: Directory): Claim[] {
  return arp.flatMap(({ mac, ip, port }) => {
    const byAddress = directory.find(addressKey(ip))
    const other = byAddress ?? directory.find(mac)
    if (other === null || other === reporter) return []
    return [
      {
        reporter,
        other,
        how: 'arp',
        by: byAddress === null ? 'mac' : 'address',
        port,
        since: null,
        shared: false,
        keptAt: null,
      },
    ]
  })
}

/** One claim of a kind on a device and port; the surest match of them. */
function distinct(claims: readonly Claim[]): Claim[] {
  const kept = new Map<string, Claim>()
  for (const claim of claims) {
    const key = `${claim.other} ${claim.how} ${claim.port}`
    const known = kept.get(key)
    if (!known || (known.by !== 'mac' && claim.by === 'mac')) kept.set(key, claim)
  }
  return [...kept.values()]
}

/** Whether two claims say the same; when a station joined may waver. */
export const sameClaim = (a: Claim, b: Claim) =>
  a.other === b.other &&
  a.how === b.how &&
  a.port === b.port &&
  a.by === b.by &&
  a.shared === b.shared &&
  a.keptAt === b.keptAt &&
  Math.abs((a.since ?? 0) - (b.since ?? 0)) < 120_000
