import type { TransactionSql } from 'postgres'
import type { PolicyChannel } from '@/lib/domain/policy'

/** Every operator's push channel with its devices; an operator who has none yet gets one. */
export async function listPolicyChannels(tx: TransactionSql): Promise<Omit<PolicyChannel, 'openedTo'>[]> {
  await tx`
    insert into channels (kind, name, user_id)
    select 'web_push', u.name, u.id from users u
    where not exists (select 1 from channels c where c.user_id = u.id)
    on conflict (user_id) do nothing`
  return tx<Omit<PolicyChannel, 'openedTo'>[]>`
    select c.id, u.name,
      coalesce(jsonb_agg(jsonb_build_object('id', p.id, 'name', p.name, 'intent', p.intent,
        'reachable', p.endpoint is not null) order by p.id) filter (where p.id is not null), '[]') as devices
    from channels c join users u on u.id = c.user_id left join push_devices p on p.user_id = u.id
    where c.kind = 'web_push'
    group by c.id, u.name order by c.id`
}
