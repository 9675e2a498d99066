export type ProviderRow = {
  name: string
  address: string
  role: string
  site: string
  upstream: string[]
  client?: string
}

const places =
  'North Ridge,Water Street,Mill Hill,Harbour,Old Quarry,Station Road,Chapel,High Moor,Ferry Point,Lakeside'
const firms = 'Acme Dental,Example Feed Co,Bold Bakery,Corner Garage,Delta Farms,Hill School,Inn at the Mill'

/**
 * A small provider of about `count` devices, all of which answer (127.0.0.0/8): a core, towers below it and below one
 * another, some with a second backhaul, APs and their clients. The same count makes the same provider.
 */
export function providerRows(count: number): ProviderRow[] {
  const towers = Math.max(1, Math.min(60, Math.round(Math.sqrt(count / 1.6))))
  const perTower = Math.max(2, Math.round((count - 2) / towers))
  const rows: ProviderRow[] = []
  const add = (name: string, role: string, site: string, upstream: string[], client?: string) => {
    const n = rows.length + 1
    const address = `127.${40 + Math.floor(n / 62_500)}.${Math.floor(n / 250) % 250}.${(n % 250) + 1}`
    rows.push({ name, address, role, site, upstream, ...(client ? { client } : {}) })
  }
  add('Core', 'router', 'Data room', [])
  if (count > 20) add('Edge', 'router', 'Data room', ['Core'])
  const place = placeNames(towers)
  for (let tower = 0; tower < towers && rows.length < count; tower++) {
    const site = place[tower] ?? ''
    const above =
      tower % 3 === 2
        ? `${place[tower - 1]} router`
        : tower > 8 && tower % 5 === 0
          ? `${place[tower - 4]} router`
          : 'Core'
    const second = tower > 2 && tower % 4 === 0 ? [`${place[tower - 1]} router`] : []
    add(`${site} router`, 'router', site, [above, ...second])
    const aps = Math.max(1, Math.min(6, Math.round(perTower / 18) + (tower % 3) - 1))
    for (let ap = 1; ap <= aps && rows.length < count; ap++) {
      const name = `${site} AP ${ap}`
      add(name, 'ap', site, [`${site} router`])
      const clients = Math.max(1, Math.round(((perTower - aps - 1) / aps) * (ap % 2 ? 1.15 : 0.85)))
      for (let one = 1; one <= clients && rows.length < count; one++) {
        const n = rows.length
        const firm = firms.split(',')[n % 7] ?? ''
        add(`CPE ${site} ${ap}-${one}`, 'cpe', site, [name], n % 9 === 0 ? `${firm} ${n}` : `J. Placeholder ${n}`)
      }
    }
  }
  return rows
}

const placeNames = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => {
    const names = places.split(',')
    const round = Math.floor(i / names.length)
    return `${names[i % names.length]}${round > 0 ? ` ${round + 1}` : ''}`
  })
