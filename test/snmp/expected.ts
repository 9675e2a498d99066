import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { text } from '@/lib/snmp/standard/decode'
import { snmpFile } from './recordings'

// Text in expected.json is octets, one a character; compared after the decoding that is the product's own.
const Octets = z
  .string()
  .nullish()
  .transform((words) => (words ? text(Buffer.from(words, 'latin1'), 512) : null))
const Number_ = z
  .number()
  .nullish()
  .transform((value) => value ?? null)
const Mac = z
  .string()
  .nullish()
  .transform((value) => value ?? null)

const Interface = z.object({
  ifIndex: z.number(),
  descr: Octets,
  name: Octets,
  alias: Octets,
  type: Number_,
  admin: Number_,
  oper: Number_,
  mac: Mac,
})
const Neighbour = z.object({
  index: z.string(),
  localPort: Number_,
  chassisId: Octets,
  chassisIdEncoding: z.string(),
  portId: Octets,
  sysName: Octets,
  placeholder: z.boolean(),
  mgmtAddrs: z.array(z.string()),
})
const Station = z
  .object({
    table: z.string(),
    index: z.string(),
    mac: Mac,
    ip: Mac,
    name: Octets,
    ifIndex: Number_,
    ipViaArp: z.array(z.string()).optional(),
  })
  .catchall(z.unknown())
const Link = z.object({ what: z.string(), index: z.string() }).catchall(z.unknown())

const Recording = z.object({
  name: z.string(),
  vendor: z.string(),
  os: z.string(),
  model: Octets,
  firmware: Octets,
  system: z.object({
    sysDescr: Octets,
    sysObjectID: Octets,
    sysName: Octets,
    sysUpTimeTicks: Number_,
    sysContact: Octets,
    sysLocation: Octets,
  }),
  interfaces: z.object({ list: z.array(Interface) }),
  ownIPv4: z.array(z.string()),
  arp: z.object({ list: z.array(z.object({ ip: z.string(), mac: Mac, ifIndex: Number_ })) }),
  lldp: z.object({ list: z.array(Neighbour) }),
  mikrotikNeighbours: z.object({ list: z.array(z.object({ index: z.string(), ifIndex: z.number() })) }).optional(),
  wireless: z.object({
    stations: z.array(Station),
    reported: z.array(z.object({ what: z.string(), value: z.number() })),
    links: z.array(Link),
  }),
})

/** What expected.json says of a recording. */
export type Expected = z.infer<typeof Recording>

const Links = z.array(z.object({ from: z.string(), localPort: z.number(), to: z.string(), toPortId: z.string() }))

/** LLDP links between recordings of one network. */
export function expectedLinks(): z.infer<typeof Links> {
  return z.object({ lldpLinksWithinSet: Links }).parse(told()).lldpLinksWithinSet
}

/** All of expected.json, by name of the recording. */
export function expectedOfRecordings(): Record<string, Expected> {
  return z.object({ recordings: z.record(z.string(), Recording) }).parse(told()).recordings
}

const told = (): unknown => JSON.parse(readFileSync(snmpFile('recordings/expected.json'), 'utf8'))
