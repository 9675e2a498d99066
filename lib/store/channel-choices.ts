import { sql } from './database'

/** A channel as people choose it. */
export type ChannelChoice = { id: number; name: string; detail: string; phones: number }

/** Every channel there is; today each operator's own phones. Whoever has none yet gets one. */
export async function listChannelChoices(): Promise<ChannelChoice[]> {
  await sql`
    insert into channels (kind, name, user_id)
    select 'web_push', u.name, u.id from users u
    where not exists (select 1 from channels c where c.user_id = u.id)
    on conflict (user_id) do nothing`
  return sql<ChannelChoice[]>`
    select c.id, u.name, u.email as detail,
      (select count(*)::int from push_devices p where p.user_id = u.id and p.intent and p.endpoint is not null) as phones
    from channels c join users u on u.id = c.user_id order by u.name, c.id`
}
