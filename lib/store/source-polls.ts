import type { JSONValue, TransactionSql } from 'postgres'
import type { SourceRule } from '@/lib/domain/source-isolation'
import { usableMac } from '@/lib/domain/source-match'
import { doubtOf, judgeDevice, type PollCounts, type PolledPair, type SaidOfDevice } from '@/lib/domain/source-poll'
import { transaction } from './database'
import { type ClaimedPoll, everySeconds } from './source-leases'
import { takeSourceSteps } from './source-outages'
import { keepStates, type ListedDevice, listPolled } from './source-states'
import { addStep, type GatheredSteps } from './source-steps'

/** An answer of a source: what it says of each device, when it was given, and what of it could not be read. */
export type PollAnswer = { answeredAt: number; devices: readonly SaidOfDevice[]; rejected: number }
export type PollFault = { words: string; retryAfterSeconds?: number | undefined }

/** lost: another keeper has it by now. fault: nothing is believed, and `faults` polls in a row were not. */
export type PollOutcome =
  | { is: 'lost' }
  | { is: 'good'; counts: PollCounts; wantsHistory: boolean }
  | { is: 'fault'; words: string; faults: number; failingSince: Date; isOutage: boolean; isNew: boolean }

type Row = {
  id: number
  kind: string
  name: string
  everyMs: number
  misses: number
  polls: number
  revive: number
  faults: number
  faultPolls: number
  fault: string | null
  failingSince: Date | null
  doubtedSince: number | null // epoch ms: of answers in a row that were not believed
  wantsHistory: boolean
}

/**
 * Counts the answer to a poll: isolates, revives, keeps what was said, all in one commit, once. An answer that cannot be
 * true is counted as a fault.
 */
export async function takePoll(claimed: ClaimedPoll, answer: PollAnswer): Promise<PollOutcome> {
  return transaction(async (tx) => {
    const source = await takeSource(tx, claimed)
    if (!source) return { is: 'lost' }
    const listed = await listPolled(tx, source.id)
    const { pairs, unknown } = pair(listed, answer.devices)
    const doubt = doubtIn(source, answer, { listed: listed.length, pairs })
    if (doubt !== null) {
      if (source.doubtedSince === null) await doubtSince(tx, source.id, answer.answeredAt)
      return countFault(tx, claimed, source, { words: doubt }, new Date(answer.answeredAt))
    }
    if (source.doubtedSince !== null) await doubtSince(tx, source.id, null)
    const counts = await judge(tx, source, answer, pairs)
    const all = { ...counts, unknown, faulty: answer.rejected }
    await endPoll(tx, claimed, source, {
      answeredAt: new Date(answer.answeredAt),
      counts: {
        poll_devices: answer.devices.length,
        poll_up: all.up,
        poll_dark: all.dark,
        poll_silent: all.silent,
        poll_unknown: unknown,
        poll_rejected: answer.rejected,
      },
    })
    return { is: 'good', counts: all, wantsHistory: source.wantsHistory && listed.length > 0 }
  })
}

/** Counts a poll that failed: of nobody's outages anything is said. `at`: when it did. */
export async function failPoll(claimed: ClaimedPoll, fault: PollFault, at: Date): Promise<PollOutcome> {
  return transaction(async (tx) => {
    const source = await takeSource(tx, claimed)
    if (!source) return { is: 'lost' as const }
    if (source.doubtedSince !== null) await doubtSince(tx, source.id, null)
    return countFault(tx, claimed, source, fault, at)
  })
}

async function takeSource(tx: TransactionSql, claimed: ClaimedPoll): Promise<Row | null> {
  const [row] = await tx<Row[]>`
    select id, kind, name, ${everySeconds(tx)} * 1000 as "everyMs", isolate_misses as misses, isolate_polls as polls,
      revive_polls as revive, faults, fault_polls as "faultPolls", fault, failing_since as "failingSince",
      (counts ->> 'poll_doubted_since')::float8 as "doubtedSince",
      history_read_at is null as "wantsHistory"
    from sources where id = ${claimed.id} and poll_lease_until = ${claimed.leaseUntil} and enabled and poll_seconds > 0
    for update`
  return row ?? null
}

/** What it says of devices that are known; by MAC where the source has given a device another key. */
function pair(listed: readonly ListedDevice[], said: readonly SaidOfDevice[]) {
  const byKey = new Map(listed.map((one) => [one.key, one]))
  const keys = new Set(said.map((one) => one.key))
  const isOwn = ownMacs(said)
  const byMac = new Map(listed.flatMap((one) => (one.mac && !keys.has(one.key) ? [[one.mac, one]] : [])))
  const pairs = new Map<number, PolledPair>()
  let unknown = 0
  for (const one of said) {
    const found = byKey.get(one.key) ?? (one.mac !== null && isOwn(one.mac) ? byMac.get(one.mac) : undefined)
    if (!found) unknown++
    else if (!pairs.has(found.device.deviceId)) pairs.set(found.device.deviceId, { device: found.device, said: one })
  }
  return { pairs: [...pairs.values()], unknown }
}

/** Whether a MAC names one device, by itself and on this list. */
function ownMacs(said: readonly SaidOfDevice[]): (mac: string) => boolean {
  const uses = new Map<string, number>()
  for (const { mac } of said) if (mac !== null) uses.set(mac, (uses.get(mac) ?? 0) + 1)
  return (mac) => uses.get(mac) === 1 && usableMac(mac) !== null
}

const believedAfterMs = 86_400_000

/** Only answers count for it: a source that was away for days and has just started knows least of all. */
async function doubtSince(tx: TransactionSql, sourceId: number, since: number | null): Promise<void> {
  const mark =
    since === null ? tx`counts - 'poll_doubted_since'` : tx`counts || ${tx.json({ poll_doubted_since: since })}`
  await tx`update sources set counts = ${mark} where id = ${sourceId}`
}

/** Why an answer is not believed; null: it is. After a day of the same what seems impossible is taken for true. */
function doubtIn(
  source: Row,
  { answeredAt, devices, rejected }: PollAnswer,
  known: { listed: number; pairs: readonly PolledPair[] },
): string | null {
  if (devices.length === 0 && known.listed > 0)
    return rejected > 0
      ? `none of its ${rejected} entries can be read: expected devices`
      : `it lists no device at all: expected about ${known.listed}`
  const doubt = doubtOf(known.pairs)
  const isOld = source.doubtedSince !== null && answeredAt - source.doubtedSince > believedAfterMs
  return isOld ? null : doubt
}

async function judge(
  tx: TransactionSql,
  source: Row,
  { answeredAt }: PollAnswer,
  pairs: readonly PolledPair[],
): Promise<Omit<PollCounts, 'unknown' | 'faulty'>> {
  const rule = ruleOf(source)
  const judged = pairs.map((one) => ({
    ...one,
    ...judgeDevice(one.device, one.said, { answeredAt, rule, everyMs: source.everyMs }),
  }))
  // An entry is copied when it is read: of thousands the few that are evidence.
  const entries = new Map(
    judged.flatMap(({ kept, said }) =>
      kept?.evidence === 'put' ? [[kept.deviceId, said.entry as JSONValue] as const] : [],
    ),
  )
  await keepStates(
    tx,
    source.id,
    judged.flatMap(({ kept }) => kept ?? []),
    entries,
  )
  const steps: GatheredSteps = { dark: [], up: [], shown: [], witnesses: [] }
  for (const { device, said, step } of judged)
    if (step)
      addStep(steps, { source, rule, answeredAt, deviceId: device.deviceId, bootedAt: device.bootedAt }, said, step)
  const done = await takeSourceSteps(tx, steps, new Date(answeredAt))
  const count = (says: SaidOfDevice['says']) => pairs.filter(({ said }) => said.says === says).length
  return { listed: pairs.length, up: count('up'), dark: count('dark'), silent: count('none'), ...done }
}

/** Answers older than this say nothing of what is now: the source was away, or said nothing of the device for long. */
const ruleOf = ({ misses, polls, revive, everyMs }: Row): SourceRule => ({
  misses,
  polls: Math.max(polls, misses),
  revive,
  forgetMs: Math.max(900_000, 3 * Math.max(polls, misses) * everyMs),
})

async function countFault(
  tx: TransactionSql,
  claimed: ClaimedPoll,
  source: Row,
  { words, retryAfterSeconds }: PollFault,
  at: Date,
): Promise<PollOutcome> {
  const faults = source.faults + 1
  const failingSince = source.failingSince ?? at
  await endPoll(tx, claimed, source, { fault: words, faults, failingSince, retryAfterSeconds: retryAfterSeconds ?? 0 })
  const isNew = source.fault !== words || source.faults === 0
  return { is: 'fault', words, faults, failingSince, isOutage: faults >= source.faultPolls, isNew }
}

type PollEnd =
  | { answeredAt: Date; counts: Record<string, number> }
  | { fault: string; faults: number; failingSince: Date; retryAfterSeconds: number }

/** The next one begins a whole number of intervals after this one began, and never before this one is over. */
async function endPoll(tx: TransactionSql, claimed: ClaimedPoll, { id, everyMs }: Row, end: PollEnd): Promise<void> {
  const isGood = 'answeredAt' in end
  const outcome = isGood
    ? tx`last_poll_at = ${end.answeredAt}, counts = counts || ${tx.json(end.counts)}, faults = 0, failing_since = null, fault = null`
    : tx`fault = ${end.fault}, faults = ${end.faults}, failing_since = ${end.failingSince}`
  const wait = isGood ? 0 : Math.min(3600, end.retryAfterSeconds)
  await tx`
    update sources set poll_lease_until = null, ${outcome}, next_poll_at = greatest(
      clock_timestamp() + make_interval(secs => ${wait}), ${claimed.claimedAt}::timestamptz + make_interval(secs => ${everyMs / 1000}
        * greatest(1, ceil(extract(epoch from clock_timestamp() - ${claimed.claimedAt}::timestamptz) * 1000 / ${everyMs}::float8))))
    where id = ${id}`
}
