import type { SonarConfig } from './config'
import { textOf, within } from './reading'
import type { SourceFault, SourcePoll, SourceSnapshot } from './records'
import { patience, retrying } from './retrying'
import { everyPage, type SonarApi, sonarApi } from './sonar-api'
import { accountsQuery, meQuery, siteStatusQuery, sitesQuery, statusQuery } from './sonar-queries'
import { accountOf, siteOf } from './sonar-records'
import { accountStatus, siteStatus } from './sonar-status'
import { isFault, mostEntries, type Source, type SourceContext } from './source'

/** Sonar: accounts with their equipment, and what its own monitoring says of it. */
export function openSonar(config: SonarConfig, context: SourceContext): Source {
  const api = sonarApi(config, context)
  const most = context.limits?.entries ?? mostEntries
  const asking =
    (how = patience.all): SonarApi['query'] =>
    (query, variables) =>
      retrying(() => api.query(query, variables), context, how)
  return {
    test: async () => {
      const answer = await api.query(meQuery)
      if (isFault(answer)) return answer
      const me = within(answer.data, 'me')
      const who = textOf(me.name, 60) ?? textOf(me.username, 60)
      const notes = [
        ...(config.url.startsWith('http:') ? ['not encrypted'] : []),
        ...(config.insecure && config.fingerprint === undefined ? ['its certificate is not checked'] : []),
      ]
      return { ok: true, words: [`Sonar answers${who ? ` to ${who}` : ''}`, ...notes].join(', '), version: null }
    },
    snapshot: (onProgress = () => {}) =>
      snapshot(asking(), { most, callingCode: config.calling_code ?? null, onProgress }),
    poll: () => poll(asking(patience.poll), most),
    history: null,
    close: api.close,
  }
}

type Settings = { most: number; callingCode: string | null; onProgress: (words: string) => void }

async function snapshot(
  ask: SonarApi['query'],
  { most, callingCode, onProgress }: Settings,
): Promise<SourceSnapshot | SourceFault> {
  const progress = (what: string) => (count: number) => onProgress(`${what}: ${count.toLocaleString('en')}`)
  const sites = await everyPage(ask, { name: 'network_sites', query: sitesQuery, most }, siteOf, progress('sites'))
  if (isFault(sites)) return sites
  const all = { name: 'accounts', query: accountsQuery, most }
  const accounts = await everyPage(ask, all, (entry) => accountOf(entry, callingCode), progress('accounts'))
  if (isFault(accounts)) return accounts
  if (accounts.items.length === 0) return noAccounts
  return {
    readAt: accounts.answeredAt,
    sites: sites.items.map(({ site }) => site),
    devices: once([...sites.items, ...accounts.items].flatMap(({ devices }) => devices)),
    clients: accounts.items.map(({ client }) => client),
    services: [],
    links: [],
    rejected: [...sites.rejected, ...accounts.rejected],
  }
}

/** Page after page: what the last of them says is as old as the time it is stamped with, the rest a little older. */
async function poll(ask: SonarApi['query'], most: number): Promise<SourcePoll | SourceFault> {
  const sites = await everyPage(ask, { name: 'network_sites', query: siteStatusQuery, most }, siteStatus)
  if (isFault(sites)) return sites
  const accounts = await everyPage(ask, { name: 'accounts', query: statusQuery, most }, accountStatus)
  if (isFault(accounts)) return accounts
  if (accounts.items.length === 0) return noAccounts
  return {
    answeredAt: accounts.answeredAt,
    devices: once([...sites.items, ...accounts.items].flatMap(({ devices }) => devices)),
    rejected: [...sites.rejected, ...accounts.rejected],
  }
}

const noAccounts: SourceFault = { kind: 'empty', words: 'accounts: found an empty list, expected at least one' }

const once = <T extends { key: string }>(items: readonly T[]): T[] => [
  ...new Map(items.map((item) => [item.key, item])).values(),
]
