import type { Json } from './json-answer'
import {
  boundedCopy,
  type Entry,
  found,
  instantOf,
  isEntry,
  macOf,
  mostlyUnreadable,
  neededKey,
  numberOf,
  readPage,
  shapeFault,
  Unreadable,
  within,
} from './reading'
import type { Rejected, SourceFault } from './records'
import { isFault, type SourceHistory, type SourceOutage } from './source'
import { uispName } from './uisp-status'

const [perPage, mostPages, day] = [100, 300, 86_400_000]

/** The outages that UISP remembers of the last days; it keeps about a month. */
export async function uispHistory(
  ask: (path: string) => Promise<Json | SourceFault>,
  days: number,
  now: number,
): Promise<SourceHistory | SourceFault> {
  const since = now - days * day
  const byKey = new Map<string, SourceOutage>() // pages move while they are read: some come twice
  const rejected: Rejected[] = []
  let pages = 1
  for (let page = 1; page <= Math.min(pages, mostPages); page++) {
    const answer = await ask(`outages?page=${page}&count=${perPage}`)
    if (isFault(answer)) return answer
    if (!isEntry(answer.value)) return shapeFault(`found ${found(answer.value)}, expected a page of outages`)
    const what = {
      one: `page ${page}, outage`,
      many: 'outages',
      most: 10_000,
      named: (one: Entry) => within(one, 'device').name,
    }
    const read = readPage(answer.value.items, what, outageOf)
    if (isFault(read)) return read
    for (const one of read.items) byKey.set(one.key, one)
    rejected.push(...read.rejected)
    pages =
      numberOf(within(answer.value, 'pagination').pages, 0, 1e6) ?? (read.items.length < perPage ? page : page + 1)
  }
  const items = [...byKey.values()]
  const recent = items.filter(({ endedAt }) => (endedAt ?? now) >= since)
  const fault = mostlyUnreadable({ items, rejected }, 'outages')
  return fault ?? { readAt: now, items: recent, rejected, complete: pages <= mostPages }
}

function outageOf(entry: Entry): SourceOutage | null {
  const device = within(entry, 'device')
  if (entry.device === null || entry.device === undefined) return null // of a site
  const [beganAt, endedAt] = [instantOf(entry.startTimestamp), instantOf(entry.endTimestamp)]
  if (beganAt === null)
    throw new Unreadable(`startTimestamp: found ${found(entry.startTimestamp)}, expected an instant`)
  if (endedAt === null && entry.endTimestamp !== null && entry.endTimestamp !== undefined) {
    throw new Unreadable(`endTimestamp: found ${found(entry.endTimestamp)}, expected an instant or null`)
  }
  if (endedAt !== null && endedAt < beganAt) throw new Unreadable('found an end before its beginning')
  return {
    key: neededKey(entry.id, 'id'),
    deviceKey: neededKey(device.id, 'device.id'),
    deviceMac: macOf(device.mac),
    deviceName: uispName({ identification: device }),
    kind: entry.type === 'unreachable' ? 'unreachable' : 'outage',
    beganAt,
    endedAt,
    entry: boundedCopy(entry),
  }
}
