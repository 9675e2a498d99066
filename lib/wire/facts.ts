import { gunzipSync, gzipSync } from 'node:zlib'
import { z } from 'zod'
import { type DeviceFacts, factLimits } from '@/lib/domain/device-facts'
import { roles } from '@/lib/domain/status'

export const mostPackedFacts = 2 << 20
const mostFactsBytes = 8 << 20
const longestList = 64 // of a row's own

// PostgreSQL takes neither NUL nor half a surrogate pair, and a page needs no controls.
const unwanted = /[\p{Cc}\p{Cs}]/gu
const text = (most: number) => z.string().transform((found) => found.slice(0, most).replace(unwanted, ''))
const Name = text(255).nullable()
const Mac = z.string().regex(/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/, 'expected a MAC in lower case with colons')
const MacOrNone = Mac.nullable().catch(null)
const Ip = z.union([z.ipv4(), z.ipv6()])
const IpOrNone = Ip.nullable().catch(null)
const Amount = z.number().nullable().catch(null)
const Index = z.number().int().nullable().catch(null)
const status = <Word extends string>(words: readonly Word[]) => z.enum(words).nullable().catch(null)

/** A list of at most `most` rows; a row that cannot be read is left out, it does not spoil the others. Not all are looked at. */
function rowsOf<Row>(row: z.ZodType<Row>, most: number) {
  return z
    .array(z.unknown())
    .default([])
    .transform((found) => {
      const kept: Row[] = []
      for (const one of found.slice(0, 2 * most)) {
        if (kept.length === most) break
        const read = row.safeParse(one)
        if (read.success) kept.push(read.data)
      }
      return kept
    })
}

const Facts: z.ZodType<DeviceFacts> = z.object({
  vendor: Name,
  os: Name,
  model: Name,
  firmware: Name,
  serial: Name,
  role: status(roles),
  system: z.object({
    name: Name,
    description: text(1024).nullable(),
    objectId: Name,
    contact: Name,
    location: Name,
    uptimeSeconds: Amount,
  }),
  macs: rowsOf(Mac, factLimits.macs),
  addresses: rowsOf(Ip, factLimits.addresses),
  interfaces: rowsOf(
    z.object({
      index: z.number().int(),
      name: text(255),
      alias: Name,
      type: Index,
      mac: MacOrNone,
      admin: status(['up', 'down', 'testing']),
      oper: status(['up', 'down', 'testing', 'unknown', 'dormant', 'notPresent', 'lowerLayerDown']),
      speedBps: Amount,
    }),
    factLimits.interfaces,
  ),
  radios: rowsOf(
    z.object({
      ifIndex: Index,
      mode: status(['ap', 'station', 'ptp']),
      ssid: Name,
      frequencyMhz: Amount,
      apMac: MacOrNone,
      signalDbm: Amount,
      noiseDbm: Amount,
    }),
    factLimits.radios,
  ),
  stations: rowsOf(
    z.object({
      mac: MacOrNone,
      ip: IpOrNone,
      name: Name,
      ifIndex: Index,
      signalDbm: Amount,
      snrDb: Amount,
      distanceM: Amount,
      uptimeSeconds: Amount,
      txBps: Amount,
      rxBps: Amount,
    }),
    factLimits.stations,
  ),
  stationCount: Index,
  links: rowsOf(
    z.object({
      ifIndex: Index,
      remoteMac: MacOrNone,
      remoteIp: IpOrNone,
      remoteName: Name,
      up: z.boolean().nullable().catch(null),
      signalDbm: Amount,
      capacityBps: Amount,
      distanceM: Amount,
    }),
    factLimits.links,
  ),
  neighbours: rowsOf(
    z.object({
      protocol: z.enum(['lldp', 'mndp', 'cdp']),
      ifIndex: Index,
      localPort: Name,
      mac: MacOrNone,
      chassis: Name,
      port: Name,
      name: Name,
      platform: Name,
      addresses: rowsOf(Ip, longestList),
    }),
    factLimits.neighbours,
  ),
  arp: rowsOf(z.object({ ip: Ip, mac: Mac, ifIndex: Index }), factLimits.arp),
  forwarding: rowsOf(
    z.object({ mac: Mac, port: z.number().int(), ifIndex: Index, vlan: Index }),
    factLimits.forwarding,
  ),
  faults: rowsOf(text(300), factLimits.faults),
})

/**
 * Packs what a walk found: gzip of JSON, within the limits of unpackFacts. Where it would be too long, the longest tables
 * (forwarding, ARP, neighbours, stations, interfaces) are halved until it fits, and the faults say so.
 */
export function packFacts(facts: DeviceFacts): Uint8Array<ArrayBuffer> {
  const kept = { ...facts, faults: [...facts.faults] }
  for (const name of ['forwarding', 'arp', 'neighbours', 'stations', 'interfaces', 'forwarding', 'arp'] as const) {
    const packed = tryPack(kept)
    if (packed) return packed
    const half = Math.floor(kept[name].length / 2)
    kept.faults.unshift(`${name}: ${kept[name].length} found, ${half} kept, as all of it is too long to send`)
    Object.assign(kept, { [name]: kept[name].slice(0, half) })
  }
  const { arp: _arp, forwarding: _forwarding, neighbours: _neighbours, ...rest } = kept
  const least = tryPack({ ...rest, arp: [], forwarding: [], neighbours: [] })
  if (!least) throw new RangeError('Cannot pack facts: too long even without their tables')
  return least
}

function tryPack(facts: DeviceFacts): Uint8Array<ArrayBuffer> | null {
  const json = Buffer.from(JSON.stringify(facts))
  if (json.length > mostFactsBytes) return null
  const packed = gzipSync(json, { level: 3 })
  return packed.length > mostPackedFacts ? null : Uint8Array.from(packed)
}

/**
 * Reads what packFacts wrote, text without controls, rows that cannot be read left out. Throws a RangeError for anything
 * else; never inflates past 8 MiB.
 */
export function unpackFacts(packed: Uint8Array): DeviceFacts {
  if (packed.length > mostPackedFacts) throw new RangeError(`Cannot read facts of ${packed.length} bytes`)
  const read = Facts.safeParse(inflated(packed))
  if (read.success) return read.data
  const [issue] = read.error.issues
  throw new RangeError(`Cannot read facts: ${issue?.path.join('.') || 'all of it'}: ${issue?.message}`)
}

function inflated(packed: Uint8Array): unknown {
  try {
    return JSON.parse(gunzipSync(packed, { maxOutputLength: mostFactsBytes }).toString('utf8'))
  } catch (cause) {
    throw new RangeError('Cannot inflate facts: damaged, or too long', { cause })
  }
}
