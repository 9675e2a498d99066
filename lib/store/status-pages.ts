import { settleMinutes } from '@/lib/domain/status-page'
import { sql, transaction } from './database'
import { inNaturalOrder } from './natural-order'
import { readSetting, writeSetting } from './settings'

export type StatusPage = {
  id: number
  slug: string
  title: string
  intro: string
  isPublic: boolean
  siteIds: number[] // empty: all
  tags: string[] // of the devices and jobs shown; empty: all devices
  historyDays: number
  takesSubscribers: boolean
  timeZone: string
}
export type StatusPageInput = Omit<StatusPage, 'id'>
export type ListedStatusPage = StatusPage & { subscribers: number }

const columns = () => sql`
  p.id, p.slug, p.title, p.intro, p.is_public as "isPublic", p.site_ids as "siteIds", p.tags,
  p.history_days as "historyDays", p.takes_subscribers as "takesSubscribers", p.time_zone as "timeZone"`

/** Ordered by id, those after `after`; with how many confirmed subscribers each has. */
export async function listStatusPages({ limit = 1000, after = 0 } = {}): Promise<ListedStatusPage[]> {
  return sql<ListedStatusPage[]>`
    select ${columns()}, (select count(*)::int from status_subscribers s
      where s.page_id = p.id and s.confirmed_at is not null) as subscribers
    from status_pages p where p.id > ${after} order by p.id limit ${limit}`
}

/** The pages that anybody may read, by title. */
export async function listPublicPages(): Promise<{ slug: string; title: string }[]> {
  return sql<{ slug: string; title: string }[]>`
    select slug, title from status_pages where is_public order by ${inNaturalOrder(sql`title`)}, id limit 200`
}

export async function findStatusPage(id: number): Promise<ListedStatusPage | null> {
  const [page] = await sql<ListedStatusPage[]>`
    select ${columns()}, (select count(*)::int from status_subscribers s
      where s.page_id = p.id and s.confirmed_at is not null) as subscribers
    from status_pages p where p.id = ${id}`
  return page ?? null
}

export async function findStatusPageBySlug(slug: string): Promise<StatusPage | null> {
  const [page] = await sql<StatusPage[]>`select ${columns()} from status_pages p where p.slug = ${slug}`
  return page ?? null
}

/** The new page's id; `taken` when another page has its slug. */
export async function createStatusPage(page: StatusPageInput): Promise<number | 'taken'> {
  const [row] = await sql<{ id: number }[]>`
    insert into status_pages ${sql(rowOf(page))} on conflict (slug) do nothing returning id`
  return row?.id ?? 'taken'
}

/** Changes what is given. */
export async function updateStatusPage(
  id: number,
  change: { [part in keyof StatusPageInput]?: StatusPageInput[part] | undefined },
): Promise<'updated' | 'unknown' | 'taken'> {
  const row = rowOf(change)
  return transaction(async (tx) => {
    const [other] = await tx`select 1 from status_pages where slug = ${change.slug ?? null} and id <> ${id}`
    if (other) return 'taken'
    if (Object.keys(row).length === 0) {
      const [page] = await tx`select 1 from status_pages where id = ${id}`
      return page ? 'updated' : 'unknown'
    }
    const updated = await tx`update status_pages set ${tx(row)} where id = ${id}`
    return updated.count === 1 ? 'updated' : 'unknown'
  })
}

/** Its subscribers are forgotten with it. False when there is no such page. */
export async function deleteStatusPage(id: number): Promise<boolean> {
  const deleted = await sql`delete from status_pages where id = ${id}`
  return deleted.count === 1
}

const columnOf: Record<keyof StatusPageInput, string> = {
  slug: 'slug',
  title: 'title',
  intro: 'intro',
  isPublic: 'is_public',
  siteIds: 'site_ids',
  tags: 'tags',
  historyDays: 'history_days',
  takesSubscribers: 'takes_subscribers',
  timeZone: 'time_zone',
}

function rowOf(change: { [part in keyof StatusPageInput]?: StatusPageInput[part] | undefined }) {
  return Object.fromEntries(
    Object.entries(change)
      .filter(([, value]) => value !== undefined)
      .map(([part, value]) => [columnOf[part as keyof StatusPageInput], value]),
  )
}

/** Whether some page is there, so that what operators say has readers. */
export async function hasStatusPages(): Promise<boolean> {
  const [row] = await sql`
    select 1 where exists (select 1 from status_pages) or exists (select 1 from clients where status_link_round > 0)`
  return row !== undefined
}

/** Minutes after which subscribers are told of what is still interrupted. */
export async function readSettleMinutes(): Promise<number> {
  const value = await readSetting('status_settle_minutes')
  const { min, max, default: standard } = settleMinutes
  return typeof value === 'number' && value >= min && value <= max ? value : standard
}

export async function writeSettleMinutes(minutes: number): Promise<void> {
  await writeSetting('status_settle_minutes', minutes)
}
