import type { Sql, TransactionSql } from 'postgres'
import type { ChannelKind } from '@/lib/domain/channel-kind'
import { sql } from './database'

/** A channel as people choose it. `phones`: of web push, the devices that are told. */
export type ChannelChoice = { id: number; kind: ChannelKind; name: string; detail: string; phones: number }

/** Every operator has a channel of their own phones: whoever has none yet gets one. */
export async function ensureOwnChannels(on: Sql | TransactionSql = sql): Promise<void> {
  await on`
    insert into channels (kind, name, user_id)
    select 'web_push', u.name, u.id from users u
    where not exists (select 1 from channels c where c.user_id = u.id)
    on conflict (user_id) do nothing`
}

/** Every channel there is, each operator's own phones first. */
export async function listChannelChoices(): Promise<ChannelChoice[]> {
  await ensureOwnChannels()
  return sql<ChannelChoice[]>`
    select c.id, c.kind, coalesce(u.name, c.name) as name, coalesce(u.email, c.detail) as detail,
      (select count(*)::int from push_devices p where p.user_id = u.id and p.intent and p.endpoint is not null) as phones
    from channels c left join users u on u.id = c.user_id order by u.id is null, coalesce(u.name, c.name), c.id`
}
