import type { JSONValue, Sql, TransactionSql } from 'postgres'
import { z } from 'zod'
import { type CompiledPriority, compilePriority } from '@/lib/domain/priority'
import { defaultPriority, priorities } from '@/lib/domain/priority-words'
import { incidentKinds, type Route } from '@/lib/domain/route'
import { roles } from '@/lib/domain/status'
import { sql, transaction } from './database'
import { readSetting, writeSetting } from './settings'

/** A route before it has its id. */
export type RouteInput = Omit<Route, 'id'>
export const mostRoutes = 200

// What a part says nothing of is at its default, so that what an older version kept can be read.
const names = z.array(z.string()).default([])
const Condition = z.object({
  roles: z.array(z.enum(roles)).default([]),
  sites: names,
  tags: names,
  clients: names,
  priorities: z.array(z.enum(priorities)).default([]),
  kinds: z.array(z.enum(incidentKinds)).default([]),
  sizeFrom: z.int().min(0).default(0),
})

const columns = (on: Sql | TransactionSql) => on`id, name, condition, channel_ids as "channelIds"`
type Row = Omit<Route, 'condition'> & { condition: unknown }
const asRoute = (row: Row): Route => ({ ...row, condition: Condition.parse(row.condition) })

/** Every route, in the order in which they were made. None at all: everyone is told. */
export async function listRoutes(on: Sql | TransactionSql = sql): Promise<Route[]> {
  return (await on<Row[]>`select ${columns(on)} from routes order by id`).map(asRoute)
}

export async function findRoute(id: number): Promise<Route | null> {
  const [row] = await sql<Row[]>`select ${columns(sql)} from routes where id = ${id}`
  return row ? asRoute(row) : null
}

/** Keeps a new route. A fault when it names a channel that is not there, or when there are too many routes. */
export async function createRoute(route: RouteInput): Promise<Route | { fault: string }> {
  return transaction(async (tx) => {
    const fault = (await unknownChannels(tx, route.channelIds)) ?? (await tooMany(tx))
    if (fault !== null) return { fault }
    const [row] = await tx<Row[]>`insert into routes ${tx(written(tx, route))} returning ${columns(tx)}`
    if (!row) throw new Error('Cannot keep the route: nothing was returned')
    return asRoute(row)
  })
}

/** Puts another definition in the place of a route's. Null when there is no such route. */
export async function updateRoute(id: number, route: RouteInput): Promise<Route | null | { fault: string }> {
  return transaction(async (tx) => {
    const [before] = await tx<{ channelIds: number[] }[]>`
      select channel_ids as "channelIds" from routes where id = ${id} for update`
    if (!before) return null
    // What went since the route was made may stay in it; what is named anew has to exist.
    const added = route.channelIds.filter((channel) => !before.channelIds.includes(channel))
    const fault = await unknownChannels(tx, added)
    if (fault !== null) return { fault }
    const [row] = await tx<Row[]>`update routes set ${tx(written(tx, route))} where id = ${id} returning ${columns(tx)}`
    return row ? asRoute(row) : null
  })
}

/** False when there is no such route. */
export async function deleteRoute(id: number): Promise<boolean> {
  return (await sql`delete from routes where id = ${id}`).count > 0
}

/** Conditions name sites: a site that is called otherwise stays in them. */
export async function renameSiteInRoutes(tx: TransactionSql, from: string, to: string): Promise<void> {
  await tx`
    update routes set condition = jsonb_set(condition, '{sites}', (
      select jsonb_agg(case when site = ${from} then ${to}::text else site end order by place)
      from jsonb_array_elements_text(condition->'sites') with ordinality as named(site, place)))
    where condition->'sites' @> ${tx.json([from])}`
}

const written = (tx: TransactionSql, { name, condition, channelIds }: RouteInput) => ({
  name,
  condition: tx.json({ ...condition } as unknown as JSONValue),
  channel_ids: [...channelIds],
})

async function unknownChannels(tx: TransactionSql, ids: readonly number[]): Promise<string | null> {
  const unknown = await tx<{ id: number }[]>`
    select id from unnest(${[...ids]}::int[]) as asked(id)
    where not exists (select 1 from channels c where c.id = asked.id) order by id limit 8`
  const found = unknown.map(({ id }) => id).join(', ')
  return unknown.length === 0 ? null : `channels: found ${found}, expected ids of channels`
}

async function tooMany(tx: TransactionSql): Promise<string | null> {
  const [row] = await tx<{ count: number }[]>`select count(*)::int as count from routes`
  return (row?.count ?? 0) < mostRoutes ? null : `found ${row?.count} routes already, expected at most ${mostRoutes}`
}

// ---- priority ----
const Kept = z.object({ expression: z.string() })

/** The expression that says how urgent an incident is: as saved, else the default. */
export async function readPriorityText(on: Sql | TransactionSql = sql): Promise<string> {
  return Kept.safeParse(await readSetting('priority', on)).data?.expression ?? defaultPriority
}

// Kept for the next transaction: an expression is compiled anew only once another one was saved.
let compiled: { text: string; priority: CompiledPriority } | undefined

/** The saved expression, ready to be evaluated. */
export async function readPriority(on: Sql | TransactionSql = sql): Promise<CompiledPriority> {
  const text = await readPriorityText(on)
  if (compiled?.text !== text) compiled = { text, priority: compiledOrNormal(text) }
  return compiled.priority
}

/** What was saved was checked; an older or newer version of Beatline may know other words, and then all is normal. */
function compiledOrNormal(text: string): CompiledPriority {
  const read = compilePriority(text)
  if (!('fault' in read)) return read
  const { message } = read.fault
  return { evaluate: () => ({ priority: 'normal', fault: message }) }
}

/** Keeps an expression that `compilePriority` has accepted. */
export async function writePriority(expression: string): Promise<void> {
  await writeSetting('priority', { expression })
}
