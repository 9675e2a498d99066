import { type Ref, type SiteFields, sourceLimits, type Told } from './source-fields'
import { type Match, matchSites } from './source-match'
import { asReal, mergeFields, tidyText } from './source-merge'
import { uniqueNames } from './source-names'
import type { SourceSite } from './source-records'
import { onePerKey, type PlannedRow, rowOf } from './source-rows'
import type { Standing } from './source-standing'

export type SiteRow = PlannedRow<SiteFields, SourceSite>
/** `siteOf`: the place here of a key of the source, a customer's premises being at their tower; null: none. */
export type PlannedSites = { rows: SiteRow[]; siteOf(key: string | null): Ref | null }

/** What becomes of the sites of a source. Names are given once, as sites are known by them. */
export function planSites(listed: readonly SourceSite[], standing: Standing): PlannedSites {
  const named = onePerKey(listed).map((site) => ({
    ...site,
    name: tidyText(site.name, sourceLimits.name) ?? `Site ${site.key}`.slice(0, sourceLimits.name),
  }))
  const entries = named.filter((site) => !site.isPremises)
  const records = new Map(standing.records.site.map((record) => [record.key, record]))
  const byId = new Map(standing.sites.map((site) => [site.id, site]))
  const matches = matchSites(entries, standing.records.site, standing.sites)
  const matchOf = (key: string): Match => matches.get(key) ?? { id: null, how: 'removed' }
  const taken = entries.filter(({ key }) => matchOf(key).how !== 'removed')
  const oursOf = (key: string) => byId.get(matchOf(key).id ?? -1) ?? null

  const follows = ({ key }: SourceSite) => {
    const ours = oursOf(key)
    return ours === null || records.get(key)?.said.name === ours.name
  }
  const released = new Set(taken.filter(follows).flatMap(({ key }) => oursOf(key)?.name ?? []))
  const names = uniqueNames(
    taken
      .filter(follows)
      .map(({ key, name }) => ({ key, raw: name, current: oursOf(key)?.name ?? null, hint: standing.source.name })),
    new Set(standing.sites.map((site) => site.name).filter((name) => !released.has(name))),
    sourceLimits.name,
  )
  const rows = taken.map((entry): SiteRow => {
    const { key, name } = entry
    const ours = oursOf(key)
    const told: Told<SiteFields> = {
      name: names.get(key) ?? name,
      latitude: asReal(entry.latitude),
      longitude: asReal(entry.longitude),
    }
    const standingFields = ours && {
      name: ours.name,
      latitude: asReal(ours.latitude),
      longitude: asReal(ours.longitude),
    }
    const base = records.get(key)?.said ?? {}
    const merged = mergeFields<SiteFields>(base, told as SiteFields, standingFields)
    const returns = records.get(key)?.isVanished ?? false
    return rowOf(entry, matchOf(key), { told, ours: standingFields, returns }, merged)
  })
  return { rows, siteOf: placesOf(named, rows) }
}

function placesOf(listed: readonly SourceSite[], rows: readonly SiteRow[]): PlannedSites['siteOf'] {
  const byKey = new Map(listed.map((site) => [site.key, site]))
  const refs = new Map(rows.map((row): [string, Ref] => [row.key, row.id ?? row.key]))
  return (key) => {
    const seen = new Set<string>()
    for (let at = key; at !== null && !seen.has(at); at = byKey.get(at)?.parentKey ?? null) {
      seen.add(at)
      const ref = refs.get(at)
      if (ref !== undefined) return ref
      if (!byKey.get(at)?.isPremises) return null // removed here by hand, or not listed
    }
    return null
  }
}
