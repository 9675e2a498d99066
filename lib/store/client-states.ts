import { type ClientNow, clientNow, type Way } from '@/lib/domain/client-state'
import type { Status } from '@/lib/domain/status'
import { sql } from './database'
import { fromDevices, shownStatus } from './devices'
import { numberArray } from './text-array'

/** How each client is served now, by id; of all with a device, or of these. Whoever is missing has no device. */
export async function readClientStates(ids?: readonly number[]): Promise<Map<number, ClientNow>> {
  if (ids?.length === 0) return new Map()
  // One value: a row of the driver for each of ten thousand costs several times as much.
  const [row] = await sql<{ ways: [clientId: number, status: Status, since: number][] | null }[]>`
    select json_agg(json_build_array(d.client_id, ${shownStatus()},
      floor(extract(epoch from coalesce(t.paused_at, o.began_at, t.status_since)) * 1000)::float8)) as ways
    ${fromDevices()}
    where ${ids ? sql`d.client_id = any(${numberArray(ids)}::int[])` : sql`d.client_id is not null`}`
  const ways = new Map<number, Way[]>()
  for (const [clientId, status, since] of row?.ways ?? []) {
    const known = ways.get(clientId)
    if (known) known.push({ status, since })
    else ways.set(clientId, [{ status, since }])
  }
  return new Map([...ways].map(([id, list]) => [id, clientNow(list)]))
}
