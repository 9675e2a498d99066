import type { IconName } from '../icons'

export type PageLink = { href: string; name: string; icon: IconName; admin?: boolean }

/** What the rail lists: the pages that exist. */
export const mainPages: PageLink[] = [
  { href: '/', name: 'Board', icon: 'board' },
  { href: '/incidents', name: 'Incidents', icon: 'incidents' },
  { href: '/outages', name: 'Outages', icon: 'outages' },
  { href: '/devices', name: 'Devices', icon: 'devices' },
  { href: '/map', name: 'Map', icon: 'map' },
  { href: '/jobs', name: 'Jobs', icon: 'jobs' },
  { href: '/clients', name: 'Clients', icon: 'user' },
  { href: '/uptime', name: 'Uptime', icon: 'uptime' },
  { href: '/messages', name: 'Messages', icon: 'message' },
]
export const lowerPages: PageLink[] = [
  { href: '/channels', name: 'Channels', icon: 'channel' },
  { href: '/routes', name: 'Routes', icon: 'route' },
  { href: '/blackouts', name: 'Blackouts', icon: 'blackout' },
  { href: '/settings/push', name: 'Push devices', icon: 'bell' },
  { href: '/settings', name: 'Settings', icon: 'settings' },
]

/** The parts of Settings, push devices apart, which the rail names itself. */
export const settingsPages: PageLink[] = [
  { href: '/settings', name: 'You', icon: 'user' },
  { href: '/settings/push', name: 'Push devices', icon: 'bell' },
  { href: '/settings/sites', name: 'Sites', icon: 'site' },
  { href: '/settings/snmp', name: 'SNMP', icon: 'devices' },
  { href: '/settings/sources', name: 'Sources', icon: 'download' },
  { href: '/settings/isolation', name: 'When a device is down', icon: 'outages' },
  { href: '/settings/heartbeats', name: 'Heartbeats', icon: 'jobs' },
  { href: '/settings/messages', name: 'Messages to clients', icon: 'message' },
  { href: '/settings/self-checks', name: 'Self-checks', icon: 'check' },
  { href: '/settings/status-pages', name: 'Status pages', icon: 'open' },
  { href: '/settings/probes', name: 'Probes', icon: 'probe' },
  { href: '/settings/keys', name: 'API keys', icon: 'key' },
  { href: '/settings/users', name: 'Operators', icon: 'user', admin: true },
]

/** On a phone the bar has room for four and "More", which has the rest. */
const inBar = new Set(['/', '/incidents', '/devices', '/jobs'])
export const barPages = mainPages.filter(({ href }) => inBar.has(href))
export const morePages = [
  ...mainPages.filter(({ href }) => !inBar.has(href)),
  ...lowerPages.filter(({ href }) => !href.startsWith('/settings')),
  ...settingsPages,
]

/** Everything the search finds by the name of a page. */
export const searchablePages: PageLink[] = [
  ...mainPages,
  { href: '/uptime/report', name: 'Monthly report', icon: 'uptime' },
  { href: '/uptime/mail', name: 'Monthly report by e-mail', icon: 'uptime' },
  { href: '/why', name: 'Why was I told, or not?', icon: 'incidents' },
  { href: '/devices/new', name: 'Add a device', icon: 'plus' },
  { href: '/discovery', name: 'Discoveries', icon: 'search' },
  { href: '/discovery/new', name: 'Find devices', icon: 'search' },
  { href: '/topology', name: 'What hangs on what', icon: 'devices' },
  { href: '/devices/import', name: 'Import devices', icon: 'upload' },
  { href: '/jobs/new', name: 'Add a job', icon: 'plus' },
  { href: '/jobs/import', name: 'Import and export jobs', icon: 'upload' },
  { href: '/clients/new', name: 'Add a client', icon: 'plus' },
  { href: '/clients/import', name: 'Import clients', icon: 'upload' },
  { href: '/routes', name: 'Routes', icon: 'route' },
  { href: '/routes/new', name: 'Add a route', icon: 'plus' },
  { href: '/routes/priority', name: 'Priority', icon: 'route' },
  { href: '/channels', name: 'Channels', icon: 'channel' },
  { href: '/channels/new', name: 'Add a channel', icon: 'plus' },
  { href: '/messages/templates', name: 'Message templates', icon: 'message' },
  { href: '/messages/opt-outs', name: 'Clients that opted out', icon: 'message' },
  { href: '/blackouts', name: 'Blackouts', icon: 'blackout' },
  { href: '/blackouts/new', name: 'Add a blackout', icon: 'plus' },
  ...settingsPages,
  { href: '/settings/sources/new', name: 'Add a source: UISP, Sonar, a list', icon: 'plus' },
  { href: '/settings/status-pages/new', name: 'Add a status page', icon: 'plus' },
  { href: '/api/docs', name: 'API', icon: 'key' },
]

/** Whether a link of the rail stands for the page at `path`. */
export function isCurrent(href: string, path: string): boolean {
  if (href === '/') return path === '/'
  if (href === '/settings') return path.startsWith('/settings') && !path.startsWith('/settings/push')
  return path === href || path.startsWith(`${href}/`)
}
