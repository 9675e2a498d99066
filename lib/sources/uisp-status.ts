import {
  boundedCopy,
  type Entry,
  found,
  instantOf,
  keyOf,
  macOf,
  neededKey,
  numberOf,
  readEach,
  textOf,
  Unreadable,
  within,
} from './reading'
import type { Rejected, SourceDeviceStatus, SourceFault, SourcePoll } from './records'

/** What UISP itself does not count as out: not adopted yet, put aside, or in work. */
const notExpected = new Set([
  'maintenance',
  'disabled',
  'unauthorized',
  'discovered',
  'proposed',
  'unplaced',
  'unassigned',
  'preregistration',
  'unmonitored',
  'inactive',
])
/** Connected, though something about it is wrong: up when it says how long it has run. */
const connected = new Set(['misconfigured', 'incompatible', 'custom'])

export type UispStanding = { status: string | null; isExpected: boolean; isDisconnected: boolean }

/** A device's status by UISP's own word; of two places where it stands, the overview's is the fresh one. */
export function uispStanding(entry: Entry): UispStanding {
  const [fresh, other] = [within(entry, 'overview').status, within(entry, 'identification').status]
  const word = fresh ?? other ?? null
  if (word !== null && typeof word !== 'string') throw new Unreadable(`status: found ${found(word)}, expected a word`)
  const status = textOf(word, 40)
  const inWork = within(entry, 'meta').maintenance === true
  return {
    status,
    isExpected: !inWork && !(status !== null && notExpected.has(status)),
    isDisconnected: status === 'disconnected',
  }
}

export const uispKey = (entry: Entry) => neededKey(within(entry, 'identification').id, 'identification.id')
export const uispDevice = {
  one: 'device',
  many: 'devices',
  named: (entry: Entry) => within(entry, 'identification').name ?? within(entry, 'identification').displayName,
}

/** What a device is called: its name, or what else tells it apart. */
export function uispName(entry: Entry): string {
  const { name, displayName, hostname, modelName, model, type, mac, id } = within(entry, 'identification')
  const said =
    textOf(displayName, 120) ?? textOf(name, 120) ?? textOf(hostname, 120) ?? textOf(within(entry, 'meta').alias, 120)
  if (said !== null) return said
  const kind = [modelName, model, type].map((one) => textOf(one, 60)).find((one) => one !== null && one !== 'UNKNOWN')
  return `${kind ?? 'device'} ${textOf(mac, 30) ?? keyOf(id)?.slice(0, 8) ?? ''}`.trim()
}

function statusOf(entry: Entry): SourceDeviceStatus {
  const key = uispKey(entry)
  const overview = within(entry, 'overview')
  const { status, isExpected, isDisconnected } = uispStanding(entry)
  const uptimeSeconds = numberOf(overview.uptime, 0, 1e10)
  const isUp = status === 'active' || (status !== null && connected.has(status) && uptimeSeconds !== null)
  return {
    key,
    mac: macOf(within(entry, 'identification').mac),
    name: uispName(entry),
    says: !isExpected ? 'none' : isDisconnected ? 'dark' : isUp ? 'up' : 'none',
    status,
    uptimeSeconds,
    signalDbm: numberOf(overview.signal, -200, 50),
    lastSeenAt: instantOf(overview.lastSeen),
    powerCut: within(entry, 'attributes').dyingGasp === true,
    // Few entries are kept as evidence: copied when asked for.
    get entry() {
      return boundedCopy(entry)
    },
  }
}

/** Of a device that is listed twice, and not the same, nothing is said. */
function onceEach(): (entry: Entry) => SourceDeviceStatus {
  const known = new Map<string, SourceDeviceStatus>()
  return (entry) => {
    const one = statusOf(entry)
    const before = known.get(one.key)
    if (!before) known.set(one.key, one)
    else if (before.says !== one.says) before.says = 'none'
    return one
  }
}

/** What /devices says of each device. An empty list is a fault, as it is what a UISP that has just started answers. */
export function readUispPoll(list: unknown, answeredAt: number, most: number): SourcePoll | SourceFault {
  const read: { items: SourceDeviceStatus[]; rejected: Rejected[] } | SourceFault = readEach(
    list,
    { ...uispDevice, most },
    onceEach(),
  )
  if ('kind' in read) return read
  if (read.items.length === 0) return noDevices
  return { answeredAt, devices: read.items, rejected: read.rejected }
}

export const noDevices: SourceFault = { kind: 'empty', words: 'found an empty list, expected at least one device' }
