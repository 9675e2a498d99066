import type { TransactionSql } from 'postgres'
import type { ChannelKind } from '@/lib/domain/channel-kind'
import type { PushDevice } from '@/lib/domain/policy'
import { stormDigestMs, stormWindowMs } from '@/lib/domain/storm'
import type { ChannelHealth, TellingChannel } from '@/lib/domain/telling'
import { ensureOwnChannels } from './channel-choices'

/** A channel as the policy sees it whatever the incident; of web push with its devices. */
export type KnownChannel = Omit<TellingChannel, 'history' | 'dueNow'> & {
  kind: ChannelKind
  devices: PushDevice[]
}

type Row = Omit<KnownChannel, 'health' | 'traffic'> & {
  brokenSince: Date | null
  breakerUntil: Date | null
  lastAnswer: string | null
  toldInLastMinute: number
  digestAt: Date | null
}

const tellingLock = 4_810_009

/**
 * Takes the lock under which tellings are judged: what a channel was told a moment ago is what its next decision is made
 * from, so they are made one after the other. Held until the end of the transaction.
 */
export async function lockTellings(tx: TransactionSql): Promise<void> {
  await tx`select pg_advisory_xact_lock(${tellingLock})`
}

/** The same, if nobody holds it. */
export async function tryLockTellings(tx: TransactionSql): Promise<boolean> {
  const [lock] = await tx<{ held: boolean }[]>`select pg_try_advisory_xact_lock(${tellingLock}) as held`
  return lock?.held ?? false
}

/** Every channel, by id; an operator who has none yet gets one. None of them is deleted before the transaction is over. */
export async function listTellingChannels(tx: TransactionSql, now: Date): Promise<KnownChannel[]> {
  await ensureOwnChannels(tx)
  await tx`select 1 from channels order by id for key share`
  const rows = await tx<Row[]>`
    select c.id, c.kind, coalesce(u.name, c.name) as name, c.hours,
      c.critical_breaks_through as "criticalBreaksThrough", c.cool_off_minutes as "coolOffMinutes",
      c.escalate_to as "escalateTo", c.escalate_after_minutes as "escalateAfterMinutes",
      c.broken_since as "brokenSince", c.breaker_until as "breakerUntil", c.last_answer as "lastAnswer",
      (select count(*)::int from decisions d where d.channel_id = c.id and d.outcome = 'sent'
        and d.event <> 'grew' and d.at > ${new Date(now.getTime() - stormWindowMs)} and d.at <= ${now}) as "toldInLastMinute",
      open.goes_at as "digestAt",
      coalesce((select jsonb_agg(jsonb_build_object('id', p.id, 'name', p.name, 'intent', p.intent,
        'reachable', p.endpoint is not null) order by p.id) from push_devices p where p.user_id = c.user_id), '[]') as devices
    from channels c left join users u on u.id = c.user_id left join (
      select channel_id, min(goes_at) as goes_at from digest_items
      where goes_at > ${now} and goes_at <= ${new Date(now.getTime() + stormDigestMs)} group by channel_id
    ) open on open.channel_id = c.id
    order by c.id`
  return rows.map(({ brokenSince, breakerUntil, lastAnswer, toldInLastMinute, digestAt, ...row }) => ({
    ...row,
    health: healthOf({ brokenSince, breakerUntil, lastAnswer }, now),
    traffic: { toldInLastMinute, digestAt: digestAt?.getTime() ?? null },
  }))
}

function healthOf(
  { brokenSince, breakerUntil, lastAnswer }: Pick<Row, 'brokenSince' | 'breakerUntil' | 'lastAnswer'>,
  now: Date,
): ChannelHealth {
  const answer = lastAnswer ?? 'no answer'
  if (brokenSince) return { state: 'broken', since: brokenSince.getTime(), answer }
  if (breakerUntil && breakerUntil > now) return { state: 'breaker', until: breakerUntil.getTime(), answer }
  return { state: 'ok' }
}
