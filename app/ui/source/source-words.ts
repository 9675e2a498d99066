import type { SourceChanges } from '@/lib/domain/source-changes'
import type { RunState } from '@/lib/store/source-runs'
import type { SourceKind, StoredSource } from '@/lib/store/sources'

const number = new Intl.NumberFormat('en')

export const kindWords: Record<SourceKind, { name: string; what: string; how: string }> = {
  uisp: {
    name: 'UISP',
    what: 'Sites, devices and links of the NMS, clients and services of the CRM',
    how: 'In UISP: Settings, Users, a token that may read. For clients also an app key of the CRM: Settings, Security.',
  },
  sonar: {
    name: 'Sonar',
    what: 'Accounts, their equipment and how it is',
    how: 'In Sonar: your name, My user profile, a personal access token that may read.',
  },
  csv: {
    name: 'A list (CSV)',
    what: 'Clients with their contacts and radios, from any other system',
    how: 'A header line and a client a line: name or company or person, number, email, phone, mac, ip, site.',
  },
}

/** How a source stands, in a word. */
export function standingOf(source: StoredSource): { word: string; tone: 'up' | 'blue' | 'still' | 'down' | 'amber' } {
  if (!source.enabled) return { word: 'Off', tone: 'still' }
  if (source.readingId !== null) return { word: 'Being read', tone: 'blue' }
  if (source.fault !== null) return { word: 'Fails', tone: 'down' }
  if (source.plannedId !== null) return { word: changesWord(source.plannedCount), tone: 'amber' }
  return source.lastSyncAt === null ? { word: 'Not read yet', tone: 'still' } : { word: 'Fine', tone: 'up' }
}

const changesWord = (n: number) => `${countOf(n, 'change')} to look at`

/** "1 device", "1,204 devices". */
export const countOf = (n: number, one: string) => `${number.format(n)} ${n === 1 ? one : `${one}s`}`

/** What a source lists: "45 devices, 3 sites, 22 clients". */
export function listedWords({ counts }: Pick<StoredSource, 'counts'>): string {
  const kinds = [
    ['devices', 'device'],
    ['sites', 'site'],
    ['clients', 'client'],
    ['services', 'service'],
  ] as const
  return kinds.flatMap(([kind, one]) => (counts[kind] ? [countOf(counts[kind], one)] : [])).join(', ')
}

/** Seconds as an interval is spoken of: "every minute", "every 6 h". */
export function everyWords(seconds: number): string {
  if (seconds % 3600 === 0) return seconds === 3600 ? 'every hour' : `every ${seconds / 3600} h`
  if (seconds % 60 === 0) return seconds === 60 ? 'every minute' : `every ${seconds / 60} min`
  return `every ${seconds} s`
}

export const runWords: Record<RunState, string> = {
  reading: 'Being read',
  planned: 'Waits for you',
  applied: 'Applied',
  dismissed: 'Dismissed',
  failed: 'Failed',
}
export const runTones: Record<RunState, 'up' | 'blue' | 'still' | 'down' | 'amber'> = {
  reading: 'blue',
  planned: 'amber',
  applied: 'up',
  dismissed: 'still',
  failed: 'down',
}

export const doesWords: Record<SourceChanges['items'][number]['does'], string> = {
  adds: 'new',
  changes: 'changed',
  matches: 'known here already',
  vanishes: 'no longer listed',
  returns: 'listed again',
}

export const pingsWords: Record<StoredSource['pings'], string> = {
  none: 'No: it alone says how they are',
  infrastructure: 'Infrastructure: all but clients’ radios',
  all: 'All that have an address',
}

/** Where what a record stands for is shown; null: it has no page. */
export function hrefOf(kind: string, id: number | null): string | null {
  if (id === null) return null
  if (kind === 'device') return `/devices/${id}`
  return kind === 'client' ? `/clients/${id}` : null
}
