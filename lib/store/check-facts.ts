import type { KeeperFacts, PushedDevice } from '@/lib/domain/check-verdicts'
import type { CheckedChannel } from '@/lib/domain/self-checks'
import { sql } from './database'

/** Every channel, with the phones and browsers on which its operator wants notices. */
export async function listCheckedChannels(): Promise<CheckedChannel[]> {
  return sql<CheckedChannel[]>`
    select c.id, c.kind, coalesce(u.name, c.name) as name,
      (select count(*)::int from push_devices p where p.user_id = c.user_id and p.intent) as phones,
      c.broken_since is null and (c.kind <> 'web_push' or exists (
        select 1 from push_devices p where p.user_id = c.user_id and p.intent and p.endpoint is not null)) as "canTell"
    from channels c left join users u on u.id = c.user_id order by c.id`
}

const epochMs = (column: string) => sql`round(date_part('epoch', ${sql(column)}) * 1000)`

/** When a channel last took a notice, and since when it takes none, epoch ms; null when there is no such channel. */
export async function channelRecord(
  id: number,
): Promise<{ deliveredAt: number | null; failingSince: number | null } | null> {
  const [row] = await sql<{ deliveredAt: number | null; failingSince: number | null }[]>`
    select ${epochMs('last_delivered_at')} as "deliveredAt",
      ${epochMs('failing_since')} as "failingSince" from channels where id = ${id}`
  return row ?? null
}

/** The devices of a push channel on which notices are wanted. */
export async function listPushedDevices(channelId: number): Promise<PushedDevice[]> {
  return sql<PushedDevice[]>`
    select p.id, p.name, round(date_part('epoch', p.last_shown_at) * 1000) as "shownAt",
      p.endpoint is not null as reachable, p.last_error as trouble
    from push_devices p join channels c on c.user_id = p.user_id
    where c.id = ${channelId} and p.intent order by p.id`
}

/** Sends a visible test to each of these devices that can be reached. */
export async function queueCheckPushes(deviceIds: readonly number[]): Promise<void> {
  await sql`
    insert into deliveries (event, push_device_id, message)
    select 'test', id, jsonb_build_object('event', 'test', 'name', name) from push_devices
    where id = any(${[...deviceIds]}::int[]) and endpoint is not null`
  await sql`select pg_notify('beatline_outbox', '')`
}

/**
 * How the keepers are: the newest cycle of any, and since when something is due that nobody has tried to send. What waits
 * behind a failure of its own device or channel waits rightly.
 */
export async function readKeeperFacts(): Promise<KeeperFacts> {
  const [row] = await sql<KeeperFacts[]>`
    select (select round(date_part('epoch', max(last_cycle_at)) * 1000) from keepers) as "cycleAt",
      (select round(date_part('epoch', min(due_at)) * 1000) from (
        select d.due_at from deliveries d
        join push_devices p on p.id = d.push_device_id and p.endpoint is not null and p.last_error is null
        where d.delivered_at is null and d.failed_at is null and d.shown_at is null and d.attempts = '[]'
        union all
        select d.due_at from channel_deliveries d
        join channels c on c.id = d.channel_id and c.failing_since is null and c.broken_since is null
        where d.delivered_at is null and d.failed_at is null and d.attempts = '[]'
      ) waiting) as "unsentSince"`
  return row ?? { cycleAt: null, unsentSince: null }
}
