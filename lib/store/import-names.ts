import { sql } from './database'

/** Which of these names are those of devices. */
export async function knownDevices(names: readonly string[]): Promise<Set<string>> {
  const rows = await sql<{ name: string }[]>`
    select name from targets where kind = 'device' and name = any(${[...names]}::text[])`
  return new Set(rows.map((row) => row.name))
}

/** The devices at these addresses, by address. */
export async function devicesAt(addresses: readonly string[]): Promise<Map<string, string[]>> {
  const rows = await sql<{ address: string; names: string[] }[]>`
    select d.address, array_agg(t.name order by t.name) as names from devices d join targets t on t.id = d.id
    where d.address = any(${[...addresses]}::text[]) and d.address <> '' group by d.address`
  return new Map(rows.map(({ address, names }) => [address, names]))
}
