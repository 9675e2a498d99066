import type { MapDevice, MapEdge, MapSite } from '@/lib/domain/map-graph'

export type Scene = { devices: MapDevice[]; sites: MapSite[]; edges: MapEdge[] }

/** "AP-2@Ridge < Switch, Router": a device, its site, what it hangs on. Roles by the first letters of names; ids from 1. */
export function scene(...lines: string[]): Scene {
  const read = lines.map((line) => {
    const [left = '', right = ''] = line.split('<')
    const [name = '', site] = left.trim().split('@')
    return { name, site, above: right.split(',').flatMap((one) => one.trim() || []) }
  })
  const names = read.map(({ name }) => name)
  const sites = [...new Set(read.flatMap(({ site }) => site ?? []))].map((name, i) => ({ id: i + 1, name }))
  const devices = read.map(({ name, site }, i): MapDevice => {
    const role = /^ap/i.test(name) ? 'ap' : /^cpe/i.test(name) ? 'cpe' : /^bh/i.test(name) ? 'backhaul' : 'router'
    const siteId = sites.find((one) => one.name === site)?.id ?? null
    return {
      id: i + 1,
      name,
      address: `127.0.0.${i + 1}`,
      role,
      siteId,
      client: role === 'cpe' ? `Client ${name}` : null,
      clientId: role === 'cpe' ? i + 1 : null,
    }
  })
  const edges = read.flatMap(({ above }, i) => above.map((name) => edge(i + 1, names.indexOf(name) + 1)))
  return { devices, sites, edges }
}

export const edge = (deviceId: number, upstreamId: number, confidence = 1): MapEdge => ({
  deviceId,
  upstreamId,
  provenance: 'hand',
  confidence,
})

/** A small provider: a core, towers below it (every third below another one), APs on each, clients on each AP. */
export function provider({ towers, aps, cpes }: { towers: number; aps: number; cpes: (ap: number) => number }): Scene {
  const lines = ['Core@Data room']
  let ap = 0
  for (let tower = 1; tower <= towers; tower++) {
    const above = tower % 3 === 0 ? `Router-${tower - 1}` : 'Core'
    lines.push(`Router-${tower}@Tower ${tower} < ${above}${tower % 4 === 0 ? `, Router-${tower - 1}` : ''}`)
    for (let n = 1; n <= aps; n++) {
      lines.push(`AP-${tower}-${n}@Tower ${tower} < Router-${tower}`)
      const count = cpes(ap++)
      for (let c = 1; c <= count; c++) lines.push(`CPE-${tower}-${n}-${c}@Tower ${tower} < AP-${tower}-${n}`)
    }
  }
  return scene(...lines)
}
