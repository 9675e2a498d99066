import type { SuggestionAnswer } from '@/lib/wire/rest-facts'
import { sql } from './database'

export type Named = { id: number; name: string }
/** A suggestion, decided or not. */
export type ListedSuggestion = {
  id: number
  kind: SuggestionAnswer['kind']
  device: Named
  from: Named | null
  to: Named | null
  words: string
  firstSeenAt: Date
  lastSeenAt: Date
  decision: 'accepted' | 'dismissed' | null
  decidedAt: Date | null
  decidedBy: string | null
}

const selected = () => sql`
  g.id, g.kind, g.words, g.first_seen_at as "firstSeenAt", g.last_seen_at as "lastSeenAt", g.decision,
  g.decided_at as "decidedAt", g.decided_by as "decidedBy", jsonb_build_object('id', t.id, 'name', t.name) as device,
  case when f.id is not null then jsonb_build_object('id', f.id, 'name', f.name) end as "from",
  case when u.id is not null then jsonb_build_object('id', u.id, 'name', u.name) end as "to"
  from topology_suggestions g join targets t on t.id = g.device_id
  left join targets f on f.id = g.from_id left join targets u on u.id = g.to_id`

/** The newest first; `before` is the last id of the page before. open: not decided yet; false: decided; absent: both. */
export async function listEverySuggestion({
  deviceId,
  open,
  limit = 100,
  before = 2_147_483_647,
}: {
  deviceId?: number | undefined
  open?: boolean | undefined
  limit?: number
  before?: number
} = {}): Promise<ListedSuggestion[]> {
  return sql<ListedSuggestion[]>`
    select ${selected()} where g.id < ${before}
      ${deviceId === undefined ? sql`` : sql`and g.device_id = ${deviceId}`}
      ${open === undefined ? sql`` : open ? sql`and g.decision is null` : sql`and g.decision is not null`}
    order by g.id desc limit ${limit}`
}

/** One suggestion, or null. */
export async function findSuggestion(id: number): Promise<ListedSuggestion | null> {
  const [row] = await sql<ListedSuggestion[]>`select ${selected()} where g.id = ${id}`
  return row ?? null
}

/** How many wait for somebody. */
export async function countOpenSuggestions(): Promise<number> {
  const [row] = await sql<{ n: number }[]>`
    select count(*)::int as n from topology_suggestions where decision is null`
  return row?.n ?? 0
}
