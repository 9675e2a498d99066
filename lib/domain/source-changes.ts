import type { DeviceFields, Ref } from './source-fields'
import type { Value } from './source-merge'
import type { Plan, RecordKind } from './source-plan'
import type { ClientRow } from './source-plan-clients'
import type { PlannedRow } from './source-rows'
import type { Standing } from './source-standing'

/** One thing that a reading changes here, in words. `id`: of what stands; null: it is about to be made. */
export type SourceChange = {
  kind: RecordKind
  does: 'adds' | 'changes' | 'matches' | 'vanishes' | 'returns'
  name: string
  words: string
  id: number | null
}
/** What a reading changes: counts by what is done, each change in words as far as `mostChanges`, and what stays. */
export type SourceChanges = {
  counts: Record<SourceChange['does'], number> & { kept: number; removed: number; more: number }
  listed: Record<RecordKind, number>
  items: SourceChange[]
  kept: { kind: RecordKind; name: string; words: string; id: number | null }[]
  notes: string[]
}

export const mostChanges = 2000
const mostKept = 500
const mostWords = 400

const kindNames: Record<RecordKind, readonly [one: string, many: string]> = {
  site: ['site', 'sites'],
  device: ['device', 'devices'],
  client: ['client', 'clients'],
  service: ['service', 'services'],
}
const fieldNames: Record<string, string> = {
  name: 'name',
  latitude: 'latitude',
  longitude: 'longitude',
  address: 'address',
  role: 'role',
  site: 'site',
  client: 'client',
  upstream: 'upstream',
  pinged: 'pinged',
  kind: 'kind',
  company: 'company',
  person: 'person',
  number: 'number',
  language: 'language',
  archived: 'archived',
  status: 'status',
  downMbps: 'down, Mbit/s',
  upMbps: 'up, Mbit/s',
}

type AnyRow = PlannedRow<Record<string, Value>, { key: string }>

/** What a plan changes, in words. */
export function sourceChanges(plan: Plan, standing: Standing): SourceChanges {
  const names = new Names(plan, standing)
  const contacts = new Map(plan.clients.map((row) => [row.key, row.contacts]))
  const items: SourceChange[] = []
  const kept: SourceChanges['kept'] = []
  for (const [kind, rows] of rowsOf(plan)) {
    for (const row of rows) {
      items.push(...changesOfRow(kind, row, names, contactWords(kind === 'client' ? contacts.get(row.key) : undefined)))
      for (const field of row.kept) {
        const words = `${fieldNames[field] ?? field} stays ${names.shown(field, row.ours?.[field] ?? null)}, it says ${names.shown(field, row.told[field] ?? null)}`
        kept.push({ kind, name: nameOf(row), words: cut(words), id: row.id })
      }
    }
  }
  for (const { kind, name, id } of plan.vanished)
    items.push({ kind, does: 'vanishes', name, words: 'is no longer listed: marked, and nothing of it is removed', id })
  const count = (does: SourceChange['does']) => items.filter((item) => item.does === does).length
  return {
    counts: {
      adds: count('adds'),
      changes: count('changes'),
      matches: count('matches'),
      vanishes: count('vanishes'),
      returns: count('returns'),
      kept: kept.length,
      removed: plan.removed,
      more: Math.max(0, items.length - mostChanges),
    },
    listed: {
      site: plan.sites.length,
      device: plan.devices.length,
      client: plan.clients.length,
      service: plan.services.length,
    },
    items: items.slice(0, mostChanges),
    kept: kept.slice(0, mostKept),
    notes: notesOf(plan),
  }
}

/** Whether a plan changes nothing that anybody sees. */
export const isUnchanged = ({ counts }: SourceChanges): boolean =>
  counts.adds + counts.changes + counts.matches + counts.vanishes + counts.returns === 0

const rowsOf = (plan: Plan): [RecordKind, AnyRow[]][] => [
  ['site', plan.sites as unknown as AnyRow[]],
  ['client', plan.clients as unknown as AnyRow[]],
  ['device', plan.devices as unknown as AnyRow[]],
  ['service', plan.services as unknown as AnyRow[]],
]

const nameOf = (row: AnyRow) => String(row.write.name ?? row.ours?.name ?? row.told.name ?? row.key)

function changesOfRow(kind: RecordKind, row: AnyRow, names: Names, more: string[]): SourceChange[] {
  const { id, ours, write, how, returns } = row
  const name = nameOf(row)
  const change = (does: SourceChange['does'], words: string): SourceChange => ({
    kind,
    does,
    name,
    words: cut(words),
    id,
  })
  if (id === null) return [change('adds', [...addedWords(kind, row, names), ...more].join(', ') || 'new')]
  const fields = Object.entries(write).map(
    ([field, value]) =>
      `${fieldNames[field] ?? field} ${names.shown(field, ours?.[field] ?? null)} becomes ${names.shown(field, value ?? null)}`,
  )
  const words = [...fields.filter((one) => !one.startsWith('pinged ')), ...pingWords(write.pinged), ...more]
  const changes: SourceChange[] = []
  if (how !== 'key') {
    const by = how === 'mac' ? 'has the same MAC' : 'is called the same'
    changes.push(change('matches', row.before === null ? `${by}: taken for the same` : `${by} under a new key`))
  }
  if (returns) changes.push(change('returns', 'is listed again'))
  if (words.length > 0) changes.push(change('changes', words.join('; ')))
  return changes
}

const pingWords = (pinged: Value | undefined) =>
  pinged === undefined ? [] : [pinged ? 'is pinged from now on' : 'is not pinged any more']

function addedWords(kind: RecordKind, { told, write }: AnyRow, names: Names): string[] {
  if (kind === 'device') {
    const device = write as Partial<DeviceFields>
    return [
      String(device.role ?? 'other'),
      device.address ? device.address : 'no address known',
      ...(device.site == null ? [] : [`at ${names.shown('site', device.site)}`]),
      ...(device.client == null ? [] : [`of ${names.shown('client', device.client)}`]),
      ...(device.upstream?.length ? [`behind ${names.shown('upstream', device.upstream)}`] : []),
      device.pinged ? 'pinged' : 'not pinged',
    ]
  }
  if (kind === 'service') return [`of ${names.shown('client', told.client ?? null)}`, String(told.status ?? 'active')]
  if (kind === 'client') return [String(told.kind ?? 'person'), ...(told.archived === true ? ['archived'] : [])]
  return told.latitude === null ? [] : [`${degrees(told.latitude)}, ${degrees(told.longitude)}`]
}

const degrees = (value: Value | undefined) => (typeof value === 'number' ? String(Number(value.toFixed(5))) : 'none')

function contactWords(contacts: ClientRow['contacts'] | undefined): string[] {
  if (!contacts) return []
  const people = (n: number, what: string) => (n === 0 ? [] : [`${n} ${n === 1 ? 'contact' : 'contacts'} ${what}`])
  const { add, change, remove } = contacts
  return [...people(add.length, 'added'), ...people(change.length, 'changed'), ...people(remove.length, 'removed')]
}

function notesOf({ removed, unlisted, isDoubtful }: Plan): string[] {
  const many = unlisted.map((kind) => kindNames[kind][1])
  return [
    ...(removed > 0
      ? [`${removed} ${removed === 1 ? 'entry is' : 'entries are'} left out: what stood for them was removed here`]
      : []),
    ...many.map((kind) => `It lists no ${kind} though it did: taken as not said, the known ones stay`),
    ...(isDoubtful ? ['More than half of what it listed is gone: look before you apply it'] : []),
  ]
}

const cut = (words: string) => (words.length > mostWords ? `${words.slice(0, mostWords - 3)}...` : words)

/** Ids and keys as what they are called. */
class Names {
  readonly #of: Record<'site' | 'client' | 'device', Map<Ref, string>>

  constructor(plan: Plan, standing: Standing) {
    const map = (standingOnes: readonly { id: number; name: string }[], rows: readonly AnyRow[]) =>
      new Map<Ref, string>([
        ...standingOnes.map(({ id, name }) => [id, name] as const),
        ...rows.map((row) => [row.id ?? row.key, nameOf(row)] as const),
      ])
    const rows = new Map(rowsOf(plan))
    this.#of = {
      site: map(standing.sites, rows.get('site') ?? []),
      client: map(standing.clients, rows.get('client') ?? []),
      device: map(standing.devices, rows.get('device') ?? []),
    }
  }

  /** A value of a field as people read it. */
  shown(field: string, value: Value): string {
    if (Array.isArray(value)) return value.map((one) => this.#of.device.get(one) ?? String(one)).join(', ') || 'none'
    if (value === null || value === '') return 'none'
    if (field === 'site' || field === 'client') return this.#of[field].get(value as Ref) ?? String(value)
    if (typeof value === 'boolean') return value ? 'yes' : 'no'
    if (typeof value === 'number') return String(Number(value.toFixed(5)))
    return field === 'name' ? JSON.stringify(value) : String(value)
  }
}
