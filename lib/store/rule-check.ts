import type { TransactionSql } from 'postgres'
import type { ImportRow, Rejected } from '@/lib/domain/device-import'
import { type PingRule, type PingRuleLayer, resolveRule, ruleFault } from '@/lib/domain/inheritance'
import { env } from '@/lib/env'

type Layers = { device: PingRuleLayer | null; site: PingRuleLayer | null }
type Judged = Layers & { kind: 'site' | 'device'; name: string }

const layerOf = (tx: TransactionSql, table: 's' | 'd') => tx`
  json_build_object('interval', ${tx(table)}.ping_interval, 'timeout', ${tx(table)}.ping_timeout,
    'misses', ${tx(table)}.isolate_misses, 'within', ${tx(table)}.isolate_seconds)`

const faultOf = (global: PingRule, layers: Layers) =>
  ruleFault(resolveRule({ global, ...layers }), env().confirmInterval)

/** A sentence when the rule that holds for this device, as it stands in the transaction, can never be met; else null. */
export async function deviceRuleFault(tx: TransactionSql, global: PingRule, id: number): Promise<string | null> {
  const [row] = await tx<Layers[]>`
    select ${layerOf(tx, 'd')} as device, ${layerOf(tx, 's')} as site
    from devices d join targets t on t.id = d.id left join sites s on s.id = t.site_id where d.id = ${id}`
  return row ? faultOf(global, row) : null
}

/**
 * Sentences by site and device for the rules, as they stand in the transaction, that can never be met. Devices of one
 * site with the same parts of their own are one: the first by name.
 */
export async function ruleFaults(tx: TransactionSql, global: PingRule, siteId?: number): Promise<Map<string, string>> {
  const at = siteId === undefined ? tx`true` : tx`s.id = ${siteId}`
  const rules = await tx<Judged[]>`
    select 'site' as kind, s.name, null::json as device, ${layerOf(tx, 's')} as site from sites s
    where ${at} and num_nonnulls(s.ping_interval, s.ping_timeout, s.isolate_misses, s.isolate_seconds) > 0
    union all
    select * from (
      select distinct on (s.id, d.ping_interval, d.ping_timeout, d.isolate_misses, d.isolate_seconds)
        'device', t.name, ${layerOf(tx, 'd')}, ${layerOf(tx, 's')}
      from devices d join targets t on t.id = d.id left join sites s on s.id = t.site_id
      where ${at} and num_nonnulls(d.ping_interval, d.ping_timeout, d.isolate_misses, d.isolate_seconds) > 0
      order by s.id, d.ping_interval, d.ping_timeout, d.isolate_misses, d.isolate_seconds, t.name
    ) with_parts_of_their_own`
  return new Map(
    rules.flatMap((rule) => {
      const fault = faultOf(global, rule)
      return fault === null ? [] : [[`${rule.kind} ${JSON.stringify(rule.name)}`, fault] as const]
    }),
  )
}

class Impossible extends Error {}

/** Rolls back when a rule can no longer be met that could before. What was so before is not the fault of the change. */
export function requirePossible(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): void {
  for (const [whose, fault] of after) {
    if (!before.has(whose)) throw new Impossible(`for the ${whose}, with what it says itself, ${fault}`)
  }
}

/** What `requirePossible` stopped, as a fault. */
export async function orImpossible<T>(work: () => Promise<T>): Promise<T | { fault: string }> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof Impossible) return { fault: error.message }
    throw error
  }
}

/** The rows of an import whose rule could never be met, each with its reason; only rows that speak of it are looked at. */
export async function faultyRows(
  tx: TransactionSql,
  global: PingRule,
  rows: readonly ImportRow[],
): Promise<Rejected[]> {
  const parts = ['pingInterval', 'pingTimeout', 'isolateMisses', 'isolateSeconds', 'site'] as const
  const speaking = rows.filter((row) => parts.some((part) => row[part] !== undefined && row[part] !== null))
  if (speaking.length === 0) return []
  const standing = await tx<{ name: string; site: string | null; layer: PingRuleLayer }[]>`
    select t.name, s.name as site, ${layerOf(tx, 'd')} as layer
    from devices d join targets t on t.id = d.id left join sites s on s.id = t.site_id
    where t.kind = 'device' and t.name = any(${speaking.map((row) => row.name)})`
  const sites = await tx<{ name: string; layer: PingRuleLayer }[]>`
    select s.name, ${layerOf(tx, 's')} as layer from sites s`
  const standingOf = new Map(standing.map((device) => [device.name, device]))
  const siteOf = new Map(sites.map((site) => [site.name, site.layer]))
  return speaking.flatMap((row) => {
    const known = standingOf.get(row.name)
    const site = row.site === undefined ? known?.site : row.site
    const device = {
      interval: row.pingInterval === undefined ? known?.layer.interval : row.pingInterval,
      timeout: row.pingTimeout === undefined ? known?.layer.timeout : row.pingTimeout,
      misses: row.isolateMisses === undefined ? known?.layer.misses : row.isolateMisses,
      within: row.isolateSeconds === undefined ? known?.layer.within : row.isolateSeconds,
    }
    const fault = faultOf(global, { device, site: siteOf.get(site ?? '') ?? null })
    return fault === null ? [] : [{ line: row.line, name: row.name, reason: `isolate_seconds: ${fault}` }]
  })
}
