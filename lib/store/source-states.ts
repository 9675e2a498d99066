import type { JSONValue, TransactionSql } from 'postgres'
import type { Answer, SourceTrouble } from '@/lib/domain/source-isolation'
import type { KeptState, PolledDevice } from '@/lib/domain/source-poll'
import type { Status } from '@/lib/domain/status'
import { sql } from './database'
import { absentAfterSeconds } from './probes'
import { numberArray } from './text-array'

/** A device that a source lists, by the source's own key and by its MAC. */
export type ListedDevice = { key: string; mac: string | null; device: PolledDevice }

type Packed = readonly [
  key: string,
  mac: string | null,
  deviceId: number,
  isKnown: boolean,
  answers: Answer[] | null,
  status: string | null,
  darkSince: number | null, // epoch ms, as all of these
  isolatedAt: number | null,
  bootedAt: number | null,
  signalDbm: number | null,
  isPaused: boolean,
  pingedUntil: number | null,
  isForemost: boolean,
  outageId: number | null,
  beganAt: number | null,
  shown: Status,
  otherUntil: number | null,
  isOtherAsked: boolean | null,
]

const ms = (tx: TransactionSql, column: string) => tx`(extract(epoch from ${tx(column)}) * 1000)::float8`

/** A source that is asked how its devices are, and answers. */
export const answeringSource = (tx: TransactionSql | typeof sql, name: string) => tx`
  ${tx(name)}.enabled and ${tx(name)}.poll_seconds > 0 and ${tx(name)}.kind <> 'csv'
    and ${tx(name)}.faults < ${tx(name)}.fault_polls and ${tx(name)}.last_poll_at is not null`

/**
 * What is known of each device that a source lists. As one value: thousands of rows of the client cost several times as
 * much. A record that the source lists no more comes after the others.
 */
export async function listPolled(tx: TransactionSql, sourceId: number): Promise<ListedDevice[]> {
  const [row] = await tx<{ listed: Packed[] | null }[]>`
    with seeing as materialized (
      select site_ids, least(last_seen_at + make_interval(secs => ${absentAfterSeconds}), blind_since) as until
      from probes where last_seen_at is not null
    ), foremost as materialized (
      select distinct on (x.device_id) x.device_id, x.source_id from source_records x join sources y on y.id = x.source_id
      where x.kind = 'device' and x.device_id is not null and x.vanished_at is null
        and (y.id = ${sourceId} or (${answeringSource(tx, 'y')}))
      order by x.device_id, x.source_id
    ), others as materialized (
      select x.device_id, max(y.last_poll_at) as until, bool_or(y.enabled and y.poll_seconds > 0) as asked
      from source_records x join sources y on y.id = x.source_id
        join source_states z on z.source_id = x.source_id and z.device_id = x.device_id
      where x.kind = 'device' and x.vanished_at is null and y.id < ${sourceId} and y.kind <> 'csv'
        and y.last_poll_at is not null and z.dark_since is null
      group by x.device_id
    )
    select json_agg(json_build_array(r.key, r.mac, r.device_id, st.device_id is not null, st.polls, st.status,
      ${ms(tx, 'st.dark_since')}, ${ms(tx, 'st.isolated_at')}, ${ms(tx, 'st.booted_at')}, st.signal, t.paused_at is not null,
      case when d.pinged and d.address <> '' then (select ${ms(tx, 'until')} from seeing p
        where cardinality(p.site_ids) = 0 or t.site_id = any(p.site_ids) order by until desc limit 1) end,
      coalesce(f.source_id, ${sourceId}) = ${sourceId}, o.id, ${ms(tx, 'o.began_at')}, t.status,
      ${ms(tx, 'h.until')}, h.asked) order by r.vanished_at nulls first) as listed
    from source_records r join targets t on t.id = r.device_id join devices d on d.id = t.id
      left join source_states st on st.source_id = r.source_id and st.device_id = r.device_id
      left join outages o on o.target_id = t.id and o.ended_at is null
      left join foremost f on f.device_id = r.device_id
      left join others h on h.device_id = r.device_id
    where r.source_id = ${sourceId} and r.kind = 'device'`
  return (row?.listed ?? []).map(unpack)
}

function unpack(packed: Packed): ListedDevice {
  const [key, mac, deviceId, isKnown, answers, status, darkSince, isolatedAt, bootedAt, signalDbm] = packed
  const [isPaused, pingedUntil, isForemost, outageId, beganAt, shown, otherUntil, isAsked] = packed.slice(10) as Tail
  const device: PolledDevice = {
    deviceId,
    trouble: troubleOf(darkSince, answers ?? []),
    isKnown,
    status,
    isolatedAt,
    bootedAt,
    signalDbm,
    isPaused,
    pingedUntil,
    isForemost,
    otherwise: otherUntil === null ? null : { until: otherUntil, isAsked: isAsked === true },
    open: outageId === null || beganAt === null ? null : { outageId, beganAt },
    shown,
  }
  return { key, mac, device }
}
type Tail = [boolean, number | null, boolean, number | null, number | null, Status, number | null, boolean | null]

const troubleOf = (darkSince: number | null, answers: readonly Answer[]): SourceTrouble | null =>
  darkSince === null && answers.length === 0 ? null : { darkSince, answers }

/** Keeps what is known of devices; `entries`: of those whose evidence is put, the source's own words. */
export async function keepStates(
  tx: TransactionSql,
  sourceId: number,
  states: readonly KeptState[],
  entries: ReadonlyMap<number, JSONValue>,
): Promise<void> {
  if (states.length === 0) return
  const iso = (at: number | null) => (at === null ? null : new Date(at).toISOString())
  const rows = states.map((state) => ({
    device_id: state.deviceId,
    polls: state.answers.map(([at, dark]) => [at, dark]),
    status: state.status,
    dark_since: iso(state.darkSince),
    isolated_at: iso(state.isolatedAt),
    booted_at: iso(state.bootedAt),
    signal: state.signalDbm,
    act: state.evidence,
    evidence: state.evidence === 'put' ? (entries.get(state.deviceId) ?? null) : null,
  }))
  await tx`
    insert into source_states as s (source_id, device_id, polls, status, dark_since, isolated_at, evidence, booted_at, signal)
    select ${sourceId}, i.device_id, i.polls, i.status, i.dark_since, i.isolated_at,
      case when i.act = 'put' then i.evidence when i.act = 'keep' then st.evidence end, i.booted_at, i.signal
    from jsonb_to_recordset(${tx.json(rows)}) as i(device_id int, polls jsonb, status text, dark_since timestamptz,
        isolated_at timestamptz, booted_at timestamptz, signal real, act text, evidence jsonb)
      join targets t on t.id = i.device_id
      left join source_states st on st.source_id = ${sourceId} and st.device_id = i.device_id
    order by i.device_id
    on conflict (source_id, device_id) do update set polls = excluded.polls, status = excluded.status,
      dark_since = excluded.dark_since, isolated_at = excluded.isolated_at, evidence = excluded.evidence,
      booted_at = excluded.booted_at, signal = excluded.signal`
}

/**
 * Forgets what sources said of devices that are judged by other means from now on: what was said while nobody asked, or while
 * pings knew better, opens no outage that began then.
 */
export async function forgetSaid(tx: TransactionSql, deviceIds: readonly number[]): Promise<void> {
  if (deviceIds.length === 0) return
  await tx`delete from source_states where device_id = any(${numberArray(deviceIds)}::int[])`
}

const longestWait = '10 minutes' // of an outage for another word of its source, which may be away by now

/** Outage -> until when a source that opened it knows it dark: its last answer, or the one before it said otherwise. */
export async function listKnownUntil(tx: TransactionSql, outageIds: readonly number[]): Promise<Map<number, Date>> {
  if (outageIds.length === 0) return new Map()
  const [some] = await tx`select 1 from sources limit 1` // most houses have none, and thousands of outages are not sent in vain
  if (!some) return new Map()
  const rows = await tx<{ id: number; at: Date }[]>`
    select o.id, least(z.last_poll_at, 
      to_timestamp((y.polls -> 0 ->> 0)::float8 / 1000) - make_interval(secs => greatest(z.poll_seconds, 30))) as at
    from outages o join source_states y on y.device_id = o.target_id join sources z on z.id = y.source_id
    where o.id = any(${numberArray(outageIds)}::int[]) and y.source_id = (o.opened_evidence #>> '{source,id}')::int
      and z.last_poll_at is not null and o.recorded_at > now() - ${longestWait}::interval`
  return new Map(rows.map(({ id, at }) => [id, at]))
}

/** What the sources that list a device say of it, the foremost first. */
export type SourceWitness = {
  sourceId: number
  name: string
  kind: 'uisp' | 'sonar' | 'csv'
  status: string | null // the source's own word; null: it has not spoken of it yet
  darkSince: Date | null
  darkLast: boolean // its last answer was a dark one
  bootedAt: Date | null
  signalDbm: number | null
  answeredAt: Date | null
  isAsked: boolean // it is polled
  fault: string | null // why it says nothing now
  failingSince: Date | null
  vanishedAt: Date | null
  /** A probe that sees pings the device: what the source says decides nothing. */
  isPinged: boolean
}

export async function listWitnesses(deviceId: number): Promise<SourceWitness[]> {
  return sql<SourceWitness[]>`
    select s.id as "sourceId", s.name, s.kind, st.status, st.dark_since as "darkSince",
      coalesce(case when st.dark_since is not null then st.polls = '[]' else (st.polls -> -1 ->> 1)::int = 1 end, false) as "darkLast",
      st.booted_at as "bootedAt", st.signal as "signalDbm", s.last_poll_at as "answeredAt",
      s.enabled and s.poll_seconds > 0 and s.kind <> 'csv' as "isAsked", s.fault, s.failing_since as "failingSince",
      r.vanished_at as "vanishedAt",
      d.pinged and d.address <> '' and exists (
        select 1 from probes p where p.blind_since is null
          and p.last_seen_at > now() - make_interval(secs => ${absentAfterSeconds})
          and (cardinality(p.site_ids) = 0 or t.site_id = any(p.site_ids))) as "isPinged"
    from (select source_id, device_id,
        case when bool_and(vanished_at is not null) then max(vanished_at) end as vanished_at
      from source_records where device_id = ${deviceId} and kind = 'device' group by 1, 2) r
      join sources s on s.id = r.source_id join targets t on t.id = r.device_id join devices d on d.id = t.id
      left join source_states st on st.source_id = s.id and st.device_id = t.id
    order by s.id`
}
