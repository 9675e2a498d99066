import type { SourceSnapshot } from './source-records'

/** A reading as it is kept: without what PostgreSQL takes in no text, NUL and halves of characters. */
export function keepable(snapshot: SourceSnapshot): string {
  const text = JSON.stringify(snapshot)
  if (!/\\u(0000|d[89a-f])/i.test(text)) return text
  return JSON.stringify(snapshot, (_, value: unknown) =>
    typeof value === 'string' ? value.replaceAll('\0', '').replace(/\p{Cs}/gu, '\ufffd') : value,
  )
}

/** Of each kind, how many a reading lists. */
export const listedCounts = ({ sites, devices, clients, services, links, rejected }: SourceSnapshot) => ({
  sites: sites.filter((site) => !site.isPremises).length,
  devices: devices.length,
  clients: clients.length,
  services: services.length,
  links: links.length,
  rejected: rejected.length,
})
