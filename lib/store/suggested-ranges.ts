import { parseRanges, rangesOutside } from '@/lib/domain/address-range'
import { sql } from './database'
import { readAllowedRanges } from './discovery-ranges'

/** Where a search could look. devices: how many of this range are watched already. */
export type SuggestedRange = { range: string; why: 'own' | 'devices' | 'routed'; devices: number; of: string | null }

const most = 8

/**
 * Ranges to begin with, none outside those allowed: the networks of the probe itself, then /24s in which devices are
 * watched, the fullest first, then /24s that routers among them have an address in.
 */
export async function suggestRanges(probe: { networks: readonly string[] }): Promise<SuggestedRange[]> {
  const [near, routed, allowed] = await Promise.all([
    sql<{ range: string; devices: number }[]>`
      select host(network(set_masklen(inet(address), 24))) || '/24' as range, count(*)::int as devices
      from devices where family(inet(address)) = 4 group by 1 order by 2 desc, 1 limit 200`,
    sql<{ range: string; of: string }[]>`
      select distinct on (1) host(network(set_masklen(inet(a.address), 24))) || '/24' as range, t.name as of
      from device_walks w join devices d on d.id = w.device_id join targets t on t.id = d.id
      cross join lateral jsonb_array_elements_text(w.facts -> 'addresses') a(address)
      where d.role in ('router', 'switch') and a.address ~ '^[0-9.]+$' limit 500`,
    readAllowedRanges(),
  ])
  const devicesOf = new Map(near.map(({ range, devices }) => [range, devices]))
  const all: SuggestedRange[] = [
    ...probe.networks.map((range) => ({ range, why: 'own' as const, devices: devicesOf.get(range) ?? 0, of: null })),
    ...near.map(({ range, devices }) => ({ range, why: 'devices' as const, devices, of: null })),
    ...routed.map(({ range, of }) => ({ range, why: 'routed' as const, devices: devicesOf.get(range) ?? 0, of })),
  ]
  const seen = new Set<string>()
  return all
    .filter(({ range }) => 'ranges' in parseRanges(range) && rangesOutside([range], allowed).length === 0)
    .filter(({ range }) => !seen.has(range) && seen.add(range))
    .slice(0, most)
}
