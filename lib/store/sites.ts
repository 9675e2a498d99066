import { resolveRule, ruleFault } from '@/lib/domain/inheritance'
import { env } from '@/lib/env'
import { assignmentChanged } from './assignment'
import { sql, transaction } from './database'
import { readIsolation } from './isolation-settings'
import { inNaturalOrder } from './natural-order'
import { renameSiteInRoutes } from './routes'
import { orImpossible, requirePossible, ruleFaults } from './rule-check'

export type Site = {
  id: number
  name: string
  latitude: number | null
  longitude: number | null
  timeZone: string | null
  snmpProfile: string | null // name, or none: not walked; null: every profile in order
  pingInterval: number | null // s; null: inherited
  pingTimeout: number | null // s
  isolateMisses: number | null
  isolateSeconds: number | null
  devices: number
}
export type SiteInput = Omit<Site, 'id' | 'devices' | 'snmpProfile'> & { snmpProfile?: string | null }

const columns = () => sql`
  s.id, s.name, s.latitude, s.longitude, s.time_zone as "timeZone", s.snmp_profile as "snmpProfile", s.ping_interval as "pingInterval",
  s.ping_timeout as "pingTimeout", s.isolate_misses as "isolateMisses", s.isolate_seconds as "isolateSeconds",
  (select count(*)::int from targets t where t.site_id = s.id and t.kind = 'device') as devices`

/** Ordered by name; `after` is the last name of the page before. */
export async function listSites({ limit = 1000, after = '' } = {}): Promise<Site[]> {
  return sql<Site[]>`
    select ${columns()} from sites s where (${inNaturalOrder(sql`s.name`)}) > (${inNaturalOrder(sql`${after}::text`)})
    order by ${inNaturalOrder(sql`s.name`)} limit ${limit}`
}

export async function findSite(id: number): Promise<Site | null> {
  const [site] = await sql<Site[]>`select ${columns()} from sites s where s.id = ${id}`
  return site ?? null
}

/** The new site's id; null when the name is taken; a fault when its rule can never be met. */
export async function createSite(site: SiteInput): Promise<number | null | { fault: string }> {
  const own = {
    interval: site.pingInterval,
    timeout: site.pingTimeout,
    misses: site.isolateMisses,
    within: site.isolateSeconds,
  }
  const fault = ruleFault(resolveRule({ global: await readIsolation(), site: own }), env().confirmInterval)
  if (fault) return { fault }
  const [row] = await sql<{ id: number }[]>`
    insert into sites (name, latitude, longitude, time_zone, snmp_profile, ping_interval, ping_timeout, isolate_misses,
      isolate_seconds)
    values (${site.name}, ${site.latitude}, ${site.longitude}, ${site.timeZone}, ${site.snmpProfile ?? null},
      ${site.pingInterval}, ${site.pingTimeout}, ${site.isolateMisses}, ${site.isolateSeconds})
    on conflict (name) do nothing
    returning id`
  return row?.id ?? null
}

/** Changes what is given; null where a value may be none. A fault when its rule, or a device's there, can no longer be met. */
export async function updateSite(
  id: number,
  change: { [part in keyof SiteInput]?: SiteInput[part] | undefined },
): Promise<'updated' | 'unknown' | 'taken' | { fault: string }> {
  const row = Object.fromEntries(
    Object.entries(change)
      .filter(([, value]) => value !== undefined)
      .map(([part, value]) => [columnOf[part as keyof SiteInput], value]),
  )
  if (Object.keys(row).length === 0) return (await findSite(id)) ? 'updated' : 'unknown'
  return orImpossible(() =>
    transaction(async (tx) => {
      const [other] = await tx`select 1 from sites where name = ${change.name ?? null} and id <> ${id}`
      if (other) return 'taken'
      const global = await readIsolation(tx)
      const before = await ruleFaults(tx, global, id)
      const [named] = await tx<{ name: string }[]>`select name from sites where id = ${id} for update`
      if (named && change.name !== undefined && change.name !== named.name)
        await renameSiteInRoutes(tx, named.name, change.name)
      const updated = await tx`update sites set ${tx(row)} where id = ${id}`
      requirePossible(before, await ruleFaults(tx, global, id))
      await assignmentChanged(tx)
      return updated.count === 1 ? 'updated' : 'unknown'
    }),
  )
}

const columnOf: Record<keyof SiteInput, string> = {
  name: 'name',
  latitude: 'latitude',
  longitude: 'longitude',
  timeZone: 'time_zone',
  snmpProfile: 'snmp_profile',
  pingInterval: 'ping_interval',
  pingTimeout: 'ping_timeout',
  isolateMisses: 'isolate_misses',
  isolateSeconds: 'isolate_seconds',
}

/** Its devices stay, without a site. False when there is no such site. */
export async function deleteSite(id: number): Promise<boolean> {
  return transaction(async (tx) => {
    const deleted = await tx`delete from sites where id = ${id}`
    await assignmentChanged(tx)
    return deleted.count === 1
  })
}
