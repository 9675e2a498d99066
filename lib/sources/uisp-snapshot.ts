import type { Json } from './json-answer'
import { type Entry, readEach, within } from './reading'
import type { Rejected, SourceFault, SourceLink, SourceSnapshot } from './records'
import { isFault } from './source'
import { readCrm, type UispPeople } from './uisp-crm'
import { deviceOf, type UispDevice, uispUpstream } from './uisp-devices'
import { clientsBySite, peopleOfPremises } from './uisp-premises'
import { linkOf, siteOf, type UispSite } from './uisp-sites'
import { noDevices, uispDevice } from './uisp-status'

type Ask = (path: string) => Promise<Json | SourceFault>
type Settings = { most: number; callingCode: string | null; onProgress: (words: string) => void }

/** Reads all that a UISP lists, one list after the other: each is large. */
export async function uispSnapshot(
  { nms, crm }: { nms: Ask; crm: Ask | null },
  { most, callingCode, onProgress }: Settings,
): Promise<SourceSnapshot | SourceFault> {
  const rejected: Rejected[] = []
  async function list<T extends { key: string }>(
    path: string,
    what: { one: string; many: string; most: number; named?: (entry: Entry) => unknown },
    read: (entry: Entry) => T | null,
  ): Promise<{ items: T[]; readAt: number } | SourceFault> {
    const answer = await nms(path)
    if (isFault(answer)) return answer
    const each = readEach(answer.value, what, read)
    if (isFault(each)) return { ...each, words: `${what.many}: ${each.words}` }
    rejected.push(...each.rejected)
    onProgress(`${what.many}: ${each.items.length.toLocaleString('en')}`)
    return { items: each.items, readAt: answer.answeredAt }
  }

  const named = (entry: Entry) => within(entry, 'identification').name
  const sites = await list('sites?ucrmDetails=true', { one: 'site', many: 'sites', most, named }, siteOf)
  if (isFault(sites)) return sites
  const devices = await list('devices', { ...uispDevice, most }, deviceOf)
  if (isFault(devices)) return devices
  if (devices.items.length === 0) return { ...noDevices, words: `devices: ${noDevices.words}` }
  if (sites.items.length === 0 && devices.items.some(({ siteKey }) => siteKey !== null)) {
    return { kind: 'empty', words: 'sites: found an empty list, expected those that the devices name' }
  }
  const links = await list('data-links', { one: 'link', many: 'links', most: most * 4 }, linkOf)
  if (isFault(links)) return links

  const premises = sites.items.filter(({ isPremises }) => isPremises)
  const people = crm ? await readCrm(crm, { most, callingCode, onProgress }) : peopleOfPremises(premises, callingCode)
  if (isFault(people)) return people

  const lists = { sites: sites.items, devices: devices.items, links: links.items, people }
  return { ...joined(lists), readAt: devices.readAt, rejected: [...rejected, ...people.rejected] }
}

type Lists = { sites: UispSite[]; devices: UispDevice[]; links: SourceLink[]; people: UispPeople }

/** One list out of five: whatever names what is not listed names nothing. */
function joined({ sites, devices, links, people }: Lists): Omit<SourceSnapshot, 'readAt' | 'rejected'> {
  const siteKeys = new Set(sites.map(({ key }) => key))
  const clientKeys = new Set(people.clients.map(({ key }) => key))
  const deviceKeys = new Set(devices.map(({ key }) => key))
  const listed = (key: string | null) => (key !== null && siteKeys.has(key) ? key : null)
  const clientAt = clientsBySite(sites, people)
  const upstream = uispUpstream(devices, links)
  const devicesAt = new Map<string, string[]>()
  for (const { key, siteKey } of devices) {
    if (siteKey === null) continue
    const there = devicesAt.get(siteKey)
    if (there) there.push(key)
    else devicesAt.set(siteKey, [key])
  }
  return {
    sites: sites.map(({ key, name, parentKey, latitude, longitude, note, isPremises }) => {
      const site = { key, name, parentKey: listed(parentKey), latitude, longitude, note }
      return isPremises ? { ...site, isPremises } : site
    }),
    devices: devices.map(({ mode: _, ...device }) => ({
      ...device,
      siteKey: listed(device.siteKey),
      clientKey: clientAt.get(device.siteKey ?? '') ?? null,
      upstreamKeys: upstream.get(device.key) ?? [],
    })),
    clients: people.clients,
    services: people.services
      .filter(({ clientKey }) => clientKeys.has(clientKey))
      .map(({ siteKey, rank: _, ...one }) => ({ ...one, deviceKeys: devicesAt.get(siteKey ?? '') ?? [] })),
    links: links.filter(({ fromKey, toKey }) => deviceKeys.has(fromKey) && deviceKeys.has(toKey)),
  }
}
